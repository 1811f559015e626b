"""All that a packet is made of, read from one record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from biocoach import __version__
from biocoach.cli.ladder_facts import Held, held_of
from biocoach.cli.measuring import totals_in
from biocoach.cli.sheet_facts import SHEET
from biocoach.cli.sheets import DRAFTS
from biocoach.coach.shipped import shipped
from biocoach.exposure import separations
from biocoach.exposure.decided import Decisions
from biocoach.exposure.phases import may_practise
from biocoach.exposure.proposal import Around, Limits
from biocoach.exposure.separations import State
from biocoach.exposure.sheet import KEPT, Sheet, sheet_of
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.profile import fit_of
from biocoach.review.note import says as note
from biocoach.review.note.draft import Kind, note_draft
from biocoach.review.note.words import shipped_words
from biocoach.review.packet.later import coming
from biocoach.review.packet.material import Material, Span
from biocoach.review.packet.reading import Read, read_session
from biocoach.settings import Settings
from biocoach.store import Reader, beside_of
from biocoach.types import AgeBand, Begin

Json = dict[str, Any]
TALK = "talk"  # the draft's name, and its only field
COMING = (State.ANNOUNCED, State.UNDER_WAY)


def material_of(
    reader: Reader,
    span: Span,
    now: datetime,
    *,
    simulated: bool,
    talk: str | None,
    settings: Settings,
    read: Read | None = None,
) -> Material:
    """``now`` has a time zone: the one whose days count. ``talk``: None is what is written in the
    record. ``read``: how a session is read, where some are known already. Raises StoreError."""
    known = [s for s in reader.summaries().values() if bool(s.get("simulated")) is simulated]
    closed = [s for s in known if s.get("end_reason")]
    held, scales = held_of(reader.fact, ()), shipped_scales()
    facts = reader.facts(SHEET)
    sheets = [sheet_of(name.removeprefix(SHEET), fact) for name, fact in facts.items()]
    return Material(
        span=span,
        today=now.date(),
        simulated=simulated,
        summaries=closed,
        read=read or (lambda name: read_session(reader, name, settings)),
        around=_around(reader, now, settings, simulated=simulated),
        settings=settings,
        ladders=held.ladders if isinstance(held, Held) else (),
        decisions=held.decisions if isinstance(held, Held) else Decisions(),
        sheets=[sheet for sheet in sheets if sheet.state == KEPT],
        notes={s["id"]: _notes(reader, s["id"]) for s in closed},
        check_ins=reader.every("check_in"),
        separations=_separations(sheets, now),
        titles={practice.id: practice.title for practice in shipped().practices.values()},
        totals=totals_in(reader, scales),
        scales=list(scales.values()),
        talk=_talk(reader) if talk is None else talk,
        version=__version__,
    )


def note_of(material: Material, kind: str) -> Json:
    """A progress note's draft over the same days, from the same numbers."""
    proposals = coming(material, {})["proposals"]
    steps = [{"title": p["title"], "put_away": False, "proposal": p} for p in proposals]
    found = note.Material(
        summaries=material.summaries,
        since=material.span.since.isoformat(),
        until=material.span.until.isoformat(),
        ladders=[{"put_away": False, "steps": steps}],
        totals=material.totals,
        scales={scale.id: scale for scale in material.scales},
        talk=material.talk,
        settings=material.settings.learning,
    )
    made = note_draft(Kind(kind), found, shipped_words())
    return made | {"simulated": material.simulated}


def _talk(reader: Reader) -> str:
    """As it is typed on the page, where it stays until the person erases it."""
    words = (reader.fact(DRAFTS + TALK) or {}).get("words", {})
    return str(words.get(TALK, ""))


def _notes(reader: Reader, session: str) -> list[Json]:
    notes = reader.facts(f"{beside_of(session)}note:").values()
    return sorted(notes, key=lambda note: (note["at_s"], note["written_utc"]))


def _separations(sheets: list[Sheet], now: datetime) -> list[Json]:
    """Ahead or under way, the next first."""
    found = [one for sheet in sheets if (one := separations.separation_of(sheet)) is not None]
    rows = [separations.told(one, now) for one in found]
    return sorted((r for r in rows if r["state"] in COMING), key=lambda row: str(row["begins"]))


def _around(reader: Reader, now: datetime, settings: Settings, *, simulated: bool) -> Around:
    """As the ladder's own page has it, but for what a session of today would change."""
    fit, care = fit_of(reader.fact("fit")), settings.care
    alone = fit is None or not fit.with_therapist
    begun = Begin(seed=0, settings_hash="", fit=fit, simulated=simulated)
    limits = Limits(suds_max=care.alone_suds_max, length_max_s=care.alone_length_max_s)
    return Around(
        today=now.date().isoformat(),
        limits=limits if alone else None,
        waits=may_practise(begun, care),
        child=fit is not None and fit.age is AgeBand.CHILD,
        simulated=simulated,
    )
