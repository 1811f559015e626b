"""Child processes with limits: for files that somebody else made, and for NeuroKit2, which is
heavy. The one owner of subprocess."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import BinaryIO

TIMEOUT_S = 60.0
MEMORY_BYTES = 1 << 30
CHUNK_BYTES = 1 << 16
CHUNKS_WAITING = 16  # a child waits while what it said is not yet taken
WITNESS_ENDS_S = 5.0  # it may have a notice to take back
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

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

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


class Stream:
    """A child that is given bytes until ``end``, and whose output is then read as it comes.

    It can't hold anybody up: one that gives nothing for ``patience_s`` is ended. ``feed`` and
    ``end`` wait for the child to take them, ``chunks`` for it to give: they belong in a thread.
    """

    def __init__(self, module: str, *arguments: str, given: BinaryIO | None = None) -> None:
        """``given``: an open file, read by the child itself. Raises OSError."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            _command(module, *arguments), stdin=subprocess.PIPE if given is None else given,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip
        self._read: Queue[bytes] = Queue(CHUNKS_WAITING)
        self._over = Event()
        self._reader: Thread | None = None

    def feed(self, data: bytes) -> bool:
        """False where the child takes no more."""
        assert self._process.stdin is not None  # a pipe
        try:
            self._process.stdin.write(data)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Nothing more is given."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def chunks(self, patience_s: float) -> Iterator[bytes]:
        """What it prints, in pieces of at most 64 KB, to its end or to the end of patience."""
        self._reader = Thread(target=self._pump, daemon=True)
        self._reader.start()
        try:
            while chunk := self._read.get(timeout=patience_s):
                yield chunk
        except Empty:
            return
        finally:
            self.close()

    def _pump(self) -> None:
        assert self._process.stdout is not None  # a pipe
        chunk = b"-"
        while chunk and not self._over.is_set():
            chunk = self._process.stdout.read1(CHUNK_BYTES)  # type: ignore[attr-defined]
            while not self._over.is_set():
                try:
                    self._read.put(chunk, timeout=1.0)
                except Full:
                    continue
                break

    def kill(self) -> None:
        """From another thread: whoever waits for it need not any more."""
        self._process.kill()

    def close(self) -> None:
        """End the child, whatever it is at; it may be called twice."""
        self._over.set()
        self._process.kill()
        self.end()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Companion:
    """A program of the system that runs beside this one until ``end``. Raises OSError where it
    can't be started."""

    def __init__(self, program: str, *arguments: str) -> None:
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            [program, *arguments], stdin=nowhere, stdout=nowhere, stderr=nowhere
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def went_well(self, within_s: float) -> bool:
        """Waits for its end; one that takes longer is ended."""
        try:
            return self._process.wait(within_s) == 0
        except subprocess.TimeoutExpired:
            self.end()
            return False

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()


class Witness:
    """A child that is told lines, answers none, and lives on when this process dies: in a session
    of its own, so that what ends or stops a terminal's programs leaves it. Raises OSError.

    ``tell`` never waits. What the child writes to standard error comes to this terminal.
    """

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            _command(module), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            env=_environment(), bufsize=0, start_new_session=True, creationflags=apart(),
        )  # fmt: skip
        assert self._process.stdin is not None  # a pipe
        # Python 3.11 can't on Windows: there a pipe that is full holds up whoever tells.
        if sys.platform != "win32" or sys.version_info >= (3, 12):
            os.set_blocking(self._process.stdin.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, line: str) -> bool:
        """False where it has ended, or has not listened for hours: then it is ended."""
        assert self._process.stdin is not None  # a pipe
        said = os.fsencode(f"{line}\n")
        with suppress(OSError, ValueError):
            if self._process.stdin.write(said) == len(said):
                return True
        self._process.kill()  # so that nobody waits for it
        return False

    def close(self) -> None:
        """Its pipe ends here; it does what is left to do and goes by itself."""
        assert self._process.stdin is not None  # a pipe
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(WITNESS_ENDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def apart(system: str = sys.platform) -> int:
    """``creationflags`` on Windows, where sessions are none: Ctrl-C ends all of one group, and a
    window that is closed ends all that are attached to its console. So: another of both, unseen."""
    new_process_group, no_window = 0x0000_0200, 0x0800_0000  # Microsoft, "Process Creation Flags"
    return new_process_group | no_window if system == "win32" else 0


def _command(module: str, *arguments: str) -> list[str]:
    """What is said and read is UTF-8 on both sides, whatever the system's own encoding is."""
    return [sys.executable, "-I", "-X", "utf8", "-m", module, *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, **ONE_THREAD}


def limit_this_process(cpu_s: int | None = None, system: str = sys.platform) -> None:
    """Called by the child, first thing: bounded memory, no core file, at most ``cpu_s`` of work.
    POSIX only, and memory not on macOS."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit still holds
        return
    if system != "darwin":  # it maps more than this into every program, and refuses the limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    no_core_file()
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def no_core_file() -> None:
    """What is in memory, the record's key too, does not come onto the disk when the process
    crashes. POSIX only."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def give_way() -> None:
    """Called by a child that works beside a live session. POSIX only."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
