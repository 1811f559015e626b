"""Practices as data: TOML text to values. A broken file is named with its line; the rest loads.

A therapist adds a practice without code. The rules of care that a program can check (a word on
when to stop, no held breath that was not chosen, nothing but open eyes for somebody who is far
away) are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from biocoach.coach.practice import (
    Area,
    Ask,
    Breath,
    Do,
    Eyes,
    Fits,
    GoodFor,
    Library,
    Own,
    Pace,
    Practice,
    PracticeStep,
    Voice,
)
from biocoach.fields import (
    Problem,
    Table,
    UnfitError,
    each_of,
    flag_of,
    id_of,
    list_of,
    number_of,
    only,
    parse_with,
    part_of,
    source_of,
    text_of,
    texts_of,
    whole_of,
    word_of,
    words_of,
)
from biocoach.own_files import joined
from biocoach.types import HeartState, Phase

BREATH_MAX_S = 20.0  # one part of a breath, or all of it; longer is a slip of the pen
BREATH_MIN_S = 3.0  # all of it: above 20 a minute nobody at rest breathes, and fingers tingle
MINUTES_MAX = 30.0
STEPS_MAX = 60
FIELD = re.compile(r"[a-z][a-z0-9_]*")
# What each kind of step needs besides its words, and what it may have.
NEEDS: dict[Do, tuple[str, ...]] = {
    Do.SAY: (),
    Do.WAIT: ("wait_s",),
    Do.BREATHE: ("minutes",),
    Do.TAP: ("wait_s", "tap_s"),
    Do.NAME: ("count",),
    Do.HOLD: ("hold_s", "release_s"),
    Do.WRITE: ("field",),
    Do.CHOOSE: ("field", "options"),
    Do.OWN: ("own",),
    Do.DRAFT: ("compose",),
}
MAY: dict[Do, tuple[str, ...]] = {Do.BREATHE: ("breath", "pace")}


def parse(text: str, name: str) -> Practice | Problem:
    """One file's text as a practice; ``name`` only names it in a problem."""
    return parse_with(practice_of, text, name)


def load(files: Mapping[str, str]) -> Library:
    """All files by name. Of two practices with the same id the first counts."""
    return join(Library(practices={}, problems=()), files)


def join(known: Library, files: Mapping[str, str]) -> Library:
    """More files beside what is known; none of them takes the place of another."""
    practices, problems = joined(known.practices, known.problems, files, parse)
    return Library(practices=practices, problems=problems)


def practice_of(table: Table) -> Practice:
    only(table, tuple(Practice.__dataclass_fields__))
    practice = Practice(
        id=id_of(table),
        title=text_of(table, "title", 80),
        summary=text_of(table, "summary", 240),
        about=text_of(table, "about"),
        area=word_of(table, "area", Area),
        voice=word_of(table, "voice", Voice),
        eyes=word_of(table, "eyes", Eyes),
        good_for=words_of(table, "good_for", GoodFor),
        opt_in=flag_of(table, "opt_in", default=False),
        therapist=flag_of(table, "therapist", default=False),
        finder=flag_of(table, "finder", default=False),
        ask_first=words_of(table, "ask_first", Ask),
        fits=part_of(table, "fits", _fits_of) if "fits" in table else Fits(),
        steps=each_of(table, "steps", "step", _step_of, STEPS_MAX),
        stop=list_of(table, "stop", str, "words"),
        sources=each_of(table, "sources", "source", source_of),
    )
    _check_whole(practice)
    _check_care(practice)
    return practice


def _check_whole(practice: Practice) -> None:
    if not practice.stop or not all(word.strip() for word in practice.stop):
        raise UnfitError("stop", "every practice says when to stop")
    fields = {step.field for step in practice.steps if step.field}
    for nth, step in enumerate(practice.steps):
        if missing := set(re.findall(r"\{([^{}]*)\}", step.compose)) - fields:
            why = UnfitError("compose", f"no step fills in {{{min(missing)}}}")
            raise why.inside("steps", nth, "step")


