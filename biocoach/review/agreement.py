"""Two rows of beats side by side: the ECG's R peaks, and the strap's own RR.

Pure: times in, counts and differences out. An interval is compared where both of its beats have
a partner, and the partners are neighbours; a peak without a strap's beat was missed by the
strap (``missed``), a strap's beat without a peak is ``extra``. Only stretches in which the ECG
is usable count, and only those that the strap's intervals cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from biocoach.settings import EcgSettings
from biocoach.types import CleanBeat, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]

Json = dict[str, Any]
BIN_S = 0.02
CANDIDATES = 8  # whole beats that a steady heart may be off by, either way
FOLLOW_S = 0.3  # two clocks drift far less than this in a minute
JOIN_S = 0.06  # beat times are anchored to arrivals: neighbours may not quite touch


@dataclass(frozen=True, slots=True)
class Found:
    """R peaks, s, and the pieces (start, end) in which the ECG can be read."""

    times_s: Array
    usable: Sequence[tuple[float, float]]


@dataclass(slots=True)
class Window:
    """One minute. Differences are strap minus ECG, ms: of believed intervals, and of flagged."""

    start_s: float
    end_s: float
    offset_s: float | None = None
    kept_ms: list[float] = field(default_factory=list)
    flagged_ms: list[float] = field(default_factory=list)
    peaks: int = 0
    missed: int = 0
    extra: int = 0


def windows(found: Found, beats: Sequence[CleanBeat], settings: EcgSettings) -> list[Window]:
    """The strip's minutes, the clocks' offset followed from one to the next."""
    if not found.usable:
        return []
    rows: list[Window] = []
    start_s, last_s = found.usable[0][0], found.usable[-1][1]
    offset_s: float | None = None
    while start_s < last_s:
        row = Window(start_s, min(start_s + settings.window_s, last_s))
        near = _within(beats, row, offset_s, settings)
        offset_s = _offset(found.times_s, near, offset_s, settings)
        row.offset_s = offset_s
        if offset_s is not None:
            _count(row, found, near, offset_s, settings)
        rows.append(row)
        start_s = row.end_s
    return rows


def _within(
    beats: Sequence[CleanBeat], row: Window, offset_s: float | None, settings: EcgSettings
) -> list[CleanBeat]:
    """The strap's beats that may fall into the minute, in order."""
    slack_s = settings.offset_max_s if offset_s is None else abs(offset_s) + 1
    return [b for b in beats if row.start_s - slack_s <= b.beat.beat_s <= row.end_s + slack_s]


# ---- the clocks


def _offset(
    peaks_s: Array, beats: Sequence[CleanBeat], before_s: float | None, settings: EcgSettings
) -> float | None:
    """Seconds to add to the strap's times: near the minute before, else looked for anew."""
    import numpy as np

    times_s = np.array([b.beat.beat_s for b in beats])
    if len(times_s) < 2 or len(peaks_s) < 2:
        return before_s
    near = peaks_s[
        (peaks_s > times_s[0] - settings.offset_max_s)
        & (peaks_s < times_s[-1] + settings.offset_max_s)
    ]
    apart_s = (near[:, None] - times_s[None, :]).ravel()
    if before_s is not None:
        close = apart_s[np.abs(apart_s - before_s) < FOLLOW_S]
        if len(close) >= len(times_s) / 2:
            return _middle(close, float(_modes(close, 1)[0]), settings)
    apart_s = apart_s[np.abs(apart_s) <= settings.offset_max_s]
    if not len(apart_s):
        return before_s
    tried = [_middle(apart_s, mode, settings) for mode in _modes(apart_s, CANDIDATES)]
    return max(tried, key=lambda s: (_agreeing(near, beats, s, settings), -abs(s)))


def _modes(apart_s: Array, count: int) -> list[float]:
    """The most frequent offsets, a beat's length apart at least."""
    import numpy as np

    places, votes = np.unique(np.round(apart_s / BIN_S).astype(int), return_counts=True)
    found: list[float] = []
    for place in places[np.argsort(-votes, kind="stable")]:
        at_s = float(place) * BIN_S
        if all(abs(at_s - other) > FOLLOW_S / 2 for other in found):
            found.append(at_s)
        if len(found) == count:
            break
    return found


def _middle(apart_s: Array, mode_s: float, settings: EcgSettings) -> float:
    import numpy as np

    return float(np.median(apart_s[np.abs(apart_s - mode_s) <= settings.match_s / 2]))


def _agreeing(
    peaks_s: Array, beats: Sequence[CleanBeat], offset_s: float, settings: EcgSettings
) -> int:
    """How many intervals agree at this offset: a steady heart fits at several by time alone."""
    pairs = _partners(peaks_s, [b.beat.beat_s + offset_s for b in beats], settings)
    return sum(
        abs(off) <= settings.agree_ms for off in _differences(peaks_s, beats, pairs).values()
    )


