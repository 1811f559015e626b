"""``python -m tests.machines`` writes docs/machines.md from the tables of the code."""

from __future__ import annotations

from pathlib import Path

from biocoach.exposure.machines import document

PAGE = Path(__file__).parents[1] / "docs/machines.md"

if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
