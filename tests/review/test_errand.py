from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.errand import KIND, PAUSE_MAX_MS, Found, judged, keeps_beats
from biocoach.review.record import Record, fold, framed
from biocoach.settings import Settings
from biocoach.types import Intervals, Quality, Reading, Refusal, Strap, Unread, Verdict
from devices import heart_rate
from devices.polar.recording import Samples
from tests.signal.hearts import heart

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
HEART = [round(value) for value in heart(600)]
TEN_MIN_S = sum(HEART) / 1000


def kept(*rr_ms: int, lasted_s: float | None = None, cut_off: bool = False) -> Found:
    samples = Samples(rr_ms=rr_ms, bpm=(), interval_s=1.0, cut_off=cut_off)
    found = judged(samples, device="Polar H10 1", started=START, lasted_s=lasted_s)
    assert isinstance(found, Found)
    return found


def rates(*bpm: int, interval_s: float | None = 1.0) -> Found:
    samples = Samples(rr_ms=None, bpm=bpm, interval_s=interval_s, cut_off=False)
    found = judged(samples, device="Polar H10 1", started=START, lasted_s=None)
    assert isinstance(found, Found)
    return found


def folded(found: Found) -> Record:
    recording = found.recording
    return fold(framed(recording.inputs, Settings()), Settings(), recording.length_s)


def test_beats_come_at_their_running_sum() -> None:
    found = kept(720, 743, 769)
    assert [round(at_s, 3) for at_s, _ in found.recording.inputs] == [0.72, 1.463, 2.232]
    assert [body for _, body in found.recording.inputs] == [
        Intervals(rr_ms=(720.0,)),
        Intervals(rr_ms=(743.0,)),
        Intervals(rr_ms=(769.0,)),
    ]
    assert found.recording.kind == KIND
    assert found.recording.started_utc == "2026-01-31T09:00:00.000Z"
    assert found.recording.device == "Polar H10 1"
    assert (found.holds, found.count, found.odd) == ("beats", 3, 0)


def test_absurd_values_are_kept_and_take_no_time() -> None:
    hurt = [*HEART[:300], 0, 14679420, 26, 1878949389, -5, *HEART[300:]]
    plain, found = kept(*HEART), kept(*hurt)
    assert found.odd == 5
    assert found.count == len(HEART) + 5
    assert found.span_s == pytest.approx(plain.span_s + 0.026)
    beats = folded(found).beats
    assert [b.beat.rr_ms for b in beats] == hurt
    absurd = beats[300:305]
    assert {b.verdict for b in absurd} == {Verdict.OUT_OF_RANGE}
    assert found.recording.problems[0].why == "5 of its values can't be what they say they are"


def test_a_heart_is_read_as_from_any_file() -> None:
    record = folded(kept(*HEART))
    assert record.length_s == pytest.approx(TEN_MIN_S)
    read = [s for s in record.seconds if s.hr_bpm is not None]
    assert len(read) > 0.9 * TEN_MIN_S


def test_what_is_missing_is_told_beside_the_computer_s_time() -> None:
    assert kept(*HEART, lasted_s=TEN_MIN_S + 10).missing_s == 0.0  # within a strap's own clock
    short = kept(*HEART, lasted_s=TEN_MIN_S + 120)
    assert short.missing_s == pytest.approx(120)
    assert not short.too_long
    long = kept(*HEART, lasted_s=TEN_MIN_S / 2)
    assert long.too_long
    assert kept(*HEART).missing_s is None
    assert [p.why for p in short.recording.problems] == [
        "120 s are missing, and it does not say where"
    ]


def test_a_heart_rate_file_gives_rates_and_no_beats() -> None:
    found = rates(0, 68, 69)
    assert (found.holds, found.count, found.odd, found.span_s) == ("rates", 3, 0, 3.0)
    strap, first, *rest = [body for _, body in found.recording.inputs]
    assert strap == Strap(name="Polar H10 1", lacks=("rr", "acc", "ecg"))
    assert first == heart_rate.decode(bytes([0, 0]))
    assert [b.bpm for b in rest if isinstance(b, Reading)] == [68, 69]
    assert folded(found).beats == []


