"""A file on the disk, read."""

from __future__ import annotations

from pathlib import Path

import pytest

from biocoach.review.imported import Imported
from biocoach.review.imports import read
from biocoach.types import Refusal
from tests.review.support import (
    Look,
)


@pytest.fixture
def imported(tmp_path: Path) -> Look:
    def look(content: str | bytes) -> Imported | Refusal:
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path)

    return look
