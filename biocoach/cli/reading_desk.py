"""What a therapist has open: clients, each with their newest bundle, in memory alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from biocoach.cli.sheet_facts import SHEET
from biocoach.clock import Clock
from biocoach.exposure.measures import Total
from biocoach.exposure.sheet import sheet_of
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.settings import SHARING, Settings
from biocoach.sharing.caseload import Record, since
from biocoach.sharing.leaving import CHECK_IN, TOTAL
from biocoach.sharing.people import CLIENTS, Person, at, identity_in, keep_people, named, people_in
from biocoach.sharing.taking import FOLD_ERRORS, ReadError, taken
from biocoach.store import Journal, Reader
from biocoach.store.bundle import Bundle, Manifest, unpack
from biocoach.store.seal import SealError

Json = dict[str, Any]
OTHER_KEY = (
    "STOP: this says that it is from {name}, but another key has signed it than before. Ask them, "
    "by voice, for the fingerprint of their new address. Theirs was {old}; this one is {new}. Only "
    "if it is theirs: open it again with --new-key"
)


@dataclass(frozen=True, slots=True)
class Client:
    """``name``: what the therapist calls them. ``journal`` is of the newest bundle."""

    name: str
    manifest: Manifest
    journal: Journal
    before: Record | None
    file: Path

    @property
    def id(self) -> str:
        return self.manifest.id

    def told(self, today: date) -> Json:
        found = since(_record(self.journal, self.manifest), self.before, scales_here(), today)
        return {
            "id": self.id,
            "name": self.name,
            "fingerprint": self.manifest.sender.fingerprint,
            "made_utc": self.manifest.made_utc,
            "period": list(self.manifest.period),
            "redacted": self.manifest.redacted,
            "simulated": self.manifest.simulated,
            "file": self.file.name,
            "had_before": self.before is not None,
            "new": found.sessions,
            "practised": found.practised,
            "reasons": [asdict(reason) for reason in found.reasons],
        }


def opened(
    files: Sequence[Path],
    own: Journal,
    clock: Clock,
    settings: Settings,
    *,
    new_key: bool,
    called: str = "",
    tell: Callable[[str, int, int], None],
    skip: Callable[[str], None] = lambda why: None,
) -> list[Client]:
    """Clients by name. One file of several that can't be read leaves the others: ``skip`` is told
    why. Raises ReadError, with the file's name, where none can, and always for another key under a
    known name; StoreError of the own record."""
    bundles = _unpacked(files, own, skip)
    own_people = people_in(own, CLIENTS)
    for file, bundle in bundles:
        try:
            own_people = _known(own_people, bundle, clock, new_key=new_key, called=called)
        except ReadError as error:
            raise ReadError(f"{file.name}: {error}") from None
    by_sender: dict[str, list[tuple[Path, Bundle]]] = {}
    for row in sorted(bundles, key=lambda one: one[1].manifest.made):
        rows = by_sender.setdefault(row[1].manifest.sender.line, [])
        if not any(row[1].manifest.id == other.manifest.id for _, other in rows):
            rows.append(row)  # the same file under another name is one
    clients = []
    for rows in by_sender.values():
        try:
            clients.append(_client(rows[-2:], own_people, clock, settings, tell))
        except ReadError as error:
            if len(by_sender) == 1:
                raise
            skip(str(error))
    if not clients:
        raise ReadError("none of these files can be read")
    keep_people(own, CLIENTS, own_people)  # once all of it could be read
    return sorted(clients, key=lambda one: one.name.casefold())


def _unpacked(
    files: Sequence[Path], own: Journal, skip: Callable[[str], None]
) -> list[tuple[Path, Bundle]]:
    identity, bundles = identity_in(own), list[tuple[Path, Bundle]]()
    for file in files:
        try:
            bundles.append((file, unpack(_bytes(file), identity)))
        except (ReadError, SealError) as error:
            why = str(error) if isinstance(error, ReadError) else f"{file.name}: {error}"
            if len(files) == 1:
                raise ReadError(why) from None
            skip(why)
    if not bundles:
        raise ReadError("none of these files can be opened")
    return bundles


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > SHARING.file_max_bytes:
            raise ReadError(f"{file.name}: larger than a bundle can be; nothing of it was read")
        return file.read_bytes()
    except OSError as error:
        raise ReadError(f"{file.name}: can't be read ({error.strerror})") from None


def _known(
    people: tuple[Person, ...], bundle: Bundle, clock: Clock, *, new_key: bool, called: str
) -> tuple[Person, ...]:
    """With the sender among the clients. Another key under a known name is loud."""
    manifest = bundle.manifest
    today = clock.wall().astimezone().date().isoformat()
    if at(people, manifest.sender) is not None:
        return people
    name = called or manifest.name.strip() or manifest.sender.fingerprint[:9]
    other = named(people, name)
    if other is not None and not new_key:
        old, new = other.address.fingerprint, manifest.sender.fingerprint
        raise ReadError(OTHER_KEY.format(name=name, old=old, new=new))
    kept = tuple(one for one in people if one is not other)
    return (*kept, Person(name=name, address=manifest.sender, added=today))


def _client(
    rows: list[tuple[Path, Bundle]],
    people: tuple[Person, ...],
    clock: Clock,
    settings: Settings,
    tell: Callable[[str, int, int], None],
) -> Client:
    file, newest = rows[-1]
    person = at(people, newest.manifest.sender)
    assert person is not None
    read = [_taken(one, clock, settings, tell) for one in rows]
    before = _record(read[0], rows[0][1].manifest) if len(read) > 1 else None
    for journal in read[:-1]:
        journal.close()
    client = Client(person.name, newest.manifest, read[-1], before, file)
    try:
        client.told(clock.wall().astimezone().date())
    except FOLD_ERRORS:  # one that can't be told of would take the others with it
        read[-1].close()
        raise ReadError(f"{file.name}: something in it makes no sense") from None
    return client


def _taken(
    row: tuple[Path, Bundle],
    clock: Clock,
    settings: Settings,
    tell: Callable[[str, int, int], None],
) -> Journal:
    file, bundle = row
    try:
        return taken(bundle, clock, settings, lambda done, of: tell(file.name, done, of))
    except ReadError as error:
        raise ReadError(f"{file.name}: {error}") from None


def _record(journal: Journal, manifest: Manifest) -> Record:
    return record_in(journal, manifest.made.astimezone().date().isoformat())


def record_in(journal: Reader, until: str) -> Record:
    """What a caseload needs of a record. ``until``: the local day to which it is known. Raises
    StoreError."""
    checked = journal.fact(CHECK_IN) or {}
    return Record(
        summaries=journal.summaries(),
        totals=_totals(journal),
        until=until,
        checked_in=checked.get("session", ""),
    )


def _totals(journal: Reader) -> list[Total]:
    typed = [
        Total(id=name, scale=fact["scale"], day=fact["day"], total=fact["total"])
        for name, fact in journal.facts(TOTAL).items()
    ]
    sheets = [sheet_of(name, fact) for name, fact in journal.facts(SHEET).items()]
    filled = [
        Total(id=one.id, scale=one.score["scale"], day=one.day, total=one.score["total"])
        for one in sheets
        if one.score and one.score.get("complete")
    ]
    return [*typed, *filled]


def scales_here() -> list[Any]:
    return list(shipped_scales().values())
