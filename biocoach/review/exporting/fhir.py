"""A FHIR R4 bundle (HL7 FHIR 4.0.1): a collection of observations on a patient without identity.

Each session is an Observation that names the others as its members. What is unknown says so
(``dataAbsentReason``); every figure is beside its session's coverage. Nothing in it is a diagnosis.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from biocoach import __version__
from biocoach.review.contract import summary
from biocoach.review.exporting.fhir_codes import CATEGORY, SIMULATED, concept, value
from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.rows import baseline_bpm
from biocoach.review.exporting.taken import Beside, Taken

Json = dict[str, Any]
NOTE = (
    "Self-monitoring with a heart-rate strap; not evidence of truthfulness, diagnosis or "
    "parenting. Heart rate over 20 s from RR intervals; artefacts left out, gaps not bridged. "
)


def fhir_pieces(sessions: Iterable[Taken], beside: Beside, *, simulated: bool) -> Iterator[Piece]:
    """One file."""

    def chunks() -> Iterator[bytes]:
        found = bundle(sessions, beside, simulated=simulated)
        yield json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1).encode()

    yield Piece(name="bundle.json", chunks=chunks())


def bundle(sessions: Iterable[Taken], beside: Beside, *, simulated: bool) -> Json:
    """The whole of it, as JSON."""
    meta = {"meta": {"tag": [SIMULATED]}} if simulated else {}
    patient = _urn("patient")
    entries = [
        _entry(patient, {"resourceType": "Patient"} | meta),
        _entry(_urn("device"), _device() | meta),
    ]
    for taken in sessions:
        for name, resource in _session(taken, patient):
            entries.append(_entry(name, resource | meta))
    for total in beside.totals:
        found = _observation(total.scale, patient, "survey") | {"effectiveDateTime": total.day}
        entries.append(
            _entry(_urn(f"total:{total.id}"), found | value(total.total, "{score}") | meta)
        )
    return {"resourceType": "Bundle", "type": "collection"} | meta | {"entry": entries}


def _urn(name: str) -> str:
    """The same thing has the same address in every export."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'biocoach:{name}')}"


def _entry(urn: str, resource: Json) -> Json:
    return {"fullUrl": urn, "resource": resource}


def _device() -> Json:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "biocoach", "type": "user-friendly-name"}],
        "version": [{"value": __version__}],
        "note": [{"text": "Reads a heart-rate strap; not a medical device."}],
    }


def _observation(name: str, patient: str, category: str) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": concept(name),
        "subject": {"reference": patient},
    }


def _session(taken: Taken, patient: str) -> Iterator[tuple[str, Json]]:
    members = list(_members(taken, patient))
    yield from members
    review = taken.review
    whole = _observation("session", patient, "activity") | _period(taken, 0.0, review["length_s"])
    note = f"{NOTE}Rules {review['settings_hash']}; movement {review['movement']}.{_slowing(taken)}"
    yield (
        _urn(f"session:{taken.name}"),
        whole
        | _by_device()
        | {
            "note": [{"text": note}],
            "component": [
                {"code": concept("length")} | value(round(review["length_s"], 1), "s"),
                {"code": concept("coverage")} | value(review["coverage"], "1"),
            ],
        }
        | ({"hasMember": [{"reference": urn} for urn, _ in members]} if members else {}),
    )


def _members(taken: Taken, patient: str) -> Iterator[tuple[str, Json]]:
    review, figures = taken.review, summary(taken.record.beats)
    length_s = review["length_s"]
    for name, code, amount, unit in (
        ("mean", "heart_rate", figures["mean_hr_bpm"], "/min"),
        ("baseline", "baseline", baseline_bpm(taken), "/min"),
        ("sdnn", "sdnn", figures["sdnn_ms"], "ms"),
        ("rmssd", "rmssd", figures["rmssd_ms"], "ms"),
    ):
        found = _observation(code, patient, "vital-signs" if code == "heart_rate" else "activity")
        coverage = {"code": concept("coverage")} | value(review["coverage"], "1")
        told = found | _period(taken, 0.0, length_s) | value(amount, unit) | _by_device()
        yield _urn(f"session:{taken.name}:{name}"), told | {"component": [coverage]}
    for one in review["activations"]:
        yield (
            _urn(f"session:{taken.name}:activation:{one['number']}"),
            _activation(taken, one, patient),
        )
    for number, row in enumerate(review["ratings"]):
        found = _observation("distress", patient, "survey") | _moment(taken, row["at_s"])
        yield _urn(f"session:{taken.name}:rating:{number}"), found | value(row["suds"], "{score}")


def _activation(taken: Taken, one: Json, patient: str) -> Json:
    way = one["recovery"]
    more = (" Cut short before half-way." if way["censored"] else "") + _slowing(taken)
    return (
        _observation("activation", patient, "activity")
        | _period(taken, one["onset_s"], one["end_s"])
        | _by_device()
        | {
            "valueString": f"movement {one['movement']}; way back: {way['where']}.{more}",
            "note": [{"text": one["why"]}],
            "component": [
                {"code": concept("peak")} | value(one["peak_bpm"], "/min"),
                {"code": concept("half")} | value(way["half_s"], "s"),
            ],
        }
    )


def _slowing(taken: Taken) -> str:
    told = " Medicine that slows the heart was told of: rises are smaller."
    return told if taken.review["heart_slowing"] else ""


def _by_device() -> Json:
    return {"device": {"reference": _urn("device")}}


def _moment(taken: Taken, at_s: float) -> Json:
    utc = taken.utc(at_s)
    return {"effectiveDateTime": utc} if utc else {}


def _period(taken: Taken, start_s: float, end_s: float | None) -> Json:
    """Nothing of a recording that does not tell when it began."""
    start, end = taken.utc(start_s), taken.utc(end_s)
    if start is None:
        return {}
    return {"effectivePeriod": {"start": start} | ({"end": end} if end else {})}
