"""The full analysis: windows that end at gaps and phases, and no null without its reason."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from biocoach import sandbox
from biocoach.review.analysis import MEASURES, NAMES, figures
from biocoach.review.desk import HrvDesk
from biocoach.review.hrv import (
    WINDOWS_MAX,
    Material,
    from_text,
    hrv,
    material_of,
    to_text,
)
from biocoach.review.record import fold
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import (
    Amend,
    Begin,
    CleanBeat,
    End,
    Entry,
    Fit,
    InputBody,
    Mark,
    MarkKind,
    PracticeLog,
    PracticeMoment,
    Refusal,
    Verdict,
)
from tests.fakes import FakeClock
from tests.signal.hearts import BEGIN, beats, heart, worn

Json = dict[str, Any]


def material(*runs: list[float], bad: frozenset[int] = frozenset(), **more: Any) -> Material:
    rows, start_s = list[CleanBeat](), 0.0
    for number, rr in enumerate(runs):
        for beat in beats(rr, number, start_s):
            verdict = Verdict.ECTOPIC if len(rows) in bad else Verdict.OK
            rows.append(CleanBeat(beat=beat, verdict=verdict))
        start_s = rows[-1].beat.beat_s + 30
    whole: Json = {"phases": [("apart", 0.0, 1e6)], "paced": []}
    return Material(beats=rows, **(whole | more))


def no_null_without_reason(rows: list[Json]) -> None:
    for row in rows:
        assert {name for name in NAMES if row[name] is None} == set(row["why"])


def test_a_quiet_hour_has_every_figure() -> None:
    found = hrv(material(heart(3600, 66)))
    assert len(found["windows"]) == 12
    assert [w["why"] for w in found["windows"][:-1]] == [{}] * 11
    (row,) = found["phases"]
    assert row["why"] == {}
    assert row["mean_nn_ms"] == pytest.approx(60000 / 66, rel=0.01)
    assert row["sd1_ms"] == pytest.approx(row["rmssd_ms"] / math.sqrt(2), rel=0.02)
    assert "Welch" in found["method"]["frequency"]
    assert found["method"]["tool"].startswith("NeuroKit2 ")
    assert found["left_out"] is None
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("length_s", [0.5, 3, 20, 50, 70, 110, 130, 200, 239, 260])
def test_a_short_stretch_says_what_it_is_too_short_for(length_s: float) -> None:
    found = hrv(material(heart(length_s, 66)))
    no_null_without_reason(found["windows"])
    no_null_without_reason(found["phases"])
    (window,), (phase,) = found["windows"], found["phases"]
    assert (window["lf_ms2"] is None) is (length_s < 120)
    assert (window["rmssd_ms"] is None) is (length_s < 55)
    assert (phase["sdnn_ms"] is None) is (length_s < 240)


@pytest.mark.parametrize(
    "rr", [[800.0] * 400, [800.0, 800.5] * 200, [800.0] * 200 + [801.0] * 200, [3000.0] * 70]
)
def test_beats_that_give_no_number_break_nothing(rr: list[float]) -> None:
    found = hrv(material(rr))
    json.dumps(found, allow_nan=False)
    no_null_without_reason(found["windows"] + found["phases"])


def test_nothing_at_all() -> None:
    assert figures([], [], 1.0)["why"] == {m.name: "too_few_beats" for m in MEASURES}
    assert hrv(Material(beats=[], phases=[], paced=[]))["windows"] == []


def test_windows_end_at_gaps_and_where_a_phase_ends() -> None:
    parts = [("baseline", 0.0, 150.0), ("apart", 150.0, 1e6)]
    found = hrv(material(heart(250, 66), heart(250, 66), phases=parts))
    rows = [(w["phase"], round(w["start_s"], -1)) for w in found["windows"]]
    assert rows == [("baseline", 0), ("apart", 150), ("apart", 280)]
    assert [p["phase"] for p in found["phases"]] == ["baseline", "apart"]
    step = hrv(material(heart(200, 50), heart(200, 100)))["windows"]
    assert max(w["rmssd_ms"] for w in step) < 60


def test_flagged_beats_are_left_out_and_too_many_leave_only_the_mean() -> None:
    rr = heart(300, 66)
    rr[100], rr[101] = rr[100] - 300, rr[101] + 300
    clean, few = (
        hrv(material(heart(300, 66)))["windows"],
        hrv(material(rr, bad=frozenset({100, 101}))),
    )
    assert few["windows"][0]["rmssd_ms"] == pytest.approx(clean[0]["rmssd_ms"], rel=0.05)
    (many,) = hrv(material(rr, bad=frozenset(range(0, 330, 10))))["windows"]
    assert many["mean_nn_ms"] is not None
    assert many["why"]["hf_ms2"] == many["why"]["rmssd_ms"] == "too_many_flagged"


def test_paced_breathing_counts_in_no_phase() -> None:
    rr = heart(900, 66)
    free = hrv(material(rr))["phases"][0]
    some = hrv(material(rr, paced=[(20.0, 100.0)]))
    assert [w["paced"] for w in some["windows"]][:3] == [True, False, False]
    assert some["phases"][0]["rmssd_ms"] == pytest.approx(free["rmssd_ms"], rel=0.2)
    every = hrv(material(rr, paced=[(0.0, 900.0)]))["phases"][0]
    assert set(every["why"].values()) == {"paced"}


def test_a_very_long_record_is_cut_and_says_where() -> None:
    short = heart(12, 66)  # too short for NeuroKit2, so that this takes no time
    found = hrv(material(*([short] * (WINDOWS_MAX + 3))))
    assert len(found["windows"]) == WINDOWS_MAX
    assert found["left_out"].startswith("all after ")
    assert hrv(material(*([short] * WINDOWS_MAX)))["left_out"] is None


def test_a_record_brings_its_phases_and_what_was_paced() -> None:
    rows = worn(heart(200, 66))
    said: list[tuple[float, InputBody]] = [
        (60.0, Mark(kind=MarkKind.APART)),
        (80.0, PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)),
        (110.0, PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.FINISHED)),
        (120.0, PracticeLog(practice="orienting", moment=PracticeMoment.STARTED)),
        (150.0, Mark(kind=MarkKind.BACK)),
    ]
    record = fold(sorted(rows + said, key=lambda r: r[0]), Settings())
    found = material_of(record)
    assert [(n, round(a), round(b)) for n, a, b in found.phases if a < b] == [
        ("baseline", 0, 60), ("apart", 60, 150), ("back", 150, 201)
    ]  # fmt: skip
    assert found.paced == [(80.0, 110.0)]
    assert hrv(from_text(to_text(found))) == hrv(found)


def test_a_phase_that_was_taken_back_was_never_left() -> None:
    rows: list[tuple[float, InputBody]] = [(0.0, BEGIN), (1.0, Mark(kind=MarkKind.BASELINE))]
    rows += [(5.0, Mark(kind=MarkKind.APART)), (9.0, Amend(of_number=2)), (20.0, End())]
    found = material_of(fold(rows, Settings()))
    assert [(n, a, b) for n, a, b in found.phases if n != "plan"][:2] == [
        ("baseline", 1.0, 5.0), ("baseline", 5.0, 9.0)
    ]  # fmt: skip
    assert "apart" not in {n for n, _, _ in found.phases}


# ---- the desk


class Room:
    """A journal with one session, and the desk before it; the work itself is counted."""

    def __init__(self, fit: Fit | None = None) -> None:
        self.journal: Journal = memory_store(writer="t", clock=FakeClock())
        self.worked: list[str] = []
        self.desk = HrvDesk(self.journal, Settings(), self._run)
        self._said = 0
        self.say(0.0, Begin(seed=7, settings_hash="", fit=fit or Fit(), simulated=True))

    def _run(self, module: str, *, given: str, timeout_s: float) -> sandbox.Ran:
        self.worked.append(module)
        return sandbox.run_module(module, given=given, timeout_s=timeout_s)

    def say(self, at_s: float, body: InputBody) -> None:
        entry = Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=at_s,
            wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash="", number=self._said,
        )  # fmt: skip
        self._said += 1
        self.journal.append([entry])

    def wear(self, seconds: float) -> None:
        for at_s, body in worn(heart(seconds, 66))[1:]:
            self.say(at_s, body)

    def close(self, at_s: float) -> None:
        self.say(at_s, End())
        self.say(at_s, End())


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    yield room
    room.journal.close()


def test_it_is_worked_out_once_by_the_real_child(room: Room) -> None:
    room.wear(130)
    room.close(140.0)
    found = room.desk.session("s")
    assert isinstance(found, dict)
    assert found["simulated"] is True
    (phase,) = [p for p in found["phases"] if p["phase"] == "baseline"]
    assert phase["rmssd_ms"] > 10
    assert room.desk.session("s") == found
    assert room.worked == ["biocoach.review.hrv"]


def test_of_an_erased_session_nothing_is_kept(room: Room) -> None:
    room.wear(130)
    room.close(140.0)
    assert room.desk.session("s")
    room.journal.erase_session("s")
    assert room.desk.session("s") is None


def test_a_session_under_way_is_left_alone(room: Room) -> None:
    room.wear(20)
    assert isinstance(room.desk.session("s"), Refusal)
    assert room.desk.session("another") is None
    assert room.worked == []


def test_a_rhythm_that_has_no_such_figures_gets_none() -> None:
    room = Room(Fit(rhythm_unreliable=True))
    room.close(10.0)
    assert isinstance(room.desk.session("s"), Refusal)
    assert room.worked == []
    room.journal.close()


def test_a_child_that_fails_is_said_and_tried_again(room: Room) -> None:
    room.close(10.0)
    failing = HrvDesk(
        room.journal, Settings(), lambda module, **_: sandbox.run_module("biocoach.no_such_module")
    )
    for _ in range(2):
        found = failing.session("s")
        assert isinstance(found, Refusal)
        assert found.why == "hrv_failed"
