"""Children that can be killed: forked from a parent that has read everything in.

What a child says goes over a socket, one line at a time, so that ``write`` in a trace of its calls
means a file. A line without its end was cut by the kill: it was never said.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Say:
    """A child's mouth."""

    mouth: socket.socket

    def __call__(self, line: str) -> None:
        self.mouth.sendall(line.encode() + b"\n")

    def ask(self, line: str) -> None:
        """Say it, and wait until the parent says ``go``."""
        self(line)
        self.mouth.recv(1)


Work = Callable[[Say], None]


@dataclass(slots=True)
class Child:
    """``said``: its whole lines so far."""

    pid: int
    ear: socket.socket
    said: list[str] = field(default_factory=list)
    _rest: bytes = b""
    _ended: bool = False

    def go(self) -> None:
        """It waits for this before it begins."""
        self.ear.send(b".")

    def hear(self, seconds: float, lines: int = sys.maxsize, word: str = "") -> None:
        """Listen for so long, or until it has said ``lines`` more that begin with ``word``."""
        until_s, wanted = time.monotonic() + seconds, self.count(word) + lines
        while not self._ended and self.count(word) < wanted:
            left_s = until_s - time.monotonic()
            if left_s <= 0 or not select.select([self.ear], [], [], left_s)[0]:
                return
            self._take()

    def drain(self) -> None:
        """All it has said until now."""
        while not self._ended and select.select([self.ear], [], [], 0)[0]:
            self._take()

    def count(self, word: str) -> int:
        return sum(line.startswith(word) for line in self.said)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """All it said until it ended, and how it ended: as ``os.waitstatus_to_exitcode``."""
        self.hear(PATIENCE_S)
        if not self._ended:
            self.kill()
            self.hear(PATIENCE_S)
        self.ear.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _take(self) -> None:
        try:
            found = self.ear.recv(1 << 16)
        except ConnectionResetError:
            found = b""
        self._ended = not found
        *whole, self._rest = (self._rest + found).split(b"\n")
        self.said += [line.decode() for line in whole]


def fork(work: Work) -> Child:
    """A child that does this once it is told to ``go``; 0 is its exit where nothing was raised."""
    sys.stdout.flush()
    sys.stderr.flush()
    ear, mouth = socket.socketpair()
    pid = os.fork()
    if pid:
        mouth.close()
        return Child(pid, ear)
    code = 1
    try:
        ear.close()
        if mouth.recv(1):
            work(Say(mouth))
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the child ends here
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
