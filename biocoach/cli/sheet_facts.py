"""Sheets as facts of the open record: ``sheet:<id>``."""

from __future__ import annotations

from typing import Any

from biocoach.cli.note_desk import OpenRecord
from biocoach.exposure.answers import Unfit, What, link_of, links_of
from biocoach.exposure.form import Form
from biocoach.exposure.sheet import KEPT, Sheet, sheet_of
from biocoach.store import Reader

Json = dict[str, Any]
SHEET = "sheet:"  # the facts' names begin so


def sheets_in(record: OpenRecord) -> list[Sheet]:
    return sheets_of(record.reader)


def sheets_of(reader: Reader) -> list[Sheet]:
    """All of them, in the order in which they were begun."""
    facts = reader.facts(SHEET)
    found = [sheet_of(name.removeprefix(SHEET), fact) for name, fact in facts.items()]
    return sorted(found, key=lambda sheet: sheet.began_utc)


def kept_in(record: OpenRecord) -> list[Sheet]:
    return [sheet for sheet in sheets_in(record) if sheet.state == KEPT]


def sheet_in(record: OpenRecord, name: str) -> Sheet | None:
    fact = record.reader.fact(SHEET + name)
    return None if fact is None else sheet_of(name, fact)


def lost_link(
    record: OpenRecord, form: Form, before: Sheet, answers: Json, link: Json | None
) -> Unfit | None:
    """A link to a session that is not there. One that was there when it was written may stay."""
    known = [one["session"] for _, one in links_of(form, before.answers)]
    known += [before.link["session"]] if before.link else []
    wanted = links_of(form, answers)
    if link is not None:
        found = link_of(link)
        if found is None:
            return Unfit(field="link", what=What.LINK)
        wanted = [("link", found), *wanted]
    for name, one in wanted:
        if one["session"] not in known and not record.reader.has_session(one["session"]):
            return Unfit(field=name, what=What.LINK)
    return None
