"""What the areas name is there: a test that was renamed would count again, or no longer."""

from __future__ import annotations

import pytest

from tests.mutants.__main__ import TREE
from tests.mutants.areas import AREAS
from tests.mutants.results import Mutant, table


@pytest.mark.parametrize("name", AREAS)
def test_an_area_names_what_is_there(name: str) -> None:
    area = AREAS[name]
    assert all(list(TREE.glob(pattern)) for pattern in area.files)
    assert all((TREE / path).exists() for path in area.tests)
    for slow in area.slow:
        path, _, test = slow.partition("::")
        assert f"def {test}" in (TREE / path).read_text() if test else (TREE / path).exists()


def test_a_timeout_counts_as_noticed_and_code_without_a_test_does_not() -> None:
    fates = ["killed", "timeouts", "survived", "no tests"]
    last = table([Mutant(file="a.py", name=fate, fate=fate) for fate in fates])[-1]
    assert last.split() == ["all", "4", "1", "1", "1", "1", "50.0%"]
