"""The work of ``biocoach share``: who it is for, the preview, the question, the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from biocoach.cli.doorway import CLOCK
from biocoach.cli.say import err, fail, out, out_json, progress
from biocoach.cli.share import said_of
from biocoach.review.summing_up import sum_up_missing
from biocoach.settings import Settings
from biocoach.sharing.giving import Given, add_person, give, new_person, note_given, why_not_new
from biocoach.sharing.leaving import WARNING, Wish, may_leave, preview_lines, sealed_sizes
from biocoach.sharing.people import (
    RECIPIENTS,
    Person,
    at,
    identity_in,
    keep_people,
    named,
    people_in,
    sent_in,
)
from biocoach.store import Journal
from biocoach.store.folder import write_private_bytes
from biocoach.store.redact import names_in
from biocoach.store.seal import address_of

WHY = {
    "no_name": "give a new address a name: --name",
    "full": "the list of people is full: take somebody off it with --forget",
    "own": "that is your own address; give --also-for-me to open it yourself, too",
    "name_taken": "that name belongs to another address: give another --name, or --forget it first",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the command line asked for."""

    to: str
    name: str
    sender: str
    wish: Wish
    target: Path
    copy: bool
    words: bool
    yes: bool
    simulated: bool


def shared(journal: Journal, errand: Errand, ask_passphrase: Callable[[], None]) -> None:
    sum_up_missing(journal, Settings(), lambda done, of: progress("sessions", done, of))
    _must_be_there(journal, errand.wish)
    person, is_new = _person(journal, errand, ask_passphrase)
    given = give(
        journal.reader(), person, errand.wish, identity_in(journal), CLOCK.wall(),
        sender=errand.sender, copy=errand.copy, simulated=errand.simulated,
    )  # fmt: skip
    if not given.leaving.items:
        fail("nothing of that is in the record, so there is nothing to share")
    _show(journal, errand, given)
    if not errand.yes and not typer.confirm("Make this file?", err=True):
        out("Nothing was made.")
        return
    if is_new:  # only now: who says no has let nobody in
        add_person(journal, person.name, person.address, CLOCK.wall())
    write_private_bytes(errand.target, given.packed)
    note_given(journal, given, CLOCK.wall())
    out(f"{errand.target}: only {person.name} can open it ({sealed_sizes(given.packed)})")


def _must_be_there(journal: Journal, wish: Wish) -> None:
    """What was named one by one."""
    there = {item.id for item in may_leave(journal)}
    for name in sorted((wish.sessions or frozenset()) | wish.sheets):
        if name not in there:
            fail(f"{name}: there is no such session that is over, nor such a worksheet")


def _person(
    journal: Journal, errand: Errand, ask_passphrase: Callable[[], None]
) -> tuple[Person, bool]:
    """Whom it is for, and whether that is somebody new; for them the passphrase was given."""
    people, address = people_in(journal, RECIPIENTS), address_of(errand.to)
    known = named(people, errand.to) if address is None else at(people, address)
    if known is not None:
        return known, False
    if address is None:
        fail(f"{errand.to!r} is neither somebody known nor a whole address: look for a typing slip")
    refused = why_not_new(journal, errand.name, address)
    if refused:
        fail(WHY[refused])
    ask_passphrase()
    new = new_person(errand.name, address, CLOCK.wall())
    err(f"New: {said_of(new)}. Compare the fingerprint aloud with theirs.")
    return new, True


def _show(journal: Journal, errand: Errand, given: Given) -> None:
    person, leaving, size = given.to, given.leaving, sealed_sizes(given.packed)
    err(f"For {person.name}, {person.address.fingerprint}, would leave ({size}):")
    for line in preview_lines(leaving, words=errand.words):
        err(line)
    names, counts = leaving.redactor.names, leaving.redactor.counts
    told = ", ".join(f"“{name}” ({n})" for name, n in counts.items())
    err(f"Names taken out: {told}." if names else "No names taken out.")
    ladders = (journal.fact("ladders") or {}).get("ladders", [])
    more = [word for word in names_in(ladders) if word not in names]
    if more and not names:
        err(f"Your ladder names: {', '.join(more)}. Take out with --redact what should stay here.")
    err(WARNING)


def listed(journal: Journal, *, as_json: bool) -> None:
    people, sent = people_in(journal, RECIPIENTS), sent_in(journal)
    if as_json:
        made = [
            {"id": s.id, "made_utc": s.made_utc, "to": s.name, "chosen": s.chosen} for s in sent
        ]
        out_json({"known": [person.told() for person in people], "sent": made})
        return
    for person in people:
        out(said_of(person))
    for one in sent:
        what = ", ".join(f"{count} {kind}" for kind, count in one.chosen.items())
        out(f"{one.made_utc[:10]}  to {one.name}  {one.period[0]} to {one.period[1]}: {what}")
    if not people:
        out("Nobody yet.")


def forgotten(journal: Journal, name: str) -> None:
    people = people_in(journal, RECIPIENTS)
    known = named(people, name)
    if known is None:
        fail(f"nobody here is called {name!r}")
    keep_people(journal, RECIPIENTS, tuple(one for one in people if one is not known))
    out(f"{known.name} is off the list. What they were given stays with them.")
