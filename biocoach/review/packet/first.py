"""Parts 2 to 5 of the first page: read first, steps, urges, and distress beside the heart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from biocoach.exposure.form import Makes
from biocoach.exposure.practised import Practised
from biocoach.exposure.sheet import KEPT
from biocoach.review.packet.material import Material
from biocoach.review.thin import apart_s
from biocoach.review.trends import counted_of, noted_in, urges_in
from biocoach.settings import PacketSettings

Json = dict[str, Any]
CELLS = ("high_rose", "high_not", "low_rose", "low_not", "away", "unknown")


def read_first(material: Material, rows: Sequence[Practised], reviews: Mapping[str, Json]) -> Json:
    """``asked_presence``: sessions in which *here, far away, numb* was answered at all. Of a
    check-in nothing is known where none was recorded: ``could_tell`` says after how many hard
    endings one could have been."""
    hard = [row.session for row in rows if row.hard]
    answers = [c for c in material.check_ins if c.get("session") in hard]
    said = [c for c in answers if c.get("presence") or c.get("suds") is not None or c.get("words")]
    return {
        "sessions": len(rows),
        "too_much": [row.session for row in rows if row.too_much],
        "away": [row.session for row in rows if row.away],
        "asked_presence": sum(_presence_told(reviews.get(row.session)) for row in rows),
        "ended_early": [row.session for row in rows if row.stayed is False],
        "stay_unknown": sum(row.stayed is None for row in rows),
        "hard": hard,
        "flagged": [one for row in rows if (one := _flagged(row, reviews.get(row.session)))],
        "check_ins": {
            "could_tell": len(hard),
            "recorded": len({c["session"] for c in said}),
            "skipped": len({c["session"] for c in answers} - {c["session"] for c in said}),
            "said": [
                {key: c.get(key) for key in ("session", "date", "presence", "suds", "words")}
                for c in said
            ],
        },
    }


def _flagged(row: Practised, review: Json | None) -> Json | None:
    """A session that is to be read first, with all that makes it so; None for another."""
    found = {
        "too_much": row.too_much,
        "away": row.away,
        "early": row.stayed is False,
        "hard": row.hard,
    }
    flags = [name for name, is_so in found.items() if is_so]
    if not flags:
        return None
    plan = (review["plan"] if review else None) or {}
    title = plan.get("step", {}).get("title", "")
    return {
        "session": row.session,
        "day": row.day,
        "title": title,
        "flags": flags,
        "planned_s": row.planned_s,
        "stayed_s": row.stayed_s,
        "distress": highest(review) if review else None,
    }


def _presence_told(review: Json | None) -> bool:
    if review is None:
        return False
    debrief = review["debrief"] or {}
    return bool(debrief.get("presence")) or any(r["presence"] for r in review["ratings"])


def steps(rows: Sequence[Practised], reviews: Mapping[str, Json]) -> Json:
    """What was planned and what became of it; ``expected``: how likely the feared seemed, before
    and after, of the sessions that tell both."""
    pairs = [
        (row.before_pct, row.after_pct)
        for row in rows
        if row.before_pct is not None and row.after_pct is not None and not row.away
    ]
    came = [row.came.value if row.came else None for row in rows]
    return {
        "planned": len(rows),
        "stayed": sum(row.stayed is True for row in rows),
        "not_stayed": sum(row.stayed is False for row in rows),
        "unknown": sum(row.stayed is None for row in rows),
        "done": sum(row.done for row in rows),
        "bare": sum(row.bare for row in rows),
        "came": {key: came.count(key) for key in ("no", "partly", "yes")}
        | {"unsaid": came.count(None)},
        "expected": {
            "n": len(pairs),
            "before_pct": _middle(before for before, _ in pairs),
            "after_pct": _middle(after for _, after in pairs),
            "fell": sum(after < before for before, after in pairs),
            "rose": sum(after > before for before, after in pairs),
        },
        "told": [_told(row, reviews[row.session]) for row in rows if row.session in reviews],
    }


def _middle(values: Iterable[float]) -> float | None:
    known = list(values)
    return float(median(known)) if known else None


def _told(row: Practised, review: Json) -> Json:
    plan, debrief = review["plan"] or {}, review["debrief"] or {}
    return {
        "session": row.session,
        "day": row.day,
        "title": plan.get("step", {}).get("title", ""),
        "feared": plan.get("feared", ""),
        "happened": debrief.get("happened", ""),
        "learnt": debrief.get("learnt", ""),
        "came": row.came.value if row.came else None,
        "before_pct": row.before_pct,
        "after_pct": row.after_pct,
        "stayed": row.stayed,
        "planned_s": row.planned_s,
        "stayed_s": row.stayed_s,
    }


def urges(material: Material, rows: Sequence[Practised], reviews: Mapping[str, Json]) -> Json:
    """In sessions, and in moments that were noted. ``open``: it was not said what came of them."""
    settings = material.settings.learning
    own = material.sessions(material.span)
    counted = [one for s in own if (one := counted_of(s)) is not None]
    kinds = [u["kind"] for review in reviews.values() for u in review["urges"]]
    noted = [s for s in material.sheets if s.state == KEPT and material.span.holds(s.day)]
    moments = [s for s in noted if s.makes == Makes.MOMENT]
    behaviours = [s.behaviour for s in noted if s.behaviour]
    return urges_in(counted, settings) | {
        "open": sum(s.get("urges_open", 0) for s in own),
        "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "beyond_plan": {
            "yes": sum(row.beyond_plan is True for row in rows),
            "no": sum(row.beyond_plan is False for row in rows),
            "unsaid": sum(row.beyond_plan is None for row in rows),
        },
        "looked": sum(any(n["shown"] for n in r["numbers_shown"]) for r in reviews.values()),
        "moments": noted_in(moments, settings),
        "behaviours": {kind: behaviours.count(kind) for kind in sorted(set(behaviours))},
    }


def grid(rows: Sequence[Practised], reviews: Mapping[str, Json], limits: PacketSettings) -> Json:
    """Each session apart once, in one cell. ``unknown`` by why: ``distress`` was not rated,
    ``heart`` was not read for long enough to say that it did not rise."""
    cells: dict[str, list[str]] = {cell: [] for cell in CELLS}
    why: dict[str, int] = {"distress": 0, "heart": 0}
    for row in rows:
        review = reviews.get(row.session)
        distress = highest(review) if review else None
        rose = rose_apart(review, limits) if review else None
        if row.away:
            cell = "away"
        elif distress is None or rose is None:
            cell = "unknown"
            why["distress" if distress is None else "heart"] += 1
        else:
            high = "high" if distress >= limits.distress_high_suds else "low"
            cell = f"{high}_{'rose' if rose else 'not'}"
        cells[cell].append(row.session)
    return {"n": len(rows), "high_from": limits.distress_high_suds, "why": why, "cells": cells}


def highest(review: Json) -> int | None:
    """The highest distress that was rated from leaving on; None where none was."""
    left_s = _left_s(review)
    rated = [r["suds"] for r in review["ratings"] if left_s is not None and r["at_s"] >= left_s]
    return max((suds for suds in rated if suds is not None), default=None)


def rose_apart(review: Json, limits: PacketSettings) -> bool | None:
    """Whether the heart rose, movement apart, from leaving on; None where too little was read."""
    left_s = _left_s(review)
    if left_s is None:
        return None
    if any(a["onset_s"] >= left_s for a in review["activations"]):
        return True
    read = review["read_apart"]
    return False if read is not None and read >= limits.read_share_min else None


def _left_s(review: Json) -> float | None:
    apart = apart_s(review)
    return apart[0] if apart else None
