"""What is not in the list is refused, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.route_list import RouteList
from tests.strategies import PROVEN

LIST = RouteList({"GET": ("/api/a", "/api/b/{name}", "/api/b/{name}.ics"), "POST": ("/api/a",)})


@pytest.mark.parametrize(
    ("method", "path", "fits"),
    [
        ("GET", "/api/a", True),
        ("GET", "/api/a/", False),
        ("GET", "/api/a\n", False),
        ("GET", "/api/b/x", True),
        ("GET", "/api/b/x/y", False),
        ("GET", "/api/b/", False),
        ("GET", "/api/bXx", False),
        ("POST", "/api/a", True),
        ("POST", "/api/b/x", False),
        ("DELETE", "/api/a", False),
        ("GET", "/assets/en.js", True),
        ("HEAD", "/", True),
        ("POST", "/assets/en.js", False),
        ("GET", "/api", False),
        ("GET", "/api/", False),
    ],
)
def test_by_its_method_and_whole(method: str, path: str, *, fits: bool) -> None:
    assert LIST.allows(method, path) is fits


@given(st.text())
@PROVEN
def test_nothing_of_the_api_that_is_not_listed(rest: str) -> None:
    path = f"/api/c{rest}"
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        assert not LIST.allows(method, path)
