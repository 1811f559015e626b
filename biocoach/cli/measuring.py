"""Totals of scales, typed in or from kept sheets, and what the weeks show.

The dashboard's ``Measures``. A total that was typed in is a fact of the record, ``total:<id>``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from biocoach.cli.note_desk import NoteDesk, OpenRecord, answer, changed
from biocoach.cli.sheet_facts import kept_in, sheets_of
from biocoach.exposure import measures
from biocoach.exposure.measures import Scale, Total
from biocoach.exposure.scoring import band_of
from biocoach.exposure.sheet import KEPT
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.review.trends import counted_of, trends
from biocoach.settings import LearningSettings
from biocoach.store import Reader
from dashboard.ports import Outcome

Json = dict[str, Any]
TOTAL = "total:"  # the facts' names begin so
TOTALS_MAX = 2000
SAID = ("scale", "day", "total", "note")


class Measuring:
    def __init__(
        self, desk: NoteDesk, wall: Callable[[], datetime], settings: LearningSettings
    ) -> None:
        self._desk = desk
        self._wall = wall
        self._settings = settings
        self._scales = shipped_scales()

    def measures(self) -> Json | Outcome:
        def look(record: OpenRecord) -> Json:
            totals = self._totals(record)
            used = {total.scale for total in totals}
            age = record.fit().age
            shown = [s for s in self._scales.values() if age in s.ages or s.id in used]
            return {
                "scales": [measures.told(scale) | {"open": age in scale.ages} for scale in shown],
                "totals": [self._row(total) for total in reversed(totals)],
                "changes": measures.changes(shown, totals),
                "simulated": record.simulated,
            }

        return self._desk.do(look)

    def trends(self) -> Json | Outcome:
        def look(record: OpenRecord) -> Json:
            told = [
                counted
                for one in record.reader.summaries().values()
                if bool(one.get("simulated")) is record.simulated
                and (counted := counted_of(one)) is not None
            ]
            today = self._today()
            found = trends(kept_in(record), told, today, self._settings)
            return found | {"simulated": record.simulated}

        return self._desk.do(look)

    def add(self, said: Json) -> Json:
        """``scale``, ``day``, ``total``, ``note``: ``ok`` with ``id`` and ``rev``; or ``why``."""

        def work(record: OpenRecord) -> Json | Outcome:
            if record.reader.count_facts(TOTAL) >= TOTALS_MAX:
                return Outcome(why="full")
            return self._put(record, self._desk.new_id(), said, new=True)

        return answer(self._desk.do(work))

    def change(self, name: str, said: Json, rev: str) -> Json:
        def work(record: OpenRecord) -> Json | Outcome:
            refused = changed(rev, record.reader.fact(TOTAL + name))
            return refused or self._put(record, name, said, new=False)

        return answer(self._desk.do(work))

    def erase(self, name: str, rev: str) -> Json:
        def work(record: OpenRecord) -> Json | Outcome:
            refused = changed(rev, record.reader.fact(TOTAL + name))
            if refused is not None:
                return refused
            record.erase(TOTAL + name)
            return {"ok": True}

        return answer(self._desk.do(work))

    # ---- inside

    def _put(self, record: OpenRecord, name: str, said: Json, *, new: bool) -> Json | Outcome:
        scale = self._scales.get(said["scale"])
        if scale is None:
            return _unfit("scale", "option")
        if new and record.fit().age not in scale.ages:
            return Outcome(why="not_for_age")
        if not measures.fits(scale, said["total"]):
            return _unfit("total", "range")
        if not _is_past_day(said["day"], self._today()):
            return _unfit("day", "range")
        total = {key: said[key] for key in SAID}
        kept = total | {"rev": self._desk.new_id()}
        record.put(TOTAL + name, kept)
        return {"ok": True, "id": name, "rev": kept["rev"]}

    def _totals(self, record: OpenRecord) -> list[Total]:
        return totals_in(record.reader, self._scales)

    def _row(self, total: Total) -> Json:
        scale = self._scales.get(total.scale)
        band = band_of(scale.bands, total.total) if scale else ""
        empty = {"sheet": total.sheet or None, "rev": total.rev or None}
        return asdict(total) | {"band": band} | empty

    def _today(self) -> date:
        return self._wall().astimezone().date()


def totals_in(reader: Reader, scales: Mapping[str, Scale]) -> list[Total]:
    """By day. A sheet that is not complete has none; nor has a form of one's own of a scale that
    is known, since its score is its own."""
    typed = [
        Total(id=name.removeprefix(TOTAL), **{key: fact[key] for key in (*SAID, "rev")})
        for name, fact in reader.facts(TOTAL).items()
    ]
    filled = [
        Total(
            id=sheet.id, scale=sheet.score["scale"], day=sheet.day,
            total=sheet.score["total"], sheet=sheet.id,
        )
        for sheet in sheets_of(reader)
        if sheet.state == KEPT and sheet.score and sheet.score["complete"]
        and (scale := scales.get(sheet.score["scale"])) is not None and scale.form == sheet.form
    ]  # fmt: skip
    return sorted([*typed, *filled], key=lambda total: total.day)


def _is_past_day(day: str, today: date) -> bool:
    try:
        return date(1900, 1, 1) <= date.fromisoformat(day) <= today and len(day) == 10
    except ValueError:
        return False


def _unfit(field: str, what: str) -> Json:
    return {"ok": False, "why": "unfit", "field": field, "what": what}
