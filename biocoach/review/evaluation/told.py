"""The evaluation in words and tables: for the terminal, and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``note``: what the figures are and how they were had, in a sentence or two."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def heading(figures: Json) -> list[str]:
    """What was measured, and what was not, each as a line."""
    counts = ", ".join(f"{n} of {name}" for name, n in figures["recordings"].items())
    lines = [f"Recordings: {counts or 'none'}; people with conditions: {figures['people']}."]
    if figures["quick"]:
        lines.append("Quick: a small share was drawn. A smoke test, not a measurement.")
    lines += [f"Not measured: {why}." for why in figures["missing"]]
    if figures["unused"]:
        lines.append(f"Not used, since they hold no beats of a known kind: {_where(figures)}.")
    return lines


def _where(figures: Json) -> str:
    folders = Counter(name.rpartition("/")[0] or "." for name in figures["unused"])
    return ", ".join(f"{n} in {folder}" for folder, n in folders.items())


def tables(figures: Json) -> list[Table]:
    """A table for each part that was measured."""
    return [make(figures[part]) for part, make in MAKERS if figures[part]]


def arithmetic_table(found: Json) -> Table:
    return Table(
        title="Mental arithmetic against sitting",
        note="Area under the ROC curve of the score of each second, a mean over people with its "
        "bootstrap interval. 0.5 is chance.",
        columns=("people", "scored", "area", "95 %", "with an alarm"),
        rows=[
            (
                str(found["people"]),
                str(found["people_scored"]),
                number(found["area_mean"], 2),
                interval(found["area_mean_95"], 1, 2),
                str(found["people_with_an_alarm"]),
            )
        ],
    )


def rises_table(found: Sequence[Json]) -> Table:
    return Table(
        title="Rises put into quiet stretches",
        note="Real quiet stretches of 35 min; up within about 20 s, held 150 s, RMSSD smaller by "
        "a quarter. Noticed: an alarm within 120 s of the beginning.",
        columns=("rise bpm", "n", "noticed %", "95 %", "median s", "90 % within s"),
        rows=[
            (
                f"{row['bpm']:.0f}",
                str(row["n"]),
                number(row["sensitivity"], 1, 100),
                interval(row["sensitivity_95"], 100, 0),
                number(row["latency_median_s"], 0),
                number(row["latency_90_s"], 0),
            )
            for row in found
        ],
    )


def quiet_table(found: Json) -> Table:
    parts = {"all": found, **found["by_collection"]}
    return Table(
        title="False alarms in quiet stretches",
        note="The same stretches as they are; the five minutes of the baseline don't count. "
        "The interval is exact for a count. Nobody knows what these people felt: an alarm here "
        "may be a true one.",
        columns=("recordings", "stretches", "hours", "alarms", "an hour", "95 %"),
        rows=[
            (
                name,
                str(row["stretches"]),
                number(row["hours"], 1),
                str(row["alarms"]),
                number(row["per_hour"], 2),
                interval(row["per_hour_95"], 1, 2),
            )
            for name, row in parts.items()
        ],
    )


def injected_table(found: Json) -> Table:
    clean = ("none (kept)", str(found["intervals"]), number(found["specificity"], 2, 100))
    kinds = [
        (
            kind,
            str(row["artifacts"]),
            number(row["sensitivity"], 2, 100),
            interval(row["sensitivity_95"], 100, 1),
            number(row["rmssd_error_median"], 1, 100),
            number(row["rmssd_error_95"], 1, 100),
        )
        for kind, row in found["kinds"].items()
    ]
    own = (interval(found["specificity_95"], 100, 2), NONE, number(found["rmssd_error_95"], 1, 100))
    return Table(
        title="Artifacts put into clean parts",
        note=f"{found['parts']} clean parts of 600 beats; an artifact every 30 to 90 beats. First "
        "row: the share of clean intervals that were kept. RMSSD: of each minute, how far off.",
        columns=("artifact", "n", "noticed %", "95 %", "RMSSD off, median %", "p95 %"),
        rows=[(*clean, *own), *kinds],
    )


def labels_table(found: dict[str, Json]) -> Table:
    def cells(row: Json) -> tuple[str, str]:
        return str(row["n"]), number(row["share"], 1, 100)

    return Table(
        title="Labels of the beats",
        note="Premature: ventricular or supraventricular, its interval under 90 % of the normal "
        "ones near it. Sparse: records with under 10 % ectopic beats. MIT-BIH's records with "
        "fibrillation are left out; of a long record two hours are read.",
        columns=(
            "recordings", "records", "premature", "noticed %", "sparse", "noticed %",
            "normal, sparse", "kept %",
        ),
        rows=[
            (
                name,
                str(row["records"]),
                *cells(row["premature_noticed"]),
                *cells(row["premature_noticed_sparse"]),
                *cells(row["normal_kept_sparse"]),
            )
            for name, row in found.items()
        ],
    )  # fmt: skip


def recovery_table(found: Json) -> Table:
    def cells(row: Json) -> tuple[str, ...]:
        return (
            str(row["n"]),
            str(row["no_activation"]),
            str(row["without_a_number"]),
            number(row["error_median_s"], 1),
            number(row["error_90_s"], 1),
            number(row["plain_error_median_s"], 1),
        )

    return Table(
        title="Half-recovery time, with a known way back",
        note="A rise in a real quiet stretch that ends at a mark and comes back exponentially. "
        "How far the time is off, in seconds; real hearts wander meanwhile. Plain: the plain "
        "definition.",
        columns=(
            "rise bpm", "back within s", "n", "not noticed", "no number", "off, median s",
            "90 % within s", "plain, median s",
        ),
        rows=[
            ("all", "30, 60", *cells(found["quick"])),
            *(
                (f"{row['bpm']:.0f}", f"{row['back_s']:.0f}", *cells(row))
                for row in found["cases"]
            ),
        ],
    )  # fmt: skip


MAKERS: tuple[tuple[str, Callable[[Any], Table]], ...] = (
    ("arithmetic", arithmetic_table),
    ("rises", rises_table),
    ("quiet", quiet_table),
    ("injected", injected_table),
    ("labels", labels_table),
    ("recovery", recovery_table),
)


def number(value: float | None, digits: int, times: float = 1) -> str:
    return NONE if value is None else f"{value * times:.{digits}f}"


def interval(value: Sequence[float] | None, times: float, digits: int) -> str:
    if value is None:
        return NONE
    low, high = (number(v, digits, times) for v in value)
    return f"{low}-{high}"


def as_text(table: Table) -> str:
    """Aligned columns; the first one to the left, since it is a name."""
    grid = [list(table.columns), *(list(row) for row in table.rows)]
    widths = [max(len(row[n]) for row in grid) for n in range(len(table.columns))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  " + "  ".join(cells).rstrip()

    return "\n".join([table.title, *(line(row) for row in grid)])
