"""Where real recordings lie, when they are here; tests that need one skip with this reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BIOCOACH_DATA", ROOT.parent / "shared" / "data"))
MISSING = f"no recordings at {DATA} (../shared is missing)"


def have(*parts: str) -> bool:
    return DATA.joinpath(*parts).exists()


def shared(path: str) -> Path:
    """A file of the recordings; skips the test, saying so, where it is missing."""
    if not have(path):
        pytest.skip(MISSING)
    return DATA / path
