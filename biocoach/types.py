"""Every word that flows through biocoach; the first file to read.

Values only: frozen, keyword-only, units in every name. Times called ``at_s`` count
seconds from the start of the session and include sleep; times called ``*_s`` are on
the same axis unless their docstring says that they are a length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

# ---- words with a fixed set of meanings


class Verdict(StrEnum):
    """What the cleaner thinks of one interval. The raw interval is never overwritten."""

    OK = "ok"
    ECTOPIC = "ectopic"
    MISSED = "missed"
    EXTRA = "extra"
    MISALIGNED = "misaligned"
    OUT_OF_RANGE = "out_of_range"


class Contact(StrEnum):
    """Skin contact as the strap tells it; a strap that cannot tell is unknown, not good."""

    UNKNOWN = "unknown"
    LOST = "lost"
    DETECTED = "detected"


class Movement(StrEnum):
    STILL = "still"
    MOVING = "moving"
    UNVERIFIED = "unverified"


class Quality(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Rise(StrEnum):
    """How an activation came: over where the heart was lately, or slowly over the baseline."""

    QUICK = "quick"
    SLOW_CLIMB = "slow_climb"


class HeartState(StrEnum):
    """What was measured, in a word. UNKNOWN is a state; missing data is never calm."""

    UNKNOWN = "unknown"
    SETTLING = "settling"
    NEAR_BASELINE = "near_baseline"
    RISING = "rising"
    ACTIVATED = "activated"
    RECOVERING = "recovering"


class Phase(StrEnum):
    PLAN = "plan"
    BASELINE = "baseline"
    APART = "apart"
    BACK = "back"
    DEBRIEF = "debrief"
    CLOSED = "closed"


class Support(StrEnum):
    """A step's support policy: when the coach may speak."""

    REGULATE = "regulate"
    DELAY = "delay"
    ASK = "ask"
    OBSERVE = "observe"


class Presence(StrEnum):
    HERE = "here"
    FAR_AWAY = "far_away"
    NUMB = "numb"


class StepKind(StrEnum):
    """What a step of the ladder practises."""

    APART = "apart"
    ALONE = "alone"
    WAITING = "waiting"
    NOT_ASKING = "not_asking"
    SAYING_A_NEED = "saying_a_need"


class Came(StrEnum):
    """Whether what was feared came true; the person's word."""

    NO = "no"
    PARTLY = "partly"
    YES = "yes"


class MarkKind(StrEnum):
    BASELINE = "baseline"
    APART = "apart"
    BACK = "back"
    TIME_OVER = "time_over"
    TOO_MUCH = "too_much"
    NOTE = "note"


class UrgeKind(StrEnum):
    TEXT = "text"
    CALL = "call"
    CHECK = "check"
    REASSURANCE = "reassurance"


class Answer(StrEnum):
    """The person's word about an activation; it outranks the detector's."""

    DISTRESS = "distress"
    OTHER = "other"


class Reply(StrEnum):
    """What was done with an offer."""

    TAKE = "take"
    NOT_NOW = "not_now"
    SNOOZE = "snooze"


class PracticeMoment(StrEnum):
    """MOVED: to another step of it."""

    STARTED = "started"
    MOVED = "moved"
    FINISHED = "finished"
    STOPPED = "stopped"


class Where(StrEnum):
    """Where a session was kept that was not streamed into the journal. WORD: the person told it
    afterwards, without strap or screen."""

    FILE = "file"
    MEMORY = "memory"
    WORD = "word"


class AgeBand(StrEnum):
    ADULT = "adult"
    TEEN = "13_17"
    CHILD = "under_13"


