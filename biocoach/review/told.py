"""What the person said and did, and what the coach did about it, as the review's rows."""

from __future__ import annotations

from typing import Any

from biocoach.review.record import Record
from biocoach.types import (
    Amend,
    Label,
    Mark,
    NumbersShown,
    Offer,
    OfferReply,
    OfferWithdrawn,
    PracticeEnded,
    PracticeLog,
    PracticeMoment,
    Rating,
    Silence,
    Urge,
)

Json = dict[str, Any]


def said(record: Record) -> Json:
    """What the person said and did, by kind, in order. ``added``: about a recording, afterwards."""
    rows: Json = {"ratings": [], "urges": [], "marks": [], "numbers_shown": []}
    withdrawn = _withdrawn(record) | record.assumed
    for item in record.inputs:
        at_s = item.at_s
        if item.number in withdrawn:
            continue
        later = {"added": True} if item.number in record.added else {}
        match item.body:
            case Rating(suds=suds, presence=presence):
                felt = presence.value if presence else None
                rows["ratings"].append({"at_s": at_s, "suds": suds, "presence": felt} | later)
            case Urge(kind=kind, acted=acted):
                rows["urges"].append({"at_s": at_s, "kind": kind.value, "acted": acted})
            case Mark(kind=mark, text=text):
                row = {"number": item.number, "at_s": at_s, "kind": mark.value, "text": text}
                rows["marks"].append(row | later)
            case NumbersShown(shown=shown):
                rows["numbers_shown"].append({"at_s": at_s, "shown": shown})
            case _:
                pass
    return rows


def _withdrawn(record: Record) -> set[int]:
    """The numbers of marks that were taken back."""
    return {item.body.of_number for item in record.inputs if isinstance(item.body, Amend)}


def labels_of(record: Record) -> dict[int, str]:
    """The person's word on each activation; the last word counts."""
    found: dict[int, str] = {}
    for item in record.inputs:
        if isinstance(item.body, Label):
            before = [a.number for a in record.activations if a.alarm_s <= item.at_s]
            number = item.body.activation or (before[-1] if before else None)
            if number is not None:
                found[number] = item.body.answer.value
    return found


def offers_made(record: Record) -> list[Json]:
    offers = [d for d in record.decisions if isinstance(d, Offer)]
    replies = [(i.at_s, i.body.reply) for i in record.inputs if isinstance(i.body, OfferReply)]
    rows: list[Json] = []
    gone = [d for d in record.decisions if isinstance(d, OfferWithdrawn)]
    ends = [*(o.at_s for o in offers), float("inf")][1:]
    for offer, until_s in zip(offers, ends, strict=True):
        reply = next((r.value for t, r in replies if offer.at_s <= t < until_s), None)
        withdrawn = next((w.because for w in gone if offer.at_s <= w.at_s < until_s), None)
        rows.append(
            {
                "at_s": offer.at_s,
                "practice": offer.practice,
                "because": offer.because,
                "reply": reply,
                "withdrawn": withdrawn,
                "asked": offer.asked,
            }
        )
    return rows


def practices(record: Record) -> list[Json]:
    """``last_step`` counts from 0; None where it was not told."""
    rows: list[Json] = []
    for at_s, log in _practice_words(record):
        begins = isinstance(log, PracticeLog) and log.moment is PracticeMoment.STARTED
        runs = bool(rows) and rows[-1]["end_s"] is None
        if not begins and runs and rows[-1]["practice"] != log.practice:
            continue  # the late end of an earlier one
        if runs and isinstance(log, PracticeLog) and log.moment is PracticeMoment.MOVED:
            steps = [n for n in (rows[-1]["last_step"], log.step) if n is not None]
            rows[-1]["last_step"] = max(steps, default=None)
            continue
        if runs:
            finished = isinstance(log, PracticeLog) and log.moment is PracticeMoment.FINISHED
            rows[-1] |= {"end_s": at_s, "finished": finished}
        if begins and isinstance(log, PracticeLog):
            rows.append(
                {
                    "practice": log.practice,
                    "start_s": at_s,
                    "end_s": None,
                    "asked": log.asked,
                    "finished": False,
                    "last_step": log.step,
                }
            )
    return rows


def _practice_words(record: Record) -> list[tuple[float, PracticeLog | PracticeEnded]]:
    """What the person said of practices and what the coach ended, in order."""
    logs = [(i.at_s, i.body) for i in record.inputs if isinstance(i.body, PracticeLog)]
    ended = [(d.at_s, d) for d in record.decisions if isinstance(d, PracticeEnded)]
    return sorted([*logs, *ended], key=lambda row: row[0])


def paced_spans(record: Record) -> list[tuple[float, float]]:
    """When breathing was paced, s; to the record's end where nothing ended it."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for at_s, log in [*_practice_words(record), (record.length_s, None)]:
        if since is not None:
            spans.append((since, at_s))
        begun = (PracticeMoment.STARTED, PracticeMoment.MOVED)
        paced = isinstance(log, PracticeLog) and log.moment in begun and log.paced
        since = at_s if paced else None
    return spans


def silences(record: Record) -> list[Json]:
    """When the coach could have spoken and did not, and why."""
    return [
        {"at_s": d.at_s, "because": d.because} for d in record.decisions if isinstance(d, Silence)
    ]
