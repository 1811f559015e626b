"""A capture as a source: the same arrivals, paced by the clock that is handed in.

Speed is the clock's business (``ScaledClock``); replay knows nothing of it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

from biocoach.captures import Problem, Timed, read_file
from biocoach.clock import Clock
from biocoach.types import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySource:
    """Plays a capture file. ``problems`` gathers the lines that could not be used.

    ``stream`` raises OSError where the file cannot be opened.
    """

    path: Path
    clock: Clock
    problems: list[Problem] = field(default_factory=list)
    simulated: bool = True
    scripted: bool = True

    @property
    def name(self) -> str:
        return f"replay:{self.path.name}"

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        start_s = self.clock.now_s()
        for item in read_file(self.path):
            if isinstance(item, Problem):
                self.problems.append(item)
            elif isinstance(item, Timed):
                await self.clock.sleep_until(start_s + item.at_s)
                yield Arrival(clock_s=start_s + item.at_s, body=item.body)
