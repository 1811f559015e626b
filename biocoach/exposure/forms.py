"""Forms as data: TOML text to values. A broken file is named with its line; the rest loads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from biocoach.exposure.form import (
    Band,
    Behaviour,
    Field,
    Form,
    FormLibrary,
    Kind,
    Makes,
    OnlyIf,
    Option,
    Scoring,
    Shelf,
)
from biocoach.exposure.form_care import check
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
)
from biocoach.own_files import joined
from biocoach.types import AgeBand

FIELDS_MAX = 60
ROWS_MAX = 50
NUMBER_MAX = 1_000_000
FIELD = re.compile(r"[a-z][a-z0-9_]*")
# What each kind of field needs besides its label, and what it may have.
NEEDS: dict[Kind, tuple[str, ...]] = {
    Kind.SCALE: ("low", "high"),
    Kind.NUMBER: ("least", "most"),
    Kind.CHOICE: ("options",),
    Kind.MANY: ("options",),
    Kind.ROWS: ("fields", "most"),
}
MAY: dict[Kind, tuple[str, ...]] = {
    Kind.SCALE: ("faces",),
    Kind.NUMBER: ("unit",),
    Kind.LINES: ("start",),
}
EVERY = ("id", "kind", "label", "hint", "optional", "verbatim", "only_if")
IN_ROWS = tuple(kind for kind in Kind if kind not in (Kind.SAID, Kind.ROWS, Kind.LINK))


def parse(text: str, name: str) -> Form | Problem:
    """One file's text as a form; ``name`` only names it in a problem."""
    return parse_with(form_of, text, name)


def load(files: Mapping[str, str]) -> FormLibrary:
    """All files by name. Of two forms with the same id the first counts."""
    return join(FormLibrary(forms={}, problems=()), files)


def join(known: FormLibrary, files: Mapping[str, str]) -> FormLibrary:
    """More files beside what is known; none of them takes the place of another."""
    forms, problems = joined(known.forms, known.problems, files, parse)
    return FormLibrary(forms=forms, problems=problems)


def form_of(table: Table) -> Form:
    only(table, tuple(Form.__dataclass_fields__))
    form = Form(
        id=id_of(table),
        title=text_of(table, "title", 80),
        shelf=word_of(table, "shelf", Shelf),
        about=text_of(table, "about"),
        minutes=whole_of(table, "minutes", 1, 60),
        ages=_ages_of(table),
        ask_first=texts_of(table, "ask_first", 5),
        fields=each_of(table, "fields", "field", _field_of, FIELDS_MAX),
        sources=each_of(table, "sources", "source", source_of),
        scoring=part_of(table, "scoring", _scoring_of) if "scoring" in table else None,
        makes=word_of(table, "makes", Makes) if "makes" in table else None,
        behaviour=word_of(table, "behaviour", Behaviour) if "behaviour" in table else None,
        quick=flag_of(table, "quick", default=False),
    )
    check(form)
    return form


def _ages_of(table: Table) -> tuple[AgeBand, ...]:
    """Whom it is for; who is left out does not see it."""
    found = list_of(table, "ages", str, "words")
    if not found or not set(found) <= set(AgeBand):
        raise UnfitError("ages", f"'ages' must have some of {', '.join(AgeBand)}")
    return tuple(age for age in AgeBand if age in found)


def _field_of(table: Table, kinds: Sequence[Kind] = tuple(Kind)) -> Field:
    kind = word_of(table, "kind", Kind)
    if kind not in kinds:
        raise UnfitError("kind", f"{kind.value!r} can't stand in rows")
    needs = NEEDS.get(kind, ())
    only(table, (*EVERY, *needs, *MAY.get(kind, ())))
    for key in needs:
        if key not in table:
            raise UnfitError(key, f"a {kind.value!r} field needs {key!r}")
    most = ROWS_MAX if kind is Kind.ROWS else NUMBER_MAX
    field = Field(
        id=_field_id_of(table),
        kind=kind,
        label=text_of(table, "label", 600 if kind is Kind.SAID else 240),
        hint=_words(table, "hint", 400),
        optional=flag_of(table, "optional", default=kind is Kind.SAID),
        verbatim=flag_of(table, "verbatim", default=False),
        low=_words(table, "low", 60),
        high=_words(table, "high", 60),
        faces=flag_of(table, "faces", default=False),
        start=_words(table, "start", 1000),
        least=number_of(table, "least", -NUMBER_MAX, NUMBER_MAX) if "least" in table else None,
        most=number_of(table, "most", -NUMBER_MAX, most) if "most" in table else None,
        unit=_words(table, "unit", 30),
        options=each_of(table, "options", "option", _option_of, 40) if "options" in table else (),
        fields=each_of(table, "fields", "field", _row_field_of, 12) if "fields" in table else (),
        only_if=part_of(table, "only_if", _only_if_of) if "only_if" in table else None,
    )
    _check_field(field)
    return field


def _row_field_of(table: Table) -> Field:
    return _field_of(table, IN_ROWS)


def _check_field(field: Field) -> None:
    if field.kind is Kind.NUMBER and not (field.least or 0) < (field.most or 0):
        raise UnfitError("most", "'most' must be more than 'least'")
    if field.kind is Kind.ROWS and (field.most is None or field.most not in range(1, ROWS_MAX + 1)):
        raise UnfitError("most", f"'most' must be a whole number from 1 to {ROWS_MAX}")
    values = [option.value for option in field.options]
    if field.options and not 1 < len(values) == len(set(values)):
        raise UnfitError("options", "there must be two different options or more")


def _field_id_of(table: Table) -> str:
    found = text_of(table, "id", 40)
    if not FIELD.fullmatch(found):
        raise UnfitError("id", "'id' must be small letters, digits and _")
    return found


def _words(table: Table, key: str, most: int) -> str:
    return text_of(table, key, most) if key in table else ""


def _option_of(table: Table) -> Option:
    only(table, tuple(Option.__dataclass_fields__))
    value = text_of(table, "value", 40)
    if not re.fullmatch(r"[a-z0-9_]+", value):
        raise UnfitError("value", "'value' must be small letters, digits and _")
    return Option(
        value=value,
        label=text_of(table, "label", 200),
        hint=_words(table, "hint", 400),
        points=whole_of(table, "points", 0, 100) if "points" in table else None,
    )


def _only_if_of(table: Table) -> OnlyIf:
    only(table, ("field", "is"))
    values = table.get("is")
    if not isinstance(values, list) or not values:
        raise UnfitError("is", "'is' must be a list of values, or of true and false")
    if not all(isinstance(value, str | bool) for value in values):
        raise UnfitError("is", "'is' must have words, or true and false")
    return OnlyIf(field=text_of(table, "field", 40), is_=tuple(values))


def _scoring_of(table: Table) -> Scoring:
    only(table, tuple(Scoring.__dataclass_fields__))
    return Scoring(
        scale=text_of(table, "scale", 60),
        fields=texts_of(table, "fields", FIELDS_MAX),
        least=whole_of(table, "least", 0, 10_000),
        most=whole_of(table, "most", 0, 10_000),
        bands=each_of(table, "bands", "band", band_of, 10),
    )


def band_of(table: Table) -> Band:
    only(table, tuple(Band.__dataclass_fields__))
    return Band(
        least=number_of(table, "least", 0, NUMBER_MAX),
        words=text_of(table, "words", 80),
    )
