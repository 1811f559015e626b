"""Walks the chain of hashes: is every line as it was written?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from biocoach.store import chain
from biocoach.store.codec import from_text, parse
from biocoach.store.schema import FACTS
from biocoach.types import Refusal

Salts = Mapping[tuple[str, str], bytes]  # by person and session
MOST_PROBLEMS = 100  # a report is for reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``entries`` were looked at, ``erased`` of them tombstones; no problems: all is well."""

    entries: int
    erased: int
    problems: tuple[str, ...]


def verify(rows: Iterable[Row[Any]], salts: Salts) -> Report:
    """``rows`` are all entries by seq. Says numbers only: a report may be shown to others."""
    previous, expected, erased = chain.START, 1, 0
    problems: list[str] = []
    for row in rows:
        if row.seq != expected:
            problems.append(f"entry {expected}: missing")
        if chain.link(previous, row._asdict()) != row.chain_sha256:
            problems.append(f"entry {row.seq}: was changed, or does not follow the one before")
        if row.body is None:
            erased += 1
        else:
            problems.extend(f"entry {row.seq}: {what}" for what in _body_problems(row, salts))
        # Go on from what is written, so that one broken link is told once.
        previous, expected = row.chain_sha256, row.seq + 1
    return Report(entries=expected - 1, erased=erased, problems=tuple(problems[:MOST_PROBLEMS]))


def _body_problems(row: Row[Any], salts: Salts) -> list[str]:
    salt = salts.get((row.person, row.session))
    if salt is None:
        return ["its session's salt is missing"]
    if chain.body_hash(salt, row.seq, row.body) != row.body_sha256:
        return ["its body was changed"]
    return _kind_problems(row)


def _kind_problems(row: Row[Any]) -> list[str]:
    if row.session == FACTS:
        return []  # a fact's kind is its name, and its value any JSON
    body = from_text(row.body)
    if isinstance(body, Refusal):
        return ["this version cannot read it"]
    found = parse(row.body)
    return [] if isinstance(found, dict) and found["kind"] == row.kind else ["its kind was changed"]
