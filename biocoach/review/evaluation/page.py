"""The evaluation as one page: tables and pictures, nothing from outside, fit to be printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np

from biocoach.review.evaluation.detection import AMPLITUDES_BPM, Arithmetic, Rises
from biocoach.review.evaluation.folding import Outcome
from biocoach.review.evaluation.pictures import Axis, Picture, histogram, ticks
from biocoach.review.evaluation.recovery import Ways
from biocoach.review.evaluation.report import Report
from biocoach.review.evaluation.statistics import roc
from biocoach.review.evaluation.told import Table, heading, tables

Json = dict[str, Any]
ROC_POINTS_MOST = 200
TRACE_S = (300.0, 300.0)  # before and after
TRACES_EACH = 2
STYLE = """
:root{color-scheme:light dark;--ink:#1d2b2a;--soft:#5c6b69;--ground:#fbfaf7;--line:#1f7a6d;
--warm:#b4552d}
@media(prefers-color-scheme:dark){:root{--ink:#e8ece9;--soft:#9fb0ac;--ground:#151b1a;
--line:#5cc0ae;--warm:#e39a6f}}
body{max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--ground);
font:16px/1.5 system-ui,sans-serif}
h1,h2{line-height:1.2}p{max-width:44rem}.soft{color:var(--soft)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #8884}
th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}
.row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 20rem;max-width:28rem}
figcaption{font-size:.85rem;color:var(--soft)}
svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
svg .x{text-anchor:middle}svg .y{text-anchor:end}
.axis{fill:none;stroke:var(--soft)}.main{fill:none;stroke:var(--line);stroke-width:2}
.faint{fill:none;stroke:var(--line);opacity:.25}.chance{fill:none;stroke:var(--soft);
stroke-dasharray:4 4}.bar{fill:var(--line)}.spread{stroke:var(--line);stroke-width:2;
fill:var(--line)}.goal{stroke:var(--soft);stroke-dasharray:4 4}.alarm{stroke:var(--warm);
stroke-width:2}@media print{h2{break-after:avoid}figure{break-inside:avoid}}
"""


def page(report: Report, figures: Json) -> str:
    """HTML in one piece."""
    drawn = {
        "Mental arithmetic against sitting": _of_arithmetic(report),
        "Rises put into quiet stretches": _of_rises(report),
        "False alarms in quiet stretches": _of_quiet(report),
        "Half-recovery time, with a known way back": _of_ways(report),
    }
    parts = [f"<p>{escape(line)}</p>" for line in heading(figures)]
    for table in tables(figures):
        parts += [_table(table), _row(drawn.get(table.title, []))]
    foot = f"Seed {figures['seed']}, settings {figures['settings_hash']}."
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>biocoach: the signal, measured</title><style>{STYLE}</style></head><body>"
        f"<h1>The signal, measured</h1>{''.join(parts)}"
        f'<p class="soft">{escape(foot)}</p></body></html>\n'
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f"<h2>{escape(table.title)}</h2><p>{escape(table.note)}</p>"
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(pictures: Sequence[tuple[Picture, str]]) -> str:
    shown = [
        f"<figure>{picture.svg()}<figcaption>{escape(caption)}</figcaption></figure>"
        for picture, caption in pictures
    ]
    return f'<div class="row">{"".join(shown)}</div>' if shown else ""


# ---- the pictures of each part

Pictures = list[tuple[Picture, str]]


def _of_arithmetic(report: Report) -> Pictures:
    found = report.arithmetic
    if found is None or not found.areas:
        return []
    return [(roc_picture(found), "Each person faint; all seconds of all people together strong.")]


def roc_picture(found: Arithmetic) -> Picture:
    marks = ticks(0, 1, 0.25)
    picture = Picture(
        x=Axis(low=0, high=1, words="sitting seconds at or above the limit", ticks=marks),
        y=Axis(low=0, high=1, words="arithmetic seconds", ticks=marks),
        words="ROC curve of the score, arithmetic against sitting",
    )
    picture.line([(0, 0), (1, 1)], "chance")
    for person in found.areas:
        picture.line(_thin(roc(found.high[person], found.low[person])), "faint")
    together = [[v for each in side.values() for v in each] for side in (found.high, found.low)]
    picture.line(_thin(roc(*together)), "main")
    return picture


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    step = max(1, len(points) // ROC_POINTS_MOST)
    return [*points[:-1:step], points[-1]]


def _of_rises(report: Report) -> Pictures:
    found = report.rises
    if found is None:
        return []
    edges = [float(v) for v in range(0, 121, 10)]
    delays = [v for bpm in AMPLITUDES_BPM for v in found.delays_s(bpm) if v is not None]
    words = ("How long after the rise began", "s from the rise to the alarm", "rises noticed")
    return [
        (sensitivity_picture(found), "Share noticed by the size of the rise, with 95 % intervals."),
        (histogram(delays, edges, words), "All sizes together."),
        *_rise_traces(found),
    ]


def sensitivity_picture(found: Rises) -> Picture:
    picture = Picture(
        x=Axis(low=4, high=24, words="rise, bpm", ticks=AMPLITUDES_BPM),
        y=Axis(low=0, high=100, words="noticed, %", ticks=ticks(0, 100, 25)),
        words="Share of rises noticed, by amplitude",
    )
    rows = found.figures()
    picture.line([(row["bpm"], 100 * row["sensitivity"]) for row in rows], "main")
    for row in rows:
        low, high = row["sensitivity_95"]
        picture.whisker(row["bpm"], (100 * low, 100 * high), 100 * row["sensitivity"], "spread")
    return picture


def _rise_traces(found: Rises) -> Iterator[tuple[Picture, str]]:
    """The first hits and misses of the two smaller sizes, as they were drawn: not chosen."""
    left = {"noticed": TRACES_EACH, "missed": TRACES_EACH}
    for case, outcome in zip(found.cases, found.outcomes, strict=True):
        delay_s = case.delay_s(outcome)
        kind = "missed" if delay_s is None else "noticed"
        if case.rise.bpm not in AMPLITUDES_BPM[1:3] or not left[kind]:
            continue
        left[kind] -= 1
        marks = {"rise": case.rise.at_s}
        if delay_s is not None:
            marks["alarm"] = case.rise.at_s + delay_s
        after = "" if delay_s is None else f" after {delay_s:.0f} s"
        where = f"{case.stretch.collection} {case.stretch.name}"
        yield (
            trace(outcome, case.rise.at_s, marks),
            f"{case.rise.bpm:.0f} bpm, {kind}{after} ({where})",
        )


def _of_quiet(report: Report) -> Pictures:
    found = report.quiet
    if found is None:
        return []
    shown: Pictures = []
    for stretch, outcome in zip(found.stretches, found.outcomes, strict=True):
        for alarm in outcome.alarms[:1]:
            picture = trace(outcome, alarm.alarm_s, {"alarm": alarm.alarm_s})
            shown.append((picture, f"a false alarm ({stretch.collection} {stretch.name})"))
    return shown[: 2 * TRACES_EACH]


def trace(outcome: Outcome, middle_s: float, marks: dict[str, float]) -> Picture:
    """The 20-s heart rate around a moment, with what is marked."""
    first, last = max(0, int(middle_s - TRACE_S[0])), int(middle_s + TRACE_S[1])
    points = [(float(t), v) for t, v in enumerate(outcome.rates_bpm) if first <= t <= last]
    rates = [v for _, v in points if v is not None] or [60.0]
    low, high = 5 * np.floor(min(rates) / 5) - 5, 5 * np.ceil(max(rates) / 5) + 5
    picture = Picture(
        x=Axis(low=first, high=last, words="s", ticks=ticks(first, last, 120)),
        y=Axis(low=low, high=high, words="heart rate, bpm", ticks=ticks(low, high, 10)),
        words=f"Heart rate around second {middle_s:.0f}",
    )
    picture.line(points, "main")
    for word, at_s in marks.items():
        picture.mark(at_s, "alarm" if word == "alarm" else "goal", word)
    return picture


def _of_ways(report: Report) -> Pictures:
    return (
        [(_errors(report.ways, plain), caption) for plain, caption in WAYS] if report.ways else []
    )


WAYS = (
    (False, "biocoach's half-recovery time; ways back of 30 and 60 s."),
    (True, "The plain definition on the same ways back."),
)


def _errors(found: Ways, plain: bool) -> Picture:
    edges = [float(v) for v in range(-60, 61, 10)]
    words = ("How far the half-recovery time is off", "s off (too short, too long)", "ways back")
    return histogram(found.errors_s(plain), edges, words)