def _check_care(practice: Practice) -> None:
    if practice.strains and not practice.opt_in:
        raise UnfitError("opt_in", "holding the breath, or sighing on purpose, is opt-in")
    if practice.strains and not practice.ask_first:
        raise UnfitError("ask_first", "before a held or sighed breath it is asked whom it may harm")
    imagery = any(step.own is Own.IMAGERY for step in practice.steps)
    if imagery and not practice.therapist:
        raise UnfitError("therapist", "imagery waits until the therapist has enabled it")
    if practice.eyes is Eyes.OPEN and practice.breathes:
        raise UnfitError("eyes", "for somebody who is far away there is no paced breath")
    if practice.eyes is Eyes.OPEN and (imagery or any(s.do is Do.HOLD for s in practice.steps)):
        raise UnfitError(
            "eyes", "for somebody who is far away no imagery, no going through the body"
        )
    if GoodFor.FAR_AWAY in practice.good_for and practice.eyes is not Eyes.OPEN:
        raise UnfitError("good_for", 'for somebody who is far away eyes = "open"')
    if practice.fits.rank and practice.voice is Voice.CHILD:
        raise UnfitError("rank", "to a child nothing is offered by itself")
    if practice.fits.rank and (practice.opt_in or practice.therapist or practice.ask_first):
        raise UnfitError("rank", "what must be chosen, enabled or asked first is never offered")
    if practice.fits.rank and (practice.own or practice.finder or practice.area is Area.LEARN):
        raise UnfitError("rank", "such a practice is never offered by itself")
    if practice.area is Area.INNER and not practice.therapist:
        raise UnfitError("therapist", "inner work waits until the therapist has enabled it")


def _fits_of(table: Table) -> Fits:
    only(table, tuple(Fits.__dataclass_fields__))
    return Fits(
        rank=whole_of(table, "rank", 0, 99),
        phases=words_of(table, "phases", Phase) or Fits().phases,
        states=words_of(table, "states", HeartState) or Fits().states,
        good_signal=flag_of(table, "good_signal", default=False),
    )


def _breath_of(table: Table) -> Breath:
    only(table, tuple(Breath.__dataclass_fields__))

    def part(key: str) -> float:
        return number_of(table, key, 0.0, BREATH_MAX_S) if key in table else 0.0

    breath = Breath(
        in_s=number_of(table, "in_s", 1.0, BREATH_MAX_S),
        sip_s=part("sip_s"),
        hold_s=part("hold_s"),
        out_s=number_of(table, "out_s", 1.0, BREATH_MAX_S),
        rest_s=part("rest_s"),
    )
    if not BREATH_MIN_S <= breath.whole_s <= BREATH_MAX_S:
        raise UnfitError("in_s", f"a whole breath takes {BREATH_MIN_S:g} to {BREATH_MAX_S:g} s")
    return breath


def _step_of(table: Table) -> PracticeStep:
    do = word_of(table, "do", Do)
    only(table, ("do", "say", *NEEDS[do], *MAY.get(do, ())))
    for key in NEEDS[do]:
        if key not in table:
            raise UnfitError(key, f"a step that says {do.value!r} needs {key!r}")
    step = PracticeStep(
        do=do,
        say=text_of(table, "say", 400),
        wait_s=_seconds(table, "wait_s", 1.0, 600.0),
        minutes=_seconds(table, "minutes", 0.5, MINUTES_MAX),
        breath=part_of(table, "breath", _breath_of) if "breath" in table else None,
        pace=word_of(table, "pace", Pace) if "pace" in table else Pace.FIXED,
        tap_s=_seconds(table, "tap_s", 0.4, 5.0),
        count=whole_of(table, "count", 1, 20) if "count" in table else None,
        hold_s=_seconds(table, "hold_s", 1.0, 15.0),
        release_s=_seconds(table, "release_s", 1.0, 60.0),
        field=_field_of(table) if "field" in table else "",
        options=texts_of(table, "options"),
        own=word_of(table, "own", Own) if "own" in table else None,
        compose=text_of(table, "compose") if "compose" in table else "",
    )
    if do is Do.BREATHE and (step.breath is None) is not (step.pace is Pace.OWN):
        raise UnfitError("breath", "a step that says 'breathe' has a breath, or pace = \"own\"")
    if do is Do.CHOOSE and not 1 < len(step.options) == len(set(step.options)):
        raise UnfitError("options", "a step that says 'choose' has two different options or more")
    return step


def _seconds(table: Table, key: str, least: float, most: float) -> float | None:
    return number_of(table, key, least, most) if key in table else None


def _field_of(table: Table) -> str:
    found = text_of(table, "field", 40)
    if not FIELD.fullmatch(found):
        raise UnfitError("field", "'field' must be small letters, digits and _")
    if found == Do.DRAFT:
        raise UnfitError("field", "'draft' is the name of what a draft step makes")
    return found
