"""Parts 6 to 9 of the first page: the way back, two moments, what is next, and the foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from biocoach.exposure.form import Makes
from biocoach.exposure.practised import Practised
from biocoach.exposure.sheet import KEPT
from biocoach.exposure.titration import proposals
from biocoach.review.packet.first import highest
from biocoach.review.packet.material import Material, Review, Span
from biocoach.review.recovery_over_time import recovery_over_time

Json = dict[str, Any]
UNVERIFIED = "unverified"


def way_back(material: Material) -> Json:
    """The four kinds, each with the days before beside it; nothing is pooled."""
    now, before = (_ways(material, span) for span in (material.span, material.span.before))
    return {
        "needed": now["needed"],
        "left_out": {key: now[key] for key in ("away", "not_told")} | {"not_said": now["not_said"]},
        "groups": [
            row | {"before": earlier}
            for row, earlier in zip(now["groups"], before["groups"], strict=True)
        ],
    }


def _ways(material: Material, span: Span) -> Json:
    own = material.sessions(span)
    found = recovery_over_time(own, material.settings.learning, simulated=material.simulated)
    ways = [way for s in own for way in s.get("ways_back", [])]
    for row in found["groups"]:
        kind = (row["where"], row["used"])
        mine = [w for w in ways if not w["left_out"] and (w["where"], w["used"]) == kind]
        row |= {
            "up_s": _middle([w.get("up_s") for w in mine], found["needed"]),
            "high_bpm": _middle([w.get("amplitude_bpm") for w in mine], found["needed"]),
        }
    return found | {"not_said": sum(way["left_out"] == "not_said" for way in ways)}


def _middle(values: Sequence[float | None], needed: int) -> Json:
    """The median; of fewer than ``needed`` none."""
    known = [v for v in values if v is not None]
    return {"n": len(known), "median": float(median(known)) if len(known) >= needed else None}


def moments(material: Material, rows: Sequence[Practised], reviews: Mapping[str, Json]) -> Json:
    """The hardest: the highest distress of any. The best borne: the highest of those that were
    borne (stayed as planned, not far away, not too much; or an urge not acted on), another than
    the hardest. The later one of two."""
    found = [*_of_sessions(rows, reviews), *_of_sheets(material)]
    found.sort(key=lambda one: (one["distress"], one["day"]))
    hardest = found[-1] if found else None
    borne = [one for one in found if one["borne"] and one is not hardest]
    return {
        "rated": len(found),
        "hardest": hardest,
        "borne": borne[-1] if borne else None,
        "bodies": _bodies(rows, reviews),
    }


def _bodies(rows: Sequence[Practised], reviews: Mapping[str, Json]) -> list[Json]:
    """What the debriefs say of the body, each wording once, the most frequent first."""
    said = [reviews[row.session]["debrief"] or {} for row in rows if row.session in reviews]
    told = Counter(" ".join(one.get("body_words", "").split()) for one in said)
    return [{"words": text, "n": n} for text, n in told.most_common() if text]


def _of_sessions(rows: Sequence[Practised], reviews: Mapping[str, Json]) -> list[Json]:
    found = []
    for row in rows:
        review = reviews.get(row.session)
        distress = highest(review) if review else None
        if review is None or distress is None:
            continue
        plan, debrief = review["plan"] or {}, review["debrief"] or {}
        found.append(
            {
                "kind": "session",
                "id": row.session,
                "day": row.day,
                "title": plan.get("step", {}).get("title", ""),
                "distress": distress,
                "borne": row.stayed is True and not row.away and not row.too_much,
                "body_words": debrief.get("body_words", ""),
                "words": debrief.get("learnt", "") or debrief.get("happened", ""),
            }
        )
    return found


def _of_sheets(material: Material) -> list[Json]:
    found = []
    for sheet in material.sheets:
        rated = sheet.answers.get("intensity")
        whole = isinstance(rated, int | float) and not isinstance(rated, bool)
        own = sheet.state == KEPT and sheet.makes == Makes.MOMENT
        if not own or not whole or not material.span.holds(sheet.day):
            continue
        found.append(
            {
                "kind": "moment",
                "id": sheet.id,
                "day": sheet.day,
                "title": sheet.line,
                "distress": rated,
                "borne": sheet.answers.get("acted") is False,
                "body_words": str(sheet.answers.get("body", "")),
                "words": "",
            }
        )
    return found


def coming(material: Material, reviews: Mapping[str, Json]) -> Json:
    """What the rules propose now, the practices of these days, and what is announced."""
    rows = material.rows()
    found = []
    for ladder in material.ladders:
        for name, one in proposals(ladder, rows, material.decisions, material.around).items():
            step = ladder.step(name)
            title = step.title if step else ""
            found.append(one.told(ladder) | {"step": name, "title": title, "ladder": ladder.title})
    found.sort(key=lambda one: not one["asks"])
    runs = [p for review in reviews.values() for p in review["practices"]]
    names = sorted({p["practice"] for p in runs})
    return {
        "proposals": found,
        "practices": [
            {
                "id": name,
                "title": material.titles.get(name, name),
                "n": sum(p["practice"] == name for p in runs),
                "asked": sum(p["practice"] == name and p["asked"] for p in runs),
            }
            for name in names
        ],
        "ahead": [
            {key: one[key] for key in ("kind", "who", "begins", "ends", "state")}
            for one in material.separations
        ],
    }


def foot(material: Material, reviews: Mapping[str, Review]) -> Json:
    """What bounds all of it. ``coverage``: of the sessions with a strap, each the share of its
    seconds that have a heart rate."""
    told = {name: review.told for name, review in reviews.items()}
    read = {name: one for name, one in told.items() if one["heard"]}
    shares = sorted(one["coverage"] for one in read.values())
    return {
        "sessions": len(told),
        "with_heart": len(read),
        "coverage": {
            "median": round(float(median(shares)), 4) if shares else None,
            "least": shares[0] if shares else None,
        },
        "unverified": sum(one["movement"] == UNVERIFIED for one in read.values()),
        "heart_slowing": sum(one["heart_slowing"] for one in told.values()),
        "medicine": sum(bool((one["plan"] or {}).get("medicine")) for one in told.values()),
        "settings": sorted({review.recorded_by for review in reviews.values()} - {""}),
        "undated": sum(
            bool(s.get("elsewhere")) and not s["elsewhere"]["dated"] for s in material.summaries
        ),
        "simulated": material.simulated,
    }
