"""Writes the wire fixtures anew: ``python -m tests.wire``. See what changed before you keep it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.wire.stories import Json, messages

FOLDER = Path(__file__).parent
# What does not flow live is held elsewhere: tests/dashboard/test_live.py, tests/review.
ELSEWHERE = ("review", "progress", "notes")


def written(message: Json) -> str:
    """One line for each part, so that a change can be read."""
    lines = [f" {json.dumps(key)}: {_part(value)}" for key, value in message.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _part(value: object) -> str:
    if isinstance(value, dict) and value:
        inner = (f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
        return "{\n" + ",\n".join(inner) + "\n }"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {json.dumps(one)}" for one in value) + "\n ]"
    return json.dumps(value)


def main() -> None:
    found = messages()
    for path in FOLDER.glob("*.json"):
        if path.stem not in found and path.stem not in ELSEWHERE:
            path.unlink()
    for name, message in found.items():
        (FOLDER / f"{name}.json").write_text(written(message), encoding="utf-8")
    sys.stdout.write(f"{len(found)} messages in {FOLDER.name}\n")


if __name__ == "__main__":
    main()
