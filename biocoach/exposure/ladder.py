"""A ladder: steps of one's own, the easiest first. Values, their JSON, and what an edit may do.

Nothing that was practised is ever lost: a step with a history is put away, never deleted. A step
that was made harder starts anew; its earlier sessions stay in its history and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from biocoach.fields import (
    Table,
    UnfitError,
    flag_of,
    list_of,
    number_of,
    only,
    text_of,
    texts_of,
    whole_of,
    word_of,
)
from biocoach.settings import LADDER, LadderSettings
from biocoach.types import Refusal, StepKind, Support

Json = dict[str, Any]
History = Mapping[str, Sequence[str]]  # a step's id -> the sessions in which it was practised


class Checks(StrEnum):
    """How often the person is asked how they are."""

    NONE = "none"
    HALF = "half"
    FIVE = "five"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """``planned_s``: a length. ``expected_suds``: distress, 0-100. ``contexts``: where and when it
    may be practised. ``contact``: what is planned of it; "" is none. ``earlier``: sessions from
    before it was made harder."""

    id: str
    title: str
    kind: StepKind = StepKind.APART
    who: str = ""
    where: str = ""
    planned_s: float = 300.0
    expected_suds: int = 20
    contexts: tuple[str, ...] = ()
    contact: str = ""
    support: Support = Support.REGULATE
    delay_s: float | None = None
    delay_suds: int | None = None
    checks: Checks = Checks.HALF
    sits_still: bool = True
    put_away: bool = False
    earlier: tuple[str, ...] = ()

    def told(self) -> Json:
        """As JSON, for the record."""
        return asdict(self) | {"contexts": list(self.contexts), "earlier": list(self.earlier)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """``rev`` is another after each change."""

    id: str
    title: str
    steps: tuple[LadderStep, ...] = ()
    put_away: bool = False
    rev: str = ""

    @property
    def in_use(self) -> tuple[LadderStep, ...]:
        return tuple(step for step in self.steps if not step.put_away)

    def step(self, name: str) -> LadderStep | None:
        return next((step for step in self.steps if step.id == name), None)

    def after(self, name: str) -> LadderStep | None:
        """The next step up that is in use."""
        return self._beside(name, 1)

    def before(self, name: str) -> LadderStep | None:
        return self._beside(name, -1)

    def _beside(self, name: str, by: int) -> LadderStep | None:
        ids = [step.id for step in self.in_use]
        if name not in ids:
            return None
        at = ids.index(name) + by
        return self.in_use[at] if 0 <= at < len(ids) else None

    def told(self) -> Json:
        return {
            "id": self.id,
            "title": self.title,
            "put_away": self.put_away,
            "rev": self.rev,
            "steps": [step.told() for step in self.steps],
        }


# ---- from JSON


def ladder_of(table: Table, limits: LadderSettings = LADDER) -> Ladder | Refusal:
    """What ``told`` wrote, or a page sent; or why it does not fit."""
    try:
        only(table, tuple(field.name for field in fields(Ladder)))
        steps = list_of(table, "steps", dict, "tables")
        if len(steps) > 2 * limits.steps_max:  # those put away as well
            raise UnfitError("steps", "too many steps")
        return Ladder(
            id=text_of(table, "id", limits.letters_max),
            title=text_of(table, "title", limits.letters_max),
            put_away=flag_of(table, "put_away", default=False),
            rev=said_of(table, "rev", limits.letters_max),
            steps=tuple(step_of(step, limits) for step in steps),
        )
    except UnfitError as error:
        return Refusal(why=str(error))


def step_of(table: Table, limits: LadderSettings = LADDER) -> LadderStep:
    """Raises UnfitError."""
    only(table, tuple(field.name for field in fields(LadderStep)))
    most = limits.letters_max
    return LadderStep(
        id=text_of(table, "id", most),
        title=text_of(table, "title", most),
        kind=word_of(table, "kind", StepKind),
        who=said_of(table, "who", most),
        where=said_of(table, "where", most),
        planned_s=number_of(table, "planned_s", limits.shortest_s, limits.longest_s),
        expected_suds=whole_of(table, "expected_suds", 0, 100),
        contexts=texts_of(table, "contexts", limits.contexts_max),
        contact=said_of(table, "contact", most),
        support=word_of(table, "support", Support),
        delay_s=_maybe(table, "delay_s", 86_400),
        delay_suds=_maybe_whole(table, "delay_suds", 100),
        checks=word_of(table, "checks", Checks),
        sits_still=flag_of(table, "sits_still", default=True),
        put_away=flag_of(table, "put_away", default=False),
        earlier=list_of(table, "earlier", str, "names") if "earlier" in table else (),
    )


def said_of(table: Table, key: str, most: int) -> str:
    """Words that may be empty, or not there. Raises UnfitError."""
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > most:
        raise UnfitError(key, f"{key!r} must be words, at most {most} letters")
    return value


def _maybe(table: Table, key: str, most: float) -> float | None:
    return None if table.get(key) is None else number_of(table, key, 0, most)


def _maybe_whole(table: Table, key: str, most: int) -> int | None:
    return None if table.get(key) is None else whole_of(table, key, 0, most)


# ---- what an edit may do


def kept(
    before: Ladder, wish: Ladder, history: History, limits: LadderSettings = LADDER
) -> Ladder | Refusal:
    """``before`` as the person wishes it now: the order is theirs, and nothing practised is lost.

    What is missing from the wish and has a history is put away. ``history``: by step.
    """
    ids = [step.id for step in wish.steps]
    if len(set(ids)) < len(ids):
        return Refusal(why="a step is there twice")
    if len(wish.in_use) > limits.steps_max:
        return Refusal(why="too many steps")
    known = {step.id: step for step in before.steps}
    steps = [_changed(known.get(step.id), step, history, limits) for step in wish.steps]
    gone = [step for step in before.steps if step.id not in ids and _has_past(step, history)]
    return replace(
        before,
        title=wish.title,
        put_away=wish.put_away,
        steps=(*steps, *(replace(step, put_away=True) for step in gone)),
    )


def with_step(ladder: Ladder, step: LadderStep) -> Ladder:
    """The same with one of its steps changed."""
    return replace(ladder, steps=tuple(step if one.id == step.id else one for one in ladder.steps))


def harder(before: LadderStep, after: LadderStep, limits: LadderSettings = LADDER) -> bool:
    """Another step, by what the person says of it. A longer one is told by its sessions' own
    plans; other words for who and where are only words."""
    return (
        after.kind is not before.kind
        or after.expected_suds >= before.expected_suds + limits.harder_suds
        or (before.contact.strip() != "" and after.contact.strip() == "")
    )


def history_of(rows: Iterable[tuple[str, str, str]], ladder: str) -> dict[str, tuple[str, ...]]:
    """From (ladder, step, session): the sessions of each step of this ladder."""
    found: dict[str, tuple[str, ...]] = {}
    for of, step, session in rows:
        if of == ladder:
            found[step] = (*found.get(step, ()), session)
    return found


def _changed(
    before: LadderStep | None, after: LadderStep, history: History, limits: LadderSettings
) -> LadderStep:
    if before is None:
        return replace(after, earlier=())
    earlier = before.earlier
    if harder(before, after, limits):
        earlier = tuple(dict.fromkeys((*earlier, *history.get(after.id, ()))))
    return replace(after, earlier=earlier)


def _has_past(step: LadderStep, history: History) -> bool:
    return bool(step.earlier or history.get(step.id))
