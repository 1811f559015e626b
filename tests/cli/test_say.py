"""What is printed steers no terminal, and stops at no name."""

from __future__ import annotations

import io
import json
import sys

import pytest

from biocoach.cli.say import err, line_gone, out, out_json, stop_at_no_letter

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


@pytest.mark.parametrize(
    ("system", "said"),
    [("linux", b"Gr\xf6\xdfe \\u2713\n"), ("win32", "Gr\u00f6\u00dfe \u2713\n".encode())],
)
def test_no_letter_ends_a_command(
    system: str, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As into a pipe on Windows, or under an old locale."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "cp1252", newline="\n"))
    with pytest.raises(UnicodeEncodeError):
        out("\u2713")
    stop_at_no_letter(system)
    out("Gr\u00f6\u00dfe \u2713")
    assert raw.getvalue() == said


def test_an_older_console_of_windows_is_cleared_by_blanks() -> None:
    assert (line_gone("linux"), line_gone("win32").strip()) == ("\r\033[K", "")
