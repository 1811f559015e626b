"""The packet as one plain JSON document, ``biocoach.packet.v1``: every number that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from biocoach.review.packet import course, first, later
from biocoach.review.packet.material import Material, Review
from biocoach.review.packet.sessions import session_of

Json = dict[str, Any]
SCHEMA = "biocoach.packet.v1"
Tell = Callable[[int, int], None]  # so many sessions of so many are read


def packet(material: Material, tell: Tell = lambda done, of: None) -> Json:
    """``tell`` is called after each session; what it raises ends the work."""
    summaries = material.sessions(material.span)
    reviews: dict[str, Review] = {}
    pages: list[Json] = []
    tell(0, len(summaries))
    for number, summary in enumerate(summaries, 1):
        found = material.read(summary["id"])
        if found is not None:
            reviews[summary["id"]] = found
            pages.append(session_of(summary, found, material))
        tell(number, len(summaries))
    return _whole(material, reviews, pages) | {"unreadable": len(summaries) - len(reviews)}


def _whole(material: Material, reviews: dict[str, Review], pages: list[Json]) -> Json:
    told = {name: review.told for name, review in reviews.items()}
    rows = [row for row in material.rows(material.span) if row.session in told]
    return {
        "schema": SCHEMA,
        "made_by": f"biocoach {material.version}",
        "made_on": material.today.isoformat(),
        "simulated": material.simulated,
        "span": material.span.told(),
        "before": material.span.before.told(),
        "settings_hash": material.settings.hash(),
        "talk": material.talk,
        "read_first": first.read_first(material, rows, told),
        "steps": first.steps(rows, told),
        "urges": first.urges(material, rows, told),
        "grid": first.grid(rows, told, material.limits),
        "way_back": later.way_back(material),
        "moments": later.moments(material, rows, told),
        "next": later.coming(material, told),
        "foot": later.foot(material, reviews),
        "ladders": course.ladders(material),
        "measures": course.measures(material),
        "sessions": pages,
        "confidence": material.settings.learning.confidence,
    }
