"""A progress-note draft, DAP or SOAP, made from the record by fixed rules (F5).

Each sentence says a number and carries it with the sessions it was counted in, so that whoever
reads can go and look. Nothing is judged and nothing advised: where a clinician's own words
belong, there is a place for them and no draft.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from biocoach.review.note import said, seen, standing
from biocoach.review.note.says import Material, Rule, Says
from biocoach.review.note.words import Words

Json = dict[str, Any]


class Kind(StrEnum):
    DAP = "dap"
    SOAP = "soap"


SUBJECTIVE: tuple[Rule, ...] = (said.talk, said.came, said.distress, said.away)
OBJECTIVE: tuple[Rule, ...] = (
    seen.practised,
    seen.stayed,
    seen.urges,
    seen.halves,
    seen.coverage,
    seen.measures,
)
ASSESSMENT: tuple[Rule, ...] = (said.expectancy, standing.done)
PLAN: tuple[Rule, ...] = (standing.proposals,)
PARTS: dict[Kind, dict[str, tuple[Rule, ...]]] = {
    Kind.DAP: {"data": (*SUBJECTIVE, *OBJECTIVE), "assessment": ASSESSMENT, "plan": PLAN},
    Kind.SOAP: {
        "subjective": SUBJECTIVE,
        "objective": OBJECTIVE,
        "assessment": ASSESSMENT,
        "plan": PLAN,
    },
}


def note_draft(kind: Kind, material: Material, words: Words) -> Json:
    """``sections``: each with its sentences, and ``yours``, where one's own words go."""
    says = Says(material, words)
    yours = words.groups["yours"]
    return {
        "kind": kind.value,
        "since": material.since,
        "until": material.until,
        "sections": [
            {
                "part": part,
                "title": words.of("titles", part),
                "sentences": [one.told(words) for rule in rules for one in rule(says)],
                "yours": yours.get(part, ""),
            }
            for part, rules in PARTS[kind].items()
        ],
        "foot": words.of("foot", "text", since=material.since, until=material.until),
    }
