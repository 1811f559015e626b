"""The page on installing names what there is: folders, extras, and this version's file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from biocoach import __version__

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/install.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_it_is_short() -> None:
    assert len(PAGE.splitlines()) <= 120


def test_the_record_lies_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    home = str(Path.home())
    for system, kind in (("Linux", Unix), ("macOS", MacOS)):
        place = kind("biocoach", appauthor=False).user_data_dir.replace(home, "~")
        assert f"| {system} | `{place}` |" in PAGE
    assert "`%LOCALAPPDATA%\\biocoach`" in PAGE


def test_every_extra_is_told_of_and_no_other() -> None:
    asked = re.findall(r"biocoach\[([\w,]+)\]", PAGE)
    told = set(re.findall(r"`(\w+)`", PAGE.partition("only some need (")[2].partition(")")[0]))
    assert told == set(PROJECT["optional-dependencies"])
    assert {name for names in asked for name in names.split(",")} <= told


def test_the_file_is_this_version_s() -> None:
    assert set(re.findall(r"biocoach-([\d.]+)-py3-none-any\.whl", PAGE)) == {__version__}


def test_the_oldest_python_is_the_project_s() -> None:
    (oldest,) = re.findall(r"Python ([\d.]+\d) or newer, and", PAGE)
    assert PROJECT["requires-python"] == f">={oldest}"
    named = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert named[0] == oldest
