"""A recording from a strap's own memory, judged: what it holds and when each beat was.

The file has intervals (or only rates), no times and no gaps. Its clock is the running sum of
its intervals from the start that the computer noted; the computer's own time between start
and stop says how much of it is missing, not where. Nothing is invented: a value that can't be
an interval is kept as it stands, takes no time, and gets its verdict like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from biocoach.capture_fields import LATEST_AT_S
from biocoach.clock import iso_utc
from biocoach.review.imported import Imported, Problem, Timed
from biocoach.types import Intervals, Reading, Refusal, Strap, Unread
from devices.polar.recording import Samples

KIND = "h10-memory"
FILE_WORD = "polar-samples"  # what the file itself is kept as
# A pause longer than this is no interval of a file that is written beat by beat: 14679420 and
# 1878949389 ms were seen in real ones (Polar SDK issue 312). A beat lies within LIKELY_MS.
PAUSE_MAX_MS = 60_000
LIKELY_MS = range(250, 3001)
TRIAL_SHARE_MIN = 0.5  # of a trial's time in believable beats: the electrodes may need a moment
OFF_MAX_SHARE = 0.02  # a strap's clock was seen 2 % off (Polar's own specification)
OFF_SLACK_S = 5.0
RATE_MAX_BPM = 65_535  # what a heart-rate notification can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the strap kept. ``holds``: "beats", "rates" (one a second) or "nothing".

    ``span_s``: how long its values last, ``sure_s`` those of them that can be a beat; ``odd``:
    how many can't be what they say they are. ``missing_s``: the time between start and stop
    that no value covers; None where start or stop is unknown. ``too_long``: they last longer
    than that time, so that they can't all be true. ``cut_off``: the file breaks off.
    """

    recording: Imported
    holds: str
    count: int
    odd: int
    span_s: float
    sure_s: float
    missing_s: float | None
    too_long: bool
    cut_off: bool


def judged(
    samples: Samples,
    *,
    device: str,
    started: datetime | None,
    lasted_s: float | None,
    simulated: bool = False,
    raw: bytes = b"",
) -> Found | Refusal:
    """``lasted_s``: from start to stop by the computer's clock, None where it is not known.

    ``raw``: the file; where it could not be read to its end it is kept as it is, too.
    """
    values = _beats(samples.rr_ms) if samples.rr_ms else _rates(samples)
    if values.span_s > LATEST_AT_S:
        return Refusal(why="it lasts longer than a week")
    missing_s, too_long = _against(values.span_s, lasted_s)
    found = Found(
        recording=Imported(
            kind=KIND,
            inputs=[*_sender(values, device), *values.inputs, *_rest(samples, values, raw)],
            length_s=values.span_s,
            started_utc=iso_utc(started) if started else None,
            device=device,
            simulated=simulated,
            cut_off=samples.cut_off,
        ),
        holds=values.holds if values.inputs else "nothing",
        count=len(values.inputs),
        odd=values.odd,
        span_s=values.span_s,
        sure_s=values.sure_s,
        missing_s=missing_s,
        too_long=too_long,
        cut_off=samples.cut_off,
    )
    problems = [Problem(line=0, why=why) for why in _whys(found)]
    return replace(found, recording=replace(found.recording, problems=problems))


def keeps_beats(found: Found, lasted_s: float) -> bool:
    """Whether a trial of so many seconds shows that this strap keeps beats worth using."""
    enough = found.sure_s >= TRIAL_SHARE_MIN * lasted_s
    return found.holds == "beats" and not found.too_long and enough


def _against(span_s: float, lasted_s: float | None) -> tuple[float | None, bool]:
    """What is missing beside the computer's time, and whether there is more than can be."""
    if lasted_s is None:
        return None, False
    allowed_s = OFF_SLACK_S + OFF_MAX_SHARE * lasted_s
    short_s = lasted_s - span_s
    return short_s if short_s > allowed_s else 0.0, -short_s > allowed_s


def _whys(found: Found) -> list[str]:
    """What must be known beside the beats, in words."""
    said = []
    if found.holds == "rates":
        said.append("the strap kept only a heart rate, no beats")
    if found.cut_off:
        said.append("its file breaks off")
    if found.odd:
        said.append(f"{found.odd} of its values can't be what they say they are")
    if found.missing_s:
        said.append(f"{found.missing_s:.0f} s are missing, and it does not say where")
    if found.too_long:
        said.append("its beats last longer than it was recording")
    return said


# ---- the values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    holds: str
    inputs: list[Timed]
    odd: int
    span_s: float
    sure_s: float


def _beats(rr_ms: Sequence[int]) -> _Values:
    at_s, inputs = 0.0, list[Timed]()
    for value in rr_ms:
        if 0 < value <= PAUSE_MAX_MS:
            at_s += value / 1000
        inputs.append((at_s, Intervals(rr_ms=(float(value),))))
    likely = [value for value in rr_ms if value in LIKELY_MS]
    return _Values(
        holds="beats",
        inputs=inputs,
        odd=len(rr_ms) - len(likely),
        span_s=at_s,
        sure_s=sum(likely) / 1000,
    )


def _rates(samples: Samples) -> _Values:
    """Each as the notification that a strap would have sent: a rate, and no interval. A rate of
    0 is not odd: the strap says that it has felt no beat yet."""
    step_s = samples.interval_s or 1.0
    rates = [(n * step_s, v) for n, v in enumerate(samples.bpm, start=1) if 0 <= v <= RATE_MAX_BPM]
    return _Values(
        holds="rates",
        inputs=[(at_s, Reading(raw=_notification(v), bpm=v)) for at_s, v in rates],
        odd=sum(not 0 <= value <= 0xFF for value in samples.bpm),
        span_s=len(samples.bpm) * step_s,
        sure_s=sum(v > 0 for _, v in rates) * step_s,
    )


def _sender(values: _Values, device: str) -> list[Timed]:
    """A strap that kept rates only is one that sends no intervals: its rate may be read."""
    if values.holds != "rates":
        return []
    return [(0.0, Strap(name=device, lacks=("rr", "acc", "ecg")))]


def _rest(samples: Samples, values: _Values, raw: bytes) -> list[Timed]:
    if not samples.cut_off or not raw or not values.inputs:
        return []
    return [(values.span_s, Unread(characteristic=FILE_WORD, raw=raw, why="it breaks off"))]


def _notification(bpm: int) -> bytes:
    return bytes([0, bpm]) if bpm <= 0xFF else b"\x01" + bpm.to_bytes(2, "little")
