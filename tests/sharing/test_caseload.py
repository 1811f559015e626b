"""What to read first: each reason from what was recorded, and nobody ranked."""

from __future__ import annotations

from datetime import date
from typing import Any

from biocoach.exposure.measures import Total
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.sharing.caseload import Record, since

Json = dict[str, Any]
TODAY = date(2026, 2, 20)
SCALES = list(shipped_scales().values())


def row(name: str, day: str, *, step: str = "s", **told: bool) -> Json:
    usual = {"too_much": False, "away": False, "hard": False, "done": False}
    practised = {"ladder": "l", "step": step, "day": day} | usual | told
    return {"id": name, "started_utc": f"{day}T09:00:00Z", "step_title": f"Step {step}",
            "practised": practised, "hard_end": told.get("hard", False)}  # fmt: skip


def record(*rows: Json, totals: tuple[Total, ...] = (), checked: str = "") -> Record:
    return Record(
        summaries={one["id"]: one for one in rows}, totals=totals, until="2026-02-19",
        checked_in=checked,
    )  # fmt: skip


def whats(now: Record, before: Record | None = None) -> list[tuple[str, str]]:
    return [(one.what, one.session) for one in since(now, before, SCALES, TODAY).reasons]


def test_only_what_is_new_since_the_bundle_before() -> None:
    old, new = row("a", "2026-02-10", too_much=True), row("b", "2026-02-18", away=True)
    assert whats(record(old, new)) == [("too_much", "a"), ("away", "b")]
    assert whats(record(old, new), record(old)) == [("away", "b")]
    assert since(record(old, new), record(old), SCALES, TODAY).sessions == 1


def test_a_hard_ending_and_its_check_in() -> None:
    hard = row("a", "2026-02-18", hard=True)
    assert whats(record(hard)) == [("hard_end", "a"), ("no_check_in", "a")]
    assert whats(record(hard, checked="a")) == [("hard_end", "a")]
    today = row("a", "2026-02-19", hard=True)  # nobody could have been asked yet
    assert whats(record(today)) == [("hard_end", "a")]


def test_a_step_is_done_for_the_first_time_once() -> None:
    one, two = row("a", "2026-02-10", done=True), row("b", "2026-02-18", done=True)
    other = row("c", "2026-02-19", step="t", done=True)
    assert whats(record(one, two, other)) == [("first_done", "c"), ("first_done", "a")]
    assert whats(record(one, two, other), record(one)) == [("first_done", "c")]


def test_a_measure_only_beyond_its_own_error() -> None:
    def totals(*values: float) -> tuple[Total, ...]:
        return tuple(
            Total(id=f"t{n}", scale="gad-7", day=f"2026-02-{10 + n}", total=value)
            for n, value in enumerate(values)
        )

    steps = row("a", "2026-02-18")
    assert whats(record(steps, totals=totals(15, 14))) == []
    assert whats(record(steps, totals=totals(15, 4))) == [("measure_changed", "")]
    before = record(totals=totals(15, 4))
    assert whats(record(steps, totals=totals(15, 4, 5)), before) == []


def test_no_practice_is_a_fact() -> None:
    found = since(record(row("a", "2026-02-01")), None, SCALES, TODAY)
    assert [(one.what, one.figures) for one in found.reasons] == [("no_practice", {"days": 19})]
    assert since(record(), None, SCALES, TODAY).reasons == ()
