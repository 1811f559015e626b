"""The pipeline a step at a time: what a file's beats become, what each second says and why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest

from biocoach.settings import Settings
from biocoach.signal.pipeline import Context, Pipeline
from biocoach.types import (
    Activation,
    BaselineFigures,
    BaselineReady,
    CleanBeat,
    Contact,
    Gap,
    HeartState,
    Intervals,
    Link,
    Motion,
    Movement,
    Output,
    Prior,
    Quality,
    Reading,
    Recovery,
    Second,
    SecondOpinion,
    Strap,
)
from tests.strategies import motion

SET = Settings()
EARLIER = BaselineFigures(hr_bpm=60.0, spread_bpm=4.0, ln_rmssd=3.5, length_s=300.0)


def new(prior: Prior | None = None, *, rhythm_unreliable: bool = False) -> Pipeline:
    return Pipeline(SET, prior or Prior(), rhythm_unreliable)


def beats_of(done: Iterable[Output]) -> list[CleanBeat]:
    return [o for o in done if isinstance(o, CleanBeat)]


def gaps_of(done: Iterable[Output]) -> list[Gap]:
    return [o for o in done if isinstance(o, Gap)]


def second_of(done: Iterable[Output]) -> Second:
    (found,) = (o for o in done if isinstance(o, Second))
    return found


class Wearer:
    """Sits with a strap on: a beat a packet, a frame and a tick a second."""

    def __init__(self, pipeline: Pipeline, *, frames: bool = True) -> None:
        self.pipeline, self._frames = pipeline, frames
        self.now_s, self._beat_s, self._count = 0, 0.0, 0
        self.done: list[Output] = []

    def sits(
        self, seconds: int, bpm: float = 60.0, context: Context | None = None, shake_mg: int = 3
    ) -> Second:
        """Its last second."""
        last: Second | None = None
        for _ in range(seconds):
            self.now_s += 1
            while self._beat_s + 60 / bpm <= self.now_s:
                self._beat(bpm)
            if self._frames:
                self.pipeline.motion(self.now_s, motion(shake_mg))
            found = self.pipeline.tick(self.now_s, context or Context())
            self.done += found
            last = second_of(found)
        assert last is not None
        return last

    def _beat(self, bpm: float) -> None:
        self._count += 1
        rr = round(1024 * 60 / bpm + 20 * math.sin(self._count))
        self._beat_s = max(self._beat_s, self.now_s - 1 - 60 / bpm) + rr / 1024
        reading = Reading(raw=b"", bpm=round(bpm), rr_1024=(rr,))
        self.done += self.pipeline.reading(self._beat_s, reading)

    def of(self, kind: type[Output]) -> list[Output]:
        return [o for o in self.done if isinstance(o, kind)]


def sat_down(*, frames: bool = True) -> Wearer:
    """Six minutes, five of which were the quiet sitting."""
    wearer = Wearer(new(), frames=frames)
    wearer.pipeline.start_baseline(0.0)
    wearer.sits(360)
    return wearer


# ---- what arrives


def test_the_beats_of_a_file_lie_before_their_stamp_each_by_what_follows_it() -> None:
    pipeline = new()
    done = pipeline.intervals(10.0, Intervals(rr_ms=(800.0, 900.0, 1000.0)))
    done += pipeline.intervals(12.0, Intervals(rr_ms=(1100.0, 900.0)))
    done += pipeline.finish(12.0)
    found = beats_of(done)
    assert [b.beat.beat_s for b in found] == pytest.approx([8.1, 9.0, 10.0, 11.1, 12.0])
    assert [b.beat.rr_ms for b in found] == [800.0, 900.0, 1000.0, 1100.0, 900.0]
    (gap,) = gaps_of(done)
    assert (gap.start_s, gap.reason) == (0.0, "no_beats")
    assert gap.end_s == pytest.approx(7.3)


def test_a_hole_between_a_files_beats_is_a_gap() -> None:
    pipeline = new()
    done = pipeline.intervals(2.0, Intervals(rr_ms=(1000.0, 1000.0)))
    done += pipeline.intervals(20.0, Intervals(rr_ms=(1000.0, 1000.0)))
    assert gaps_of(done) == [Gap(start_s=2.0, end_s=18.0, reason="no_beats")]


def test_intervals_that_arrived_are_as_those_of_a_strap() -> None:
    told, worn = new(), new()
    for at_s in [float(s) for s in range(1, 20)] + [30.5, 31.5, 32.5]:
        packet = Intervals(rr_ms=(500.0, 500.0), arrived=True)
        reading = Reading(raw=b"", bpm=60, rr_1024=(512, 512))
        assert told.intervals(at_s, packet) == worn.reading(at_s, reading)
        assert told.tick(math.ceil(at_s), Context()) == worn.tick(math.ceil(at_s), Context())
    assert told.finish(32.0) == worn.finish(32.0)


@pytest.mark.parametrize("arrived", [False, True])
def test_intervals_are_heard_for_five_seconds_and_a_flat_line_is_noticed(arrived: bool) -> None:
    pipeline = new()
    for at_s in range(1, 41):
        rr_ms = 1000.0 if at_s > 20 else 1000.0 + 9 * math.sin(at_s)
        pipeline.intervals(float(at_s), Intervals(rr_ms=(rr_ms,), arrived=arrived))
        if at_s == 20:
            assert second_of(pipeline.tick(20, Context())).quality is not Quality.POOR
    assert second_of(pipeline.tick(40, Context())).why == "flat"
    assert second_of(pipeline.tick(45, Context())).why == "flat"
    assert second_of(pipeline.tick(46, Context())).why == "silent"


def test_a_link_that_broke_without_a_word_is_called_so() -> None:
    for lacks in ((), ("rr",)):
        pipeline = new()
        pipeline.strap(Strap(name="X", lacks=lacks))
        reading = Reading(raw=b"", bpm=60, rr_1024=(1024,))
        for at_s in range(1, 10):
            pipeline.reading(float(at_s), reading)
        pipeline.link(9.5, Link(up=False))
        assert second_of(pipeline.tick(10, Context())).why == "link_down"
        pipeline.link(20.0, Link(up=True))
        done = pipeline.reading(20.0, reading)
        assert [g.reason for g in gaps_of(done)] == ["link_down"]


def test_after_a_link_came_back_its_first_seconds_are_not_believed() -> None:
    wearer = sat_down()
    wearer.pipeline.link(360.0, Link(up=False, reason="silent"))
    wearer.pipeline.link(361.0, Link(up=True))
    found = wearer.sits(9)
    assert (found.quality, found.state) == (Quality.POOR, HeartState.UNKNOWN)
    wearer.sits(11)
    assert wearer.sits(5).quality is not Quality.POOR


def test_the_end_closes_the_last_gap_with_its_reason() -> None:
    def ended(at_s: float, reason: str = "") -> list[Gap]:
        pipeline = new()
        for second in range(1, 10):
            pipeline.intervals(float(second), Intervals(rr_ms=(1000.0,)))
        if reason:
            pipeline.link(9.5, Link(up=False, reason=reason))
        return gaps_of(pipeline.finish(at_s))

    assert ended(11.0) == []
    assert ended(11.5) == [Gap(start_s=9.0, end_s=11.5, reason="no_beats")]
    assert ended(20.0, "adapter_off") == [Gap(start_s=9.0, end_s=20.0, reason="adapter_off")]
    assert gaps_of(new().finish(2.0)) == []
    assert gaps_of(new().finish(3.0)) == [Gap(start_s=0.0, end_s=3.0, reason="no_beats")]


def test_the_end_judges_the_beats_that_still_waited() -> None:
    pipeline = new()
    done = [o for s in range(1, 10) for o in pipeline.intervals(s, Intervals(rr_ms=(1000.0,)))]
    assert len(beats_of(done)) == 7
    assert [b.beat.beat_s for b in beats_of(pipeline.finish(9.0))] == [8.0, 9.0]


def test_a_strap_of_rates_that_ends_leaves_a_gap_from_its_last_rate() -> None:
    pipeline = new()
    pipeline.strap(Strap(name="X", lacks=("rr",)))
    for second in range(1, 10):
        assert pipeline.reading(float(second), Reading(raw=b"", bpm=60)) == []
    assert gaps_of(pipeline.finish(15.0)) == [Gap(start_s=9.0, end_s=15.0, reason="no_beats")]


def test_the_same_strap_told_again_changes_nothing() -> None:
    pipeline, reading = new(), Reading(raw=b"", bpm=60, rr_1024=(1024,))
    done = []
    for second in range(1, 20):
        done += pipeline.reading(float(second), reading)
        pipeline.strap(Strap(name="X", sends=("rr",)))
    assert {b.beat.run for b in beats_of(done)} == {1}


# ---- the quiet sitting


def test_the_quiet_sitting_ends_after_five_minutes_and_says_what_it_found() -> None:
    wearer = Wearer(new())
    wearer.pipeline.start_baseline(0.0)
    before = wearer.sits(299)
    assert (before.state, before.why, before.baseline_bpm) == (
        HeartState.SETTLING,
        "settling",
        None,
    )
    at_last = wearer.sits(1)
    (ready,) = wearer.of(BaselineReady)
    assert isinstance(ready, BaselineReady)
    assert (ready.at_s, ready.steadied, ready.figures.length_s) == (300, False, 300.0)
    assert ready.figures.hr_bpm == pytest.approx(60, abs=0.5)
    assert before.rmssd_ms is not None
    assert ready.figures.ln_rmssd == pytest.approx(math.log(before.rmssd_ms), abs=0.2)
    assert at_last.baseline_bpm == pytest.approx(ready.figures.hr_bpm, abs=0.01)  # it follows
    assert at_last.spread_bpm == ready.figures.spread_bpm == SET.baseline.spread_min_bpm
    assert (at_last.state, at_last.why) == (HeartState.NEAR_BASELINE, "ok")
    wearer.sits(30)
    assert len(wearer.of(BaselineReady)) == 1


def test_three_earlier_ones_make_it_two_minutes() -> None:
    wearer = Wearer(new(Prior(baselines=(EARLIER,) * 3)))
    wearer.pipeline.start_baseline(0.0)
    wearer.sits(119)
    assert wearer.of(BaselineReady) == []
    wearer.sits(1)
    (ready,) = wearer.of(BaselineReady)
    assert isinstance(ready, BaselineReady)
    assert ready.steadied


def test_a_quiet_sitting_is_ended_only_where_there_was_one_and_enough_of_it() -> None:
    pipeline = new()
    assert pipeline.settle_baseline(10.0) == []
    wearer = Wearer(pipeline)
    pipeline.start_baseline(0.0)
    wearer.sits(90)
    assert pipeline.settle_baseline(90.0) == []
    after = wearer.sits(300)
    assert (after.state, after.why) == (HeartState.SETTLING, "no_baseline")
    pipeline.start_baseline(390.0)
    wearer.sits(120)
    (ready,) = pipeline.settle_baseline(510.0)
    assert isinstance(ready, BaselineReady)
    assert (ready.at_s, ready.figures.length_s) == (510.0, 120.0)
    assert pipeline.settle_baseline(510.0) == []


def test_a_sitting_that_was_ended_by_mistake_goes_on_and_a_whole_one_does_not() -> None:
    wearer = Wearer(new())
    wearer.pipeline.resume_baseline()  # there was none
    assert wearer.sits(5).why != "settling"
    wearer.pipeline.start_baseline(5.0)
    wearer.sits(120)
    assert wearer.pipeline.settle_baseline(125.0)
    wearer.pipeline.resume_baseline()
    assert wearer.sits(1).why == "settling"
    wearer.sits(200)
    assert len(wearer.of(BaselineReady)) == 1
    wearer.pipeline.resume_baseline()
    assert wearer.sits(1).state is HeartState.NEAR_BASELINE


def test_a_sitting_that_was_begun_by_mistake_gives_back_what_was_before() -> None:
    wearer = sat_down()
    found = wearer.sits(1)
    wearer.pipeline.start_baseline(361.0)
    assert wearer.sits(1).baseline_bpm is None
    wearer.pipeline.withdraw_baseline()
    again = wearer.sits(1)
    assert again.baseline_bpm == pytest.approx(found.baseline_bpm)
    assert again.state is HeartState.NEAR_BASELINE
    first = Wearer(new())
    first.pipeline.start_baseline(0.0)
    first.sits(30)
    first.pipeline.start_baseline(30.0)
    first.pipeline.withdraw_baseline()
    assert first.sits(1).why == "settling"
    first.pipeline.withdraw_baseline()
    assert first.sits(1).why == "no_baseline"


def test_a_baseline_is_not_gathered_while_walking_but_without_an_accelerometer() -> None:
    walking = Wearer(new())
    walking.pipeline.start_baseline(0.0)
    walking.sits(320, shake_mg=300)
    assert walking.of(BaselineReady) == []
    unseen = sat_down(frames=False)
    assert len(unseen.of(BaselineReady)) == 1


# ---- what a second says


def test_a_second_carries_what_was_measured() -> None:
    found = sat_down().sits(1)
    assert found.at_s == 361
    assert found.hr_bpm == pytest.approx(60, abs=1)
    assert found.rmssd_ms == pytest.approx(20 / 1.024 * math.sqrt(2) * math.sin(0.5), abs=4)
    assert found.movement is Movement.STILL
    assert found.movement_mg == pytest.approx(3, abs=0.5)
    assert (found.quality, found.quality_why) == (Quality.GOOD, "")
    assert found.coverage > 0.85
    assert found.score == pytest.approx(0, abs=0.5)


def test_why_nothing_is_concluded() -> None:
    wearer = sat_down()
    lost = Reading(raw=b"", bpm=60, contact=Contact.LOST)
    wearer.pipeline.reading(360.5, lost)
    found = second_of(wearer.pipeline.tick(361, Context()))
    assert (found.state, found.why, found.hr_bpm) == (HeartState.UNKNOWN, "contact", None)
    wearer.pipeline.reading(361.0, replace(lost, contact=Contact.DETECTED))
    found = second_of(wearer.pipeline.tick(362, Context(detect=False)))
    assert (found.state, found.why, found.score) == (HeartState.SETTLING, "no_baseline", None)
    wearer.pipeline.motion(363.0, motion(400))
    wearer.pipeline.motion(363.1, motion(400))
    found = second_of(wearer.pipeline.tick(363, Context()))
    assert (found.state, found.why) == (HeartState.UNKNOWN, "moving")
    assert found.score is not None  # told beside it, with nothing concluded
    assert found.hr_bpm is not None


def test_a_rhythm_that_cannot_be_read_is_said_before_all_but_a_missing_reading() -> None:
    wearer = Wearer(new(rhythm_unreliable=True))
    assert second_of(wearer.pipeline.tick(1, Context())).why == "silent"
    found = wearer.sits(60)
    assert (found.state, found.why, found.rmssd_ms) == (HeartState.UNKNOWN, "rhythm_off", None)
    assert found.hr_bpm is not None
    assert wearer.of(Activation) == []


def test_hrv_that_was_turned_off_is_said_to_be_irregular() -> None:
    wearer = sat_down()
    wearer.pipeline.trust.hrv_on = False
    found = wearer.sits(1)
    assert (found.rmssd_ms, found.why, found.state) == (
        None,
        "irregular",
        HeartState.NEAR_BASELINE,
    )


def test_a_second_opinion_that_differs_lowers_the_quality_for_a_while() -> None:
    wearer = sat_down()
    theirs = SecondOpinion(hr_bpm=60.0, rmssd_ms=None, from_s=250.0, until_s=358.0)
    wearer.pipeline.second_opinion(360.0, theirs)
    assert wearer.sits(1).quality is Quality.GOOD
    wearer.pipeline.second_opinion(361.0, replace(theirs, hr_bpm=66.0))
    found = wearer.sits(1)
    assert (found.quality, found.quality_why) == (Quality.FAIR, "second_opinion")
    assert wearer.sits(15).quality is Quality.GOOD


def test_the_baseline_follows_a_quiet_heart_and_no_paced_walking_or_risen_one() -> None:
    """Five bpm up, which is no rise: a six-hundredth of it a second."""

    def drift(context: Context, shake_mg: int) -> float:
        wearer = sat_down()
        first = wearer.sits(30, 65.0, context, shake_mg).baseline_bpm
        last = wearer.sits(60, 65.0, context, shake_mg).baseline_bpm
        assert first is not None
        assert last is not None
        return last - first

    assert drift(Context(), 3) == pytest.approx(60 * 5 / 600, abs=0.12)
    assert drift(Context(paced=True), 3) == 0.0
    assert drift(Context(), 300) == 0.0


def test_what_small_movement_does_is_learnt_from_quiet_seconds_alone() -> None:
    def learnt(context: Context) -> float:
        wearer = sat_down()
        for _ in range(4):
            wearer.sits(60, 66.0, context, 40)
            wearer.sits(60, 60.0, context, 3)
        return wearer.pipeline._effort.slope

    assert learnt(Context()) > 0.02
    assert learnt(Context(paced=True)) < 0.01


def test_an_activation_is_alarmed_followed_and_its_way_back_told_once() -> None:
    wearer = sat_down()
    during = wearer.sits(60, 90.0)
    assert during.state is HeartState.ACTIVATED
    still = during.baseline_bpm
    assert wearer.sits(10, 90.0).baseline_bpm == still  # nothing is learnt from it
    assert wearer.sits(20, 66.0).state is HeartState.RECOVERING
    wearer.sits(760, 60.0)
    (alarm,) = wearer.of(Activation)
    assert isinstance(alarm, Activation)
    assert 360 <= alarm.onset_s <= 390  # so sudden a rise has to prove itself
    assert alarm.movement is Movement.STILL
    (way,) = wearer.of(Recovery)
    assert isinstance(way, Recovery)
    assert (way.activation, way.where, way.censored) == (1, "apart", False)
    assert way.half_s is not None
    assert {type(o) for o in wearer.pipeline.finish(float(wearer.now_s))} == {CleanBeat}


def test_a_way_back_that_is_not_known_at_the_end_is_told_as_cut_short() -> None:
    wearer = sat_down()
    wearer.sits(60, 90.0)
    (way,) = (o for o in wearer.pipeline.finish(wearer.now_s) if isinstance(o, Recovery))
    assert way.censored


def test_a_walk_is_told_to_the_way_back() -> None:
    wearer = sat_down()
    wearer.sits(60, 90.0)
    wearer.sits(12, 75.0, shake_mg=300)
    wearer.sits(240, 60.0)
    wearer.done += wearer.pipeline.finish(wearer.now_s)
    (way,) = wearer.of(Recovery)
    assert isinstance(way, Recovery)
    assert way.why == "movement on the way back"


def test_slow_breath_says_nothing_through_rmssd() -> None:
    """Beside the score: paced or slow breath moves RMSSD by itself."""
    wearer = sat_down()
    plain = wearer.sits(1, context=Context())
    paced = wearer.sits(1, context=Context(paced=True))
    assert plain.score is not None
    assert paced.score is not None
    figures = wearer.pipeline.baseline.figures
    assert figures is not None
    assert paced.hr_bpm is not None
    exact = (paced.hr_bpm - figures.hr_bpm) / figures.spread_bpm
    assert paced.score == pytest.approx(exact, abs=0.01)


def test_evenness_is_asked_for_in_paced_breathing_only() -> None:
    def swaying(context: Context) -> Second:
        pipeline, at_s, last = new(), 0.0, 0
        while at_s < 120:
            rr = round(1024 * (1 + 0.08 * math.sin(math.tau * at_s / 10)))
            at_s += rr / 1024
            pipeline.reading(at_s, Reading(raw=b"", bpm=60, rr_1024=(rr,)))
            while last + 1 <= at_s:
                last += 1
                found = second_of(pipeline.tick(last, context))
        return found

    paced, free = swaying(Context(paced=True)).breath, swaying(Context()).breath
    assert paced is not None
    assert free is not None
    assert paced.evenness is not None
    assert paced.evenness > 0.9
    assert free.evenness is None
    assert paced.per_min == free.per_min == pytest.approx(6, abs=0.3)


def test_a_frame_is_told_to_the_movement_and_to_the_breath() -> None:
    pipeline = new()
    for second in range(1, 80):
        samples = tuple(
            (0, round(20 * math.sin(math.tau * (second + i / 25) / 5)), 1000) for i in range(25)
        )
        stamp_ns = round(second * 1e9)
        pipeline.motion(second, Motion(raw=b"", timestamp_ns=stamp_ns, samples_mg=samples))
        found = second_of(pipeline.tick(second, Context()))
    assert found.movement is Movement.STILL
    assert found.breath is not None
    assert found.breath.per_min == pytest.approx(12, abs=0.3)
    assert found.breath.source == "chest"
