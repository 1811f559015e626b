"""Paths that no page of a clinic's server has a link to."""

from __future__ import annotations

import pytest

from biocoach.store import Journal
from tests.cli.clinic.house import People


@pytest.mark.parametrize(
    "path",
    [
        "sessions/%00",
        "sessions/a%00/hrv",
        "sessions/%00/then-and-now",
        "sessions/%00/notes",
        "worksheets/%00",
        "progress?from=%00",
    ],
)
def test_what_can_t_be_a_name_is_not_there(people: People, lived: Journal, path: str) -> None:
    people.sends(lived)
    assert people.tess.get(people.at(f"api/{path}")).status_code in (400, 404)
