"""Wheel and sdist work in an empty environment: no Node, no npm, nothing of this tree."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from biocoach import __version__
from tests.cli.support import environment
from tests.data import ROOT
from tests.release.made import NO_NPM, install, make
from tests.release.served import first_page, served

Made = tuple[Path, Path]
BESIDE = ("CHANGELOG.md", "LICENSE", "README.md", "requirements.lock", "run", ".ci/run")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("dist"))


@pytest.mark.parametrize("which", ["wheel", "sdist"])
def test_it_serves_its_page_from_an_empty_environment(
    made: Made, which: str, tmp_path: Path
) -> None:
    commands = install(made[which == "sdist"], tmp_path / "env")
    program = str(commands / "biocoach")
    env = environment(tmp_path) | NO_NPM | {"PATH": str(commands), "PYTHONPATH": ""}
    said = subprocess.run(
        [program, "--version"], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"biocoach {__version__}\n"
    with served(program, tmp_path, env, tmp_path) as address:
        text, script_bytes = first_page(address)
    assert "<title>" in text
    assert script_bytes > 10_000


def test_the_wheel_holds_all_that_it_reads_and_nothing_else(made: Made) -> None:
    """Everything that is not code in the packages (content, migrations) travels; tests don't."""
    names = set(ZipFile(made[0]).namelist())
    read = {
        path.relative_to(ROOT).as_posix()
        for package in ("biocoach", "devices", "dashboard")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not {"web", "__pycache__"} & set(path.parts)
    }
    read.discard("dashboard/static/.stamp")
    assert read - names == set()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"biocoach", "devices", "dashboard", f"biocoach-{__version__}.dist-info"}


def test_the_sdist_holds_what_its_own_tests_and_its_page_need(made: Made) -> None:
    with tarfile.open(made[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= {*BESIDE, "dashboard/web/package-lock.json", "tests/conftest.py"}
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]
