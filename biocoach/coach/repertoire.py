"""Which practices are open to this person, and which the coach may offer them.

What was chosen is one fact of the record: for each practice whether it was opted in to, whether
what is asked first was clear, who enabled it, and whether the coach may offer it. Which question
was answered with yes is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from biocoach.coach.practice import Ask, Do, Eyes, Library, Pace, Practice, Voice
from biocoach.types import AgeBand, Fit, PracticeFacts, Repertoire

Json = dict[str, Any]
NAME_MAX = 200
PACE_MIN, PACE_MAX = 4.0, 7.0  # breaths a minute; where resonance has been found, and a little more
OWN_RANK = 50  # what a person lets the coach offer besides what comes with biocoach
# What the first-run answers have told already.
KNOWN_BY_FIT = {
    Ask.HEART_DISEASE: "rhythm_unreliable",
    Ask.HEART_SLOWING: "heart_slowing",
    Ask.PREGNANCY: "pregnancy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``asked``: "" where it was not, clear, not_for_me. ``offered`` None: as the file says."""

    opted_in: bool = False
    asked: str = ""
    enabled_by: str = ""
    offered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """``sampling``: the coach may choose by trying. ``pace_per_min``: the own resonance rate."""

    of: Mapping[str, Choice] = field(default_factory=dict)
    sampling: bool = False
    pace_per_min: float | None = None

    def get(self, practice: str) -> Choice:
        return self.of.get(practice, Choice())


def closed(practice: Practice, choices: Choices, fit: Fit | None) -> str:
    """Why it can't be begun, as a code; "" where it can.

    A contraindication that the first-run answers tell is not asked again. Opting in comes last,
    so that nobody chooses what is not for them.
    """
    choice, told = choices.get(practice.id), fit or Fit()
    if any(getattr(told, flag) for ask, flag in KNOWN_BY_FIT.items() if ask in practice.ask_first):
        return "not_for_me"
    if choice.asked == "not_for_me" or (practice.finder and told.rhythm_unreliable):
        return "not_for_me"
    if practice.therapist and not (choice.enabled_by and told.with_therapist):
        return "therapist"
    if practice.ask_first and choice.asked != "clear":
        return "ask_first"
    if practice.opt_in and not choice.opted_in:
        return "opt_in"
    return "no_pace" if needs_pace(practice) and choices.pace_per_min is None else ""


def needs_pace(practice: Practice) -> bool:
    return any(step.do is Do.BREATHE and step.pace is Pace.OWN for step in practice.steps)


def may_be_offered(practice: Practice) -> bool:
    """What a person may let the coach offer: nothing that must be chosen or asked first."""
    plain = not (practice.opt_in or practice.therapist or practice.ask_first)
    return plain and not (practice.own or practice.finder or practice.strains)


def offered(practice: Practice, choices: Choices) -> bool:
    said = choices.get(practice.id).offered
    return may_be_offered(practice) and (practice.fits.rank > 0 if said is None else said)


def fits_age(practice: Practice, fit: Fit | None) -> bool:
    """A child reads what is written for children, and the few that are for all."""
    child = fit is not None and fit.age is AgeBand.CHILD
    return practice.voice in (Voice.ANY, Voice.CHILD if child else Voice.ADULT)


def repertoire_of(
    library: Library,
    choices: Choices,
    fit: Fit | None,
    quickness: Mapping[str, tuple[float, float]],
) -> Repertoire:
    """What a session must know of all that."""
    known = [p for p in library.practices.values() if fits_age(p, fit)]
    return Repertoire(
        practices=tuple(_facts(p, choices, fit, quickness.get(p.id)) for p in known),
        sampling=choices.sampling,
    )


def _facts(
    practice: Practice, choices: Choices, fit: Fit | None, quickness: tuple[float, float] | None
) -> PracticeFacts:
    rank = (practice.fits.rank or OWN_RANK) if offered(practice, choices) else 0
    return PracticeFacts(
        id=practice.id,
        rank=rank,
        eyes_open=practice.eyes is Eyes.OPEN,
        strains=practice.strains,
        own=practice.own,
        finder=practice.finder,
        phases=practice.fits.phases,
        states=practice.fits.states,
        good_signal=practice.fits.good_signal,
        closed=closed(practice, choices, fit),
        quickness=quickness,
    )


# ---- the fact that keeps what was chosen


def choices_of(fact: Mapping[str, Any] | None, pace: Mapping[str, Any] | None) -> Choices:
    """Read with care: what can't be read was not chosen."""
    of = fact.get("of") if fact else None
    rows = of if isinstance(of, dict) else {}
    rate = pace.get("per_min") if pace else None
    return Choices(
        of={str(name): _choice_of(row) for name, row in rows.items() if isinstance(row, dict)},
        sampling=bool(fact and fact.get("sampling") is True),
        pace_per_min=_pace_of(rate),
    )


def _pace_of(rate: object) -> float | None:
    fits = isinstance(rate, int | float) and PACE_MIN <= rate <= PACE_MAX
    return float(rate) if fits and isinstance(rate, int | float) else None


def _choice_of(row: Mapping[str, Any]) -> Choice:
    asked, by, said = row.get("asked"), row.get("enabled_by"), row.get("offered")
    return Choice(
        opted_in=row.get("opted_in") is True,
        asked=asked if asked in ("clear", "not_for_me") else "",
        enabled_by=by[:NAME_MAX] if isinstance(by, str) else "",
        offered=said if isinstance(said, bool) else None,
    )


def fact_of(choices: Choices) -> Json:
    rows = {
        name: {
            "opted_in": choice.opted_in,
            "asked": choice.asked,
            "enabled_by": choice.enabled_by,
            "offered": choice.offered,
        }
        for name, choice in sorted(choices.of.items())
    }
    return {"of": rows, "sampling": choices.sampling}


def changed(choices: Choices, practice: str, said: Mapping[str, Any]) -> Choices:
    """With one thing said of one practice: ``opted_in``, ``asked``, ``enabled_by`` or
    ``offered``; ``asked`` again takes back what was answered."""
    before = choices.get(practice)
    if "asked" in said:
        after = replace(before, asked="" if said["asked"] == "again" else said["asked"])
    else:
        after = replace(before, **said)
    return replace(choices, of={**choices.of, practice: after})
