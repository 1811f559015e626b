"""What is printed steers no terminal, and stops at no name."""

from __future__ import annotations

import io
import json
import sys

import pytest

from biocoach.cli.say import err, out, out_json

NAME = "run\x1b]0;x\x07\x9b31m\u202e\udcff.fit"


def terminal(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Strict about UTF-8, as most are. For a test's own body: pytest puts its own there before."""
    raw = io.BytesIO()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(raw, "utf-8", write_through=True))
    return raw


def test_a_name_that_steers_a_terminal_is_only_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch)
    out(NAME)
    err(NAME)
    shown = "run\ufffd]0;x\ufffd\ufffd31m\ufffd\ufffd.fit\n"
    assert seen.getvalue().decode() == shown * 2


def test_lines_stay_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch)
    out("\nDistress\t50 \u2192 20 \u00b7 Größe")
    assert seen.getvalue().decode() == "\nDistress\t50 \u2192 20 \u00b7 Größe\n"


def test_json_gives_the_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch)
    out_json({"file": NAME})
    assert json.loads(seen.getvalue()) == {"file": NAME}
