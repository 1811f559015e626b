"""Every state machine that is a table, and its picture (Mermaid) for docs/machines.md.

``python -m tests.machines`` writes the page. Another table is added to ``MACHINES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from biocoach.exposure import separations, sheet
from biocoach.exposure.phases import TABLE
from biocoach.exposure.states import FADE, PROPOSAL, STEP, Standing, StepState
from biocoach.types import Phase, Support

Table = Mapping[Any, str]  # (state, word) -> state


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """``table``: (state, word) -> state after it. ``ends``: where it may rest for good."""

    title: str
    about: str
    table: Table
    start: str
    ends: tuple[str, ...]

    @property
    def states(self) -> tuple[str, ...]:
        told = [
            self.start,
            *(s for (before, _), after in self.table.items() for s in (before, after)),
        ]
        return tuple(dict.fromkeys(str(state) for state in told))

    def reached_from(self, state: str) -> frozenset[str]:
        """Every state to which some way leads from this one, itself included."""
        found, new = {str(state)}, {str(state)}
        while new:
            new = {str(a) for (b, _), a in self.table.items() if str(b) in new} - found
            found |= new
        return frozenset(found)


MACHINES: tuple[Machine, ...] = (
    Machine(
        title="A session's phases",
        about="What is missing is refused. Ending needs no return, and nothing refuses an ending.",
        table=TABLE,
        start=Phase.PLAN,
        ends=(Phase.CLOSED,),
    ),
    Machine(
        title="A step of a ladder",
        about="Told from its sessions, one after another. What was reached stays so, until the"
        " person makes the step harder; put away, it keeps its history.",
        table=STEP,
        start=StepState.NEW,
        ends=(StepState.MASTERED, StepState.PUT_AWAY),
    ),
    Machine(
        title="The support of a step",
        about="It fades as a step is mastered, one at a time, each by the person's yes; and it can"
        " always be more again.",
        table=FADE,
        start=Support.REGULATE,
        ends=(Support.OBSERVE,),
    ),
    Machine(
        title="A proposal",
        about="The person's no stands until there is new data. A therapist's word can only hold it"
        " back.",
        table=PROPOSAL,
        start=Standing.OPEN,
        ends=(Standing.ACCEPTED, Standing.DECLINED, Standing.REPLACED),
    ),
    Machine(
        title="A worksheet",
        about="Every letter is kept; an unfinished change makes a draft of it again, and it can be"
        " erased for good at any time.",
        table=sheet.TABLE,
        start=sheet.DRAFT,
        ends=(sheet.KEPT, sheet.ERASED),
    ),
    Machine(
        title="A separation or a break in therapy",
        about="Its dates move it by themselves, and the person's word does the rest. Nothing knows"
        " whether the other person came or went.",
        table=separations.TABLE,
        start=separations.State.ANNOUNCED,
        ends=(separations.State.OVER, separations.State.CALLED_OFF),
    ),
)  # fmt: skip


def picture(machine: Machine) -> str:
    """As a Mermaid diagram; words that lead the same way share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (before, word), after in machine.table.items():
        arrows.setdefault((str(before), str(after)), []).append(word.replace("_", " "))
    lines = [f"    {b} --> {a}: {', '.join(words)}" for (b, a), words in arrows.items()]
    ends = [f"    {end} --> [*]" for end in machine.ends]
    return "\n".join(
        ["```mermaid", "stateDiagram-v2", f"    [*] --> {machine.start}", *lines, *ends, "```"]
    )


def document(machines: Iterable[Machine] = MACHINES) -> str:
    """The page."""
    parts = [f"## {m.title}\n\n{m.about}\n\n{picture(m)}\n" for m in machines]
    head = (
        "# State machines\n\nMade from the tables that the code runs by:"
        " `python -m tests.machines`. A test holds them equal.\n"
    )
    return "\n".join([head, *parts])
