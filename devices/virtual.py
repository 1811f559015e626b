"""The virtual strap: a simulated person with a seed, through the very bytes a strap sends.

Each part draws from its own stream of numbers, so that asking for a fault does not change
the heart. ``virtual_story`` has what the seed decides.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncGenerator, Collection, Iterator
from dataclasses import dataclass

from biocoach.captures import Timed
from biocoach.clock import Clock
from biocoach.types import Arrival, Battery, InputBody, Link, Mark, PersonBody, Strap
from devices import virtual_heart
from devices.decode import to_input
from devices.scenarios import Rise
from devices.virtual_motion import acc_frames
from devices.virtual_story import Story, dice_for
from devices.virtual_story import story as story_of

NAME = "Virtual strap"
SILENT_S = 5.0

# An activation that is nearly over at the return does not wait for it (1.5 spreads of 3 bpm).
_UNDER_WAY_BPM = 4.5
_GRID_HZ = 10


def scenario_events(seed: int, scenario: str, faults: Collection[str] = ()) -> Iterator[Timed]:
    """All that arrives, in order. The same arguments give the same bytes.

    Raises ValueError for a scenario or a fault that is not there.
    """
    return story_events(seed, story_of(seed, scenario, faults), moving="noacc" not in faults)


def story_events(seed: int, story: Story, *, moving: bool) -> Iterator[Timed]:
    """The same for any story; ``moving``: the strap has an accelerometer."""
    streams = [
        _opening(seed, moving=moving),
        (Timed(at_s=at_s, body=body) for at_s, body in story.scenario.script),
        _heart(seed, story),
    ]
    if moving:
        streams.append(_motion(seed, story))
    return heapq.merge(*streams, key=lambda item: item.at_s)


def _opening(seed: int, *, moving: bool) -> Iterator[Timed]:
    sends = ("rr", "acc", "contact", "battery") if moving else ("rr", "contact", "battery")
    bodies: tuple[InputBody, ...] = (
        Strap(
            name=NAME, address="virtual", sends=sends, lacks=("ecg",) if moving else ("acc", "ecg")
        ),
        Link(up=True),
        Battery(percent=int(dice_for(seed, "battery").uniform(55, 100))),
    )
    return (Timed(at_s=0.0, body=body) for body in bodies)


def _heart(seed: int, story: Story) -> Iterator[Timed]:
    dice = dice_for(seed, "radio")
    last_s, duration_s = 0.0, story.scenario.duration_s
    sent = virtual_heart.notifications(story.beats, story.windows, duration_s, dice)
    for at_s, raw in sent:
        if at_s - last_s > SILENT_S:
            # What the real source says when a connected strap says nothing.
            yield Timed(at_s=last_s + SILENT_S, body=Link(up=False, reason="silent"))
            yield Timed(at_s=at_s, body=Link(up=True))
        last_s = at_s
        yield Timed(at_s=at_s, body=to_input("2a37", raw, NAME))


def _motion(seed: int, story: Story) -> Iterator[Timed]:
    dice = dice_for(seed, "motion")
    silence = story.windows.get("silence")
    for at_s, raw in acc_frames(story.person, story.scenario, silence, dice):
        yield Timed(at_s=at_s, body=to_input("pmd-data", raw, NAME))


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualSource:
    """Plays a scenario on the clock. ``scripted`` False leaves out what the person does."""

    clock: Clock
    seed: int
    scenario: str
    faults: tuple[str, ...] = ()
    scripted: bool = True
    simulated: bool = True

    @property
    def name(self) -> str:
        return f"virtual:seed={self.seed},scenario={self.scenario}"

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        start_s = self.clock.now_s()
        for item in scenario_events(self.seed, self.scenario, self.faults):
            if not self.scripted and isinstance(item.body, PersonBody):
                continue
            await self.clock.sleep_until(start_s + item.at_s)
            yield Arrival(clock_s=start_s + item.at_s, body=item.body)


# ---- the truth


def truth(seed: int, scenario: str, faults: Collection[str] = ()) -> dict[str, object]:
    """What there is to find, as values that JSON knows; seconds and beats a minute.

    Half-recovery is that of docs/signal.md, read off the heart rate without breath,
    wander and jitter. Raises ValueError as ``scenario_events`` does.
    """
    story = story_of(seed, scenario, faults)
    told = story.scenario
    return {
        "biocoach_truth": 1,
        "seed": seed,
        "scenario": scenario,
        "faults": sorted(faults),
        "duration_s": told.duration_s,
        "resting_bpm": round(story.person.resting_bpm, 3),
        "resting_rmssd_ms": round(story.person.rmssd_ms, 3),
        "breath_hz": round(story.person.breath_hz, 4),
        "marks": [
            {"at_s": at_s, "mark": body.kind.value}
            for at_s, body in told.script
            if isinstance(body, Mark)
        ],
        "rises": _rises(story),
        "walks": [{"start_s": w.start_s, "end_s": w.end_s} for w in told.walks],
        "gaps": [
            {"start_s": window.start_s, "end_s": window.end_s, "reason": fault}
            for fault, window in sorted(story.windows.items(), key=lambda kv: kv[1].start_s)
        ],
        "premature_s": [round(at_s, 3) for at_s in story.premature_s],
    }


def _rises(story: Story) -> list[dict[str, object]]:
    ends = [rise.onset_s for rise in story.scenario.rises[1:]] + [story.scenario.duration_s]
    curve = _Curve(story)
    return [
        _rise_truth(rise, until_s, curve, story.scenario.back_s)
        for rise, until_s in zip(story.scenario.rises, ends, strict=False)
    ]


class _Curve:
    """The smooth heart rate on a grid of 0.1 s, with its running sum for quick means."""

    def __init__(self, story: Story) -> None:
        steps = int(story.scenario.duration_s * _GRID_HZ) + 1
        self.bpm = [
            virtual_heart.smooth_bpm(story.person, story.scenario, i / _GRID_HZ)
            for i in range(steps)
        ]
        self.sums = [0.0]
        for bpm in self.bpm:
            self.sums.append(self.sums[-1] + bpm)

    def mean(self, start_s: float, end_s: float) -> float:
        """The mean from start to end, cut at the ends of the curve."""
        first = max(0, round(start_s * _GRID_HZ))
        last = min(len(self.bpm), round(end_s * _GRID_HZ) + 1)
        return (self.sums[last] - self.sums[first]) / (last - first)

    def median(self, start_s: float, end_s: float) -> float:
        part = sorted(self.bpm[round(start_s * _GRID_HZ) : round(end_s * _GRID_HZ) + 1])
        return part[len(part) // 2]


def _rise_truth(
    rise: Rise, until_s: float, curve: _Curve, back_s: float | None
) -> dict[str, object]:
    first, last = round(rise.onset_s * _GRID_HZ), round(until_s * _GRID_HZ)
    ground_bpm = curve.median(rise.onset_s - 180, rise.onset_s - 10)
    peak = max(range(first, last), key=lambda i: curve.bpm[i])
    met = back_s is not None and rise.onset_s < back_s < until_s
    if back_s is not None and met and rise.at(back_s) > _UNDER_WAY_BPM:
        reference_s, where = back_s, "after_reunion"
    else:
        high_bpm = ground_bpm + 0.9 * (curve.bpm[peak] - ground_bpm)
        reference_s = max(i for i in range(first, last) if curve.bpm[i] >= high_bpm) / _GRID_HZ
        where = "apart"
    top_bpm = curve.mean(reference_s - 30, reference_s)
    half_s = _half_s(curve, reference_s, until_s, (ground_bpm + top_bpm) / 2)
    return {
        "cause": rise.cause,
        "onset_s": round(rise.onset_s, 3),
        "rise_bpm": round(rise.bpm, 3),
        "tau_s": rise.tau_s,
        "baseline_bpm": round(ground_bpm, 3),
        "peak_s": peak / _GRID_HZ,
        "peak_bpm": round(curve.bpm[peak], 3),
        "reference_s": round(reference_s, 3),
        "where": where,
        "half_s": half_s,
        "censored": half_s is None,
    }


def _half_s(curve: _Curve, reference_s: float, until_s: float, half_bpm: float) -> float | None:
    """From the reference to the first 10 s whose centred 20-s rate is at or below half."""
    run = 0
    for i in range(round(reference_s * _GRID_HZ), round((until_s - 10) * _GRID_HZ)):
        at_s = i / _GRID_HZ
        run = run + 1 if curve.mean(at_s - 10, at_s + 10) <= half_bpm else 0
        if run > 10 * _GRID_HZ:
            return round(at_s - 10 - reference_s, 1)
    return None
