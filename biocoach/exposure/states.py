"""How far a step is, how much it is helped, and what became of a proposal: tables, no more."""

from __future__ import annotations

from enum import StrEnum

from biocoach.types import Support


class StepState(StrEnum):
    NEW = "new"
    PRACTISING = "practising"
    DONE = "done"
    MASTERED = "mastered"
    PUT_AWAY = "put_away"


# A step's sessions are told in their order; each says one of the words. What is missing changes
# nothing. Brought back, a step's sessions are told again.
STEP: dict[tuple[StepState, str], StepState] = {
    (StepState.NEW, "practised"): StepState.PRACTISING,
    (StepState.NEW, "put_away"): StepState.PUT_AWAY,
    (StepState.PRACTISING, "reached"): StepState.DONE,
    (StepState.PRACTISING, "put_away"): StepState.PUT_AWAY,
    (StepState.PRACTISING, "made_harder"): StepState.NEW,
    (StepState.DONE, "bare_repeat"): StepState.MASTERED,
    (StepState.DONE, "put_away"): StepState.PUT_AWAY,
    (StepState.DONE, "made_harder"): StepState.NEW,
    (StepState.DONE, "made_longer"): StepState.PRACTISING,
    (StepState.MASTERED, "put_away"): StepState.PUT_AWAY,
    (StepState.MASTERED, "made_harder"): StepState.NEW,
    (StepState.MASTERED, "made_longer"): StepState.PRACTISING,
    (StepState.PUT_AWAY, "brought_back"): StepState.NEW,
}

# From an offer at each activation to a still screen, and back again.
FADE: dict[tuple[Support, str], Support] = {
    (Support.REGULATE, "fade"): Support.DELAY,
    (Support.DELAY, "fade"): Support.ASK,
    (Support.DELAY, "more"): Support.REGULATE,
    (Support.ASK, "fade"): Support.OBSERVE,
    (Support.ASK, "more"): Support.DELAY,
    (Support.OBSERVE, "more"): Support.ASK,
}


class Standing(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OVERRULED = "overruled"
    REPLACED = "replaced"


# A no stands until there is new data; then another proposal may take its place. A therapist's
# word holds a proposal back until it is lifted or has lapsed.
PROPOSAL: dict[tuple[Standing, str], Standing] = {
    (Standing.OPEN, "yes"): Standing.ACCEPTED,
    (Standing.OPEN, "no"): Standing.DECLINED,
    (Standing.OPEN, "overrule"): Standing.OVERRULED,
    (Standing.OPEN, "new_data"): Standing.REPLACED,
    (Standing.ACCEPTED, "new_data"): Standing.REPLACED,
    (Standing.DECLINED, "new_data"): Standing.REPLACED,
    (Standing.OVERRULED, "lifted"): Standing.OPEN,
    (Standing.OVERRULED, "lapsed"): Standing.OPEN,
    (Standing.OVERRULED, "new_data"): Standing.REPLACED,
}


def step_after(state: StepState, word: str) -> StepState:
    return STEP.get((state, word), state)


def less_help(support: Support) -> Support | None:
    return FADE.get((support, "fade"))


def more_help(support: Support) -> Support | None:
    return FADE.get((support, "more"))


def proposal_after(standing: Standing, word: str) -> Standing:
    return PROPOSAL.get((standing, word), standing)
