"""The coach's side of a session: what is offered, what is asked, and when it keeps still.

It asks and does not conclude. Under ``observe`` it says nothing of its own accord.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.coach.choice import ORIENTING
from biocoach.coach.policy import (
    AWAY,
    Policy,
    Situation,
    Standing,
    doubt,
    may_begin,
    may_go_on,
    rated_high,
)
from biocoach.settings import CareSettings
from biocoach.types import (
    Activation,
    ActivationOver,
    AgeBand,
    Output,
    Phase,
    Plan,
    PracticeEnded,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Prior,
    Question,
    Rating,
    Refused,
    Repertoire,
    Reply,
    Second,
    Support,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the session stands at one second."""

    phase: Phase
    plan: Plan | None
    age: AgeBand


class Coach:
    def __init__(self, care: CareSettings, prior: Prior, seed: int = 0) -> None:
        self._care = care
        self._policy = Policy(care, prior, seed)
        self._activation: Activation | None = None
        self._presence = prior.presence
        self._away_count = 0
        self._suds: int | None = None  # while apart
        self._felt = 0  # at any time
        self._rated_s = 0.0
        self._too_much_s = -math.inf
        self._heard_s = 0.0
        self._asked_still_there = False
        self.practice: PracticeLog | None = None
        self._runs: PracticeFacts | None = None  # as it was when it began

    @property
    def paced(self) -> bool:
        return self.practice is not None and self.practice.paced

    def told(self, repertoire: Repertoire) -> None:
        """Which practices there are from now on."""
        self._policy.chooser.told(repertoire)

    def finds_pace(self, practice: str) -> bool:
        facts = self._policy.chooser.facts(practice)
        return facts is not None and facts.finder

    # ---- what the person says

    def heard(self, at_s: float) -> None:
        """Beats or a word of the person came: somebody is there."""
        self._heard_s = at_s
        self._asked_still_there = False

    def rating(self, at_s: float, rating: Rating, scene: Scene) -> list[Output]:
        """Far away or numb: eyes-open orienting in any policy; the second time, end gently."""
        if rating.suds is not None:
            self._felt = rating.suds
            self._suds = rating.suds if scene.phase is Phase.APART else None
            self._rated_s = at_s
        if rating.presence is None:
            return []
        self._presence = rating.presence
        if rating.presence not in AWAY:
            return []
        self._away_count += 1
        done = self._end_not_eyes_open(at_s, rating.presence.value)
        done.append(self._policy.orient(at_s, rating.presence.value))
        if self._away_count >= self._care.presence_twice and scene.phase is Phase.APART:
            done.append(Question(at_s=at_s, kind="end_gently"))
        return done

    def too_much(self, at_s: float) -> list[Output]:
        """One key in every policy: orient first, then stay, shorten or end."""
        self._too_much_s = at_s
        orienting = self._policy.orient(at_s, "too_much")
        asked = Question(at_s=at_s, kind="too_much")
        return [*self._end_not_eyes_open(at_s, "too_much"), orienting, asked]

    def reply(self, at_s: float, reply: Reply) -> None:
        self._policy.reply(at_s, reply)

    def log(self, at_s: float, number: int, entry: PracticeLog, scene: Scene) -> list[Output]:
        """A practice begins only where it may; one that the coach has ended does not go on."""
        runs = self.practice is not None and self.practice.practice == entry.practice
        facts = self._runs
        if entry.moment is PracticeMoment.STARTED:
            facts = self._policy.chooser.facts(entry.practice)
            standing = self.standing(scene, at_s)
            why = "unknown_practice" if facts is None else may_begin(facts, standing)
        elif entry.moment is PracticeMoment.MOVED:
            why = "" if runs else "not_running"
        else:  # the late end of another one does not end what runs
            self.practice = None if runs else self.practice
            return []
        if why:
            return [Refused(at_s=at_s, number=number, why=why)]
        self.practice, self._runs = entry, facts
        self._policy.practised()
        return []

    def moved(self, at_s: float, scene: Scene) -> list[Output]:
        """Another phase: what may not go on in it ends now, not with the next second."""
        return self._end_unfit(at_s, scene)

    def standing(self, scene: Scene, at_s: float) -> Standing:
        """What may begin now goes by this, and the page is told of it."""
        lately_s = at_s - self._care.delay_suds_fresh_s
        high = self._rated_s >= lately_s and self._felt >= self._care.delay_suds
        said = high or self._too_much_s >= lately_s
        return Standing(
            phase=scene.phase,
            plan=scene.plan,
            presence=self._presence,
            panic=said or self._activation is not None,
        )

    def _end_unfit(self, at_s: float, scene: Scene) -> list[Output]:
        """End the one under way where it may not go on: by what it was when it began, whatever
        became of its file since; a contraindication that was said since counts all the same."""
        if self.practice is None or self._runs is None:
            return []
        now = self._policy.chooser.facts(self.practice.practice)
        if now is not None and now.closed == "not_for_me":
            return self._end(at_s, "closed")
        why = may_go_on(self._runs, self.standing(scene, at_s))
        return self._end(at_s, why) if why else []

    def _end_not_eyes_open(self, at_s: float, because: str) -> list[Output]:
        """What is fit for somebody who is far away, or for *too much*, goes on."""
        fit = self._runs is None or self._runs.eyes_open or self._runs.id == ORIENTING
        return [] if self.practice is None or fit else self._end(at_s, because)

    def _end(self, at_s: float, because: str) -> list[Output]:
        assert self.practice is not None  # the callers looked
        ended, self.practice = self.practice.practice, None
        return [PracticeEnded(at_s=at_s, practice=ended, because=because)]

    # ---- what the signal says

    def second(self, outputs: Sequence[Output], scene: Scene) -> list[Output]:
        """What the coach has to say to one second's outputs of the signal."""
        second = next(o for o in outputs if isinstance(o, Second))
        done: list[Output] = []
        for output in outputs:
            if isinstance(output, Activation):
                self._activation = output
            elif isinstance(output, ActivationOver):
                self._activation = None
                gone = self._policy.over(float(second.at_s))
                done += [gone] if gone is not None else []
                if self._may_ask(second, scene):
                    done.append(Question(at_s=second.at_s, kind="settled"))
        done += self._end_unfit(second.at_s, scene)
        done += self._decided(second, scene)
        return done + self._still_there(second.at_s, scene)

    def _decided(self, second: Second, scene: Scene) -> list[Output]:
        """The policy's word, where there is an occasion for one; most seconds have none."""
        due = self._activation is not None or self._policy.waits
        if not due and self._suds is None:
            return []
        now = self._situation(second, scene)
        if not due and not rated_high(now, self._care):
            return []
        said = self._policy.decide(float(second.at_s), now)
        return [said] if said is not None else []

    def link_lost(self, at_s: float) -> list[Output]:
        """Coaching is off at once: a silent strap was silent for five seconds by now."""
        gone = self._policy.lost(at_s)
        return [gone] if gone is not None else []

    def _still_there(self, at_s: float, scene: Scene) -> list[Output]:
        silent_s = at_s - self._heard_s
        due = silent_s >= self._care.ask_still_there_s and not self._asked_still_there
        if not due or _support(scene) is Support.OBSERVE:
            return []
        self._asked_still_there = True
        return [Question(at_s=at_s, kind="still_there")]

    def gone(self, at_s: float) -> bool:
        """Nobody was heard for so long that the session's end is unknown."""
        return at_s - self._heard_s >= self._care.close_unknown_s

    def _situation(self, second: Second, scene: Scene) -> Situation:
        found = self._activation
        return Situation(
            second=second,
            phase=scene.phase,
            plan=scene.plan,
            age=scene.age,
            activation=found.number if found else None,
            onset_s=found.onset_s if found else 0.0,
            alarm_s=found.alarm_s if found else 0.0,
            presence=self._presence,
            suds=self._suds,
            rated_s=self._rated_s,
            practising=self.practice is not None,
        )

    def _may_ask(self, second: Second, scene: Scene) -> bool:
        """A question is a prompt too: none from data that can't be believed."""
        believed = not doubt(second, scene.plan)
        speaks = _support(scene) in (Support.REGULATE, Support.DELAY)
        return believed and speaks and scene.phase is Phase.APART


def _support(scene: Scene) -> Support | None:
    return scene.plan.step.support if scene.plan else None