def test_a_heart_rate_file_can_be_read_as_a_rate_and_never_as_beats() -> None:
    seconds = folded(rates(*[70] * 60)).seconds
    assert seconds[-1].hr_bpm == 70
    assert all(s.rmssd_ms is None and s.quality is not Quality.GOOD for s in seconds)


def test_a_file_that_could_not_be_read_to_its_end_is_kept_as_it_is() -> None:
    samples = Samples(rr_ms=(800, 810), bpm=(), interval_s=1.0, cut_off=True)
    found = judged(samples, device="", started=None, lasted_s=None, raw=b"as it came")
    assert isinstance(found, Found)
    rest = found.recording.inputs[-1][1]
    assert isinstance(rest, Unread)
    assert (rest.raw, found.count) == (b"as it came", 2)


def test_rates_lie_as_far_apart_as_the_file_says() -> None:
    inputs = rates(60, 61, interval_s=5.0).recording.inputs
    assert [at_s for at_s, body in inputs if isinstance(body, Reading)] == [5.0, 10.0]
    assert rates(60, interval_s=None).span_s == 1.0


def test_a_rate_that_no_heart_has_is_kept_where_it_can_be() -> None:
    found = rates(70, 300, -1, 70)
    assert found.odd == 2
    _, *read = found.recording.inputs  # the first says who sends it
    assert read[1][1] == heart_rate.decode(b"\x01\x2c\x01")
    assert [at_s for at_s, _ in read] == [1.0, 2.0, 4.0]


def test_nothing_is_nothing() -> None:
    assert kept().holds == "nothing"
    assert rates().holds == "nothing"


def test_a_recording_of_more_than_a_week_is_refused() -> None:
    samples = Samples(
        rr_ms=(PAUSE_MAX_MS,) * 10_100, bpm=(), interval_s=1.0, cut_off=False
    )  # 60 s each
    found = judged(samples, device="", started=None, lasted_s=None)
    assert isinstance(found, Refusal)


def test_a_file_that_breaks_off_says_so() -> None:
    found = kept(720, 743, cut_off=True)
    assert found.cut_off
    assert found.recording.cut_off
    assert found.recording.problems[0].why == "its file breaks off"


@pytest.mark.parametrize(
    ("found", "keeps"),
    [
        (kept(*[800] * 70, lasted_s=60), True),
        (kept(*[800] * 40, lasted_s=60), True),  # it took a moment to begin
        (kept(*[800] * 20, lasted_s=60), False),
        (kept(*[800] * 200, lasted_s=60), False),  # more beats than time
        (kept(*[26] * 2000, lasted_s=60), False),
        (kept(lasted_s=60), False),
        (rates(*[70] * 60), False),
    ],
)
def test_whether_a_strap_keeps_beats(found: Found, keeps: bool) -> None:
    assert keeps_beats(found, 60) is keeps


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40))
def test_any_values_are_kept_as_they_are_and_time_never_goes_back(values: list[int]) -> None:
    found = kept(*values)
    times = [at_s for at_s, _ in found.recording.inputs]
    assert times == sorted(times)
    told = [body.rr_ms[0] for _, body in found.recording.inputs if isinstance(body, Intervals)]
    assert told == [float(value) for value in values]
    folded(found)


def test_rates_beside_an_empty_list_of_beats_are_kept() -> None:
    found = judged(
        Samples(rr_ms=(), bpm=(0, 61, 62), interval_s=1.0, cut_off=False),
        device="Polar H10", started=None, lasted_s=None,
    )  # fmt: skip
    assert not isinstance(found, Refusal)
    assert (found.holds, found.count) == ("rates", 3)
