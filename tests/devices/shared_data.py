"""Where the shared recordings are. They are not part of the project: without them, skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared(path: str) -> Path:
    """A file of the shared data; skips the test, saying so, where it is missing."""
    found = Path(os.environ.get("BIOCOACH_DATA", _BESIDE_THE_PROJECT)) / path
    if not found.exists():
        pytest.skip(f"no shared data at {found}: set BIOCOACH_DATA")
    return found
