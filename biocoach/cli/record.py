"""``biocoach record``: a headless capture with a live line."""

from __future__ import annotations

import asyncio
import errno
import signal
import sys
from contextlib import ExitStack, aclosing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from biocoach.cli.growing import GrowingFile
from biocoach.cli.radio_help import look, steps
from biocoach.cli.say import err, fail, may_write, out, wrong_use
from biocoach.cli.words import strap_trouble
from biocoach.types import InputBody, Link, Reading, Refusal, Strap

if TYPE_CHECKING:
    from devices import Source, SourceSpec


def record(
    source: str = typer.Option(..., "--source", help="ble:…, replay:FILE[@SPEED] or virtual…"),
    to: Path = typer.Option(..., "--out", help="A .jsonl or .jsonl.gz file."),
    force: bool = typer.Option(False, "--force", help="Replace a file that exists."),
    seconds: float = typer.Option(0.0, "--seconds", min=0, help="Stop by itself; 0: on Ctrl-C."),
    ecg: bool = typer.Option(True, "--ecg/--no-ecg", help="ECG too, where the strap has it."),
) -> None:
    """Record a strap into a capture file, without a page. Stops cleanly on Ctrl-C and SIGTERM.

    Everything that the strap can send is kept. ECG costs its battery: --no-ecg leaves it out.

    Example: biocoach record --source virtual --out try.jsonl --seconds 5
    """
    from devices import SourceError, parse_source

    spec = parse_source(source)
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    may_write(to, force)
    recording = _Recording(to, seconds, ecg=ecg)
    # The system's wish to stop is as good as Ctrl-C.
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        asyncio.run(recording.run(spec))
    except KeyboardInterrupt:
        pass
    except _UnwrittenError as error:
        fail(recording.unwritten(error))
    except (SourceError, OSError) as error:
        fail(str(error))
    finally:
        signal.signal(signal.SIGTERM, before)
        if sys.stderr.isatty():
            err("")
    if not recording.lines:
        fail(f"nothing arrived from {source} in this time; nothing was recorded")
    if not recording.heard:
        fail(f"{to}: nothing was heard from {source}; only the tries to reach it are written")
    out(f"{to}: {recording.lines} lines, {recording.beats} beats")


WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file has come to its greatest size here",
}


class _UnwrittenError(Exception):
    """The file takes no more; why, in words."""

    def __init__(self, error: OSError) -> None:
        super().__init__(WORDS.get(error.errno or 0) or error.strerror or str(error))


def _head(spec: SourceSpec, source: Source, started: datetime, first: InputBody) -> str:
    """The capture's first line. The strap's own name where it is known: its quirks hang on it."""
    from biocoach.captures import header_line
    from biocoach.clock import iso_utc

    name = first.name if isinstance(first, Strap) else spec.target or source.name
    return header_line(iso_utc(started), name, simulated=source.simulated)


class _Recording:
    """What was written so far; the file is made when the first thing arrives."""

    def __init__(self, to: Path, seconds: float, *, ecg: bool) -> None:
        self._to = to
        self._seconds = seconds
        self._ecg = ecg
        self._file: GrowingFile | None = None
        self.lines = 0
        self.beats = 0
        self.heard = False

    async def run(self, spec: SourceSpec) -> None:
        """Write what arrives until the source ends, time is over, or Ctrl-C.

        Raises SourceError where there is no Bluetooth to hear anything with.
        """
        from biocoach.captures import line
        from biocoach.clock import ScaledClock, SystemClock
        from devices import open_spec
        from devices.strap_words import Wishes

        system = SystemClock()
        clock = system if spec.speed == 1 else ScaledClock(system, spec.speed)
        source = open_spec(spec, clock, Wishes(ecg=self._ecg))
        start_s, started = clock.now_s(), clock.wall()
        with ExitStack() as files, suppress(TimeoutError):
            async with asyncio.timeout(self._seconds or None), aclosing(source.stream()) as heard:
                async for arrival in heard:
                    if not source.simulated:
                        self._tell_trouble(arrival.body)
                    text = line(max(0.0, arrival.clock_s - start_s), arrival.body)
                    if text is None:
                        continue
                    try:
                        if self._file is None:
                            self._file = files.enter_context(GrowingFile(self._to))
                            self._file.add(_head(spec, source, started, arrival.body))
                        self._file.add(text)
                    except OSError as error:
                        raise _UnwrittenError(error) from error
                    self._count(arrival.body)

    def _tell_trouble(self, body: InputBody) -> None:
        """Say why nothing is heard, or no movement; without a radio nothing is waited for."""
        from devices import SourceError
        from devices.strap_words import NO_RADIO

        if isinstance(body, Strap) and body.trouble:
            todo = "; ".join(steps(body.trouble, sys.platform, look()))
            err(f"biocoach: only the heart is recorded, movement is not ({body.trouble}). {todo}")

        if not isinstance(body, Link) or body.up:
            return
        if self._file is None and body.reason in NO_RADIO:
            raise SourceError(f"{strap_trouble(body.reason)}; nothing was recorded")
        err(f"biocoach: {strap_trouble(body.reason)}; still trying, Ctrl-C ends it")

    def unwritten(self, error: _UnwrittenError) -> str:
        """What went wrong, what is kept of it, and what to do."""
        lines = self._file.lines if self._file else 0
        kept = f"the first {lines} lines are kept" if lines > 1 else "nothing was kept"
        return f"{self._to}: {error}; {kept}. Free some space, or give --out on another disk"

    def _count(self, body: InputBody) -> None:
        self.lines += 1
        self.heard = self.heard or not isinstance(body, Link)
        if isinstance(body, Reading):
            self.beats += len(body.rr_1024)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{self.beats} beats, {body.bpm} bpm   ")
                sys.stderr.flush()
