"""The record as lines of JSON, and back: the JSON export, and what a shared bundle carries.

One object a line: a header, settings documents, then entries and facts in the journal's order, and
an end line with the count and the hash of all before it, so that a cut or changed file is known.
Erased entries are not there, nor seq, salts and chain: an empty record that takes the lines in
makes its own, and gives the same lines again. Summaries are not there: they can be rebuilt.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from biocoach.store import attachments as kept
from biocoach.store.codec import canonical
from biocoach.store.plans import Json
from biocoach.store.reader import Reader, fact_kind, kept_json
from biocoach.store.schema import BESIDE, FACTS

FORMAT = 1
HEADER, SETTINGS, ENTRY, FACT, END = "biocoach_record", "settings", "entry", "fact", "end"
# Keys of this record, of its doors and of its clinic: whoever had them could sign or read as this
# person, or write into their copy.
NEVER = ("secret:", "phone", "clinic")
FACT_COLUMNS = ("person", "writer", "boot_id", "at_s", "wall_utc")
ENTRY_COLUMNS = ("session", "number", "settings_hash", *FACT_COLUMNS)


def _any(_name: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What leaves. ``sessions`` None: all. ``fact``: by its name; those beside a session go with
    it. ``wordings``: earlier wordings of a fact too, not only the latest."""

    sessions: frozenset[str] | None = None
    fact: Callable[[str], bool] = _any
    wordings: bool = True

    def has_fact(self, name: str) -> bool:
        if name.startswith(NEVER) or not self.fact(name):
            return False
        return not name.startswith(BESIDE) or self.sessions is None or self._beside(name)

    def _beside(self, name: str) -> bool:
        """Its session is one of those chosen; a session's name may hold colons too."""
        parts = name.removeprefix(BESIDE).split(":")
        known = self.sessions or frozenset[str]()
        return any(":".join(parts[:n]) in known for n in range(1, len(parts)))


EVERYTHING = Chosen()


def lines_of(
    reader: Reader, chosen: Chosen = EVERYTHING, *, simulated: bool = False
) -> Iterator[str]:
    """The chosen part of the record, without line ends. Raises StoreError."""
    return ended(_texts(contents_of(reader, chosen, simulated=simulated)))


def contents_of(
    reader: Reader, chosen: Chosen = EVERYTHING, *, simulated: bool = False
) -> Iterator[Json]:
    """All that ``lines_of`` writes but the end line, as JSON values: for whoever changes them."""
    yield {HEADER: FORMAT, "simulated": simulated}
    for name in reader.whole.settings_of(chosen.sessions):
        document = reader.settings(name)
        if document is not None:
            yield {SETTINGS: name, "document": document}
    latest = None if chosen.wordings else reader.whole.latest_facts()
    for row in reader.whole.lines(chosen.sessions):
        if row.session != FACTS:
            yield _entry(row)
        elif latest is None or row.seq in latest or _is_attachment(row):
            yield from _fact(reader, row, chosen)


def ended(lines: Iterable[str]) -> Iterator[str]:
    """The lines, and the end line that they need."""
    digest, count = sha256(), 0
    for line in lines:
        digest.update(line.encode() + b"\n")
        count += 1
        yield line
    yield canonical({END: count, "sha256": digest.hexdigest()})


def _texts(values: Iterable[Json]) -> Iterator[str]:
    return (canonical(value) for value in values)


def _entry(row: Row[Any]) -> Json:
    found = {name: getattr(row, name) for name in ENTRY_COLUMNS}
    return {ENTRY: found | {"body": kept_json(row.body)}}


def _fact(reader: Reader, row: Row[Any], chosen: Chosen) -> Iterator[Json]:
    name = row.kind.removeprefix(fact_kind(""))
    if not chosen.has_fact(name):
        return
    found: Json = {FACT: name, "value": kept_json(row.body)}
    found |= {column: getattr(row, column) for column in FACT_COLUMNS}
    if not _is_attachment(row):
        yield found
    elif found["value"].get("did") == kept.ADDED:
        content = reader.attachment(found["value"]["id"])
        if content is not None:
            yield found | {"content": b64encode(content[1]).decode("ascii")}


def _is_attachment(row: Row[Any]) -> bool:
    return bool(row.kind == fact_kind(kept.FACT))