# ---- beats


def _partners(peaks_s: Array, times_s: Sequence[float], settings: EcgSettings) -> list[int | None]:
    """For each of the strap's beats the peak that is its partner: each is the other's nearest."""
    import numpy as np

    times = np.asarray(times_s)
    if not len(peaks_s) or not len(times):
        return [None] * len(times)
    theirs = _nearest(peaks_s, times)
    ours = _nearest(times, peaks_s)
    close = np.abs(peaks_s[theirs] - times) <= settings.match_s
    mutual = ours[theirs] == np.arange(len(times))
    return [int(p) if ok else None for p, ok in zip(theirs, close & mutual, strict=True)]


def _nearest(places: Array, wanted: Array) -> NDArray[np.integer[Any]]:
    import numpy as np

    right = np.clip(np.searchsorted(places, wanted), 1, max(1, len(places) - 1))
    left = right - 1
    right = np.minimum(right, len(places) - 1)
    nearer = np.abs(places[left] - wanted) <= np.abs(places[right] - wanted)
    found: NDArray[np.integer[Any]] = np.where(nearer, left, right)
    return found


def _differences(
    peaks_s: Array, beats: Sequence[CleanBeat], pairs: Sequence[int | None]
) -> dict[int, float]:
    """Strap minus ECG, ms, by the place of the beat that ends the interval."""
    found: dict[int, float] = {}
    for place in range(1, len(beats)):
        before, here = pairs[place - 1], pairs[place]
        beat = beats[place].beat
        if before is None or here != before + 1 or not _joined(beats[place - 1], beats[place]):
            continue
        found[place] = beat.rr_ms - 1000 * float(peaks_s[here] - peaks_s[before])
    return found


def _joined(before: CleanBeat, here: CleanBeat) -> bool:
    begins_s = here.beat.beat_s - here.beat.rr_ms / 1000
    return before.beat.run == here.beat.run and abs(begins_s - before.beat.beat_s) <= JOIN_S


def _count(
    row: Window, found: Found, beats: Sequence[CleanBeat], offset_s: float, settings: EcgSettings
) -> None:
    pairs = _partners(found.times_s, [b.beat.beat_s + offset_s for b in beats], settings)

    def counts(at_s: float) -> bool:
        inside = row.start_s <= at_s < row.end_s
        return inside and any(a <= at_s < b for a, b in found.usable)

    for place, off in _differences(found.times_s, beats, pairs).items():
        if counts(beats[place].beat.beat_s + offset_s):
            ok = beats[place].verdict is Verdict.OK
            (row.kept_ms if ok else row.flagged_ms).append(off)
    taken = {p for p in pairs if p is not None}
    for clean, pair in zip(beats, pairs, strict=True):
        row.extra += int(pair is None and counts(clean.beat.beat_s + offset_s))
    spans = _covered(beats, offset_s)
    for place, at_s in enumerate(found.times_s.tolist()):
        if counts(at_s) and any(a <= at_s <= b for a, b in spans):
            row.peaks += 1
            row.missed += int(place not in taken)


def _covered(beats: Sequence[CleanBeat], offset_s: float) -> list[tuple[float, float]]:
    """Where the strap's intervals lie, ECG's time: from one's begin to the last's end, by run."""
    spans: dict[int, tuple[float, float]] = {}
    for clean in beats:
        end_s = clean.beat.beat_s + offset_s
        begin_s, _ = spans.get(clean.beat.run, (end_s - JOIN_S, end_s))
        spans[clean.beat.run] = (begin_s, end_s + JOIN_S)
    return list(spans.values())


# ---- figures


def figures(rows: Sequence[Window], settings: EcgSettings) -> Json:
    """The minutes as one: counts, and how far believed intervals differ; None without any."""
    import numpy as np

    kept = np.array([off for row in rows for off in row.kept_ms])
    flagged = [off for row in rows for off in row.flagged_ms]
    apart = np.abs(kept)
    some = len(kept) > 0
    return {
        "intervals": len(kept),
        "agreeing_share": round(float((apart <= settings.agree_ms).mean()), 4) if some else None,
        "median_abs_ms": round(float(np.median(apart)), 2) if some else None,
        "p95_abs_ms": round(float(np.quantile(apart, 0.95)), 2) if some else None,
        "bias_ms": round(float(np.median(kept)), 2) if some else None,
        "peaks": sum(row.peaks for row in rows),
        "missed": sum(row.missed for row in rows),
        "extra": sum(row.extra for row in rows),
        "flagged": len(flagged),
        "flagged_agreeing": sum(abs(off) <= settings.agree_ms for off in flagged),
    }
