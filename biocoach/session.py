"""The session: a deterministic fold. ``step`` takes one stamped thing and gives what follows.

It never reads a clock, draws a number or waits; silence reaches it as a Tick. It composes
the signal, the coach and the phases, and holds no rule of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from biocoach.coach.coach import Coach, Scene
from biocoach.coach.policy import Standing
from biocoach.exposure.phases import (
    Moved,
    Path,
    may_plan,
    may_practise,
    next_phase,
    word_of,
)
from biocoach.pace_finding import PaceFinding
from biocoach.settings import Settings
from biocoach.signal.pipeline import Context, Pipeline
from biocoach.signal.taught import DISMISSALS_TO_LEARN, dismissals
from biocoach.types import (
    AgeBand,
    Amend,
    Answer,
    Begin,
    Closed,
    Debrief,
    Input,
    Intervals,
    Label,
    Link,
    Mark,
    MarkKind,
    Motion,
    OfferReply,
    Output,
    Phase,
    PhaseChange,
    Plan,
    PracticeLog,
    Rating,
    Reading,
    Refused,
    Repertoire,
    SecondOpinion,
    Stamped,
    Strap,
    Tick,
    Urge,
)

ENDS_BASELINE = ("apart", "back", "time_over")
UNKNOWN_WHEN = "ended, unknown when"  # why the program closes what nobody ended
HEARD = (Reading, Intervals, Plan, Rating, Urge, Mark, Label, OfferReply, PracticeLog, Debrief)


@dataclass(slots=True)
class _Live:
    """What exists once the session has begun."""

    begin: Begin
    pipeline: Pipeline
    coach: Coach
    pace: PaceFinding
    plan: Plan | None = None
    path: Path = field(default_factory=Path)
    answers: dict[int, Answer] = field(default_factory=dict)


FROM_FILE = "file"  # a recording's own marks are taken as they are


def is_recording(begin: Begin) -> bool:
    """It was over before it came here: nothing is planned, offered or waited for in it."""
    return begin.source == FROM_FILE or begin.elsewhere is not None


class Session:
    """``step(Input | Tick)`` -> outputs, in order. The first input must be ``Begin``."""

    def __init__(self, settings: Settings) -> None:
        self._set = settings
        self._live: _Live | None = None
        self.phase = Phase.PLAN
        self.phase_since_s = 0.0

    # ---- what others may look at

    @property
    def plan(self) -> Plan | None:
        return self._live.plan if self._live else None

    @property
    def standing(self) -> Standing | None:
        """Of the person, as the coach takes it; None before the session has begun."""
        return (
            self._live.coach.standing(self._scene(self._live), self._now_s) if self._live else None
        )

    @property
    def begun(self) -> Begin | None:
        return self._live.begin if self._live else None

    @property
    def threshold(self) -> float | None:
        return self._live.pipeline.detector.threshold if self._live else None

    @property
    def last_move(self) -> Moved | None:
        return self._live.path.last if self._live else None

    @property
    def baseline_have_s(self) -> float:
        return self._live.pipeline.baseline.have_s(self._now_s) if self._live else 0.0

    @property
    def baseline_need_s(self) -> float:
        return self._live.pipeline.baseline.need_s if self._live else 0.0

    @property
    def baseline_ready(self) -> bool:
        return self._live is not None and self._live.pipeline.baseline.figures is not None

    @property
    def baseline_believable(self) -> bool:
        return self._live is not None and self._live.pipeline.baseline.believable

    # ---- the fold

    _now_s: float = 0.0

    def step(self, stamped: Stamped) -> list[Output]:
        self._now_s = float(stamped.at_s)
        live = self._live
        if live is None:
            return self._first(stamped)
        if self.phase is Phase.CLOSED:
            return []
        if isinstance(stamped, Tick):
            outputs = self._tick(live, stamped.at_s)
        else:
            if isinstance(stamped.body, HEARD):
                live.coach.heard(stamped.at_s)
            outputs = self._input(live, stamped)
        live.pace.heard(outputs)
        return outputs

    def _first(self, stamped: Stamped) -> list[Output]:
        if isinstance(stamped, Tick) or not isinstance(stamped.body, Begin):
            raise ValueError("a session starts with Begin")
        begin = stamped.body
        unreliable = begin.fit is not None and begin.fit.rhythm_unreliable
        self._live = _Live(
            begin=begin,
            pipeline=Pipeline(self._set, begin.prior, unreliable),
            coach=Coach(self._set.care, begin.prior, begin.seed),
            pace=PaceFinding(self._set.resonance),
        )
        return [PhaseChange(at_s=stamped.at_s, phase=Phase.PLAN, because="begin")]

    def _tick(self, live: _Live, at_s: int) -> list[Output]:
        context = Context(paced=live.coach.paced, detect=self.phase is not Phase.PLAN)
        outputs = live.pipeline.tick(at_s, context)
        outputs += live.coach.second(outputs, self._scene(live))
        if live.coach.gone(at_s) and not is_recording(live.begin):
            outputs += self._close(live, at_s, UNKNOWN_WHEN)
        return outputs

    def _scene(self, live: _Live) -> Scene:
        age = live.begin.fit.age if live.begin.fit else AgeBand.ADULT
        return Scene(phase=self.phase, plan=live.plan, age=age)

    def _input(self, live: _Live, item: Input) -> list[Output]:
        at_s, body = item.at_s, item.body
        match body:
            case Reading():
                return live.pipeline.reading(at_s, body)
            case Intervals():
                return live.pipeline.intervals(at_s, body)
            case Motion():
                live.pipeline.motion(at_s, body)
            case Link():
                live.pipeline.link(at_s, body)
                return [] if body.up else live.coach.link_lost(at_s)
            case Strap():
                live.pipeline.strap(body)
            case Repertoire():
                live.coach.told(body)
            case SecondOpinion():
                live.pipeline.second_opinion(at_s, body)
            case Rating(suds=None, presence=None):
                return [Refused(at_s=at_s, number=item.number, why="empty_rating")]
            case Rating():
                return live.coach.rating(at_s, body, self._scene(live))
            case Mark(kind=MarkKind.TOO_MUCH):
                return live.coach.too_much(at_s)
            case OfferReply():
                live.coach.reply(at_s, body.reply)
            case PracticeLog():
                return self._practice(live, item, body)
            case Label():
                return self._label(live, body)
            case Amend():
                return self._amend(live, item, body)
            case _:
                return self._word(live, item)
        return []

    def _practice(self, live: _Live, item: Input, log: PracticeLog) -> list[Output]:
        outputs = live.coach.log(item.at_s, item.number, log, self._scene(live))
        if outputs:  # refused
            return outputs
        return live.pace.log(item.at_s, log, finder=live.coach.finds_pace(log.practice))

    def _label(self, live: _Live, label: Label) -> list[Output]:
        """Dismissals teach the detector; an answer that is changed takes its lesson back."""
        detector, before = live.pipeline.detector, live.begin.prior.dismissed
        number = detector.count if label.activation is None else label.activation
        if 1 <= number <= detector.count:
            live.answers[number] = label.answer
            given = [live.answers[n] for n in sorted(live.answers)]
            known = before - before % DISMISSALS_TO_LEARN  # these are in the first threshold
            detector.learn(dismissals(given, self._set.activation, before) - known)
        return []

    # ---- phases

    def _word(self, live: _Live, item: Input) -> list[Output]:
        word = word_of(item.body)
        if word is None:
            return []
        if isinstance(item.body, Plan | Debrief) and is_recording(live.begin):
            return self._told(live, item.body)
        why = self._why_not(live, item, word)
        if why:
            return [Refused(at_s=item.at_s, number=item.number, why=why)]
        after = next_phase(self.phase, word)
        if word == "end" and is_recording(live.begin):
            after = Phase.CLOSED  # there is no debrief to wait for
        assert after is not None  # _why_not looked
        if isinstance(item.body, Plan):
            live.plan = item.body
        live.path.moves.append(
            Moved(number=item.number, at_s=item.at_s, before=self.phase, after=after, word=word)
        )
        outputs = self._enter(live, item.at_s, word)
        if after is Phase.CLOSED:
            return outputs + self._close(live, item.at_s, getattr(item.body, "reason", "debrief"))
        outputs += self._go(item.at_s, after, word)
        return outputs + live.coach.moved(item.at_s, self._scene(live))

    def _told(self, live: _Live, body: Plan | Debrief) -> list[Output]:
        """Of what is over already a plan and a debrief are words; they move nothing."""
        if isinstance(body, Plan):
            live.plan = body
        return []

    def _why_not(self, live: _Live, item: Input, word: str) -> str:
        if next_phase(self.phase, word) is None:
            return "wrong_phase"
        if isinstance(item.body, Plan):
            return may_plan(live.begin, item.body, self._set.care)
        if word != "apart" or is_recording(live.begin):
            return ""
        if not live.begin.simulated and live.plan is None:
            return "no_plan"  # the plan is where a step's limits are kept
        return may_practise(live.begin, self._set.care)

    def _enter(self, live: _Live, at_s: float, word: str) -> list[Output]:
        """What a word does to the signal, besides moving the phase."""
        if word == "baseline":
            live.pipeline.start_baseline(at_s)
            return []
        if word == "back":
            live.pipeline.settling.back(at_s)
        return live.pipeline.settle_baseline(at_s) if word in ENDS_BASELINE else []

    def _go(self, at_s: float, phase: Phase, because: str) -> list[Output]:
        if phase is self.phase:
            return []
        self.phase = phase
        self.phase_since_s = at_s
        return [PhaseChange(at_s=at_s, phase=phase, because=because)]

    def _amend(self, live: _Live, item: Input, amend: Amend) -> list[Output]:
        """Withdraw the last mark: the session stands where it stood before it."""
        last = self.last_move
        if last is None or last.number != amend.of_number or last.word == "plan":
            return [Refused(at_s=item.at_s, number=item.number, why="wrong_phase")]
        live.path.moves.pop()
        if last.word == "back":
            live.pipeline.settling.back(live.path.said_s("back"))
        if last.word == "baseline":
            live.pipeline.withdraw_baseline()
        elif last.before is Phase.BASELINE:
            live.pipeline.resume_baseline()
        outputs = self._go(item.at_s, last.before, "amended")
        self.phase_since_s = live.path.since_s
        return outputs

    def _close(self, live: _Live, at_s: float, reason: str) -> list[Output]:
        outputs = live.pipeline.finish(at_s)
        outputs += self._go(at_s, Phase.CLOSED, reason)
        return [*outputs, Closed(at_s=at_s, reason=reason)]

    def finish(self) -> list[Output]:
        """A record that just stops (a file): judge what is left, without closing."""
        if self._live is None or self.phase is Phase.CLOSED:
            return []
        return self._live.pipeline.finish(self._now_s)
