"""Where a session's arrivals come from, by one short address.

    ble:ADDRESS-or-NAME
    replay:FILE[@SPEED]
    virtual[:seed=7,scenario=separation,fault=dropout,fault=ectopy]

In a virtual address a fault or a scenario may stand alone (``virtual:seed=7,dropout``);
``unscripted`` leaves out what the simulated person says and does, and ``speed=2.7`` is
for demonstrations.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from biocoach import captures
from biocoach.clock import Clock
from biocoach.types import Arrival, Refusal
from devices.scenarios import FAULTS, SCENARIOS
from devices.strap_words import Wishes
from devices.virtual_h10_faults import FAULTS as H10_FAULTS

# Those of the stream, and those of a strap that is asked by characteristic: its memory.
KNOWN_FAULTS = (*FAULTS, *H10_FAULTS)
DEFAULT_SEED = 7
DEFAULT_SCENARIO = "separation"


class Source(Protocol):
    """Gives arrivals in order. ``simulated``: nobody's heart is beating here and now.
    ``scripted``: what the person says and does comes from it too.

    Close the stream (``contextlib.aclosing``) or cancel its reader to let go of the strap.
    """

    @property
    def name(self) -> str: ...

    @property
    def simulated(self) -> bool: ...

    @property
    def scripted(self) -> bool: ...

    def stream(self) -> AsyncGenerator[Arrival, None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """A parsed address. ``target`` is a strap's address or name, or a file's path.

    ``speed``: how many times as fast as the clock; the caller makes the ScaledClock.
    """

    kind: Literal["ble", "replay", "virtual"]
    target: str = ""
    speed: float = 1.0
    seed: int = DEFAULT_SEED
    scenario: str = DEFAULT_SCENARIO
    faults: tuple[str, ...] = ()
    scripted: bool = True

    @property
    def simulated(self) -> bool:
        return self.kind != "ble"


class SourceError(ValueError):
    """The source cannot be opened; its text is one line for people."""


def parse_source(url: str) -> SourceSpec | Refusal:
    """What the address means, or in one line why it means nothing. Never raises."""
    kind, _, rest = url.partition(":")
    if kind == "ble":
        if not rest.strip():
            return Refusal(why="ble: wants a strap's address or name, as in ble:Polar H10 12345678")
        return SourceSpec(kind="ble", target=rest.strip())
    if kind == "replay":
        return _parse_replay(rest)
    if kind == "virtual":
        return _parse_virtual(rest)
    return Refusal(why=f"no source {url!r}: it is ble:…, replay:… or virtual")


def _parse_replay(rest: str) -> SourceSpec | Refusal:
    path, at, tail = rest.rpartition("@")
    speed = _number(tail) if at else None
    if speed is None:
        path, speed = rest, 1.0  # an @ in the file's own name
    if not path:
        return Refusal(why="replay: wants a capture file, as in replay:session.jsonl@10")
    if not _usable_speed(speed):
        return Refusal(why=f"a speed must be above 0, not {tail}")
    return SourceSpec(kind="replay", target=path, speed=speed)


def _parse_virtual(rest: str) -> SourceSpec | Refusal:
    spec: SourceSpec | Refusal = SourceSpec(kind="virtual")
    for word in rest.split(","):
        if word.strip() and isinstance(spec, SourceSpec):
            spec = _with_option(spec, word.strip())
    return spec


def _with_option(spec: SourceSpec, word: str) -> SourceSpec | Refusal:
    key, equals, value = word.partition("=")
    if not equals:
        key = "fault" if word in KNOWN_FAULTS else "scenario" if word in SCENARIOS else word
        value = word
    speed = _number(value)
    match key:
        case "seed" if value.isascii() and value.isdigit() and len(value) < 19:
            return replace(spec, seed=int(value))
        case "seed":
            return Refusal(why=f"a seed is a whole number from 0, not {value!r}")
        case "scenario" if value in SCENARIOS:
            return replace(spec, scenario=value)
        case "scenario":
            return Refusal(why=f"no scenario {value!r}; there is {', '.join(SCENARIOS)}")
        case "fault" if value in KNOWN_FAULTS:
            return replace(spec, faults=tuple(sorted({*spec.faults, value})))
        case "fault":
            return Refusal(why=f"no fault {value!r}; there is {', '.join(KNOWN_FAULTS)}")
        case "speed" if speed is not None and _usable_speed(speed):
            return replace(spec, speed=speed)
        case "speed":
            return Refusal(why=f"a speed must be above 0, not {value!r}")
        case "unscripted" if not equals:
            return replace(spec, scripted=False)
    return Refusal(why=f"no option {word!r}: it is seed=, scenario=, fault=, speed= or unscripted")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _usable_speed(speed: float) -> bool:
    return math.isfinite(speed) and speed > 0


def open_source(url: str, clock: Clock) -> Source:
    """The source at this address, which waits by ``clock`` (a ScaledClock for a speed).

    Raises SourceError, with one line for people, for an address that means nothing or a
    capture file that is not there. A strap out of reach is not an error: it is waited for.
    """
    spec = parse_source(url)
    if isinstance(spec, Refusal):
        raise SourceError(spec.why)
    return open_spec(spec, clock)


def open_spec(spec: SourceSpec, clock: Clock, wishes: Wishes | None = None) -> Source:
    """As ``open_source``, of an address that is parsed already.

    ``wishes``: which streams of a real strap; may be changed while it runs.
    """
    # Imported when asked for: a replay needs no Bluetooth, and bleak is slow to import.
    if spec.kind == "ble":
        from devices.strap import StrapSource

        return StrapSource(spec.target, clock, wishes=wishes)
    if spec.kind == "replay":
        from devices.replay import ReplaySource

        path = Path(spec.target)
        if not path.is_file():
            raise SourceError(f"no capture file {spec.target!r}")
        with closing(captures.read_file(path)) as items:
            first = next(items, None)
        if not isinstance(first, captures.Header):
            why = first.why if isinstance(first, captures.Problem) else "the file is empty"
            raise SourceError(f"{spec.target}: not a capture: {why}")
        return ReplaySource(path=path, clock=clock)
    from devices.virtual import VirtualSource

    return VirtualSource(
        clock=clock,
        seed=spec.seed,
        scenario=spec.scenario,
        faults=tuple(fault for fault in spec.faults if fault in FAULTS),
        scripted=spec.scripted,
    )
