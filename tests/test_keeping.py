"""A recording that was not streamed becomes a session of its own, once, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.clock import moment_of
from biocoach.keeping import NOT_SIMULATED, SIMULATED, Keeper, Kept, StoppedError, sweep
from biocoach.recorded import NOT_ANNOUNCED, RECORDED
from biocoach.review.aftercare import check_in_due
from biocoach.review.afterwards import elsewhere_of
from biocoach.review.imported import Imported, Timed
from biocoach.review.incoming import receive
from biocoach.review.parser import printed
from biocoach.review.prior import Moment, prior_of
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError, Trouble, memory_store
from biocoach.types import (
    Afterwards,
    Begin,
    Debrief,
    End,
    Entry,
    Intervals,
    Mark,
    MarkKind,
    NotAfterwards,
    Plan,
    Rating,
    Reading,
    Refusal,
    Step,
    Where,
)
from tests.fakes import FIT, START, FakeClock
from tests.signal.hearts import heart, worn
from tests.strategies import plan, proven

SETTINGS = Settings()
RISE = heart(1300, lambda t: 84.0 if 400 <= t < 700 else 64.0)


def beats(rows: Sequence[tuple[float, Any]] = ()) -> list[Timed]:
    """A heart that rises at 400 s, as the strap would send it, without its accelerometer."""
    return [(at_s, body) for at_s, body in worn(RISE) if isinstance(body, Reading)] + list(rows)


def recording(**other: Any) -> Imported:
    inputs = beats()
    given: dict[str, Any] = {"kind": "capture", "inputs": inputs, "length_s": inputs[-1][0]}
    return Imported(**(given | {"started_utc": "2026-01-20T18:00:00.000Z"} | other))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(clock: FakeClock) -> Iterator[Journal]:
    journal = memory_store(writer="t", clock=clock)
    yield journal
    journal.close()


@pytest.fixture
def keeper(journal: Journal, clock: FakeClock) -> Keeper:
    names = count(1)
    return Keeper(
        journal=journal, clock=clock, settings=SETTINGS, writer="t", fit=lambda: FIT,
        new_id=lambda: f"r{next(names)}",
    )  # fmt: skip


def kept(found: Kept | Refusal) -> Kept:
    assert isinstance(found, Kept)
    return found


def shelf(journal: Journal) -> Shelf:
    return Shelf(journal, SETTINGS)


def test_it_is_a_closed_session_at_its_own_time(keeper: Keeper, journal: Journal) -> None:
    found = kept(keeper.keep(recording(device="H10"), Where.MEMORY))
    assert (found.new, found.dated, found.started_utc) == (True, True, "2026-01-20T18:00:00.000Z")
    (row,) = shelf(journal).sessions()
    assert row["elsewhere"] == {
        "where": "memory", "format": "capture", "dated": True, "device": "H10",
    }  # fmt: skip
    assert row["started_utc"] == "2026-01-20T18:00:00.000Z"
    assert row["coverage"] > 0.9
    entries = list(journal.read(found.session))
    last = moment(entries[-1]) - moment(entries[0])
    assert last.total_seconds() == pytest.approx(found.length_s, abs=0.002)
    assert journal.open_session() is None
    assert journal.verify().problems == ()
    review = shelf(journal).session(found.session)
    assert isinstance(review, dict)
    assert review["end_reason"] == RECORDED
    assert len(review["activations"]) == 1
    assert (review["offers"], review["silences"], review["marks"]) == ([], [], [])


def moment(entry: Entry) -> Any:
    from biocoach.clock import moment_of

    return moment_of(entry.wall_utc)


def test_the_same_recording_twice_adds_nothing(keeper: Keeper, journal: Journal) -> None:
    """In whatever file it comes: here as the intervals, in ms, that a text export has."""
    first = kept(keeper.keep(recording()))
    before = journal.verify().entries
    as_text = [
        (at_s, Intervals(rr_ms=tuple(round(v * 1000 / 1024) for v in body.rr_1024)))
        for at_s, body in beats()
        if isinstance(body, Reading) and body.rr_1024
    ]
    again = [recording(), recording(kind="fit", inputs=as_text), recording(started_utc=None)]
    for same in again:
        found = kept(keeper.keep(same))
        assert (found.session, found.new) == (first.session, False)
        assert found.length_s == pytest.approx(first.length_s)
    assert journal.verify().entries == before


def test_another_day_or_another_heart_is_another_recording(keeper: Keeper) -> None:
    keeper.keep(recording())
    assert kept(keeper.keep(recording(started_utc="2026-01-21T18:00:00Z"))).new
    assert kept(keeper.keep(recording(inputs=beats()[:-9]))).new


@pytest.mark.parametrize(
    "start", [None, "", "yesterday", "1989-12-31T00:00:00Z", "2026-02-03T09:00:00Z", "9" * 400]
)
def test_a_beginning_that_is_not_known_is_not_invented(
    keeper: Keeper, journal: Journal, start: str | None
) -> None:
    found = kept(keeper.keep(recording(started_utc=start)))
    assert not found.dated
    (row,) = shelf(journal).sessions()
    assert row["elsewhere"]["dated"] is False
    assert {e.wall_utc for e in journal.read(found.session)} == {"2026-01-31T09:00:00.000Z"}


def test_simulated_and_real_are_never_pooled(keeper: Keeper, journal: Journal) -> None:
    assert keeper.keep(recording(simulated=True)) == Refusal(why=SIMULATED)
    told = replace(keeper, simulated=True)
    assert told.keep(recording()) == Refusal(why=NOT_SIMULATED)
    assert kept(told.keep(recording(simulated=True))).new
    assert [row["simulated"] for row in shelf(journal).sessions()] == [True]


def test_an_overlap_is_told_and_both_are_kept(keeper: Keeper, journal: Journal) -> None:
    first = kept(keeper.keep(recording()))
    later = recording(started_utc="2026-01-20T18:10:00Z", inputs=beats()[5:])
    found = kept(keeper.keep(later))
    assert (found.new, found.overlaps) == (True, (first.session,))
    assert kept(keeper.keep(recording(started_utc="2026-01-20T19:10:00Z"))).overlaps == ()
    assert len(shelf(journal).sessions()) == 3


def test_it_lends_nothing_to_today(keeper: Keeper, journal: Journal, clock: FakeClock) -> None:
    marks: list[Timed] = [(1299.0, Mark(kind=MarkKind.BASELINE))]
    keeper.keep(recording(started_utc="2026-01-31T08:00:00Z"))
    keeper.keep(recording(started_utc="2026-01-31T07:00:00Z", inputs=beats(marks)))
    name = journal.sessions()[0].session
    assert keeper.add(name, Afterwards(moment_s=350, mark=MarkKind.APART))[1] == ""
    now = Moment(clock_s=clock.now_s(), boot_id=clock.boot_id, wall=clock.wall())
    assert journal.summaries()[name]["went_apart"]
    prior = prior_of(journal.summaries().values(), now, SETTINGS)
    assert (prior.practised_today, prior.baselines, prior.offers_ago_s) == (0, (), ())
    assert not prior.hard_today
    assert keeper.add(name, Afterwards(moment_s=500, suds=90))[1] == ""  # but rest is rest
    assert prior_of(journal.summaries().values(), now, SETTINGS).hard_today


def test_no_way_back_in_it_is_pooled_and_no_check_in_asked(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    hard = [Mark(kind=MarkKind.APART), Rating(suds=95), Mark(kind=MarkKind.BACK)]
    rows = [(at_s, body) for at_s, body in zip((350.0, 450.0, 600.0), hard, strict=True)]
    name = kept(keeper.keep(recording(inputs=sorted(beats(rows), key=lambda r: r[0])))).session
    assert review_of(journal, name)["activations"][0]["recovery"]["half_s"] is not None
    row = journal.summaries()[name]
    assert (row["went_apart"], row["hard_end"], row["ways_back"]) == (True, True, [])
    assert not any(g["n"] for g in shelf(journal).recovery(simulated=False)["groups"])
    day_after = moment_of(row["started_utc"]) + timedelta(days=1)
    assert check_in_due([row], None, day_after) is None
    assert check_in_due([row | {"elsewhere": None}], None, day_after)  # a practice does ask


def test_no_rest_follows_from_a_day_that_nobody_knows(keeper: Keeper, journal: Journal) -> None:
    rows: list[Timed] = [(350.0, Mark(kind=MarkKind.APART)), (450.0, Rating(suds=95))]
    inputs = sorted(beats(rows), key=lambda r: r[0])
    name = kept(keeper.keep(recording(started_utc=None, inputs=inputs))).session
    assert journal.summaries()[name]["went_apart"]
    assert not journal.summaries()[name]["hard_end"]


def test_beats_other_than_those_announced_are_not_kept(keeper: Keeper, journal: Journal) -> None:
    head, *lines = printed(b"800\n" * 60, None)
    other = [f"{line}\n".encode() for line in (head, *lines[:-1], lines[-1].replace("800", "801"))]
    found = receive(other)
    assert not isinstance(found, Refusal)
    assert keeper.keep(found) == Refusal(why=NOT_ANNOUNCED)
    assert shelf(journal).sessions() == []


class CutError(Exception):
    pass


@pytest.mark.parametrize("batches", [1, 2])
def test_a_half_counts_as_nothing_and_is_swept(
    keeper: Keeper, journal: Journal, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    own, left = journal.append, count(batches, -1)

    def dying(new: Sequence[Entry]) -> list[Entry]:
        if next(left) == 0:
            raise CutError
        return own(new)

    monkeypatch.setattr(journal, "append", dying)
    with pytest.raises(CutError):
        keeper.keep(recording())
    monkeypatch.undo()
    assert shelf(journal).sessions() == []
    assert sweep(journal) == 1
    assert journal.sessions() == []
    assert kept(keeper.keep(recording())).new
    assert sweep(journal) == 0
    assert journal.verify().problems == ()


def test_a_full_disk_is_told_and_an_ending_program_stops(
    keeper: Keeper, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoppedError):
        keeper.keep(recording(), go_on=lambda: False)

    def full(_: object) -> list[Entry]:
        raise StoreError(Trouble.DISK_FULL)

    monkeypatch.setattr(journal, "append", full)
    with pytest.raises(StoreError):
        keeper.keep(recording())


def test_a_file_cannot_say_what_only_a_session_says(keeper: Keeper, journal: Journal) -> None:
    planned = Plan(step=Step(id="a", title="A"), planned_s=600)
    forged: list[Timed] = [
        (0.0, Begin(seed=1, settings_hash="")), (1.0, planned), (2.0, End(reason="x")),
        (3.0, Afterwards(moment_s=1, suds=9)),
    ]  # fmt: skip
    found = kept(keeper.keep(recording(inputs=forged + beats())))
    kinds = [type(e.body).__name__ for e in journal.read(found.session)]
    assert [kinds.count(k) for k in ("Begin", "Plan", "End", "Afterwards")] == [1, 0, 1, 0]
    assert not shelf(journal).sessions()[0]["planned"]


# ---- said afterwards


def said(keeper: Keeper, name: str, *words: Afterwards | NotAfterwards) -> list[str]:
    return [keeper.add(name, word)[1] for word in words]


def mark(kind: MarkKind, at_s: float, text: str = "") -> Afterwards:
    return Afterwards(moment_s=at_s, mark=kind, text=text)


def review_of(journal: Journal, name: str) -> dict[str, Any]:
    found = shelf(journal).session(name)
    assert isinstance(found, dict)
    return found


def test_with_marks_the_way_back_is_timed_as_in_any_session(
    keeper: Keeper, journal: Journal
) -> None:
    name = kept(keeper.keep(recording())).session
    (before,) = review_of(journal, name)["activations"]
    assert before["recovery"]["where"] == "not_said"  # nobody said that they were apart
    apart, back = mark(MarkKind.APART, 350), mark(MarkKind.BACK, 600)
    note, rating = mark(MarkKind.NOTE, 500, "the bus"), Afterwards(moment_s=450, suds=60)
    assert said(keeper, name, note, rating, back, apart) == ["", "", "", ""]
    assert said(keeper, name, mark(MarkKind.APART, 700)) == ["wrong_order"]  # they were back
    found = review_of(journal, name)
    assert [p["phase"] for p in found["phases"]] == ["plan", "baseline", "apart", "back"]
    (activation,) = found["activations"]
    assert activation["recovery"]["where"] == "after_reunion"
    assert activation["recovery"]["reference_s"] == 600
    assert [(m["kind"], m["at_s"], m["text"]) for m in found["marks"]] == [
        ("apart", 350, ""), ("note", 500, "the bus"), ("back", 600, ""),
    ]  # fmt: skip
    assert [a["kind"] for a in found["afterwards"]] == ["apart", "suds", "note", "back"]
    assert found["distress"]["before"] is None  # it was rated when they had left
    assert journal.summaries()[name]["went_apart"]
    assert journal.verify().problems == ()


def test_of_plans_and_debriefs_the_last_that_was_said_counts(
    keeper: Keeper, journal: Journal
) -> None:
    """Whatever moments they were said of."""
    name = kept(keeper.keep(recording())).session
    plans = [Afterwards(moment_s=at_s, plan=plan(suds=n)) for at_s, n in ((300, 10), (0, 20))]
    words = [
        Afterwards(moment_s=at_s, debrief=Debrief(happened=text))
        for at_s, text in ((600, "first"), (500, "second"))
    ]
    assert said(keeper, name, *plans, *words) == [""] * 4
    found = review_of(journal, name)
    assert (found["debrief"]["happened"], found["plan"]["step"]["expected_suds"]) == ("second", 20)
    latest = found["afterwards"][-2]["number"]
    assert found["afterwards"][-2]["at_s"] == 500
    assert said(keeper, name, NotAfterwards(of_number=latest)) == [""]
    assert review_of(journal, name)["debrief"]["happened"] == "first"


def test_what_was_said_can_be_taken_back(keeper: Keeper, journal: Journal) -> None:
    name = kept(keeper.keep(recording())).session
    apart = keeper.add(name, mark(MarkKind.APART, 350))[0]
    (while_apart,) = review_of(journal, name)["activations"]
    assert while_apart["recovery"]["where"] == "apart"
    back = keeper.add(name, mark(MarkKind.BACK, 600))[0]
    assert said(keeper, name, NotAfterwards(of_number=back)) == [""]
    assert said(keeper, name, NotAfterwards(of_number=back)) == ["not_there"]
    assert said(keeper, name, NotAfterwards(of_number=apart)) == [""]
    found = review_of(journal, name)
    assert (found["afterwards"], found["marks"]) == ([], [])
    assert not journal.summaries()[name]["went_apart"]


def test_a_baseline_said_afterwards_takes_the_place_of_the_assumed_one(
    keeper: Keeper, journal: Journal
) -> None:
    name = kept(keeper.keep(recording())).session
    assert said(keeper, name, mark(MarkKind.BASELINE, 720), mark(MarkKind.APART, 1100)) == ["", ""]
    found = review_of(journal, name)
    assert [p["phase"] for p in found["phases"]] == ["plan", "baseline", "apart"]
    assert found["phases"][1]["start_s"] == 720
    assert found["activations"] == []  # the rise was before it


def test_what_does_not_fit_is_refused(keeper: Keeper, journal: Journal) -> None:
    name = kept(keeper.keep(recording())).session
    words = (
        mark(MarkKind.NOTE, -1), mark(MarkKind.NOTE, 1e6), mark(MarkKind.NOTE, float("nan")),
        Afterwards(moment_s=1), Afterwards(moment_s=1, mark=MarkKind.NOTE, suds=3),
        mark(MarkKind.TOO_MUCH, 5),
    )  # fmt: skip
    assert said(keeper, name, *words) == ["not_in_it"] * 3 + ["empty"] * 3
    assert said(keeper, "nobody", mark(MarkKind.NOTE, 1)) == ["not_there"]
    assert journal.verify().entries == len(list(journal.read(name)))


def test_nothing_is_added_to_a_live_session(keeper: Keeper, journal: Journal) -> None:
    live = Entry(
        person="me", writer="t", session="live", boot_id="b", at_s=0.0, number=0,
        wall_utc="2026-01-31T09:00:00.000Z", body=Begin(seed=1, settings_hash=""),
        settings_hash="",
    )  # fmt: skip
    journal.append([live, replace(live, body=End(), number=1)])
    assert said(keeper, "live", mark(MarkKind.NOTE, 0)) == ["not_a_recording"]


def test_own_marks_stay_and_others_join_them(keeper: Keeper, journal: Journal) -> None:
    own: list[Timed] = [(350.0, Mark(kind=MarkKind.APART)), (360.0, Rating(suds=40))]
    name = kept(keeper.keep(recording(inputs=sorted(beats(own), key=lambda r: r[0])))).session
    assert said(keeper, name, mark(MarkKind.BACK, 600)) == [""]
    found = review_of(journal, name)
    assert [m["kind"] for m in found["marks"]] == ["apart", "back"]
    assert [a["kind"] for a in found["afterwards"]] == ["back"]


def test_no_mark_of_the_recording_itself_is_undone(keeper: Keeper, journal: Journal) -> None:
    own: list[Timed] = [(350.0, Mark(kind=MarkKind.APART)), (600.0, Mark(kind=MarkKind.BACK))]
    name = kept(keeper.keep(recording(inputs=sorted(beats(own), key=lambda r: r[0])))).session
    assert said(keeper, name, mark(MarkKind.BACK, 300)) == ["wrong_order"]
    assert said(keeper, name, mark(MarkKind.BASELINE, 400)) == ["wrong_order"]
    assert said(keeper, name, mark(MarkKind.BASELINE, 20), mark(MarkKind.BACK, 610)) == ["", ""]
    marks = [m["kind"] for m in review_of(journal, name)["marks"]]
    assert marks == ["baseline", "apart", "back", "back"]


SHORT = [(float(s), Reading(raw=b"", bpm=60, rr_1024=(1024,))) for s in range(1, 40)]
WORDS = st.one_of(
    st.builds(
        Afterwards,
        moment_s=st.floats(0, 39),
        mark=st.sampled_from([MarkKind.BASELINE, MarkKind.APART, MarkKind.BACK, MarkKind.NOTE]),
    ),
    st.builds(Afterwards, moment_s=st.floats(0, 39), suds=st.integers(0, 100)),
    st.builds(NotAfterwards, of_number=st.integers(41, 50)),
)


@proven(60)
@given(words=st.lists(WORDS, max_size=10))
def test_whatever_was_taken_is_in_the_review(words: list[Afterwards | NotAfterwards]) -> None:
    clock = FakeClock()
    with closing(memory_store(writer="t", clock=clock)) as journal:
        keeper = Keeper(
            journal=journal, clock=clock, settings=SETTINGS, writer="t", fit=lambda: FIT,
            new_id=lambda: "r",
        )  # fmt: skip
        keeper.keep(recording(inputs=SHORT, length_s=39.0))
        standing: dict[int, Afterwards] = {}
        for word in words:
            number, why = keeper.add("r", word)
            if not why and isinstance(word, Afterwards):
                standing[number] = word
            elif not why and isinstance(word, NotAfterwards):
                del standing[word.of_number]
        found = review_of(journal, "r")
        assert {a["number"] for a in found["afterwards"]} == set(standing)
        shown = [m["kind"] for m in found["marks"] if m.get("added")]
        assert sorted(shown) == sorted(w.mark for w in standing.values() if w.mark)
        rated = [r["suds"] for r in found["ratings"]]
        assert sorted(rated) == sorted(w.suds for w in standing.values() if w.suds is not None)
        assert journal.verify().problems == ()


def test_sessions_are_listed_by_their_date(keeper: Keeper, journal: Journal) -> None:
    for day in ("12", "25", "03"):
        keeper.keep(recording(started_utc=f"2026-01-{day}T09:00:00Z"))
    dates = [row["started_utc"][8:10] for row in shelf(journal).sessions()]
    assert dates == ["25", "12", "03"]
    assert START + timedelta(days=1) > START  # all of them before today


def test_a_recording_tells_what_it_is_to_the_journal(keeper: Keeper, journal: Journal) -> None:
    name = kept(keeper.keep(recording())).session
    found = elsewhere_of(list(journal.read(name)))
    assert found is not None
    assert (found.where, found.format, len(found.beats_sha256)) == (Where.FILE, "capture", 64)
