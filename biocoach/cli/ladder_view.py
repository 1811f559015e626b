"""The ladders as the page reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from biocoach.exposure.arc import ArcPhase, Urged, milestones, setbacks, suggestion
from biocoach.exposure.course import Course
from biocoach.exposure.decided import Decisions
from biocoach.exposure.evidence import counts, rows_of, state_of
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import Around, Proposal
from biocoach.exposure.signs import signs
from biocoach.exposure.templates import Template
from biocoach.exposure.titration import proposals
from biocoach.settings import ARC

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that a page's view is made of; ``rows`` and ``urges`` the oldest first."""

    ladders: tuple[Ladder, ...]
    rows: tuple[Practised, ...]
    urges: tuple[Urged, ...]
    decisions: Decisions
    course: Course
    around: Around


def view_of(seen: Seen, templates: Sequence[Template]) -> Json:
    limits = seen.around.limits
    return {
        "ladders": [_ladder(seen, ladder) for ladder in seen.ladders],
        "templates": [_template(template) for template in templates],
        "limits": None if limits is None else asdict(limits),
        "waits": seen.around.waits,
        "arc": _arc(seen),
    }


def _ladder(seen: Seen, ladder: Ladder) -> Json:
    now = proposals(ladder, seen.rows, seen.decisions, seen.around)
    steps = [_step(seen, ladder, step, now.get(step.id)) for step in ladder.steps]
    return ladder.told() | {"steps": steps}


def _step(seen: Seen, ladder: Ladder, step: LadderStep, proposal: Proposal | None) -> Json:
    own = rows_of(step, ladder.id, seen.rows)
    held = seen.decisions.overrule_of(ladder.id, step.id, seen.around.today)
    return _words(step) | {
        # That it is put away is told beside what was reached.
        "state": state_of(replace(step, put_away=False), own).value,
        "history": [row.told() | {"earlier": not counts(step, row)} for row in reversed(own)],
        "proposal": proposal.told(ladder) if proposal else None,
        "overrule": None if held is None else _overruled(asdict(held)),
    }


def _words(step: LadderStep) -> Json:
    """What a person writes of a step."""
    return {key: value for key, value in step.told().items() if key != "earlier"}


def _overruled(held: Json) -> Json:
    return {key: held[key] for key in ("way", "by", "reason", "day", "until")}


def _template(template: Template) -> Json:
    return {
        "id": template.id,
        "title": template.title,
        "about": template.about,
        "age": template.age.value,
        "steps": [_words(step) for step in template.steps],
    }


def _arc(seen: Seen) -> Json:
    today = seen.around.today
    now = seen.course.now
    found = suggestion(now.phase if now else None, seen.ladders, seen.rows)
    done = milestones(seen.ladders, seen.rows, seen.urges)
    hard = setbacks(seen.ladders, seen.rows, seen.decisions, today)
    watched = signs(seen.course.watched, seen.rows, seen.urges, today)
    return {
        "phase": now.phase.value if now else None,
        "since": now.day if now else "",
        "by": now.by if now else "",
        "phases": [phase.value for phase in ArcPhase],
        "suggested": asdict(found) if found else None,
        "milestones": [one.told() for one in reversed(done)][: ARC.shown_max],
        "setbacks": [one.told() for one in reversed(hard)][: ARC.shown_max],
        "signs": [sign.told() for sign in watched],
    }