# ---- from the strap


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Bytes, or a request, that could not be used, and why in plain words."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One Heart Rate Measurement (0x2A37). RR intervals stay in 1/1024 s, oldest first."""

    raw: bytes
    bpm: int
    rr_1024: tuple[int, ...] = ()
    contact: Contact = Contact.UNKNOWN
    energy_expended_kj: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """RR intervals from a file; their stamp is the time of the last one's beat.

    ``arrived``: they came as a packet of a strap does, at their stamp or some time before it.
    """

    rr_ms: tuple[float, ...]
    arrived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """One accelerometer frame, mg, oldest sample first; the strap's stamp is of the last one."""

    raw: bytes
    timestamp_ns: int
    samples_mg: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecg:
    """One ECG frame, microvolts, oldest sample first; the strap's stamp is of the last one."""

    raw: bytes
    timestamp_ns: int
    samples_uv: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A notification that no decoder could use: kept, with the reason."""

    characteristic: str
    raw: bytes
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The radio link (or the file that stands for it) went up or down."""

    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strap:
    """What the connected strap is, and is known to send: a subset of rr, acc, ecg, contact,
    battery, memory (it records by itself). ``lacks``: what it is known not to send; the rest is
    not known yet.

    ``trouble``: why a stream that it has can't be had now, as a code: needs_pairing, small_mtu,
    not_answering, busy, refused.
    """

    name: str
    address: str = ""
    sends: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """NeuroKit2's own reading of raw beats, the first at ``from_s``, the last at ``until_s``.

    None where it had none, and ``why`` as a code: ``not_available`` means that the child that
    runs NeuroKit2 could not be started, died, or did not answer.
    """

    hr_bpm: float | None
    rmssd_ms: float | None
    why: str = ""
    from_s: float = 0.0
    until_s: float = 0.0


