"""What a person lets their clinic read, item by item, and which item a line of the journal is of.

A line that is of no item never leaves this computer, whatever was agreed: the clinic is told
that there is a line, and when it was written, since the chain of hashes closes over it.
"""

from __future__ import annotations

from typing import Any

STUDY = "study"  # no line is of it: whether sessions may be counted in a study, without words
ITEMS = (
    "sessions", "check_ins", "ladder", "measures", "moments", "worksheets", "notes", "study",
)  # fmt: skip
FACT = "fact:"
KEPT = "kept"  # a sheet that is still being written is of no item
MOMENTS = ("moment", "behaviour")  # what such a sheet makes
_FACTS = {"check_in": "check_ins", "ladders": "ladder", "arc": "ladder"}


def item_of(session: str, kind: str, value: Any) -> str | None:
    """The item of a line; None: it never leaves. ``session`` "": a fact, with its ``value``."""
    if session:
        return "sessions"
    name = kind.removeprefix(FACT)
    if name in _FACTS:
        return _FACTS[name]
    if name.startswith("total:"):
        return "measures"
    if name.startswith("beside:") and ":note:" in name:
        return "notes"
    if name.startswith("sheet:") and isinstance(value, dict) and value.get("state") == KEPT:
        return "moments" if value.get("makes") in MOMENTS else "worksheets"
    return None
