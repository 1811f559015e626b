"""Scales: what a total of a known questionnaire means, as data; and what changed between two.

Only totals: but for GAD-7 no question of them is in biocoach. A band or a reliable change is there
only where the literature gives it; otherwise it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from biocoach.exposure.form import Band
from biocoach.exposure.forms import band_of
from biocoach.fields import (
    Problem,
    Source,
    Table,
    UnfitError,
    each_of,
    id_of,
    list_of,
    number_of,
    only,
    parse_with,
    part_of,
    source_of,
    text_of,
    word_of,
)
from biocoach.types import AgeBand

Json = dict[str, Any]
TOTAL_MAX = 1000


class Higher(StrEnum):
    TROUBLE = "more trouble"
    BETTER = "better"


class Change(StrEnum):
    """What became of a total. UNKNOWN: nobody has published how much is more than chance."""

    BETTER = "better"
    WORSE = "worse"
    WITHIN_CHANCE = "within_chance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliable:
    """A difference of so many points is more than the scale's own error (Jacobson and Truax 1991:
    the reliable change index), as ``source`` gives it."""

    points: float
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """``step``: between two totals that there can be. ``form``: the one that makes its totals, ""
    where they are typed in. ``licence``: on its use, in one line."""

    id: str
    title: str
    about: str
    least: float
    most: float
    step: float
    higher: Higher
    licence: str
    ages: tuple[AgeBand, ...]
    source: Source
    form: str = ""
    bands: tuple[Band, ...] = ()
    bands_source: Source | None = None
    reliable: Reliable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One total. ``sheet``: the kept sheet that it comes from, "" where it was typed in."""

    id: str
    scale: str
    day: str
    total: float
    note: str = ""
    sheet: str = ""
    rev: str = ""


def parse(text: str, name: str) -> Scale | Problem:
    return parse_with(scale_of, text, name)


def load(files: Mapping[str, str]) -> dict[str, Scale]:
    """The shipped scales. A test reads them all, so here they can only be right: ValueError."""
    found: dict[str, Scale] = {}
    for name in sorted(files):
        scale = parse(files[name], name)
        if isinstance(scale, Problem):
            raise ValueError(f"{scale.file}:{scale.line}: {scale.why}")
        found[scale.id] = scale
    return found


def scale_of(table: Table) -> Scale:
    only(table, tuple(Scale.__dataclass_fields__))
    ages = list_of(table, "ages", str, "words")
    if not ages or not set(ages) <= set(AgeBand):
        raise UnfitError("ages", f"'ages' must have some of {', '.join(AgeBand)}")
    scale = Scale(
        id=id_of(table),
        title=text_of(table, "title", 80),
        about=text_of(table, "about", 300),
        least=number_of(table, "least", 0, TOTAL_MAX),
        most=number_of(table, "most", 0, TOTAL_MAX),
        step=number_of(table, "step", 0.001, 100) if "step" in table else 1,
        higher=word_of(table, "higher", Higher),
        licence=text_of(table, "licence", 300),
        ages=tuple(AgeBand(age) for age in ages),
        source=part_of(table, "source", source_of),
        form=text_of(table, "form", 60) if "form" in table else "",
        bands=each_of(table, "bands", "band", band_of, 10) if "bands" in table else (),
        bands_source=part_of(table, "bands_source", source_of) if "bands_source" in table else None,
        reliable=part_of(table, "reliable", _reliable_of) if "reliable" in table else None,
    )
    _check(scale)
    return scale


def _check(scale: Scale) -> None:
    if scale.least >= scale.most:
        raise UnfitError("most", "'most' must be more than 'least'")
    starts = [band.least for band in scale.bands]
    inside = all(scale.least <= start <= scale.most for start in starts)
    if starts and (starts[0] != scale.least or starts != sorted(set(starts)) or not inside):
        raise UnfitError("bands", "the bands begin with the least and go up")
    if bool(scale.bands) is not (scale.bands_source is not None):
        raise UnfitError("bands", "bands have a 'bands_source'")


def _reliable_of(table: Table) -> Reliable:
    only(table, ("points", "source"))
    return Reliable(
        points=number_of(table, "points", 0.001, TOTAL_MAX),
        source=part_of(table, "source", source_of),
    )


def fits(scale: Scale, total: object) -> bool:
    """Whether the scale has this total: in its range, on one of its steps."""
    if isinstance(total, bool) or not isinstance(total, int | float):
        return False
    if not scale.least <= total <= scale.most:
        return False
    steps = (total - scale.least) / scale.step
    return abs(steps - round(steps)) < 1e-6


def change(scale: Scale, before: float, after: float) -> Change:
    """Between two totals of one person."""
    if scale.reliable is None:
        return Change.UNKNOWN
    moved = after - before
    if abs(moved) < scale.reliable.points - 1e-9:
        return Change.WITHIN_CHANCE
    return Change.BETTER if (moved > 0) is (scale.higher is Higher.BETTER) else Change.WORSE


def changes(scales: Iterable[Scale], totals: Sequence[Total]) -> dict[str, Json]:
    """For each scale with two totals or more: from the first to the latest by day."""
    found = {}
    for scale in scales:
        own = sorted((t for t in totals if t.scale == scale.id), key=lambda t: t.day)
        if len(own) > 1:
            first, last = own[0], own[-1]
            found[scale.id] = {
                "from": first.id,
                "to": last.id,
                "points": round(last.total - first.total, 3),
                "change": change(scale, first.total, last.total),
            }
    return found


def told(scale: Scale) -> Json:
    """As JSON, for the page."""
    return asdict(scale) | {"form": scale.form or None}
