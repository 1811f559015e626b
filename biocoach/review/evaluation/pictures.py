"""Small pictures as SVG text: axes, lines, bars. No script, no outside file, readable in print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 420.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 12.0, 40.0
Point = tuple[float, float]
Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """``low`` to ``high``, with its words and the places that are named."""

    low: float
    high: float
    words: str
    ticks: Sequence[float]


@dataclass(slots=True, kw_only=True)
class Picture:
    """Draw on it, then ``svg()``. ``words`` says what it shows, for those who don't see it."""

    x: Axis
    y: Axis
    words: str
    _parts: list[str] = field(default_factory=list)
    _marks: int = 0

    def line(self, points: Points, style: str) -> None:
        """A line through the points; None breaks it."""
        run: list[Point] = []
        for x, y in [*points, (0.0, None)]:
            if y is not None:
                run.append((self._x(x), self._y(y)))
                continue
            if len(run) > 1:
                path = " ".join(f"{a:.1f},{b:.1f}" for a, b in run)
                self._parts.append(f'<polyline class="{style}" points="{path}"/>')
            run = []

    def bar(self, x: tuple[float, float], height: float, style: str, words: str) -> None:
        """From the axis up; ``words`` appear when it is pointed at."""
        left, right, top, foot = self._x(x[0]), self._x(x[1]), self._y(height), self._y(self.y.low)
        self._parts.append(
            f'<rect class="{style}" x="{left + 0.5:.1f}" y="{top:.1f}" '
            f'width="{max(0.5, right - left - 1):.1f}" height="{max(0.0, foot - top):.1f}">'
            f"<title>{escape(words)}</title></rect>"
        )

    def mark(self, x: float, style: str, words: str) -> None:
        """A line from top to bottom with a word beside it, each word lower than the last."""
        at, self._marks = self._x(x), self._marks + 1
        self._parts.append(
            f'<line class="{style}" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" '
            f'y2="{HEIGHT - BOTTOM}"/><text x="{at + 3:.1f}" y="{TOP + 11 * self._marks}">'
            f"{escape(words)}</text>"
        )

    def whisker(self, x: float, y: tuple[float, float], middle: float, style: str) -> None:
        """An interval with its middle."""
        at, low, high = self._x(x), self._y(y[0]), self._y(y[1])
        self._parts.append(
            f'<line class="{style}" x1="{at:.1f}" x2="{at:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
            f'<circle class="{style}" cx="{at:.1f}" cy="{self._y(middle):.1f}" r="4"/>'
        )

    def svg(self) -> str:
        return (
            f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
            f'aria-label="{escape(self.words)}">{self._frame()}{"".join(self._parts)}</svg>'
        )

    def _x(self, value: float) -> float:
        share = (value - self.x.low) / (self.x.high - self.x.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        share = (value - self.y.low) / (self.y.high - self.y.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def _frame(self) -> str:
        foot, middle = HEIGHT - BOTTOM, (TOP + HEIGHT - BOTTOM) / 2
        parts = [f'<path class="axis" d="M{LEFT},{TOP}V{foot}H{WIDTH - RIGHT}"/>']
        parts += [
            f'<text class="x" x="{self._x(v):.1f}" y="{foot + 15}">{v:g}</text>'
            for v in self.x.ticks
        ]
        parts += [
            f'<text class="y" x="{LEFT - 6}" y="{self._y(v) + 4:.1f}">{v:g}</text>'
            for v in self.y.ticks
        ]
        parts.append(
            f'<text class="x" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}">'
            f"{escape(self.x.words)}</text>"
            f'<text class="x" transform="translate(13 {middle}) rotate(-90)">'
            f"{escape(self.y.words)}</text>"
        )
        return "".join(parts)


def ticks(low: float, high: float, step: float) -> list[float]:
    """The multiples of ``step`` from ``low`` to ``high``."""
    first = int(-(-low // step))
    return [n * step for n in range(first, int(high // step) + 1)]


def histogram(
    values: Sequence[float], edges: Sequence[float], words: tuple[str, str, str]
) -> Picture:
    """How many values lie in each bin; beyond the last edge they count in the last bin.
    ``words``: what it shows, the values, the counts."""
    counts = [
        sum(a <= min(v, edges[-1] - 1e-9) < b or (n == 0 and v < a) for v in values)
        for n, (a, b) in enumerate(pairwise(edges))
    ]
    top = float(max(1, *counts))
    x = Axis(low=edges[0], high=edges[-1], words=words[1], ticks=edges[:: 1 + len(edges) // 9])
    y = Axis(low=0, high=top, words=words[2], ticks=ticks(0, top, max(1, top // 4)))
    picture = Picture(x=x, y=y, words=words[0])
    for (a, b), count in zip(pairwise(edges), counts, strict=True):
        picture.bar((a, b), count, "bar", f"{a:g} to {b:g}: {count}")
    return picture
