"""Every threshold: its unit in the name, its source beside it.

Sources in short: LT19 = Lipponen & Tarvainen 2019 (J Med Eng Technol 43:173);
"trial" = measured on real recordings before the project began; "care" = a rule of care.
A value changes only with a figure before and after.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

MAD_TO_SD = 1.4826  # of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatSettings:
    rr_min_ms: float = 300.0  # 200 bpm: faster is not a resting or walking heart (trial)
    rr_max_ms: float = 2000.0  # 30 bpm (trial)
    missing_max_s: float = 2.0  # more than this without beats is a gap (trial)
    drift_window_s: float = 30.0  # RR and elapsed time are compared over this (trial)
    drift_max_share: float = 0.10  # and may differ by this much (trial)
    silence_s: float = 5.0  # data older than this is never acted on (care)
    quarantine_s: float = 10.0  # after a reconnect, contact flags and RR settle (trial)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSettings:
    """Bench: artifacts injected into clean segments of nsr2db, cardiologists' labels of MIT-BIH,
    steps laid under real texture; tuned on one half of the records (docs/signal.md).
    """

    window_beats: int = 91  # LT19
    median_beats: int = 11  # LT19
    level_beats: int = 9
    scale_quantile: float = 0.6  # of the sizes of steps: a third of them may be artifacts
    scale: float = 1.05  # bench
    scale_min_share: float = 0.036  # of the median interval (bench)
    scale_max_share: float = 0.08  # else bigeminy widens it until nothing is noticed (bench)
    warm_up_beats: int = 12
    tail: float = 5.0  # degrees of freedom of the steps (bench)
    cost_shift: float = 4.5  # prices of edits, in nats (bench)
    cost_single: float = 7.1
    cost_missed: float = 7.0
    cost_extra: float = 5.5
    cost_later: float = 7.1  # what follows may be wrong itself, and costs no more than this
    floor_ms: float = 44.0  # a smaller error is not named (bench)
    floor_share: float = 0.02  # of the median interval
    single_floor_ms: float = 45.0
    jump_share: float = 0.145  # shorter by this from one beat to the next: to be proven (bench)
    jump_beats: int = 13
    far_jump_share: float = 0.26
    far_jump_beats: int = 16
    back_share: float = 0.056  # as near the old level as this: it went back


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSettings:
    hr_window_s: float = 20.0  # trial: SD 3.3 bpm
    quick_window_s: float = 10.0  # for what rises fast (bench)
    hr_coverage_min: float = 0.6  # share of the window that kept beats fill
    fair_coverage_min: float = 0.7  # verdicts come two beats late, so that 1 is never reached
    rmssd_window_s: float = 60.0  # trial: x 0.72-1.33 of the 5-min value
    rmssd_differences_min: int = 30  # trial
    flagged_hrv_max: float = 0.05  # above: heart rate only (trial)
    flagged_any_max: float = 0.10  # above: no reading (trial)
    gated_share_max: float = 0.20  # above: HRV is off for the session (trial)
    gated_after_s: float = 120.0  # before this much signal the share says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSettings:
    length_s: float = 300.0  # 5 min quiet sitting (trial)
    short_length_s: float = 120.0  # enough once earlier baselines steady it
    drop_s: float = 60.0  # sitting down and settling in
    priors_min: int = 3
    prior_weight_s: float = 120.0  # earlier baselines weigh as much as this many seconds
    seconds_min: int = 45  # readings needed before a baseline is believed
    mad_to_sd: float = MAD_TO_SD
    spread_min_bpm: float = 3.0  # trial
    tracking_tau_s: float = 600.0  # trial
    tracking_tau_far_s: float = 3600.0
    tracking_near_bpm: float = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementSettings:
    window_s: float = 10.0  # mean of | |a| - 1 g |
    moving_mg: float = 50.0  # trial
    posture_deg: float = 30.0  # gravity turned by this: sat down, stood up
    posture_window_s: float = 3.0
    blank_s: float = 90.0  # the heart goes on after the body stops (trial)
    stale_s: float = 5.0  # no frame for this long: movement unknown
    gone_s: float = 60.0  # no frame for this long: the strap has no accelerometer now
    rest_mg: float = 8.0  # breath and a strap's noise; made motion only, no real recording yet
    lag_s: float = 20.0  # the heart follows effort with about this time constant
    effort_slow_s: float = 240.0  # slower drifts of either are of other causes
    effort_memory_s: float = 1800.0
    effort_ridge: float = 20_000.0  # mg2-seconds: five minutes of fidgeting before it counts
    effort_max_bpm: float = 6.0  # never more: someone in distress moves too (care)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationSettings:
    """A quick rise is measured in spreads of the ten-second rate over the recent level.

    Bench: quiet sessions of nsr2db and MMASH with rises injected (docs/signal.md).
    """

    quick_spread_bpm: float = 3.6  # bench
    quick_clip: float = 5.0  # one second says no more than this, in spreads (bench)
    level_window_s: int = 180  # bench
    level_delay_s: int = 45  # bench
    level_quantile: float = 0.6  # bench
    level_seconds_min: int = 60  # fewer: the last level holds, then the baseline
    level_held_s: int = 600
    drift: float = 2.5  # CUSUM reference value, in spreads (trial)
    drift_max: float = 3.0  # two dismissals raise it, never beyond this (care)
    drift_step: float = 0.25
    alarm: float = 21.0  # spread-seconds (bench)
    climb_drift: float = 3.0  # a slow climb: spreads of the baseline above it (bench)
    climb_alarm: float = 500.0  # spread-seconds (bench)
    near: float = 0.3  # spreads: a rise began when the heart was last as near as this (bench)
    onset_back_s: int = 120  # and not longer ago than this
    rmssd_weight: float = 0.5
    rmssd_scale: float = 0.25  # ln ms
    rmssd_clip: float = 2.0
    rising: float = 8.0  # spread-seconds: "going up a little"
    below_spreads: float = 5.0  # further below the baseline is not called near it (care)
    over_share: float = 0.45  # of the rise is left (bench)
    over_s: int = 20
    longest_s: float = 900.0  # then where the heart stays is its level, and is said to be so
    refractory_s: float = 60.0
    forget_s: float = 5.0  # evidence older than a break of this length is dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySettings:
    ground_from_s: float = 180.0  # before onset
    ground_to_s: float = 10.0
    peak_s: float = 30.0
    rise_min_bpm: float = 8.0
    coverage_min: float = 0.95
    reference_share: float = 0.9
    half_share: float = 0.5
    half_run_s: int = 10
    fit_halves: float = 6.0  # this many plain half times are read for the fit (bench)
    fit_min_s: float = 320.0
    fit_max_s: float = 650.0
    fit_step_s: int = 5
    fit_points_min: int = 10
    fit_only_s: float = 80.0  # plain half times below: the fit alone (bench)
    plain_only_s: float = 200.0  # above: the plain one alone (bench)
    tau_min_s: float = 5.0
    tau_max_s: float = 400.0
    tau_steps: int = 45
    tau_prior_s: float = 45.0  # common after short stress; broad, it decides little (bench)
    tau_prior_log_sd: float = 0.8
    wander_min_bpm: float = 3.0  # hearts wander more on the way back than before (bench)
    wander_max_bpm: float = 6.0
    wander_s: float = 30.0  # for how long a wander stays (bench)
    rise_looseness: float = 0.5  # the fitted rise may differ by this many wanders (bench)
    robust: float = 2.0  # wanders; beyond, a second counts less (Huber 1964)
    full_bpm: float = 3.0
    full_share: float = 0.2
    full_window_s: int = 60
    full_window_share: float = 0.8
    limit_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CareSettings:
    """Rules of care that are numbers; all from ``care``."""

    offer_gap_s: float = 600.0
    offers_per_hour: int = 3
    snooze_s: float = 3600.0
    delay_s: float = 180.0
    delay_suds: int = 70
    delay_suds_fresh_s: float = 300.0  # an older rating, from before the rise, is of another thing
    presence_twice: int = 2
    away_lasts_s: float = 43_200.0  # far away or numb goes on into a later session; a night ends it
    sessions_per_day: int = 2
    alone_suds_max: int = 50
    alone_length_max_s: float = 3600.0
    ask_still_there_s: float = 7200.0
    close_unknown_s: float = 43200.0
    aftercare_suds: int = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSettings:
    """When there is enough to say something about this person."""

    answers_min: int = 10  # with fewer a share's 95 % interval is some 50 points wide (Wilson 1927)
    halves_min: int = 6  # fewer give no 95 % interval of a median (order statistics: 2 / 2^n)
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpsSettings:
    """What helps me: of how many ways back something is said, and what is believed before any.

    Logarithms of lengths. ``python -m tests.faults helps`` measures what follows from them.
    """

    used_min: int = 8  # ways back with a practice, in steps that have some without
    without_min: int = 8
    # Looked at after every session, 95 % would claim something of 9.5 % of the practices that do
    # nothing, sooner or later; 98 % of 4.6 % (the campaign).
    confidence: float = 0.98
    length_s: float = 60.0  # half-way of people at rest after a small stress: 20-120 s (3-signal)
    length_sd: float = 1.0
    effect_sd: float = 0.35  # 95 %: between half and double; most effects on recovery are small
    # Loose: what is pulled towards 0 here is laid to the practice that goes with it (campaign).
    step_sd: float = 1.0
    slope_sd: float = 1.0  # twice the rise: between half and double the length
    trend_sd: float = 1.0  # from the first to the last
    noise_degrees: float = 5.0  # of Student's t: a fit that went wrong pulls little
    noise_shape: float = 3.0  # of the noise's variance: mean 0.35, as from person to person
    noise_scale: float = 0.7
    day_shape: float = 3.0  # of the days': mean 0.1
    day_scale: float = 0.2
    warm_up: int = 300
    draws: int = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSettings:
    """When NeuroKit2 is asked, and when its reading counts as another than ours."""

    window_s: float = 120.0  # raw beats that it reads
    every_s: float = 15.0
    beats_min: int = 60  # half the window of a resting heart: less is not worth asking about
    kept_s: float = 240.0  # an answer about older beats comes too late to be compared
    hr_max_bpm: float = 3.0  # SD of heart rate over 20 s (trial)
    rmssd_max_share: float = 0.30  # one artifact a minute shifts RMSSD60 far more (trial)
    cap_s: float = 15.0  # until the next answer


@dataclass(frozen=True, slots=True, kw_only=True)
class BreathingSettings:
    every_s: int = 10  # a breath or two
    window_s: float = 60.0
    length_min_s: float = 40.0  # seven breaths at 10 a minute
    beats_min: int = 30
    stale_s: float = 5.0  # data older than this is never acted on (care)
    flagged_max: float = 0.10
    sway_min_ms: float = 2.0  # a strap tells RR to 1 ms, and a steady heart jitters by as much
    drift_per_min: float = 1.5  # a slow breath must stand out from slower drift as well
    low_per_min: float = 4.0
    slow_per_min: float = 9.0  # waves of blood pressure lie at 4 to 9 a minute (Julien 2006)
    heart_high_per_min: float = 30.0
    chest_high_per_min: float = 42.0
    nyquist_share: float = 0.9  # of half the heart's rate
    step_hz: float = 0.004
    lobe_lengths: float = 2.0  # a pure wave's lobe under a Hann window reaches 2 / length
    heart_clear: float = 0.6  # share of the band's power in the wave: white noise 1 % (trial)
    slow_clear: float = 0.7  # quiet hearts claim slow breath in 1 % of their minutes (trial)
    slow_sway_min_bpm: float = 2.0  # half of peak to trough
    chest_clear: float = 0.5  # on made motion only: no recording of a real chest yet
    agree_per_min: float = 2.0
    bit_s: float = 0.2
    frame_max_s: float = 3.0  # frames come every 0.2 to 1.5 s
    tilt_min_mg: float = 1.0
    shake_max_mg: float = 40.0
    shaken_share: float = 0.05
    lean_max_mg: float = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceSettings:
    every_s: int = 5
    window_s: float = 60.0
    filled_min: float = 0.85  # share of the minute that believed beats of one run fill
    beats_min: int = 30
    stale_s: float = 5.0  # data older than this is never acted on (care)
    flagged_max: float = 0.05  # as for RMSSD
    sway_min_ms: float = 3.0  # under this the strap's rounding has a shape of its own
    low_hz: float = 0.04  # McCraty et al. 2009
    high_hz: float = 0.26
    step_hz: float = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class ResonanceSettings:
    """Lehrer, Vaschillo & Vaschillo 2000 (Appl Psychophysiol Biofeedback 25:177) where not said."""

    rates_per_min: tuple[float, ...] = (6.5, 6.0, 5.5, 5.0, 4.5)
    trial_s: float = 120.0
    drop_s: float = 30.0  # three breaths: the heart's wave builds up over some 20 s
    breaths_min: int = 4  # with every beat believed
    filled_min: float = 0.8
    flagged_max: float = 0.10
    paced_share_min: float = 0.4  # of low-frequency power at the paced rate; else not followed
    in_step_min: float = 0.7  # of eight random phases 2 % are as much in step (Rayleigh)
    lobe_lengths: float = 2.0
    low_hz: float = 0.04  # Task Force 1996: LF
    high_hz: float = 0.15
    step_hz: float = 0.002
    told_apart: float = 2.0  # standard errors of the difference (about 95 %)
    phase_apart_deg: float = 20.0
    rates_needed: int = 4  # of 21 hearts that did not follow, one kept step with three by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class EcgSettings:
    rate_hz: float = 130.0  # an H10's; its clock is off by up to 2 %
    step_max_share: float = 0.10  # a frame further off than this: frames were lost
    strip_min_s: float = 10.0
    settle_s: float = 3.0  # the stream begins with a swing of seconds
    match_s: float = 0.150  # ANSI/AAMI EC57: beats within 150 ms are the same beat
    offset_max_s: float = 5.0  # radio and strap deliver ECG and RR this far apart at most
    agree_ms: float = 20.0
    window_s: float = 60.0
    template_s: float = 10.0  # Orphanidou et al. 2015
    template_min: float = 0.66  # Orphanidou et al. 2015: mean correlation with the template
    rr_min_ms: float = 300.0
    rr_max_ms: float = 3000.0  # Orphanidou et al. 2015: no gap above 3 s


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    beats: BeatSettings = field(default_factory=BeatSettings)
    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    baseline: BaselineSettings = field(default_factory=BaselineSettings)
    movement: MovementSettings = field(default_factory=MovementSettings)
    activation: ActivationSettings = field(default_factory=ActivationSettings)
    recovery: RecoverySettings = field(default_factory=RecoverySettings)
    care: CareSettings = field(default_factory=CareSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    opinion: OpinionSettings = field(default_factory=OpinionSettings)
    breathing: BreathingSettings = field(default_factory=BreathingSettings)
    coherence: CoherenceSettings = field(default_factory=CoherenceSettings)
    helps: HelpsSettings = field(default_factory=HelpsSettings)
    resonance: ResonanceSettings = field(default_factory=ResonanceSettings)
    ecg: EcgSettings = field(default_factory=EcgSettings)

    def document(self) -> str:
        """The settings as canonical JSON, journalled once so that decisions can be replayed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    def hash(self) -> str:
        """The first 16 hex digits of the document's SHA-256."""
        return hashlib.sha256(self.document().encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """When somebody who does not look at the page is told; all from ``care``. No session depends
    on it. How long biocoach itself may be silent is ``biocoach.watchdog.PATIENCE_S``."""

    step_old_s: float = 2.0  # a second comes each second; after this nothing is being recorded
    strap_lost_s: float = 60.0  # most links are back within 10 s: no notice for those
    disk_refuses_s: float = 5.0  # the page says so within 2 s; a hiccup is no notice
    asleep_s: float = 5.0  # a second that took longer was a sleep of the computer
    dog_again_s: float = 30.0  # after a watchdog that could not be started


WATCH = WatchSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """Pictures and voices of one's own. No session depends on them, so its settings leave them out.

    ``each_max_bytes`` holds ten minutes of voice as browsers record it (48 kbit/s: 3.6 MB) and any
    picture of the page's size; ``all_max_bytes`` keeps a copy of the record small.
    """

    each_max_bytes: int = 6_000_000
    all_max_bytes: int = 60_000_000
    all_max: int = 60  # as many as a comfort kit has places


MEDIA = MediaSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSettings:
    """When a ladder goes on, holds or gives way. No session depends on them, as with ``MEDIA``.

    Craske et al. 2014 (Behav Res Ther 58:10): what counts is that an expectancy was violated, and
    that it was in more than one context; a lower distress is not asked for.
    """

    done_contexts: int = 2  # Craske 2014: variability of contexts
    fall_pct: int = 30  # expectancy violated (D4)
    low_pct: int = 20  # hardly expected any more (D4)
    strain_twice: int = 2  # *too much* or far away: then less is offered (care)
    fade_done: int = 1  # done once with this much support, before there is less of it
    shorter_share: float = 0.5
    shortest_s: float = 60.0  # what a plan may be at least
    harder_suds: int = 10  # expected this much higher it is another step, and counts anew
    overrule_days: int = 28  # four weekly meetings; then a therapist's word is asked for again
    longest_s: float = 43_200.0
    steps_max: int = 40
    ladders_max: int = 20
    contexts_max: int = 12
    letters_max: int = 200
    decisions_max: int = 400


LADDER = LadderSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcSettings:
    """Milestones, setbacks and signs; chosen with care, none of them is a finding."""

    gap_days: int = 21  # three missed weeks are more than a holiday
    window_days: int = 28  # the last four weeks against the four before
    urges_let_pass: tuple[int, ...] = (1, 5, 20, 50)
    sign_twice: int = 2  # one hard session is no sign
    urges_min: int = 4  # fewer make no share
    acted_rise: float = 0.2  # of the share of urges that were acted on
    stabilised_done: int = 1
    integrated_share: float = 0.5  # of the steps in use
    shown_max: int = 60


ARC = ArcSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketSettings:
    """What a therapist's packet tells. No session depends on them, as with ``MEDIA``."""

    days: int = 28  # four weekly meetings; compared with the 28 before
    distress_high_suds: int = 50  # the middle of the scale (Wolpe 1969), and care's own line
    # Of the time apart, before "did not rise" is said (chosen with care).
    read_share_min: float = 0.8
    talk_letters: int = 420  # of the first page; what is cut stands whole further on
    line_letters: int = 105
    flagged_shown: int = 4
    steps_shown: int = 3
    bodies_shown: int = 4
    proposals_shown: int = 2
    ahead_shown: int = 3
    letters_max: int = 20_000  # of one text on a session's page
    chart_points: int = 600  # a page is some 700 dots of print wide


PACKET = PacketSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingSettings:
    """Bounds of what is sealed, shared and read. No session depends on them, as with ``MEDIA``.

    A simulated year (116 sessions with an accelerometer) is some 20 MB sealed, 200 MB unpacked:
    the bounds hold several of them, and a hostile file gets no further.
    """

    file_max_bytes: int = 150_000_000
    reply_max_bytes: int = 4_000_000  # all of its items at their longest, sealed
    content_max_bytes: int = 1_500_000_000
    line_max_bytes: int = 4_000_000
    head_max_bytes: int = 4_000
    address_letters_max: int = 400
    name_letters_max: int = 80
    note_letters_max: int = 4_000
    items_max: int = 200  # of a reply
    recipients_max: int = 20
    bundles_max: int = 200  # of a caseload's folder
    # A recording may be of a day, and a session goes on over a night or a reboot; nobody's is of a
    # week. Each of its seconds is walked along as it is read (50 to 150 us each).
    session_max_s: float = 604_800.0
    sessions_max: int = 4_000  # five years of two a day are 3,650
    sessions_max_s: float = 14_400_000.0  # of all of them: an hour each


SHARING = SharingSettings()
