"""Signal trust: why there is no reading, how good one is, and when HRV is off for good."""

from __future__ import annotations

import pytest

from biocoach.settings import Settings
from biocoach.signal.trust import FLAT_BEATS, Trust
from biocoach.types import Contact, Features, Link, Quality

SET = Settings()
FINE = Features(hr_bpm=64.0, rmssd_ms=40.0, coverage=0.95, flagged_share=0.0)


def fed(rr_ms: list[float], at_s: float = 100.0) -> Trust:
    trust = Trust(SET, rhythm_unreliable=False)
    trust.beats(at_s, rr_ms)
    return trust


def test_before_the_first_beat_and_after_five_seconds_it_is_silent() -> None:
    assert Trust(SET, rhythm_unreliable=False).missing(1.0) == "silent"
    trust = fed([900.0])
    assert trust.missing(105.0) == ""
    assert trust.missing(105.001) == "silent"


def test_lost_contact_and_a_lost_link_are_told_apart() -> None:
    trust = fed([900.0])
    trust.contact(Contact.LOST)
    assert trust.missing(101.0) == "contact"
    trust.contact(Contact.UNKNOWN)  # a strap that cannot tell
    assert trust.missing(101.0) == ""
    trust.link(102.0, Link(up=False, reason="out of range"))
    assert trust.missing(102.0) == "link_down"
    assert trust.last_reason == "out of range"
    trust.link(103.0, Link(up=True))
    assert trust.missing(103.0) == ""
    assert trust.last_reason == "no_beats"


@pytest.mark.parametrize(
    ("coverage", "flagged", "quality"),
    [
        (0.95, 0.0, Quality.GOOD),
        (0.70, 0.05, Quality.GOOD),
        (0.69, 0.0, Quality.FAIR),
        (0.95, 0.06, Quality.FAIR),
    ],
)
def test_quality_falls_with_coverage_and_flags(
    coverage: float, flagged: float, quality: Quality
) -> None:
    features = Features(hr_bpm=64.0, rmssd_ms=None, coverage=coverage, flagged_share=flagged)
    assert fed([900.0]).quality(100.0, features) is quality


def test_without_a_rate_quality_is_poor() -> None:
    none = Features(hr_bpm=None, rmssd_ms=None, coverage=0.9, flagged_share=0.0)
    assert fed([900.0]).quality(100.0, none) is Quality.POOR


def test_a_flat_line_is_poor_and_recovers() -> None:
    trust = fed([900.0] * (FLAT_BEATS - 1))
    assert trust.quality(100.0, FINE) is Quality.GOOD
    trust.beats(101.0, [900.0])
    assert trust.quality(101.0, FINE) is Quality.POOR
    trust.beats(102.0, [901.0])
    assert trust.quality(102.0, FINE) is Quality.GOOD


def test_a_reconnect_is_quarantined_and_the_first_connection_is_not() -> None:
    trust = fed([900.0])
    trust.link(100.0, Link(up=True))
    assert trust.quality(100.0, FINE) is Quality.GOOD
    trust.link(101.0, Link(up=False, reason="silent"))
    trust.link(110.0, Link(up=True))
    assert trust.quality(119.9, FINE) is Quality.POOR
    assert trust.quality(120.0, FINE) is Quality.GOOD


def test_dense_ectopy_turns_hrv_off_for_good() -> None:
    trust = fed([900.0])
    noisy = Features(hr_bpm=64.0, rmssd_ms=None, coverage=0.9, flagged_share=0.08)
    for second in range(200):
        trust.flagged(float(second), noisy if second % 4 == 0 else FINE)
        assert trust.hrv_on is (second < 119)
    for second in range(1000):
        trust.flagged(float(second), FINE)
    assert not trust.hrv_on
    assert trust.detects


def test_a_few_flags_or_no_signal_do_not() -> None:
    trust = fed([900.0])
    noisy = Features(hr_bpm=64.0, rmssd_ms=None, coverage=0.9, flagged_share=0.08)
    nothing = Features(hr_bpm=None, rmssd_ms=None, coverage=0.0, flagged_share=0.08)
    for second in range(1000):
        trust.flagged(float(second), noisy if second % 10 == 0 else FINE)
        trust.flagged(float(second), nothing)
    assert trust.hrv_on


def test_an_unreliable_rhythm_switches_both_off() -> None:
    trust = Trust(SET, rhythm_unreliable=True)
    assert not trust.hrv_on
    assert not trust.detects


def test_beats_that_do_not_fit_the_time_are_not_believed_for_a_while() -> None:
    trust = fed([900.0])
    trust.out_of_step(100.0)
    assert trust.quality(144.0, FINE) is Quality.POOR
    assert trust.poor_why(144.0) == "out_of_step"
    assert trust.quality(145.0, FINE) is Quality.GOOD


def test_a_link_that_broke_without_a_word_and_beats_that_come_again() -> None:
    trust = fed([900.0])
    trust.link(101.0, Link(up=False))
    assert trust.last_reason == "link_down"
    trust.beats(102.0, [900.0])  # a file may not say that it is up again
    assert (trust.missing(102.0), trust.last_reason) == ("", "no_beats")
    assert trust.quality(111.9, FINE) is Quality.POOR  # and it was a reconnect
    assert trust.poor_why(111.9) == "quarantine"
    assert trust.quality(112.0, FINE) is Quality.GOOD


def test_a_strap_of_rates_is_fair_at_most_and_says_why() -> None:
    trust = fed([900.0])
    trust.rates_only = True
    assert trust.quality(100.0, FINE) is Quality.FAIR
    assert trust.quality_why(100.0, Quality.FAIR) == "no_rr"
    assert trust.quality_why(100.0, Quality.POOR) == ""
    trust.heard(110.0)
    assert trust.missing(115.0) == ""


def test_a_doubt_lasts_fifteen_seconds() -> None:
    trust = fed([900.0])
    trust.doubted(100.0)
    assert trust.quality(114.9, FINE) is Quality.FAIR
    assert trust.quality_why(114.9, Quality.FAIR) == "second_opinion"
    assert trust.quality_why(114.9, Quality.POOR) == ""
    assert trust.quality(115.0, FINE) is Quality.GOOD
    assert trust.quality_why(115.0, Quality.FAIR) == ""


def test_each_poor_reading_has_its_reason() -> None:
    trust = fed([900.0] * FLAT_BEATS)
    assert trust.poor_why(100.0) == "flat"
    trust.out_of_step(100.0)
    assert trust.poor_why(100.0) == "out_of_step"
    assert trust.poor_why(145.0) == "flat"


def test_hrv_goes_when_more_than_a_fifth_of_two_minutes_was_gated() -> None:
    noisy = Features(hr_bpm=64.0, rmssd_ms=None, coverage=0.9, flagged_share=0.051)
    edge = Features(hr_bpm=64.0, rmssd_ms=None, coverage=0.9, flagged_share=0.05)
    for gated, left in ((24, True), (25, False)):
        trust = fed([900.0])
        for second in range(120):
            trust.flagged(float(second), noisy if second < gated else edge)
        assert trust.hrv_on is left
