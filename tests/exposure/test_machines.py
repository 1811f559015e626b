"""Every table has a way through and out, and the page shows what the code runs by."""

from __future__ import annotations

import pytest

from biocoach.exposure.machines import MACHINES, Machine, document, picture
from biocoach.exposure.states import FADE
from biocoach.types import Support
from tests.machines import PAGE

every = pytest.mark.parametrize("machine", MACHINES, ids=[m.title for m in MACHINES])


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run python -m tests.machines"


@every
def test_every_state_is_reached_and_leads_to_an_end(machine: Machine) -> None:
    assert machine.reached_from(machine.start) == set(machine.states)
    for state in machine.states:
        assert machine.reached_from(state) & {str(end) for end in machine.ends}, state


@every
def test_only_an_end_has_no_way_out(machine: Machine) -> None:
    with_way_out = {str(before) for (before, _), after in machine.table.items() if before != after}
    assert set(machine.states) - with_way_out <= {str(end) for end in machine.ends}


@every
def test_the_picture_has_every_arrow_and_no_other(machine: Machine) -> None:
    drawn = {tuple(line.split(": ")[0].split(" --> ")) for line in picture(machine).splitlines()
             if ": " in line}  # fmt: skip
    pairs = {(f"    {before}", str(after)) for (before, _), after in machine.table.items()}
    assert drawn == pairs


def test_more_help_takes_back_what_fading_took() -> None:
    for support in Support:
        less = FADE.get((support, "fade"))
        if less is not None:
            assert FADE[less, "more"] is support


def test_a_dead_end_would_be_found() -> None:
    broken = Machine(title="x", about="", table={("a", "go"): "b"}, start="a", ends=("c",))
    assert not broken.reached_from("b") & {"c"}
