"""The way back: what a therapist writes while reading, sealed, and what becomes of it.

Nothing is applied by itself: each item waits for the person's *accept* or *not now*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from biocoach.clock import moment_of
from biocoach.exposure.decided import OVERRULES
from biocoach.settings import LADDER, SHARING
from biocoach.sharing.people import (
    RECIPIENTS,
    Book,
    Person,
    at,
    identity_in,
    people_in,
    sent_in,
)
from biocoach.store.bundle import Bundle, Kind, unpack
from biocoach.store.codec import canonical, is_text, parse
from biocoach.store.seal import Identity, SealError
from biocoach.store.transfer import END, ended
from biocoach.types import Support

Json = dict[str, Any]
DRAFT, CAME = "reply_draft:", "reply:"  # the facts' names begin so
NOTE, PRACTISE, CHANGE = "note", "practise", "change"
EMPTY: Json = {"notes": [], "practise": "", "changes": []}
ANSWERS = ("accepted", "not_now")


WORDS = {
    "no_reply": "this is a record, not a reply: open it with `biocoach read`",
    "own_reply": "you have made this reply yourself",
    "stranger": "it is signed by somebody you have not shared with; nothing was opened",
    "not_shared": "it answers something that this record has not shared with them",
    "cut_short": "the reply ends too early or was changed; ask for it again",
    "too_much_in_it": "the reply has more in it than a reply can have",
    "unreadable": "something in the reply can't be read; ask for it again",
}


class ReplyError(Exception):
    """A reply can't be taken; one line for people, ``why`` for programs."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(words or WORDS[why])
        self.why = why


def draft_in(book: Book, bundle: str) -> Json:
    return EMPTY | (book.fact(DRAFT + bundle) or {})


def keep_draft(book: Book, bundle: str, draft: Json) -> None:
    """In the therapist's own record, in place of what was there. Raises StoreError."""
    kept = {key: draft[key] for key in EMPTY}
    book.replace_fact(DRAFT + bundle, kept | {"rev": uuid4().hex})


def lines_of_draft(draft: Json) -> Iterator[str]:
    """What a reply's bundle carries."""
    notes = [{key: note[key] for key in ("session", "at_s", "text")} for note in draft["notes"]]
    items = [{"kind": NOTE} | note for note in notes]
    if draft["practise"].strip():
        items.append({"kind": PRACTISE, "text": draft["practise"].strip()})
    items += [{"kind": CHANGE} | change for change in draft["changes"]]
    return ended(canonical({"item": item}) for item in items)


def why_not_change(change: object) -> str:
    """Why a proposed change is none, as a code; "" for a good one.

    ``ladder``, ``step``, ``reason`` and one of: ``way`` towards less, as an overrule has it;
    ``support``, ``planned_s``, ``expected_suds``; ``place``: where in the order, from 0.
    """
    if not isinstance(change, dict) or set(change) - set(_CHECKS) or len(change) != 4:
        return "unfit"
    fits = all(_CHECKS[key](value) for key, value in change.items())
    named = all(change.get(key) for key in ("ladder", "step", "reason"))
    return "" if fits and named else "unfit"


def _short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LADDER.letters_max


def _number(least: float, most: float) -> Any:
    def fits(value: object) -> bool:
        real = isinstance(value, int | float) and not isinstance(value, bool)
        return real and least <= value <= most  # type: ignore[operator]

    return fits


def _whole(most: int) -> Any:
    return lambda value: type(value) is int and 0 <= value <= most


_CHECKS: dict[str, Any] = {
    "ladder": _short,
    "step": _short,
    "reason": _short,
    "way": lambda value: value in tuple(way.value for way in OVERRULES),
    "support": lambda value: value in tuple(support.value for support in Support),
    "planned_s": _number(LADDER.shortest_s, LADDER.longest_s),
    "expected_suds": _whole(100),
    "place": _whole(LADDER.steps_max),
}


# ---- it comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A reply in the record. ``new`` False: it was there before, with its answers."""

    id: str
    new: bool
    value: Json


def open_reply(book: Book, sealed: bytes) -> Came:
    """The file's bytes, by this record's own key. Raises ReplyError, with nothing kept;
    StoreError."""
    identity = identity_in(book)
    try:
        bundle = unpack(sealed, identity)
    except SealError as error:
        raise ReplyError(error.why.value, str(error)) from None
    return take_reply(book, bundle, identity)


def take_reply(book: Book, bundle: Bundle, identity: Identity) -> Came:
    """Into the record, each item unanswered. Raises ReplyError, with nothing kept; StoreError."""
    manifest = bundle.manifest
    if manifest.kind is not Kind.REPLY:
        raise ReplyError("no_reply")
    if manifest.sender == identity.address:
        raise ReplyError("own_reply")
    person = at(people_in(book, RECIPIENTS), manifest.sender)
    if person is None:
        raise ReplyError("stranger")
    to_them = [s for s in sent_in(book) if s.id == manifest.of]
    if not to_them or to_them[-1].address != manifest.sender.line:
        raise ReplyError("not_shared")
    known = book.fact(CAME + manifest.id)
    if known is not None:
        return Came(id=manifest.id, new=False, value=known)
    value = _value(bundle, person)
    book.replace_fact(CAME + manifest.id, value)
    return Came(id=manifest.id, new=True, value=value)


def _value(bundle: Bundle, person: Person) -> Json:
    try:
        items = list(_items(bundle))
    except SealError as error:
        raise ReplyError(error.why.value, str(error)) from None
    numbered = [item | {"id": str(n), "answer": ""} for n, item in enumerate(items)]
    return {
        "by": person.name,
        "made_utc": bundle.manifest.made_utc,
        "of": bundle.manifest.of,
        "items": numbered,
        "rev": uuid4().hex,
    }


def _items(bundle: Bundle) -> Iterator[Json]:
    lines = list(bundle.lines())
    if not lines or list(ended(lines[:-1]))[-1] != lines[-1] or END not in lines[-1]:
        raise ReplyError("cut_short")
    if len(lines) > SHARING.items_max:
        raise ReplyError("too_much_in_it")
    for line in lines[:-1]:
        found = parse(line)
        item = found.get("item") if isinstance(found, dict) else None
        if not isinstance(item, dict) or not is_text(item) or not _is_item(item):
            raise ReplyError("unreadable")
        yield item


def _is_item(item: Json) -> bool:
    rest = {key: value for key, value in item.items() if key != "kind"}
    if item.get("kind") == NOTE:
        return (
            set(rest) == {"session", "at_s", "text"}
            and _short(rest["session"])
            and (_number(0, 1e7)(rest["at_s"]) and _note(rest["text"]))
        )
    if item.get("kind") == PRACTISE:
        return set(rest) == {"text"} and _note(rest["text"])
    return item.get("kind") == CHANGE and not why_not_change(rest)


def _note(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= SHARING.note_letters_max


def came_in(facts: dict[str, Json]) -> list[Json]:
    """Replies for people, the latest first. ``facts``: those whose names begin with ``CAME``."""
    rows = [{"id": name.removeprefix(CAME)} | value for name, value in facts.items()]
    return sorted(rows, key=lambda row: moment_of(row["made_utc"]), reverse=True)


def answered(value: Json, item: str, answer: str) -> Json | None:
    """The reply with one item answered; None where there is none to answer."""
    found = [one for one in value["items"] if one["id"] == item and one["answer"] != "accepted"]
    if not found or answer not in ANSWERS:
        return None
    items = [one | {"answer": answer} if one["id"] == item else one for one in value["items"]]
    return value | {"items": items, "rev": uuid4().hex}