# ---- from the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Answers of the first run. Of the second group of questions only the route is kept.

    ``rhythm_unreliable``: pacemaker or atrial fibrillation, so HRV and activation are off.
    ``heart_slowing``: medicine that makes rises smaller, said on every result.
    ``ladder_waits``: practice apart waits for a therapist while the rest works.
    """

    rhythm_unreliable: bool = False
    heart_slowing: bool = False
    pregnancy: bool = False
    ladder_waits: bool = False
    with_therapist: bool = False
    age: AgeBand = AgeBand.ADULT


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineFigures:
    """One baseline; ``ln_rmssd`` is the logarithm of RMSSD in ms, None where HRV was gated."""

    hr_bpm: float
    spread_bpm: float
    ln_rmssd: float | None
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What earlier sessions lend to this one. ``hard_today``: one ended hard, so rest is due.

    ``dismissed``: how many dismissals count so far; ``threshold``: what they have taught.
    ``offers_ago_s``: the coach's offers of the hour before this session's second 0, the oldest
    first; ``snooze_left_s``: what is left then of the quiet that the person asked for.
    ``presence``: far away or numb, where that was the last word of the hours before.
    """

    baselines: tuple[BaselineFigures, ...] = ()
    threshold: float | None = None
    dismissed: int = 0
    practised_today: int = 0
    hard_today: bool = False
    offers_ago_s: tuple[float, ...] = ()
    snooze_left_s: float = 0.0
    presence: Presence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What a session is that was brought in whole: the strap's memory, or a file of ``format``.

    ``beats_sha256`` is of its decoded beats, so that the same recording is known again.
    ``dated`` False: it does not tell when it began, and its wall times are those of the import.
    """

    where: Where
    format: str
    beats_sha256: str
    dated: bool
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """The first input of every session. ``fit`` None: the first-run questions are unanswered.

    ``clock_s``: the machine's clock at ``at_s`` 0, good while its boot id is the same.
    ``scripted``: the source plays a story or a recording, what the person says and does too.
    ``elsewhere``: the session was not streamed but brought in whole, closed already.
    ``zone``, ``offset_s``: the name that this computer gives its zone at the beginning ("CET"), and
    its seconds ahead of UTC; "" and None in records from before they were kept.
    """

    seed: int
    settings_hash: str
    prior: Prior = field(default_factory=Prior)
    fit: Fit | None = None
    simulated: bool = False
    source: str = ""
    clock_s: float = 0.0
    scripted: bool = False
    elsewhere: Elsewhere | None = None
    zone: str = ""
    offset_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFacts:
    """What a session must know of a practice, so that its replay decides the same.

    ``rank``: its place in the coach's turn, 0 where it is never offered; ``phases``, ``states``,
    ``good_signal``: when it may be. ``strains``: held or sighed breath; ``own``: it shows what is
    one's own. ``closed``: why it can't be begun, as a code; "" where it can.
    ``quickness``: mean and standard deviation of the logarithm of how long settling took with it
    against without, from earlier sessions; None where there is not enough.
    """

    id: str
    rank: int = 0
    eyes_open: bool = False
    strains: bool = False
    own: bool = False
    finder: bool = False
    phases: tuple[Phase, ...] = (Phase.APART,)
    states: tuple[HeartState, ...] = (HeartState.ACTIVATED,)
    good_signal: bool = False
    closed: str = ""
    quickness: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repertoire:
    """The practices that there are from now on. Files come and go, so a session keeps them.

    ``sampling``: among equals the coach may choose by trying, which the person has asked for.
    """

    practices: tuple[PracticeFacts, ...]
    sampling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of the ladder: what is practised, and when the coach may speak.

    Under ``delay`` an offer waits ``delay_s``, or for distress rated ``delay_suds`` or more;
    None: as the settings say. ``ladder``: the id of the ladder it stands on; "" where it was only
    written into a plan. ``who`` and ``where`` are the person's words; others go by alias.
    """

    id: str
    title: str
    support: Support = Support.REGULATE
    expected_suds: int = 0
    delay_s: float | None = None
    delay_suds: int | None = None
    ladder: str = ""
    kind: StepKind = StepKind.APART
    who: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the person sets out to do. Lengths in seconds, chances in percent, distress 0-100.

    ``context``: where and when, in the person's words, so that two contexts can be told apart.
    ``contact``: what contact is planned; "" is none. ``strapless``: by ratings only. ``slept_h``,
    ``caffeine``, ``medicine``: of today, None or "" where not said.
    """

    step: Step
    planned_s: float
    sits_still: bool = True
    feared: str = ""
    probability_pct: int | None = None
    suds: int | None = None
    checkpoints_s: tuple[float, ...] = ()
    context: str = ""
    contact: str = ""
    strapless: bool = False
    slept_h: float | None = None
    caffeine: bool | None = None
    medicine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    suds: int | None = None
    presence: Presence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """``acted``: None where it was not said."""

    kind: UrgeKind
    acted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    kind: MarkKind
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The person's answer to an activation; ``activation`` None means the latest."""

    answer: Answer
    activation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReply:
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLog:
    """A practice began, went on to another step, or ended.

    ``asked``: the person reached for it; otherwise it was offered. ``step`` counts from 0, None
    where it is not known. From now on the breath is ``paced``, at ``per_min`` breaths a minute,
    ``in_share`` of each of them breathing in (None: not told).
    """

    practice: str
    moment: PracticeMoment
    asked: bool = False
    paced: bool = False
    step: int | None = None
    per_min: float | None = None
    in_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersShown:
    """Looking at the numbers is logged as checking."""

    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """The person's word on how it was; each may stay unsaid.

    ``came``: whether what was feared came true, and if it did, whether it was ``coped`` with.
    ``beyond_plan``: contact or checking beyond the plan. ``stayed``: as long as planned.
    """

    happened: str = ""
    probability_pct: int | None = None
    suds: int | None = None
    presence: Presence | None = None
    body_words: str = ""
    learnt: str = ""
    came: Came | None = None
    coped: bool | None = None
    beyond_plan: bool | None = None
    stayed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The session is closed: by the person, or by the program with its reason."""

    reason: str = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Withdraws the mark with this arrival number; the journal itself is never rewritten."""

    of_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """Said about a recording after it was brought in, of the moment ``moment_s`` in it.

    One of: ``mark`` (with a note's ``text``), a rating of distress, ``suds``, which ``plan`` was
    followed, or how it was (``debrief``). It is journalled after the session's end, and folded at
    its moment; of plans and debriefs the last one that was said counts.
    """

    moment_s: float
    mark: MarkKind | None = None
    text: str = ""
    suds: int | None = None
    plan: Plan | None = None
    debrief: Debrief | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAfterwards:
    """Takes back what was said afterwards under this number."""

    of_number: int


