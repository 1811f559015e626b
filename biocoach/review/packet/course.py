"""The longer line behind the days: each ladder's steps as they stand, and the measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from biocoach.exposure.evidence import rows_of, state_of
from biocoach.exposure.ladder import Ladder
from biocoach.exposure.measures import Scale, Total, change
from biocoach.exposure.practised import Practised
from biocoach.review.packet.material import Material

Json = dict[str, Any]


def ladders(material: Material) -> list[Json]:
    """Each that is not put away, from the least frightening step up. ``n``: sessions in these
    days; ``n_all``: in all; ``done_all``: of those, done. Rows from before a step was made harder
    do not count."""
    rows = material.rows()
    return [
        {"id": one.id, "title": one.title, "steps": _steps(one, rows, material)}
        for one in material.ladders
        if not one.put_away
    ]


def _steps(ladder: Ladder, rows: Sequence[Practised], material: Material) -> list[Json]:
    found = []
    for step in ladder.in_use:
        own = rows_of(step, ladder.id, rows)
        found.append(
            {
                "id": step.id,
                "title": step.title,
                "expected_suds": step.expected_suds,
                "support": step.support.value,
                "state": state_of(step, own).value,
                "n": sum(material.span.holds(row.day) for row in own),
                "n_all": len(own),
                "done_all": sum(row.done for row in own),
            }
        )
    return found


def measures(material: Material) -> list[Json]:
    """Each scale with a total up to these days' end: the latest, and what became of it since the
    one before and since the first. Nothing is said of change that nobody has published."""
    until = material.span.until.isoformat()
    found = []
    for scale in material.scales:
        own = [t for t in material.totals if t.scale == scale.id and t.day <= until]
        own.sort(key=lambda total: total.day)
        if own:
            found.append(_measure(scale, own))
    return found


def _measure(scale: Scale, own: Sequence[Total]) -> Json:
    last = own[-1]
    return {
        "id": scale.id,
        "title": scale.title,
        "least": scale.least,
        "most": scale.most,
        "higher": scale.higher.value,
        "n": len(own),
        "last": {"day": last.day, "total": last.total},
        "before": _since(scale, own[-2], last) if len(own) > 1 else None,
        "first": _since(scale, own[0], last) if len(own) > 2 else None,
    }


def _since(scale: Scale, one: Total, last: Total) -> Json:
    return {
        "day": one.day,
        "total": one.total,
        "change": change(scale, one.total, last.total).value,
    }
