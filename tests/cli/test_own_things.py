"""One's own things over a real record: kept, erased for good, and never mixed up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from biocoach.cli.own_things import FRESH_S, OwnThings
from biocoach.store import Journal, Key, open_store
from biocoach.store.database import Database
from dashboard.ports import Outcome
from tests.fakes import FakeClock
from tests.store.test_media import picture, wav

Json = dict[str, Any]
T = TypeVar("T")
CANARY = "canary-of-the-coal-mine"
KEYS = {"plain": Key(None), "encrypted": Key(bytes(range(32)))}
EMPTY: Json = {"phrases": [], "kit": [], "imagery": {"text": "", "by": ""}}


def now(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@dataclass
class Person:
    """Somebody at the page, and the record behind it."""

    folder: Path
    key: Key
    clock: FakeClock = field(default_factory=FakeClock)
    things: OwnThings = field(default_factory=OwnThings)
    journals: list[Journal] = field(default_factory=list)

    def comes(self, *, simulated: bool = False) -> None:
        folder = self.folder / "simulated" if simulated else self.folder
        self.journals.append(open_store(folder, self.key, writer="t", clock=self.clock))
        now(self.things.opened(self.journals[-1], self.clock, simulated=simulated))

    def goes(self) -> None:
        now(self.things.closing())
        self.journals.pop().close()

    def sees(self) -> Json:
        found = self.things.own()
        assert not isinstance(found, Outcome)
        return found

    def says(self, **changed: Any) -> Json:
        seen = {k: v for k, v in self.sees().items() if k != "simulated"}
        return now(self.things.keep_own(seen | changed))

    def adds(self, content: bytes) -> str:
        found = now(self.things.add_media(content))
        assert found["ok"], found
        return str(found["id"])

    def has(self, *media: str, kind: str = "picture") -> Json:
        kit = [{"id": f"k{n}", "kind": kind, "text": "", "media": m} for n, m in enumerate(media)]
        return self.says(kit=kit)

    def on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture(params=KEYS)
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path, KEYS[request.param])
    person.comes()
    yield person
    person.goes()


def with_canary() -> bytes:
    return picture("JPEG") + CANARY.encode() * 500


def test_at_first_there_is_nothing(person: Person) -> None:
    seen = person.sees()
    assert seen.pop("rev")
    assert seen == EMPTY | {"simulated": False}


def test_what_was_kept_comes_back_and_after_a_restart_too(person: Person) -> None:
    own = {
        "phrases": ["It is a wave"],
        "kit": [{"id": "a", "kind": "scent", "text": "Lavender, in the drawer", "media": ""}],
        "imagery": {"text": "You stand at a lake.\nIt is warm.", "by": "R. Baumann"},
    }
    told = person.says(**own)
    assert told["ok"]
    assert person.sees() == own | {"rev": told["rev"], "simulated": False}
    person.goes()
    person.comes()
    assert person.sees() == own | {"rev": told["rev"], "simulated": False}


def test_while_the_record_is_locked_there_is_nothing_to_see_or_to_change() -> None:
    things = OwnThings()
    assert things.own() == things.media("a") == Outcome(why="locked")
    assert now(things.keep_own(EMPTY | {"rev": "x"})) == {"ok": False, "why": "locked"}
    assert now(things.add_media(picture("PNG"))) == {"ok": False, "why": "locked"}


def test_a_picture_and_a_voice_come_back_as_they_were(person: Person) -> None:
    shown, heard = person.adds(picture("WEBP")), person.adds(wav())
    assert person.things.media(shown) == ("image/webp", picture("WEBP"))
    assert person.things.media(heard) == ("audio/wav", wav())
    assert person.things.media("nobody") == Outcome(why="not_there")


def test_what_is_neither_is_not_kept(person: Person) -> None:
    refused = now(person.things.add_media(b"<svg onload=alert(1)>"))
    assert refused == {"ok": False, "why": "not_media"}
    assert person.journals[-1].attachments() == {}


def test_more_than_the_kit_has_places_is_refused(person: Person) -> None:
    for _ in range(60):
        person.adds(picture("PNG"))
    refused = now(person.things.add_media(picture("PNG")))
    assert refused == {"ok": False, "why": "too_many"}
    person.clock.advance(FRESH_S)
    person.adds(picture("PNG"))  # the others were never named


def test_a_kit_names_only_media_that_are_there_and_fit(person: Person) -> None:
    shown = person.adds(picture("PNG"))
    assert person.has("nobody") == {"ok": False, "why": "no_media"}
    assert person.has(shown, kind="voice") == {"ok": False, "why": "no_media"}
    assert person.has(shown)["ok"]


# ---- erasing


def test_what_is_taken_out_is_erased_from_the_disk(tmp_path: Path) -> None:
    person = Person(tmp_path, Key(None))
    person.comes()
    shown = person.adds(with_canary())
    person.has(shown)
    person.says(phrases=[CANARY], imagery={"text": CANARY * 100, "by": CANARY})
    assert CANARY.encode() in person.on_disk()
    person.says(**EMPTY)
    assert person.things.media(shown) == Outcome(why="not_there")
    assert CANARY.encode() not in person.on_disk()
    assert person.journals[-1].verify().problems == ()
    person.goes()
    assert CANARY.encode() not in person.on_disk()


def test_a_picture_that_waits_to_be_named_is_not_erased_by_another_change(person: Person) -> None:
    first = person.adds(picture("PNG"))
    person.says(phrases=["from another window"])
    person.clock.advance(FRESH_S - 1)
    person.says(phrases=["and again"])
    assert person.has(first)["ok"]
    person.has()
    assert person.things.media(first) == Outcome(why="not_there")


def test_one_that_nobody_names_is_erased_in_time_and_at_the_next_start(person: Person) -> None:
    first = person.adds(picture("PNG"))
    person.clock.advance(FRESH_S)
    person.says(phrases=["something else"])
    assert person.things.media(first) == Outcome(why="not_there")
    second = person.adds(picture("PNG"))
    person.goes()
    person.comes()
    assert person.things.media(second) == Outcome(why="not_there")


def test_what_cannot_be_erased_now_is_erased_at_the_next_change(tmp_path: Path) -> None:
    """Another program reads the journal in the meantime."""
    person = Person(tmp_path, Key(None))
    person.comes()
    person.says(phrases=[CANARY])
    person.journals[-1]._database.run("PRAGMA busy_timeout = 0")
    other = Database(tmp_path / "journal.db", Key(None))
    with other.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM entries").all()
        assert person.says(phrases=[])["ok"]
    assert CANARY.encode() in person.on_disk()
    person.says(phrases=["else"])
    assert CANARY.encode() not in person.on_disk()
    other.close()
    person.goes()


# ---- two windows, two records, a full disk


def test_of_two_windows_the_later_one_is_told_and_overwrites_nothing(person: Person) -> None:
    seen = person.sees()["rev"]
    assert person.says(phrases=["mine"])["ok"]
    late = person.says(phrases=["theirs"], rev=seen)
    assert late == {"ok": False, "why": "changed"}
    assert person.sees()["phrases"] == ["mine"]


def test_the_same_again_writes_nothing(person: Person) -> None:
    told = person.says(phrases=["mine"])
    entries = person.journals[-1].verify().entries
    assert person.says() == told
    assert person.journals[-1].verify().entries == entries


def test_nothing_of_one_record_is_written_into_another(tmp_path: Path) -> None:
    """An empty page of the real record, and the person chooses the virtual strap."""
    person = Person(tmp_path, Key(None))
    person.comes()
    seen = person.sees()["rev"]
    person.goes()
    person.comes(simulated=True)
    assert person.sees()["simulated"]
    assert person.says(phrases=["private"], rev=seen) == {"ok": False, "why": "changed"}
    assert person.sees()["phrases"] == []
    person.goes()


def test_a_full_disk_is_told_and_nothing_is_lost(person: Person) -> None:
    person.says(phrases=["mine"])
    journal = person.journals[-1]
    pages = journal._database.run("PRAGMA page_count")[0][0]
    journal._database.run(f"PRAGMA max_page_count = {pages}")
    refused = {"ok": False, "why": "not_recording"}
    assert person.says(imagery={"text": "x" * 9000, "by": ""}) == refused
    assert now(person.things.add_media(with_canary())) == refused
    assert person.sees()["phrases"] == ["mine"]
    journal._database.run("PRAGMA max_page_count = 100000")
    assert person.says(imagery={"text": "x" * 9000, "by": ""})["ok"]


def test_the_record_is_not_closed_under_a_change(tmp_path: Path) -> None:
    """Each of many changes is kept whole or finds the record locked."""
    person = Person(tmp_path, Key(None))
    person.comes()

    async def all_at_once() -> set[str]:
        adding = [asyncio.create_task(person.things.add_media(wav())) for _ in range(20)]
        await adding[0]
        await person.things.closing()
        person.journals.pop().close()
        return {str(found.get("why")) for found in await asyncio.gather(*adding)}

    assert now(all_at_once()) <= {"None", "locked"}
