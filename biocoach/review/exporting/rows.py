"""A session's rows for the tables of ``columns``, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from biocoach.review.contract import activation as analysed
from biocoach.review.exporting.taken import Taken, local_of
from biocoach.review.then_and_now import then_and_now
from biocoach.types import BaselineReady

Json = dict[str, Any]


def rows_of(taken: Taken) -> dict[str, list[Json]]:
    """By table."""
    review = taken.review
    return {
        "sessions": [session_row(taken)],
        "activations": list(_activations(taken)),
        "ratings": [_at(taken, r) | {"distress": r["suds"], "presence": r["presence"]}
                    for r in review["ratings"]],
        "urges": [_at(taken, r) | r for r in review["urges"]],
        "marks": [_at(taken, r) | r for r in review["marks"]],
        "offers": [_at(taken, r) | r for r in review["offers"]],
        "practices": [_from(taken, r) | r for r in review["practices"]],
        "phases": [_from(taken, r) | r for r in review["phases"]],
        "gaps": [_from(taken, r) | r for r in review["gaps"]],
        "notes": [_at(taken, r) | r for r in taken.notes],
    }  # fmt: skip


def _at(taken: Taken, row: Json) -> Json:
    return {"session": taken.name, "at_s": row["at_s"], "at_utc": taken.utc(row["at_s"])}


def _from(taken: Taken, row: Json) -> Json:
    return {"session": taken.name, "start_utc": taken.utc(row["start_s"])}


def baseline_bpm(taken: Taken) -> float | None:
    """The session's last baseline; None where there was none."""
    ready = [d for d in taken.record.decisions if isinstance(d, BaselineReady)]
    return round(ready[-1].figures.hr_bpm, 1) if ready else None


def session_row(taken: Taken) -> Json:
    review = taken.review
    plan, debrief = review["plan"] or {}, review["debrief"] or {}
    step, began, elsewhere = plan.get("step") or {}, local_of(review), review["elsewhere"]
    return {
        "session": taken.name,
        "files": taken.stem,
        "started_utc": taken.utc(0.0),
        "started_local": began.isoformat(timespec="seconds") if began else None,
        "length_s": review["length_s"],
        "simulated": taken.simulated,
        "source": elsewhere["where"] if elsewhere else "strap",
        "device": taken.device or None,
        "step": step.get("title"),
        "support": _word(step.get("support")),
        "planned_s": plan.get("planned_s"),
        "feared": plan.get("feared") or None,
        "expected_pct": plan.get("probability_pct"),
        "context": plan.get("context") or None,
        "distress_before": review["distress"]["before"],
        "distress_after": review["distress"]["after"],
        "came": _word(debrief.get("came")),
        "coped": debrief.get("coped"),
        "happened": debrief.get("happened") or None,
        "learnt": debrief.get("learnt") or None,
        "ended": review["end_reason"] or None,
        "baseline_bpm": baseline_bpm(taken),
        "activations": len(review["activations"]),
        "coverage": review["coverage"],
        "movement": review["movement"],
        "heart_slowing": review["heart_slowing"],
        "settings_hash": review["settings_hash"],
    }


def _word(found: Any) -> str | None:
    return None if found is None else str(found)


def _activations(taken: Taken) -> Iterator[Json]:
    """As today's detector reads them; beside each what was decided on the day."""
    pairs = then_and_now(taken.entries, taken.record, taken.settings)["activations"]
    then = {pair["now"]["number"]: pair["then"] or {} for pair in pairs if pair["now"]}
    for found, shown in zip(taken.record.activations, taken.review["activations"], strict=True):
        full = analysed(taken.record, found, taken.settings)
        way = full["recovery"]
        yield {
            "session": taken.name,
            "onset_utc": taken.utc(found.onset_s),
            **{k: v for k, v in shown.items() if k not in ("label", "recovery")},
            "answer": shown["label"],
            **{k: way[k] for k in ("reference_s", "half_s", "half_plain_s", "full_s", "tau_s")},
            "where": shown["recovery"]["where"],
            "censored": way["censored"],
            "recovery_why": way["why"],
            "then_onset_s": then.get(found.number, {}).get("onset_s"),
            "then_half_s": then.get(found.number, {}).get("half_s"),
        }
    for pair in pairs:
        if pair["now"] is None:
            yield {
                "session": taken.name,
                "then_onset_s": pair["then"]["onset_s"],
                "then_half_s": pair["then"]["half_s"],
            }
