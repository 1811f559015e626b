"""Child processes with limits: for files that somebody else made, and for NeuroKit2, which is
heavy. The one owner of subprocess."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

TIMEOUT_S = 60.0
MEMORY_BYTES = 1 << 30
NICENESS = 10  # a child that works beside a live session gives way to it
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a child printed, or why it gave nothing."""

    out: str
    why: str = ""


def run_module(module: str, *arguments: str, given: str = "", timeout_s: float = TIMEOUT_S) -> Ran:
    """Run ``python -m module arguments`` on its own; whatever it does, this process lives.

    ``given`` is what it reads from standard input: private things are in no file and no name.
    """
    try:
        child = subprocess.run(  # noqa: S603 - our own module, arguments are not a shell's
            _command(module, *arguments), input=given, capture_output=True, text=True,
            encoding="utf-8", env=_environment(), timeout=timeout_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ran(out="", why=f"took longer than {timeout_s:.0f} s")
    except OSError as error:
        return Ran(out="", why=f"could not be started ({error.strerror})")
    if child.returncode == 0:
        return Ran(out=child.stdout)
    said = child.stderr.strip().splitlines()
    return Ran(out="", why=said[-1][:200] if said else f"ended with {child.returncode}")


class Child:
    """A child that stays and answers each line with a line. It is started by the first one.

    ``ask`` waits, so that it belongs in a thread; ``kill`` may be called from another one, and
    ends the wait. A child whose parent is gone reads the end of its input, and ends.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = _command(module, *arguments)
        self._process: subprocess.Popen[str] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None

    def ask(self, line: str) -> str:
        """The answer, without its newline; "" where the child could not start, or has died."""
        try:
            process = self._process or self._start()
            assert process.stdin is not None  # both are pipes
            assert process.stdout is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            self.close()
        return answer.rstrip("\n")

    def kill(self) -> None:
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the child and let its pipes go; the next ``ask`` starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what it did not read any more is of no use to anybody
                    continue
        process.wait()

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=_environment(),
        )  # fmt: skip
        return self._process


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-I", "-m", module, *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, **ONE_THREAD}


def limit_this_process() -> None:
    """Called by the child, first thing: bounded memory, no core file. POSIX only."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def give_way() -> None:
    """Called by a child that works beside a live session. POSIX only."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
