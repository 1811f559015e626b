"""Requests drawn from the app's own description of itself, put to a real one over an encrypted
record: none breaks it, none is answered with what the description does not know, and a refusal
says nothing of what stood in the form."""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.doors import kind_of
from tests.faults.lived_in import Lived, lived_in

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
PHASES = (Phase.explicit, Phase.generate)
# What would end the trial itself: another record, or none that is open.
NEVER = {"/api/straps/choose", "/api/phone/on"}
WORD_LETTERS = 8  # a shorter one may stand in an answer by chance


def run(order: Order) -> Outcome:
    """``count`` requests, the same number for each operation."""
    with tempfile.TemporaryDirectory() as home, lived_in(Path(home)) as lived:
        outcome = asked(order, lived)
        _, trouble = lived.said()
        if "Traceback" in trouble:
            outcome.failures.append(f"it said: {trouble[-500:]}")
        return outcome


def asked(order: Order, lived: Lived) -> Outcome:
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    told = requests.get(f"{lived.url}/api/openapi.json", headers=lived.headers, timeout=30).json()
    schema = schemathesis.openapi.from_dict(told)
    operations: list[Any] = [one.ok() for one in list[Any](schema.get_all_operations())]
    wanted = [one for one in operations if one.path not in NEVER]
    outcome = Outcome({"operations": len(wanted), "requests": 0})
    for operation in wanted:
        each = max(2, order.count // len(wanted))
        _drawn(operation, each, order.seed, lived, outcome)
    return outcome


def _drawn(operation: Any, count: int, of: int, lived: Lived, outcome: Outcome) -> None:
    """Half of them as the description has them, half against it."""
    answers: Counter[int] = Counter()
    for mode in schemathesis.GenerationMode:

        @seed(of)
        @settings(
            max_examples=max(1, count // 2), deadline=None, database=None, phases=PHASES,
            suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False,
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            answers[_ask(case, lived, outcome)] += 1

        try:
            one()
        except Exception as error:  # noqa: BLE001 - what hypothesis says of an empty strategy
            if "Unsatisfiable" not in type(error).__name__:
                told = f"{operation.label}: {type(error).__name__}: {str(error)[:300]}"
                outcome.failures.append(told)
    outcome.add(Outcome({"requests": sum(answers.values())}))


def _ask(case: Any, lived: Lived, outcome: Outcome) -> int:
    try:
        kind = kind_of(case.method, case.operation.path)
        sent = lived.headers | ({"content-type": kind} if kind else {})
        answer = case.call(base_url=lived.url, headers=sent, timeout=60)
    except requests.RequestException as error:
        outcome.failures.append(f"{case.operation.label}: no answer: {error}")
        return 0
    try:
        case.validate_response(answer, checks=CHECKS)
    except schemathesis.core.failures.FailureGroup as group:
        for failure in group.exceptions:
            told = " ".join(str(failure).split())[:200]
            body = answer.text[:120]
            outcome.failures.append(f"{case.operation.label}: {answer.status_code} {told} | {body}")
    if answer.status_code >= 400:
        for word in _words(case.body):
            if word in answer.text:
                outcome.failures.append(f"{case.operation.label}: a refusal repeats {word!r}")
    return int(answer.status_code)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) >= WORD_LETTERS:
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (key,) if len(str(key)) >= WORD_LETTERS and not key.isascii() else ()
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


CAMPAIGN = Campaign(promise="no request that can be drawn breaks the page", count=5_000, run=run)
