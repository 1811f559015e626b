"""Whether lines that come in are what they say: pure, and before anything is kept.

The chain of hashes is closed for every line. What a line of a session says is held against its hash
by the session's salt; a fact's salt never comes here, so that a fact is sealed by the chain alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biocoach.clock import same_utc
from biocoach.store import chain
from biocoach.store.codec import parse
from biocoach.store.schema import FACTS, HEAD
from biocoach.syncing.items import FACT, ITEMS, item_of
from biocoach.syncing.wire import SPEAKS, Body, Hello, Position, Refused, Row
from biocoach.types import Refusal

Salts = Mapping[str, bytes]  # by session
NAME_LETTERS = 100  # of a journal
LETTERS = 500  # of names and hashes: they are in the database's indexes
SALT_BYTES = (8, 64)
_SHORT = ("person", "writer", "session", "boot_id", "wall_utc", "settings_hash")
_HASH = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a line that says something: enough to look at its body."""

    seq: int
    session: str
    body_sha256: str
    settings_hash: str


def known_of(row: Any) -> Known:
    """Of a line as it came, or as it is kept."""
    return Known(
        seq=row.seq, session=row.session, body_sha256=row.body_sha256,
        settings_hash=row.settings_hash,
    )  # fmt: skip


def unfit_hello(said: Hello) -> Refused | None:
    """None: it can be answered."""
    if said.speaks != SPEAKS:
        return Refused(why="older" if said.speaks < SPEAKS else "newer")
    if not (len(said.schema) == len(HEAD) and said.schema.isdigit()):
        return Refused(why="bad", detail="the journal's schema is none")
    if said.schema > HEAD:
        return Refused(why="newer", detail="this record is of a newer biocoach than the clinic's")
    if (
        not said.journal
        or max(map(len, (said.journal, said.before, said.agreed_utc))) > NAME_LETTERS
    ):
        return Refused(why="bad", detail="the journal has no name, or something is too long")
    if said.before == said.journal:
        return Refused(why="bad", detail="a journal does not come after itself")
    strange = [item for item in said.items if item not in ITEMS]
    if strange:
        return Refused(why="bad", detail=f"{strange[0][:40]!r} is no item")
    moments = (said.agreed_utc, *(said.since.get(item, said.agreed_utc) for item in said.items))
    if not all(map(same_utc, moments)):
        return Refused(why="bad", detail="when something was agreed to is no moment")
    return None


def salts_of(found: Mapping[str, str]) -> Salts | Refused:
    """From hex."""
    salts = {}
    for session, text in found.items():
        if set(text) - _HASH or len(text) % 2 or len(text) // 2 not in range(*SALT_BYTES):
            return Refused(why="bad", detail="a salt is no hex, or of no salt's length")
        salts[session] = bytes.fromhex(text)
    return salts


def follows(after: Position, rows: Sequence[Row]) -> Refused | None:
    """None: the rows follow that position, one by one, and the chain closes."""
    previous = after.chain
    for seq, row in enumerate(rows, start=after.seq + 1):
        if row.seq != seq:
            return Refused(why="damaged", detail=f"line {seq} is missing")
        if why := _too_long(row):
            return Refused(why="bad", detail=f"line {seq}: {why}")
        if chain.link(previous, asdict(row)) != row.chain_sha256:
            return Refused(why="damaged", detail=f"line {seq} does not follow the one before")
        previous = row.chain_sha256
    return None


def said(
    rows: Sequence[tuple[Known, Body]], salts: Salts, items: Collection[str]
) -> Refused | None:
    """None: what these lines say is what was sealed, and of what is agreed to."""
    return next(_refused(rows, salts, items), None)


def bodies_of(rows: Sequence[Row]) -> list[tuple[Known, Body]] | Refused:
    """The rows that say something."""
    found = []
    for row in rows:
        if (row.kind is None) != (row.body is None):
            return Refused(why="bad", detail=f"line {row.seq} has a kind or a body, and not both")
        if row.kind is not None and row.body is not None:
            found.append((known_of(row), Body(seq=row.seq, kind=row.kind, body=row.body)))
    return found


def fit_settings(
    rows: Sequence[tuple[Known, Body]], documents: Mapping[str, str]
) -> Refused | None:
    """None: each is one that a line names which says something."""
    named = {line.settings_hash for line, _ in rows}
    for name, document in documents.items():
        if name not in named or not isinstance(parse(document), dict):
            return Refused(why="bad", detail="a settings document is none that these lines name")
    return None


def item_of_text(session: str, kind: str, body: str) -> str | None:
    """Which item a line is of, by its kept text."""
    value = None if session else parse(body)
    return item_of(session, kind, None if isinstance(value, Refusal) else value)


def _refused(
    rows: Sequence[tuple[Known, Body]], salts: Salts, items: Collection[str]
) -> Iterator[Refused]:
    for line, body in rows:
        if len(body.kind) > LETTERS:
            yield Refused(why="bad", detail=f"line {line.seq}: its kind is too long")
        elif why := _changed(line, body, salts):
            yield Refused(why="damaged", detail=f"line {line.seq}: {why}")
        elif item_of_text(line.session, body.kind, body.body) not in items:
            yield Refused(why="bad", detail=f"line {line.seq} is of nothing that is agreed to")


def _changed(line: Known, body: Body, salts: Salts) -> str:
    found = parse(body.body)
    if isinstance(found, Refusal):
        return "what it says is no JSON"
    if line.session == FACTS:
        return "" if body.kind.startswith(FACT) else "a fact's kind is another"
    salt = salts.get(line.session)
    if salt is None:
        return "its session's salt is missing"
    if chain.body_hash(salt, line.seq, body.body) != line.body_sha256:
        return "its body was changed"
    kind = found.get("kind") if isinstance(found, dict) else None
    return "" if kind == body.kind else "its kind was changed"


def _too_long(row: Row) -> str:
    long = next((name for name in _SHORT if len(getattr(row, name)) > LETTERS), None)
    if long is None and row.seq < 2**62:
        return "" if len(row.chain_sha256) == len(row.body_sha256) == 64 else "a hash is none"
    return f"its {long} is too long"
