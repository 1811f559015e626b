"""A session as one picture (SVG): told apart by shapes and strokes, so that print in black will do.

Pure: figures in, text out. Nothing that a person wrote is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor
from typing import Any

from biocoach.review.packet.words import Words
from biocoach.types import Phase

Json = dict[str, Any]
WIDTH, HEIGHT = 720.0, 236.0
LEFT, RIGHT, TOP, FLOOR = 40.0, 712.0, 34.0, 166.0  # of the plot of the heart
FOOT = 190.0  # the movement's line stands on it
STROKE = "#111"
FONT = "Libertinus Serif, Georgia, serif"
NAMES = {
    Phase.PLAN: "plan", Phase.BASELINE: "baseline_phase", Phase.APART: "apart", Phase.BACK: "back",
    Phase.DEBRIEF: "debrief",
}  # fmt: skip


class _Frame:
    """From seconds and bpm to the picture."""

    def __init__(self, length_s: float, rates: Sequence[float]) -> None:
        self.length_s = max(length_s, 1.0)
        low, high = min(rates), max(rates)
        self.low = floor((low - 3) / 10) * 10
        self.high = max(ceil((high + 3) / 10) * 10, self.low + 30)

    def x(self, at_s: float) -> float:
        share = min(max(at_s, 0.0), self.length_s) / self.length_s
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(self, bpm: float) -> float:
        return round(FLOOR - (bpm - self.low) / (self.high - self.low) * (FLOOR - TOP), 1)


def session_chart(one: Json, words: Words) -> str:
    rows = one["chart"]
    known = [v for name in ("hr_bpm", "lo_bpm", "hi_bpm") for v in rows[name] if v is not None]
    frame = _Frame(one["length_s"], known)
    parts = [
        _open(),
        *_phases(one, frame, words),
        *_scale(frame, words),
        *_band(rows, frame),
        *_rises(one, frame),
        *_heart(rows, frame),
        *_movement(rows, frame),
        *_marks(one, frame),
        *_legend(words),
        "</svg>",
    ]
    return "".join(parts)


def _open() -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'font-family="{FONT}" font-size="10" fill="{STROKE}">'
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {style}/>'


THIN = f'stroke="{STROKE}" stroke-width="0.5"'
FAINT = f'stroke="{STROKE}" stroke-width="0.3" stroke-opacity="0.35"'
DASHED = f'stroke="{STROKE}" stroke-width="0.7" stroke-dasharray="3 2"'


def _phases(one: Json, frame: _Frame, words: Words) -> Iterator[str]:
    """A dashed line where each began, its name above where there is room."""
    free_x = LEFT
    for part in one["phases"]:
        if part["withdrawn"]:
            continue
        x = frame.x(part["start_s"])
        yield _line(x, TOP - 10, x, FOOT, DASHED)
        name = words(f"chart.{NAMES[Phase(part['phase'])]}")
        if frame.x(part["end_s"]) - x > 5 * len(name) and x >= free_x:
            yield _text(x + 2, TOP - 3, name)
            free_x = x + 5 * len(name)


def _scale(frame: _Frame, words: Words) -> Iterator[str]:
    step = 10 if frame.high - frame.low <= 60 else 20
    for bpm in range(frame.low, frame.high + 1, step):
        y = frame.y(bpm)
        yield _line(LEFT, y, RIGHT, y, FAINT)
        yield _text(LEFT - 4, y + 3, str(bpm), "end")
    minutes = frame.length_s / 60
    every = next((n for n in (1, 2, 5, 10, 15, 30, 60, 120) if minutes / n <= 12), 240)
    for minute in range(0, int(minutes) + 1, every):
        x = frame.x(minute * 60)
        yield _line(x, FOOT, x, FOOT + 3, THIN)
        unit = f" {words('chart.min')}" if minute == 0 else ""
        yield _text(x, FOOT + 13, f"{minute}{unit}", "middle")
    yield _line(LEFT, FOOT, RIGHT, FOOT, THIN)


def _runs(*columns: Sequence[float | None]) -> Iterator[tuple[int, int]]:
    """From and until of each stretch in which all are known."""
    since: int | None = None
    for n, row in enumerate(zip(*columns, strict=True)):
        whole = all(value is not None for value in row)
        if whole and since is None:
            since = n
        if not whole and since is not None:
            yield since, n
            since = None
    if since is not None:
        yield since, len(columns[0])


def _band(rows: Json, frame: _Frame) -> Iterator[str]:
    """The person's own baseline, as a light band with a dotted edge."""
    times, low, high = rows["t_s"], rows["lo_bpm"], rows["hi_bpm"]
    for since, until in _runs(low, high):
        up = [f"{frame.x(times[n])},{frame.y(high[n])}" for n in range(since, until)]
        down = [f"{frame.x(times[n])},{frame.y(low[n])}" for n in range(since, until)]
        around = " ".join([*up, *reversed(down)])
        yield f'<polygon points="{around}" fill="{STROKE}" fill-opacity="0.08"/>'
        for edge in (up, down):
            yield (
                f'<polyline points="{" ".join(edge)}" fill="none" stroke="{STROKE}" '
                'stroke-width="0.5" stroke-dasharray="1 2"/>'
            )


