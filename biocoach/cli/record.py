"""``biocoach record``: a headless capture with a live line."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import typer

from biocoach.cli.say import err, fail, may_write, out, wrong_use


def record(
    source: str = typer.Option(..., "--source", help="ble:…, replay:FILE[@SPEED] or virtual…"),
    to: Path = typer.Option(..., "--out", help="A .jsonl or .jsonl.gz file."),
    force: bool = typer.Option(False, "--force", help="Replace a file that exists."),
    seconds: float = typer.Option(0.0, "--seconds", min=0, help="Stop by itself; 0: on Ctrl-C."),
) -> None:
    """Record a strap into a capture file, without a page. Stops cleanly on Ctrl-C.

    Example: biocoach record --source virtual --out try.jsonl --seconds 5
    """
    from biocoach.types import Refusal
    from devices import SourceError, parse_source

    spec = parse_source(source)
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    may_write(to, force)
    recording = _Recording(to, seconds)
    try:
        asyncio.run(recording.run(spec))
    except KeyboardInterrupt:
        pass
    except (SourceError, OSError) as error:
        fail(str(error))
    finally:
        if sys.stderr.isatty():
            err("")
    out(f"{to}: {recording.lines} lines, {recording.beats} beats")


class _Recording:
    def __init__(self, to: Path, seconds: float) -> None:
        self._to = to
        self._seconds = seconds
        self.lines = 0
        self.beats = 0

    async def run(self, spec: Any) -> None:
        """Write what arrives until the source ends, time is over, or Ctrl-C."""
        from biocoach.captures import header_line
        from biocoach.cli.files import writing
        from biocoach.clock import ScaledClock, SystemClock, iso_utc
        from devices import open_spec

        system = SystemClock()
        clock = system if spec.speed == 1 else ScaledClock(system, spec.speed)
        source = open_spec(spec, clock)
        start_s = clock.now_s()
        limit_s = self._seconds or None
        with writing(self._to) as file:
            head = header_line(iso_utc(clock.wall()), source.name, simulated=source.simulated)
            file.write(head + "\n")
            try:
                async with asyncio.timeout(limit_s):
                    async with aclosing(source.stream()) as arrivals:
                        async for arrival in arrivals:
                            self._write(file, arrival, start_s)
            except TimeoutError:
                return

    def _write(self, file: Any, arrival: Any, start_s: float) -> None:
        from biocoach.captures import line
        from biocoach.types import Reading

        text = line(max(0.0, arrival.clock_s - start_s), arrival.body)
        if text is None:
            return
        file.write(text + "\n")
        file.flush()
        self.lines += 1
        if isinstance(arrival.body, Reading):
            self.beats += len(arrival.body.rr_1024)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{self.beats} beats, {arrival.body.bpm} bpm   ")
                sys.stderr.flush()
