"""What a practice is: values only. ``library`` makes them from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from biocoach.fields import Problem, Source
from biocoach.types import HeartState, Phase


class Area(StrEnum):
    """The shelf that it stands on."""

    BREATHING = "breathing"
    GROUNDING = "grounding"
    DISTRESS = "distress"
    KINDNESS = "kindness"
    RELATING = "relating"
    INNER = "inner"
    LEARN = "learn"


class Voice(StrEnum):
    """Whom its words speak to."""

    ADULT = "adult"
    CHILD = "child"
    ANY = "any"


class Eyes(StrEnum):
    """OPEN: fit for somebody who is far away or numb, or for *too much*: no paced breath, no
    closed eyes, no going through the body."""

    OPEN = "open"
    ANY = "any"


class GoodFor(StrEnum):
    """What a person may look for it for."""

    BEFORE = "before"
    ACTIVATION = "activation"
    URGE = "urge"
    ANGER = "anger"
    FAR_AWAY = "far_away"
    AFTER = "after"
    SLEEP = "sleep"
    TALKING = "talking"
    EVERY_DAY = "every_day"


class Ask(StrEnum):
    """Asked before the first time; a yes keeps the practice closed. Only that is kept."""

    HEART_DISEASE = "heart_disease"
    HEART_SLOWING = "heart_slowing"
    COLD_ALLERGY = "cold_allergy"
    EATING_DISORDER = "eating_disorder"
    PREGNANCY = "pregnancy"
    LUNG_DISEASE = "lung_disease"
    SEIZURES = "seizures"
    INJURY = "injury"


class Do(StrEnum):
    """What a step asks for."""

    SAY = "say"
    WAIT = "wait"
    BREATHE = "breathe"
    TAP = "tap"
    NAME = "name"
    HOLD = "hold"
    WRITE = "write"
    CHOOSE = "choose"
    OWN = "own"
    DRAFT = "draft"


class Own(StrEnum):
    """What of one's own a step shows; it is kept in the record."""

    PHRASES = "phrases"
    KIT = "kit"
    IMAGERY = "imagery"


class Pace(StrEnum):
    """FIXED: the file's own breath. OWN: the person's own resonance rate, once it was found."""

    FIXED = "fixed"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath:
    """One breath, in s. ``sip_s``: a second, short in-breath on top of the first."""

    in_s: float
    sip_s: float = 0.0
    hold_s: float = 0.0
    out_s: float
    rest_s: float = 0.0

    @property
    def whole_s(self) -> float:
        return self.in_s + self.sip_s + self.hold_s + self.out_s + self.rest_s

    @property
    def strains(self) -> bool:
        """Held or sighed: not for somebody in panic."""
        return self.hold_s > 0 or self.rest_s > 0 or self.sip_s > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStep:
    """One thing to do. What belongs to other kinds of steps is None or empty.

    wait: ``wait_s``. breathe: ``minutes``, and ``breath`` unless the pace is one's own.
    tap: ``wait_s`` in all, ``tap_s`` a side. name: ``count`` things. hold: ``hold_s`` tense, then
    ``release_s``. write: into ``field``. choose: ``options`` into ``field``. own: ``own``.
    draft: ``compose``, its {fields} filled in with what was written and chosen.
    """

    do: Do
    say: str
    wait_s: float | None = None
    minutes: float | None = None
    breath: Breath | None = None
    pace: Pace = Pace.FIXED
    tap_s: float | None = None
    count: int | None = None
    hold_s: float | None = None
    release_s: float | None = None
    field: str = ""
    options: tuple[str, ...] = ()
    own: Own | None = None
    compose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """When the coach may offer it by itself; for a person who reaches for it all is open.

    ``rank``: its place in the turn, the smallest first; 0: never offered.
    """

    rank: int = 0
    phases: tuple[Phase, ...] = (Phase.APART,)
    states: tuple[HeartState, ...] = (HeartState.ACTIVATED,)
    good_signal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """``summary`` is the short text, ``about`` the long one; ``stop``: when to stop, in words.

    ``opt_in``: begun only by those who chose it. ``therapist``: only when the therapist has
    enabled it. ``finder``: it looks for the own resonance rate. ``eyes`` OPEN: see there.
    """

    id: str
    title: str
    summary: str
    about: str
    area: Area
    voice: Voice
    eyes: Eyes
    good_for: tuple[GoodFor, ...]
    opt_in: bool
    therapist: bool
    finder: bool
    ask_first: tuple[Ask, ...]
    fits: Fits
    steps: tuple[PracticeStep, ...]
    stop: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def breathes(self) -> bool:
        return any(step.do is Do.BREATHE for step in self.steps)

    @property
    def strains(self) -> bool:
        return any(step.breath is not None and step.breath.strains for step in self.steps)

    @property
    def own(self) -> bool:
        """It shows what is one's own: unseen in ``observe``."""
        return any(step.do is Do.OWN for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Practices by id, in the order of their files' names, and what could not be read."""

    practices: Mapping[str, Practice]
    problems: tuple[Problem, ...]
