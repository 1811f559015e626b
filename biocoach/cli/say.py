"""How every command speaks: results to standard output, one line of trouble to standard error."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

import typer

NOT_ENCRYPTED = "it is not encrypted; whoever has it can read it"  # of what leaves the record
HALVES = re.compile("[\ud800-\udfff]")  # bytes of a file's name that are not UTF-8


def stop_at_no_letter(system: str = sys.platform) -> None:
    """Called first thing. Into a pipe or a file Windows would write in its country's letters, and
    fail at all others: there it is UTF-8, as on its console. Elsewhere a letter that the terminal's
    own encoding lacks is told by its number."""
    encoding = "utf-8" if system == "win32" else None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def out(text: str) -> None:
    """At once, also into a pipe: whoever starts ``serve`` waits for its address."""
    _write(_harmless(text))


def out_json(value: Any) -> None:
    """One line, sorted as given, without NaN: two runs print the same bytes."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    _write(HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text))


def err(text: str) -> None:
    sys.stderr.write(_harmless(text) + "\n")


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _harmless(text: str) -> str:
    """The name of a file or a strap may hold what steers a terminal, or what no UTF-8 can say."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def line_gone(system: str = sys.platform) -> str:
    """What clears the line that a terminal is at; Windows' older console takes no such command."""
    return f"\r{' ' * 79}\r" if system == "win32" else "\r\033[K"


def progress(what: str, done: int, of: int) -> None:
    """Where long work stands, on one line of a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        sys.stderr.write(f"{line_gone()}{what}: {done} of {of}{end}")
        sys.stderr.flush()


def progress_gone() -> None:
    """Makes room on the terminal for a line of its own."""
    if sys.stderr.isatty():
        sys.stderr.write(line_gone())
        sys.stderr.flush()


def fail(text: str) -> NoReturn:
    """What went wrong and what to do, in one line; exit 1."""
    err(f"biocoach: {text}")
    raise typer.Exit(1)


def wrong_use(text: str) -> NoReturn:
    err(f"biocoach: {text}")
    raise typer.Exit(2)


def may_write(path: Path, force: bool) -> None:
    """``--out`` never overwrites without ``--force``."""
    if path.is_dir():
        fail(f"{path} is a folder; give a file's name")
    if path.exists() and not force:
        fail(f"{path} exists; give another name, or --force to replace it")
    if not path.parent.is_dir():
        fail(f"{path.parent} is not a folder; make it first")


def passphrase_in(path: Path | None) -> str | None:
    """What ``--passphrase-file`` holds."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: the passphrase file can't be read ({error})")