def _heart(rows: Json, frame: _Frame) -> Iterator[str]:
    for since, until in _runs(rows["hr_bpm"]):
        points = [
            f"{frame.x(rows['t_s'][n])},{frame.y(rows['hr_bpm'][n])}" for n in range(since, until)
        ]
        if len(points) == 1:  # a single one would not be seen
            points.append(
                f"{frame.x(rows['t_s'][since] + rows['every_s'])},{points[0].split(',')[1]}"
            )
        yield (
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{STROKE}" '
            'stroke-width="1.3" stroke-linejoin="round"/>'
        )


def _movement(rows: Json, frame: _Frame) -> Iterator[str]:
    """Along the foot, as bars; the highest there is fills the strip."""
    known = [v for v in rows["movement_mg"] if v is not None]
    most = max([*known, 100.0])
    path = []
    for at_s, value in zip(rows["t_s"], rows["movement_mg"], strict=True):
        if value is not None and value > 0:
            tall = min(1.0, value / most) * (FOOT - FLOOR - 6)
            if tall >= 0.3:
                path.append(f"M{frame.x(at_s)} {FOOT}v-{tall:.1f}")
    if path:
        yield f'<path d="{"".join(path)}" stroke="{STROKE}" stroke-width="0.8" fill="none"/>'


def _rises(one: Json, frame: _Frame) -> Iterator[str]:
    """A bracket over each rise, from its beginning to its end, with a triangle at its top."""
    for rise in one["activations"]:
        until_s = rise["end_s"] if rise["end_s"] is not None else one["length_s"]
        left, right = frame.x(rise["onset_s"]), frame.x(until_s)
        yield f'<path d="M{left} {TOP + 6}V{TOP + 2}H{right}V{TOP + 6}" fill="none" {THIN}/>'
        if rise["peak_bpm"] is not None:
            yield rise_shape(frame.x(rise["peak_s"]), frame.y(rise["peak_bpm"]) - 6)


def rise_shape(x: float, y: float) -> str:
    return f'<path d="M{x - 4:.1f} {y - 4:.1f}h8l-4 7z"/>'


def rating_shape(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="#fff" stroke="{STROKE}"/>'


def away_shape(x: float, y: float) -> str:
    return (
        f'<path d="M{x - 3.5:.1f} {y - 3.5:.1f}l7 7m0 -7l-7 7" stroke="{STROKE}" '
        'stroke-width="1.4" fill="none"/>'
    )


def urge_shape(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>'


def offer_shape(x: float, y: float) -> str:
    return (
        f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="#fff" '
        f'stroke="{STROKE}" stroke-width="0.9"/>'
    )


def practice_shape(x: float, y: float, width: float) -> str:
    return f'<rect x="{x:.1f}" y="{y - 2:.1f}" width="{max(width, 3):.1f}" height="4"/>'


def _marks(one: Json, frame: _Frame) -> Iterator[str]:
    """One row above the foot: what was rated, urged, offered and practised."""
    row_y, bar_y = FLOOR + 4, FLOOR + 13
    for practice in one["practices"]:
        until_s = practice["end_s"] if practice["end_s"] is not None else one["length_s"]
        left = frame.x(practice["start_s"])
        yield practice_shape(left, bar_y, frame.x(until_s) - left)
    for offer in one["offers"]:
        yield offer_shape(frame.x(offer["at_s"]), bar_y)
    for rating in one["ratings"]:
        x = frame.x(rating["at_s"])
        away = rating["presence"] in ("far_away", "numb")
        yield away_shape(x, row_y) if away else rating_shape(x, row_y)
        if rating["suds"] is not None:
            yield _text(x, row_y - 6, str(rating["suds"]), "middle")
    for urge in one["urges"]:
        yield urge_shape(frame.x(urge["at_s"]), row_y)


def _legend(words: Words) -> Iterator[str]:
    y, x = HEIGHT - 20, LEFT
    heart = f'stroke="{STROKE}" stroke-width="1.3"'
    keys = [
        (_line(0, 0, 14, 0, heart), "heart"),
        ('<rect x="0" y="-4" width="14" height="8" fill-opacity="0.1"/>', "baseline"),
        (rise_shape(7, 0), "rise"),
        ('<path d="M2 4v-6m3 6v-9m3 9v-4" stroke="#111" stroke-width="0.8"/>', "movement"),
        (rating_shape(7, 0), "rating"),
        (away_shape(7, 0), "away"),
        (urge_shape(7, 0), "urge"),
        (offer_shape(7, 0), "offer"),
        (practice_shape(0, 0, 14), "practice"),
    ]
    for shape, name in keys:
        text = words(f"chart.{name}")
        wide = 20 + 4.9 * len(text)
        if x + wide > RIGHT:
            y, x = y + 14, LEFT
        yield f'<g transform="translate({x:.1f} {y - 3:.1f})">{shape}</g>'
        yield _text(x + 18, y, text)
        x += wide + 8
