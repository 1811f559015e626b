"""A filled-in form, as the record keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from biocoach.clock import moment_of
from biocoach.exposure.form import Form, Kind

Json = dict[str, Any]
DRAFT, KEPT, ERASED = "draft", "kept", "erased"
# (state, what was done) -> the state after it. Erased is gone: nothing leads on from there.
TABLE: dict[tuple[str, str], str] = {
    (DRAFT, "written"): DRAFT,
    (DRAFT, "kept"): KEPT,
    (KEPT, "kept"): KEPT,
    (KEPT, "written"): DRAFT,
    (DRAFT, "erased"): ERASED,
    (KEPT, "erased"): ERASED,
}
LINE_LETTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``rev``: random, another after each writing. ``title``, ``makes``, ``behaviour``: of its form
    as it was then. ``kept_utc`` None: a draft. ``form_was``: the whole form, where it is a file of
    one's own that may go. ``said``: of a separation, see ``separations``."""

    id: str
    form: str
    title: str
    state: str
    answers: Json
    rev: str
    began_utc: str
    changed_utc: str
    kept_utc: str | None = None
    makes: str | None = None
    behaviour: str | None = None
    link: Json | None = None
    line: str = ""
    score: Json | None = None
    form_was: Json | None = None
    said: str = ""

    @property
    def day(self) -> str:
        """The local date on which it was begun."""
        return moment_of(self.began_utc).astimezone().date().isoformat()


def fact_of(sheet: Sheet) -> Json:
    """As the record keeps it; its id is in the fact's name."""
    known = asdict(sheet)
    del known["id"]
    return known


def sheet_of(name: str, fact: Mapping[str, Any]) -> Sheet:
    """What ``fact_of`` wrote, here or in another version."""
    known = {f.name for f in fields(Sheet)} - {"id"}
    return Sheet(id=name, **{key: value for key, value in fact.items() if key in known})


def first_words(form: Form, answers: Mapping[str, Any]) -> str:
    """A line to know it again by: the first words in it, or the label of what was chosen."""
    for one in form.fields:
        value = answers.get(one.id)
        if isinstance(value, str) and one.kind in (Kind.LINE, Kind.LINES) and value.strip():
            return _short(value)
        if one.kind in (Kind.CHOICE, Kind.MANY) and value:
            labels = [o.label for o in one.options if o.value == value or o.value in value]
            return _short(", ".join(labels))
        if one.kind is Kind.ROWS and value:
            found = [word for row in value for word in row.values() if isinstance(word, str)]
            if found:
                return _short(found[0])
    return ""


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LINE_LETTERS else words[: LINE_LETTERS - 1].rstrip() + "…"
