"""The codes of the FHIR bundle, each with where it was looked up; what has none is ours by name.

LOINC: 8867-4 Heart rate (HL7 FHIR R4, vital signs profiles); 80404-7 R-R interval.standard
deviation (Heart rate variability), in ms (Te Whatu Ora, SDHR implementation guide, vital signs);
70274-6 Generalized anxiety disorder 7 item total score (Medizininformatik-Initiative, PROMs
implementation guide 2026.7.0). RMSSD, activations and ways back have no LOINC code that could be
verified: they are told by codes of ours, with their words. Units are UCUM's.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
OURS = "urn:biocoach:code"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
# HL7's tag for what was made for tests: systems that know it keep it from patients' records.
SIMULATED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}

KNOWN = {
    "heart_rate": (LOINC, "8867-4", "Heart rate"),
    "sdnn": (LOINC, "80404-7", "R-R interval.standard deviation (Heart rate variability)"),
    "gad-7": (LOINC, "70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score"),
}
WORDS = {
    "session": "Practised separation, recorded with a heart-rate strap",
    "baseline": "Heart rate at rest before it, this session's baseline",
    "rmssd": "RMSSD of the whole session, believed beats only",
    "activation": "Activation: heart rate rose above the baseline and movement did not explain it",
    "peak": "Highest heart rate of the activation",
    "half": "Half-recovery time, from the way back's start",
    "distress": "Distress rated by the person (SUDS, 0 to 100)",
    "coverage": "Share of the seconds with a heart rate, 0 to 1",
    "length": "Length of the session",
}
UNITS = {
    "/min": "beats/minute", "ms": "ms", "s": "s", "1": "1", "{score}": "score",
}  # fmt: skip


def concept(name: str) -> Json:
    """A CodeableConcept; what is not known here is a scale's own name."""
    system, code, display = KNOWN.get(name, (OURS, name, WORDS.get(name, f"{name}, total score")))
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def value(amount: float | None, unit: str) -> Json:
    """A quantity; or that it is unknown, which is never left out."""
    if amount is None:
        coding = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
        return {"dataAbsentReason": {"coding": [coding]}}
    named = {"unit": UNITS[unit], "system": UCUM, "code": unit}
    return {"valueQuantity": {"value": amount} | named}
