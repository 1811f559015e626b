from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.support import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html><title>page</title>")
    return Site(static)