DeviceBody = Reading | Intervals | Motion | Ecg | Unread | Link | Strap | Battery | SecondOpinion
PersonBody = (
    Plan
    | Rating
    | Urge
    | Mark
    | Label
    | OfferReply
    | PracticeLog
    | NumbersShown
    | Debrief
    | End
    | Amend
)
LaterBody = Afterwards | NotAfterwards  # about a recording; never in a session that goes on
InputBody = Begin | Repertoire | DeviceBody | PersonBody | LaterBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something arrived, ``clock_s`` on the injected clock; not yet ordered."""

    clock_s: float
    body: InputBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An arrival in its place: ``number`` counts a session's inputs from 0."""

    at_s: float
    number: int
    body: InputBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A whole second has passed. Implied by the stamps, never stored."""

    at_s: int


Stamped = Input | Tick

# ---- from the signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heart beat that ends an interval. ``run`` changes at every gap."""

    beat_s: float
    rr_ms: float
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanBeat:
    """``proves``: so many flagged beats just before are now known to be the heart's own step."""

    beat: Beat
    verdict: Verdict
    proves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """One second's figures; None where there is no reading. Coverage is 0-1 of the last 20 s.

    ``hr_bpm`` is over 20 s; ``quick_bpm`` over 10 s, for what rises fast.
    """

    hr_bpm: float | None
    rmssd_ms: float | None
    coverage: float
    flagged_share: float
    quick_bpm: float | None = None
    why: str = ""
    sdnn_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The evidence of one second, in spreads above the baseline; movement in mg or None."""

    heart_rate: float
    rmssd: float
    movement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath:
    """Breaths a minute and where they were read: heart, chest, both; "" with a ``why`` where not.

    ``evenness``: 0-1, how much of the heart's sway is one wave; only while breathing is paced.
    """

    per_min: float | None
    source: str
    why: str
    evenness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """All that is known at one whole second; ``why`` is a short code for the page's words."""

    at_s: int
    hr_bpm: float | None
    rmssd_ms: float | None
    score: float | None
    state: HeartState
    movement: Movement
    movement_mg: float | None
    quality: Quality
    coverage: float
    baseline_bpm: float | None
    spread_bpm: float | None
    why: str
    quality_why: str = ""
    breath: Breath | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReady:
    at_s: float
    figures: BaselineFigures
    steadied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """The heart rose and movement did not explain it.

    ``level_bpm`` is what it rose from: where it was lately, or the baseline in a slow climb.
    ``would_not_below_bpm``: had the heart stayed below, this alarm would not have been (None in
    what an earlier version journalled).
    """

    number: int
    onset_s: float
    alarm_s: float
    movement: Movement
    terms: Terms
    threshold: float
    baseline_bpm: float
    spread_bpm: float
    level_bpm: float
    hr_bpm: float
    why: str
    kind: Rise = Rise.QUICK
    would_not_below_bpm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationOver:
    number: int
    peak_s: float
    peak_bpm: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The way back, lengths in s from ``reference_s``. Censored: cut short before half."""

    activation: int
    reference_s: float | None
    where: str
    ground_bpm: float | None
    peak_bpm: float | None
    half_s: float | None
    half_plain_s: float | None
    full_s: float | None
    censored: bool
    why: str | None


# ---- from the coach


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One practice is offered; ``because`` is a short code for the page's words.

    ``chosen``: how among others: ``turn``, ``sampling`` (by trying), or "" where only one fits.
    """

    at_s: float
    practice: str
    because: str
    activation: int | None = None
    asked: bool = False
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    """An offer that waited for its answer no longer holds; ``because`` is a short code."""

    at_s: float
    because: str
    activation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The coach could have spoken and did not; ``because`` says why."""

    at_s: float
    because: str
    activation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeEnded:
    """The coach ends a practice that is not eyes open: the person is far away or numb."""

    at_s: float
    practice: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The coach asks, and does not conclude."""

    at_s: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceTried:
    """How far the heart swung with one pace, trough to peak; None, with a ``why``, where it could
    not be read."""

    per_min: float
    wave_bpm: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceFound:
    """The end of the search for the own pace: ``per_min``, or None and ``why`` as a code (tied,
    too_few_rates). ``tied``: those that may be best; ``because``: size, phase; ``edge``: one
    beyond those that were tried may be better still."""

    at_s: float
    per_min: float | None
    tied: tuple[float, ...]
    because: str
    why: str
    edge: bool
    tried: tuple[PaceTried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChange:
    at_s: float
    phase: Phase
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An input of the person could not be followed now; ``why`` is a code for the page's words."""

    at_s: float
    number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    at_s: float
    reason: str


Decision = (
    BaselineReady
    | Activation
    | ActivationOver
    | Recovery
    | Offer
    | OfferWithdrawn
    | Silence
    | PracticeEnded
    | PaceFound
    | Question
    | PhaseChange
    | Refused
    | Closed
    | Gap
)
Output = CleanBeat | Second | Decision


# ---- in the journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal. ``number`` is an input's arrival number, None for a decision.

    ``seq`` counts one writer's entries from 1; the store gives it when it appends.
    """

    person: str
    writer: str
    session: str
    boot_id: str
    at_s: float
    wall_utc: str
    body: InputBody | Decision
    settings_hash: str
    number: int | None = None
    seq: int = 0
