"""The worksheets of a running biocoach: the forms there are, and the sheets that were filled in.

The dashboard's ``Worksheets``. A sheet is a fact of the record, ``sheet:<id>``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from biocoach.cli.note_desk import NoteDesk, OpenRecord, answer, changed
from biocoach.cli.sheet_facts import SHEET, lost_link, sheet_in, sheets_in
from biocoach.clock import iso_utc
from biocoach.exposure import separations
from biocoach.exposure.answers import Unfit, judged, link_of
from biocoach.exposure.dropped_forms import DroppedForms, forms_folder
from biocoach.exposure.form import PARTINGS, Form, Makes, told
from biocoach.exposure.scoring import score_of
from biocoach.exposure.sheet import (
    DRAFT,
    KEPT,
    TABLE,
    Sheet,
    fact_of,
    first_words,
    sheet_of,
)
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.store import Journal
from dashboard.ports import Outcome

Json = dict[str, Any]
WATCH = "watch"  # between the parts of this file
SHEETS_MAX = 5000  # some ten a week for ten years
REST = "rest_today"  # after a hard ending
RESTFUL = ("journal",)  # open on such a day, as what is quick is
LISTED = ("id", "form", "title", "state", "began_utc", "kept_utc", "changed_utc", "line", "link")
MORE_LISTED = ("score", "makes", "behaviour", "day")


class Notebook:
    """``desk``: the open record. ``base``: the folder in which files of one's own lie. ``watch``
    is told which signs a plan for setbacks says to watch, and in which record it stands.
    ``waits``: why practising apart can't begin today."""

    def __init__(
        self,
        base: Path,
        desk: NoteDesk,
        wall: Callable[[], datetime],
        watch: Callable[[list[str], Journal], Awaitable[object]],
        waits: Callable[[], str],
    ) -> None:
        self.folder = forms_folder(base)
        self._dropped = DroppedForms(self.folder, shipped_forms())
        self._desk = desk
        self._wall = wall
        self._watch = watch
        self._waits = waits

    # ---- what a page may read

    def worksheets(self) -> Json | Outcome:
        return self._desk.do(self._listed)

    def worksheet(self, name: str) -> Json | Outcome:
        def look(record: OpenRecord) -> Json | Outcome:
            sheet = sheet_in(record, name)
            if sheet is None:
                return Outcome(why="not_there")
            return _row(sheet) | {
                "answers": sheet.answers,
                "rev": sheet.rev,
                "form_was": sheet.form_was,
            }

        return self._desk.do(look)

    # ---- what a page may do

    async def begin(self, form: str, link: Json | None, answers: Json, *, keep: bool) -> Json:
        """A new sheet: ``ok`` with its ``id`` and ``rev``; or ``why``."""
        return await self._told(lambda: self._begin(form, link, answers, keep=keep))

    async def write(self, name: str, answers: Json, rev: str, *, keep: bool) -> Json:
        """In place of what was there at ``rev``: ``ok`` with the new one; or ``why``."""
        return await self._told(lambda: self._write(name, answers, rev, keep=keep))

    def erase(self, name: str, rev: str) -> Json:
        """Nothing of it stays in the record."""

        def work(record: OpenRecord) -> Json | Outcome:
            refused = changed(rev, record.reader.fact(SHEET + name))
            if refused is not None:
                return refused
            record.erase(SHEET + name)
            return {"ok": True}

        return answer(self._desk.do(work))

    # ---- inside

    async def _told(self, work: Callable[[], Json]) -> Json:
        """Once a plan for setbacks is kept, what it says is watched."""
        found = await asyncio.to_thread(work)
        signs = found.pop(WATCH, None)
        if signs is not None:
            await self._watch(*signs)
        return found

    def _begin(self, form: str, link: Json | None, answers: Json, *, keep: bool) -> Json:

        def work(record: OpenRecord) -> Json | Outcome:
            known = self._forms().get(form)
            if known is None:
                return Outcome(why="unknown_form")
            if record.fit().age not in known.ages:
                return Outcome(why="not_for_age")
            if self._waits() == REST and not (known.quick or known.id in RESTFUL):
                return Outcome(why=REST)  # a sheet that was begun before can still be kept
            if record.reader.count_facts(SHEET) >= SHEETS_MAX:
                return Outcome(why="full")
            now = iso_utc(self._wall())
            blank = Sheet(
                id=self._desk.new_id(), form=form, title="", state=DRAFT, answers={}, rev="",
                began_utc=now, changed_utc=now,
            )  # fmt: skip
            return self._written(record, known, blank, answers, link, keep)

        return answer(self._desk.do(work))

    def _write(self, name: str, answers: Json, rev: str, *, keep: bool) -> Json:
        def work(record: OpenRecord) -> Json | Outcome:
            fact = record.reader.fact(SHEET + name)
            refused = changed(rev, fact)
            if refused is not None:
                return refused
            before = sheet_of(name, fact or {})
            known = self._forms().get(before.form)
            if known is None:
                return Outcome(why="unknown_form")
            return self._written(record, known, before, answers, before.link, keep)

        return answer(self._desk.do(work))

    def _forms(self) -> dict[str, Form]:
        self._dropped.make()
        self._dropped.look()
        return dict(self._dropped.library.forms)

    def _listed(self, record: OpenRecord) -> Json:
        forms, age = self._forms(), record.fit().age
        mine = self._dropped.mine
        return {
            "forms": [
                told(form) | {"mine": form.id in mine}
                for form in forms.values()
                if age in form.ages
            ],
            "sheets": [_row(sheet) for sheet in reversed(sheets_in(record))],
            "problems": [asdict(problem) for problem in self._dropped.library.problems],
            "folder": str(self.folder),
            "simulated": record.simulated,
        }

    def _written(
        self,
        record: OpenRecord,
        form: Form,
        before: Sheet,
        answers: Json,
        link: Json | None,
        keep: bool,
    ) -> Json | Outcome:
        found = judged(form, answers, keep=keep)
        if isinstance(found, Unfit):
            return _unfit(found)
        wrong = lost_link(record, form, before, found, link)
        if wrong is None and keep and form.makes in PARTINGS:
            wrong = separations.check(found)
        if wrong is not None:
            return _unfit(wrong)
        state, sheet = TABLE[before.state, "kept" if keep else "written"], before
        if not before.rev or (found, state) != (before.answers, before.state):
            sheet = self._filled(form, before, found, link, keep=keep)
            record.put(SHEET + sheet.id, fact_of(sheet))
        told_back = {"ok": True, "id": sheet.id, "rev": sheet.rev}
        if keep and form.makes is Makes.SIGNS:
            told_back[WATCH] = (found.get("watched", []), record.writing)
        return told_back

    def _filled(
        self, form: Form, before: Sheet, answers: Json, link: Json | None, *, keep: bool
    ) -> Sheet:
        now, score = iso_utc(self._wall()), score_of(form, answers) if keep else None
        scale = form.scoring.scale if form.scoring else ""
        return replace(
            before,
            title=form.title,
            state=KEPT if keep else DRAFT,
            answers=answers,
            rev=self._desk.new_id(),
            changed_utc=now,
            kept_utc=(before.kept_utc or now) if keep else None,
            makes=form.makes,
            behaviour=form.behaviour,
            link=link_of(link),
            line=first_words(form, answers),
            score=asdict(score) | {"scale": scale} if score else None,
            form_was=told(form) if form.id in self._dropped.mine else None,
        )


def _row(sheet: Sheet) -> Json:
    row = {key: getattr(sheet, key) for key in (*LISTED, *MORE_LISTED)}
    return row | {"link": sheet.link or _inner_link(sheet)}


def _inner_link(sheet: Sheet) -> Json | None:
    found = [value for value in sheet.answers.values() if isinstance(value, dict)]
    return found[0] if found else None


def _unfit(wrong: Unfit) -> Json:
    return {"ok": False, "why": "unfit"} | asdict(wrong)
