"""A bundle's record, taken into memory: checked whole, or not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from biocoach.clock import Clock, moment_of
from biocoach.exposure.course import course_of
from biocoach.exposure.decided import decisions_of
from biocoach.exposure.ladder import Ladder, ladder_of
from biocoach.exposure.sheet import KEPT, sheet_of
from biocoach.review import sessions as review
from biocoach.settings import SHARING, Settings
from biocoach.sharing.leaving import BESIDE, CHECK_IN, SHEET, TOTAL
from biocoach.store import Journal, Reader, memory_store
from biocoach.store.bounds import Bounds
from biocoach.store.bundle import Bundle, Kind
from biocoach.store.codec import is_text, parse
from biocoach.store.seal import SealError
from biocoach.store.taking_in import TransferError, take_in
from biocoach.types import Refusal

Json = dict[str, Any]
SHEET_TEXTS = ("form", "title", "rev", "began_utc", "changed_utc", "line")
HALF_A_PAIR = "\\ud"  # how JSON writes a surrogate
NOTE_TEXTS = ("text", "written_utc", "changed_utc", "rev")
TOTAL_TEXTS = ("scale", "day", "note", "rev")
# What odd content, of the right types, can bring about in a fold that was written for our own.
FOLD_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


class ReadError(Exception):
    """A bundle can't be read; one line for people. Nothing of it is kept."""


def taken(
    bundle: Bundle,
    clock: Clock,
    settings: Settings,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Journal:
    """In memory alone, with a summary of each session. Raises ReadError."""
    if bundle.manifest.kind is not Kind.RECORD:
        raise ReadError("this is a reply, not a record: open it with `biocoach reply`")
    journal = memory_store(writer="biocoach read", clock=clock)
    try:
        found = take_in(journal, _texts_of(bundle), Bounds())
        if found.simulated is not bundle.manifest.simulated:
            raise ReadError("it says both that it is simulated and that it is not")
        _check_facts(journal)
        _summarise(journal, settings, tell)
    except (TransferError, SealError) as error:
        journal.close()
        raise ReadError(str(error)) from None
    except BaseException:
        journal.close()
        raise
    return journal


def _texts_of(bundle: Bundle) -> Iterator[str]:
    """Its lines; none that no page could show."""
    for line in bundle.lines():
        if HALF_A_PAIR in line.lower() and not is_text(parse(line)):
            raise ReadError("a text in it is none; ask for the file again")
        yield line


def _summarise(journal: Journal, settings: Settings, tell: Callable[[int, int], None]) -> None:
    rows = journal.sessions()
    for done, row in enumerate(rows, start=1):
        try:
            entries = list(journal.read(row.session))
            journal.put_summary(row.session, review.summary(row.session, entries, settings))
        except FOLD_ERRORS:
            raise ReadError("a session in it makes no sense; ask for the file again") from None
        tell(done, len(rows))


def _check_facts(reader: Reader) -> None:
    """Only what is shared by choice, and each of the form that the views read."""
    for name, fact in reader.facts("").items():
        try:
            good = isinstance(fact, dict) and _is_good(name, fact)
        except FOLD_ERRORS:
            good = False
        if not good:
            raise ReadError("something in it is not what a bundle carries; ask for the file again")


def _is_good(name: str, fact: Json) -> bool:
    if name == "ladders":
        found = [ladder_of(one) for one in fact["ladders"]]
        decided = decisions_of(fact.get("decided"))
        return all(isinstance(one, Ladder) for one in found) and not isinstance(decided, Refusal)
    if name == "arc":
        return not isinstance(course_of(fact), Refusal)
    if name.startswith(SHEET):
        sheet = sheet_of(name.removeprefix(SHEET), fact)
        return bool(
            sheet.state == KEPT and sheet.day and isinstance(sheet.answers, dict)
            and _texts(fact, SHEET_TEXTS) and moment_of(sheet.changed_utc)
        )  # fmt: skip
    if name.startswith(TOTAL):
        total = fact["total"]
        whole = isinstance(total, int | float) and not isinstance(total, bool)
        return whole and _texts(fact, TOTAL_TEXTS) and bool(moment_of(f"{fact['day']}T00:00:00Z"))
    if name == CHECK_IN:
        return _texts(fact, ("session", "date"))
    if name.startswith(BESIDE) and ":note:" in name:
        known = isinstance(fact["at_s"], int | float) and _texts(fact, NOTE_TEXTS)
        return known and bool(moment_of(fact["written_utc"]))
    return False


def _texts(fact: Json, keys: tuple[str, ...]) -> bool:
    return all(
        isinstance(fact.get(key), str) and len(fact[key]) <= SHARING.line_max_bytes for key in keys
    )
