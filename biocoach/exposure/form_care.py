"""What must be right about a whole form: its names, its conditions, its score, and care."""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.exposure.form import Field, Form, Kind, Makes, Shelf, Value
from biocoach.exposure.signs import SignKind
from biocoach.fields import UnfitError
from biocoach.types import AgeBand

QUICK_MAX = 6  # what fits into 20 seconds
_NOTED = {"acted": Kind.YES_NO, "intensity": Kind.SCALE, "lasted_min": Kind.NUMBER}
_PARTED = {
    "who": Kind.LINE,
    "whole_days": Kind.YES_NO,
    "first_day": Kind.DATE,
    "last_day": Kind.DATE,
    "begins": Kind.MOMENT,
    "ends": Kind.MOMENT,
}
# What the record reads in a kept sheet, by what it makes. It stays readable in every such form.
READ: dict[Makes, dict[str, Kind]] = {
    Makes.MOMENT: _NOTED,
    Makes.BEHAVIOUR: _NOTED,
    Makes.SEPARATION: _PARTED,
    Makes.THERAPY_BREAK: _PARTED,
    Makes.SIGNS: {"watched": Kind.MANY},
    Makes.LETTER: {},
}


def check(form: Form) -> None:
    _check_names(form.fields, ())
    for nth, field in enumerate(form.fields):
        try:
            _check_names(field.fields, ())
        except UnfitError as error:
            raise error.inside("fields", nth, "field") from None
    _check_read(form)
    _check_score(form)
    if form.quick and len(asked(form.fields)) > QUICK_MAX:
        raise UnfitError("quick", f"a quick form asks at most {QUICK_MAX} things")
    if AgeBand.CHILD in form.ages and form.scoring:
        raise UnfitError("ages", "for a child nothing is scored")


def asked(fields: Sequence[Field]) -> list[Field]:
    """Those that want an answer."""
    return [field for field in fields if field.kind is not Kind.SAID]


def _check_names(fields: Sequence[Field], outer: tuple[str, ...]) -> None:
    """Each has its own name; a condition looks at an earlier field, at what that may say."""
    before: dict[str, Field] = {}
    for nth, field in enumerate(fields):
        if field.id in before or field.id in outer:
            raise UnfitError("id", f"the field {field.id!r} is there twice").inside(
                "fields", nth, "field"
            )
        rule = field.only_if
        if rule is not None:
            looked_at = before.get(rule.field)
            if looked_at is None or not set(rule.is_) <= set(_may_say(looked_at)):
                why = "'only_if' must name an earlier choice, and what that may say"
                raise UnfitError("only_if", why).inside("fields", nth, "field")
        before[field.id] = field


def _may_say(field: Field) -> tuple[Value, ...]:
    if field.kind is Kind.YES_NO:
        return (True, False)
    return tuple(option.value for option in field.options)


def _check_read(form: Form) -> None:
    if (form.behaviour is not None) is not (form.makes is Makes.BEHAVIOUR):
        raise UnfitError("behaviour", "'behaviour' goes with makes = \"behaviour\", and only there")
    if form.makes is None:
        return
    kinds = {field.id: field.kind for field in form.fields}
    for name, kind in READ[form.makes].items():
        if kinds.get(name) is not kind:
            why = f"what makes a {form.makes.value} has a {kind.value!r} field {name!r}"
            raise UnfitError("makes", why)
    if form.makes is Makes.SIGNS:
        (field,) = (field for field in form.fields if field.id == "watched")
        if not {option.value for option in field.options} <= set(SignKind):
            raise UnfitError("makes", f"'watched' may only have {', '.join(SignKind)}")


def _check_score(form: Form) -> None:
    rule = form.scoring
    if rule is None:
        return
    by_id = {field.id: field for field in form.fields}
    sums = [0, 0]
    for name in rule.fields:
        field = by_id.get(name)
        points = [option.points for option in field.options] if field else []
        known = [number for number in points if number is not None]
        if field is None or field.kind is not Kind.CHOICE or not known or len(known) < len(points):
            why = f"{name!r} must be a choice whose options all have points"
            raise UnfitError("fields", why).inside("scoring")
        sums = [sums[0] + min(known), sums[1] + max(known)]
    if not rule.fields or len(set(rule.fields)) != len(rule.fields):
        raise UnfitError("fields", "each field is counted once").inside("scoring")
    if sums != [rule.least, rule.most]:
        why = f"the points add up to {sums[0]} to {sums[1]}"
        raise UnfitError("least", why).inside("scoring")
    starts = [band.least for band in rule.bands]
    if starts[0] != rule.least or starts != sorted(set(starts)) or starts[-1] > rule.most:
        raise UnfitError("bands", "the bands begin with the least and go up").inside("scoring")
    if form.shelf is not Shelf.MEASURES:
        raise UnfitError("shelf", "what is scored stands with the measures")
