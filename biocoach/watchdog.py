"""The watchdog: a small process that says so when biocoach is not recording any more.

biocoach holds the write end of its standard input and says each second of a practice that it
records. The end of that pipe without a goodbye, or no word for ``PATIENCE_S``, is a silent death:
the person is told by the desktop, or on the terminal where there is no such service. It imports
next to nothing until it has something to say (10 MB), and lives in a session of its own, so that
what ends or stops biocoach's terminal does not end or stop it too.

Words, one a line: ``at FOLDER``, ``begin`` and ``end`` of a practice, ``alive``, ``lost strap``,
``lost disk``, ``found`` (what was lost), ``goodbye``. Notices name nothing private: they may be
seen on a locked screen.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread

PATIENCE_S = 7.0  # biocoach falls silent 2 s after its last second; told within 10 s (care)
STDIN = 0  # its descriptor
STEP_S = 1.0  # a look at the time at least so often
# One step of the clock that is longer was a sleep of the machine, or a stop of this process.
# Nobody was silent then, so that it counts as this and no more, whatever the system's clock does.
STEP_MOST_S = 2.0
KEPT_IN = "not-recording.notice"  # the notice that a dead one left on the screen

STOPPED, HUNG, AGAIN, STRAP, DISK = "stopped", "hung", "again", "strap", "disk"
WORDS = {
    STOPPED: (
        "biocoach is not recording any more",
        "It has ended. Start biocoach again to go on. What was written down before is kept.",
    ),
    HUNG: (
        "biocoach is not recording any more",
        "It does not answer. If this stays, end it and start it again."
        " What was written down before is kept.",
    ),
    AGAIN: ("biocoach is recording again", "There is nothing that you need to do."),
    STRAP: (
        "biocoach has not heard the strap for a while",
        "Come nearer, or put it on again. biocoach goes on looking for it.",
    ),
    DISK: (
        "biocoach cannot write to the disk",
        "Nothing new is kept until it can. Make room on the disk, or look at biocoach's page.",
    ),
}
LOUD = (STOPPED, HUNG)  # these stay until they are taken back; the others are quiet


class Watch:
    """What is to be on the screen, as of what was heard and how long nothing was.

    Each call gives the notice that is to be shown now, in the place of the one before: its kind,
    "" to take that one back, or None for no change.
    """

    def __init__(self, *, left_behind: bool = False) -> None:
        """``left_behind``: a notice of a biocoach that died is still on the screen."""
        self.shown = STOPPED if left_behind else ""
        self.over = False
        self._monitored = False
        self._lost = ""
        self._silent_s = 0.0
        self._seen_s: float | None = None

    def hear(self, word: str) -> str | None:
        self._silent_s = 0.0
        if word == "begin":
            self._monitored = True
        elif word in ("end", "goodbye"):
            self._monitored, self._lost = False, ""
            self.over = word == "goodbye"
            return self._show("")
        elif word in ("lost strap", "lost disk"):
            self._lost = word.removeprefix("lost ")
        elif word == "found":
            self._lost = ""
        return self._stands() if self._monitored else None

    def _stands(self) -> str | None:
        """biocoach lives, in a practice."""
        if self._lost or self.shown not in ("", AGAIN):
            return self._show(self._lost or AGAIN)
        return None

    def pass_time(self, now_s: float) -> str | None:
        """``now_s`` may jump."""
        before_s, self._seen_s = self._seen_s, now_s
        if before_s is not None:
            self._silent_s += min(max(0.0, now_s - before_s), STEP_MOST_S)
        silent = self._monitored and self._silent_s >= PATIENCE_S
        return self._show(HUNG) if silent else None

    def ended(self) -> str | None:
        """The pipe has come to its end, and no goodbye was said."""
        self.over = True
        return self._show(STOPPED) if self._monitored else self._show("")

    def _show(self, kind: str) -> str | None:
        if kind == self.shown:
            return None
        self.shown = kind
        return kind


Show = Callable[[str], None]


def watch(words: Iterator[str | None], now_s: Callable[[], float], open_folder: Folder) -> None:
    """``words``: what is heard, None when nothing was for a step, to the end of the pipe."""
    kept, watched = open_folder(""), Watch()
    for word in words:
        if word is not None and word.startswith("at "):
            kept = open_folder(word.removeprefix("at "))
            watched = Watch(left_behind=kept.left_behind)
            continue
        told = watched.hear(word) if word is not None else None
        later = None if watched.over else watched.pass_time(now_s())
        for kind in (told, later):
            if kind is not None:
                kept.show(kind)
        if watched.over:
            return
    kind = watched.ended()
    if kind is not None:
        kept.show(kind)


class Kept:
    """What is on the screen, by the number that the desktop gave it. While a loud notice is there
    its number is in the record's folder, so that the next one can take it back."""

    def __init__(self, folder: str) -> None:
        self._path = f"{folder}/{KEPT_IN}" if folder else ""
        self._number, self._given_by = 0, ""
        self.left_behind = False
        self._read()

    def _read(self) -> None:
        if not self._path:
            return
        try:
            with open(self._path, encoding="ascii") as file:  # noqa: PTH123
                number, _, self._given_by = file.read(200).partition(" ")
            self._number = int(number or 0)
            self.left_behind = True
        except (OSError, ValueError):
            return

    def show(self, kind: str) -> None:
        from devices.notices import Notice, open_notices

        screen = open_notices()
        if self._number and screen.place() != self._given_by:
            self._number = 0  # after another login it is somebody else's
        if kind:
            title, body = WORDS[kind]
            notice = Notice(title=title, body=body, stays=kind in LOUD, instead_of=self._number)
            number = screen.show(notice)
            if number is None:
                _say_aloud(f"{title}. {body}")
            self._number = number or 0
            self._given_by = screen.place() if number else ""
        elif self._number:
            screen.take_back(self._number)
            self._number = 0
        self._keep(kind)

    def _keep(self, shown: str) -> None:
        """The file is there exactly while a loud notice is."""
        from pathlib import Path

        if not self._path:
            return
        try:
            if shown in LOUD:
                told = f"{self._number} {self._given_by}"
                Path(self._path).write_text(told, encoding="ascii", newline="\n")
                Path(self._path).chmod(0o600)
            else:
                Path(self._path).unlink(missing_ok=True)
        except (OSError, ValueError):
            return  # the notice itself was shown; at most it has to be closed by hand


def _say_aloud(words: str) -> None:
    try:
        sys.stderr.write(f"\a\nbiocoach: {words}\n")
        sys.stderr.flush()
    except OSError:
        return  # the terminal was closed


Folder = Callable[[str], Kept]


def heard() -> Iterator[str | None]:
    """The lines of standard input as they come, None for each step without one.

    The pipe is read without ``sys.stdin``: its lock is held while a thread waits in it, and a
    process that ends then (after a goodbye) dies with a word of Python's own on the terminal.
    """
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        rest = b""
        while more := os.read(STDIN, 4096):
            *whole, rest = (rest + more).split(b"\n")
            for line in whole:
                lines.put(os.fsdecode(line).rstrip("\r"))
        lines.put("")

    Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=STEP_S)
        except Empty:
            yield None
            continue
        if not line:
            return
        yield line


if __name__ == "__main__":
    watch(heard(), time.monotonic, Kept)
