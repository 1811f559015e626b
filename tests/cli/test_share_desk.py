"""Sharing on the page, over a real encrypted record: what is looked at is what leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from biocoach.cli.accepting import accepting
from biocoach.cli.answer_desk import AnswerDesk
from biocoach.cli.phone_lock import PhoneLock
from biocoach.cli.share_desk import ShareDesk
from biocoach.cli.year_made import Wish as YearWish
from biocoach.cli.year_made import make
from biocoach.clock import StoryClock, iso_utc
from biocoach.settings import Settings
from biocoach.sharing.leaving import KINDS, Wish
from biocoach.sharing.people import identity_in
from biocoach.sharing.replies import lines_of_draft
from biocoach.sharing.taking import taken
from biocoach.store import Journal, Key, NoKeyring, Vault, open_store
from biocoach.store.bundle import Kind, Manifest, pack, unpack
from biocoach.store.seal import Identity, new_identity
from dashboard.ports import Outcome
from tests.store.test_vault import DictKeyring

START, NOW = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 26, tzinfo=UTC)
PASSPHRASE = "a quiet green door"
VALE = new_identity()
LINE = VALE.address.line
Json = dict[str, Any]
USUAL = Wish(kinds=frozenset({"sessions", "ladder", "measures"}), names=("S.",))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journal, PhoneLock]]:
    """A simulated person's weeks, kept as a real one's: behind a passphrase."""
    folder = tmp_path_factory.mktemp("record")
    vault, clock = Vault(folder, NoKeyring()), StoryClock(START)
    key = vault.create(PASSPHRASE)
    assert isinstance(key, Key)
    with closing(open_store(folder, key, writer="t", clock=clock)) as journal:
        make(journal, clock, YearWish(folder=folder, seed=7, weeks=2, start=START), lambda *_: None)
        yield journal, PhoneLock(folder=folder, vault=vault, key=key, simulated=False)


class Place:
    def __init__(self, journal: Journal, lock: PhoneLock) -> None:
        self.journal, self.lock, self.still = journal, lock, False
        self.desk = ShareDesk(lambda: NOW, lambda: self.still)

    def known(self) -> None:
        assert self.desk.add("Dr Vale", LINE, PASSPHRASE) in (Outcome(), Outcome(why="name_taken"))

    def finished(self, wish: Wish, *, sender: str = "") -> tuple[str, Json]:
        """Waits for the thread itself, not for a time."""
        begun = self.desk.begin(LINE, wish, sender=sender, copy=False)
        assert isinstance(begun, dict)
        work = self.desk._of(begun["id"])
        assert work is not None
        work.wait()
        found = self.desk.file(begun["id"])
        assert isinstance(found, dict)
        return begun["id"], found

    def shared(self, wish: Wish, *, sender: str = "") -> tuple[Json, bytes]:
        name, found = self.finished(wish, sender=sender)
        assert self.desk.make(name) == Outcome()
        sealed = self.desk.sealed(name)
        assert isinstance(sealed, bytes)
        return found, sealed


@pytest.fixture
def here(place: tuple[Journal, PhoneLock]) -> Iterator[Place]:
    found = Place(*place)
    asyncio.run(found.desk.opened(*place))
    yield found
    asyncio.run(found.desk.closing())


def view(here: Place) -> Json:
    found = here.desk.view()
    assert isinstance(found, dict)
    return found


# ---- to whom


def test_somebody_new_needs_the_passphrase(here: Place) -> None:
    assert view(here)["asks"] == "passphrase"
    stranger = new_identity().address
    for given in ("", "a quiet green floor"):
        assert here.desk.add("Somebody", stranger.line, given) == Outcome(why="wrong_passphrase")
    assert all(one["name"] != "Somebody" for one in view(here)["people"])
    looked = here.desk.look(f"  {stranger.line}\n")
    assert looked == {"ok": True, "fingerprint": stranger.fingerprint, "known": ""}
    assert here.desk.add("Somebody", stranger.line, PASSPHRASE) == Outcome()
    person = next(one for one in view(here)["people"] if one["name"] == "Somebody")
    assert (person["fingerprint"], person["added"]) == (stranger.fingerprint, "2026-01-26")
    looked = here.desk.look(stranger.line)
    assert isinstance(looked, dict)
    assert looked["known"] == "Somebody"
    for name, why in (("somebody", "name_taken"), ("Other", "known"), (" ", "no_name")):
        assert here.desk.add(name, stranger.line, PASSPHRASE) == Outcome(why=why)
    assert here.desk.forget(stranger.line) == Outcome()
    assert here.desk.forget(stranger.line) == Outcome(why="not_there")


def test_a_slip_in_an_address_and_ones_own(here: Place) -> None:
    slip = LINE[:-1] + ("b" if LINE[-1] == "a" else "a")
    assert here.desk.look(slip) == Outcome(why="slip")
    assert here.desk.add("X", slip, PASSPHRASE) == Outcome(why="slip")
    here.known()
    here.finished(USUAL)  # one's own address is made at the first need
    own = identity_in(here.journal)
    assert view(here)["fingerprint"] == own.address.fingerprint
    assert here.desk.add("Me", own.address.line, PASSPHRASE) == Outcome(why="own")


# ---- what is seen is what leaves


def spoken(value: Any, *, key: str = "") -> Iterator[str]:
    """Every text of more than one word, wherever it stands: no code of a program has a space."""
    if isinstance(value, str):
        if " " in value.strip() and key != "wall_utc":
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from spoken(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from spoken(one, key=name)


def test_what_is_looked_at_is_in_the_file_word_for_word(here: Place) -> None:
    here.known()
    sheets = [one["id"] for one in view(here)["items"] if one["kind"] == "worksheets"]
    wish = Wish(kinds=frozenset(KINDS), sheets=frozenset(sheets[:2]), names=("S.",))
    seen, sealed = here.shared(wish, sender="Robin")
    bundle = unpack(sealed, VALE)
    lines = [json.loads(line) for line in bundle.lines()]
    words = [word for item in seen["items"] for word in item["words"]]
    known = [one for line in lines for one in spoken(line) if one != bundle.manifest.name]
    programs = {line["entry"]["body"].get("program", "") for line in lines if "entry" in line}
    writers = {line["entry"]["writer"] for line in lines if "entry" in line}
    unseen = set(known) - set(words) - programs - writers
    assert not {one for one in unseen if not _of_a_program(lines, one)}, unseen
    whole = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    for word in words:
        assert json.dumps(word, ensure_ascii=False)[1:-1] in whole
    assert len(words) > 50
    assert seen["bytes"] == len(sealed)
    assert dict(bundle.manifest.chosen) == dict(_counts(seen))
    assert (bundle.manifest.name, seen["sender"]) == ("Robin", "Robin")
    assert "S. " not in "\n".join([*words, whole]).replace("Dr. ", "")
    assert "[name 1]" in whole
    assert "[name 1]" in "\n".join(words)
    assert seen["redacted"] == whole.count("[name 1]") > 0
    with closing(taken(bundle, StoryClock(NOW), Settings())) as read:  # as `biocoach read` does
        assert len(read.sessions()) == dict(bundle.manifest.chosen)["sessions"]


def _of_a_program(lines: list[Json], text: str) -> bool:
    """Settings, and what a program says of itself or of the heart; nobody wrote it."""
    bodies = [
        line.get("entry", {}).get("body", {}).get("kind")
        for line in lines
        if "settings" not in line and text in list(spoken(line))
    ]
    return set(bodies) <= {"begin", "activation"}


def test_only_the_sessions_and_sheets_that_were_ticked(here: Place) -> None:
    here.known()
    items = view(here)["items"]
    session = next(one["id"] for one in items if one["kind"] == "sessions")
    sheet = next(one["id"] for one in items if one["kind"] == "worksheets")
    wish = Wish(
        kinds=frozenset({"sessions"}), sessions=frozenset({session}), sheets=frozenset({sheet})
    )
    seen, sealed = here.shared(wish)
    there = {(one["kind"], one["id"]) for one in seen["items"]}
    assert there == {("sessions", session), ("worksheets", sheet)}
    with closing(taken(unpack(sealed, VALE), StoryClock(NOW), Settings())) as read:
        assert [row.session for row in read.sessions()] == [session]
        assert set(read.facts("")) == {f"sheet:{sheet}"}


def test_it_counts_as_shared_only_when_it_was_made(here: Place) -> None:
    here.known()
    before = len(view(here)["sent"])
    name, found = here.finished(USUAL)
    assert found["state"] == "ready"
    assert found["done"] == found["of"]
    assert here.desk.sealed(name) == Outcome(why="not_ready")
    assert len(view(here)["sent"]) == before
    assert here.desk.make(name) == here.desk.make(name) == Outcome()  # twice is once
    sent = view(here)["sent"]
    assert len(sent) == before + 1
    assert (sent[0]["name"], sent[0]["chosen"]) == ("Dr Vale", dict(_counts(found)))
    assert next(p for p in view(here)["people"] if p["name"] == "Dr Vale")["used"] == "2026-01-26"
    assert here.desk.drop(name) == Outcome()
    assert here.desk.sealed(name) == here.desk.drop(name) == Outcome(why="not_there")


def _counts(found: Json) -> list[tuple[str, int]]:
    kinds = [item["kind"] for item in found["items"]]
    return [(kind, kinds.count(kind)) for kind in KINDS if kind in kinds]


def test_nothing_chosen_nobody_known_and_days_the_wrong_way_round(here: Place) -> None:
    here.known()
    name, found = here.finished(Wish(kinds=frozenset()))
    assert found["items"] == []
    assert here.desk.make(name) == Outcome(why="nothing_chosen")
    wrong = Wish(since="2026-01-09", until="2026-01-08")
    assert here.desk.begin(LINE, wrong, sender="", copy=False) == Outcome(why="no_days")
    stranger = new_identity().address.line
    assert here.desk.begin(stranger, USUAL, sender="", copy=False) == Outcome(why="not_there")


def test_while_a_step_is_kept_still_nothing_of_it_is_there(here: Place) -> None:
    here.known()
    name, _ = here.finished(USUAL)
    here.still = True
    still = Outcome(why="still_share")
    assert here.desk.view() == here.desk.look(LINE) == here.desk.forget(LINE) == still
    assert here.desk.begin(LINE, USUAL, sender="", copy=False) == here.desk.file(name) == still
    assert here.desk.add("Y", LINE, "") == here.desk.make(name) == here.desk.sealed(name) == still
    assert here.desk.drop(name) == Outcome()


def test_a_closed_record_and_one_that_closes_meanwhile(place: tuple[Journal, PhoneLock]) -> None:
    here = Place(*place)
    locked = Outcome(why="locked")
    assert here.desk.view() == here.desk.begin(LINE, USUAL, sender="", copy=False) == locked
    asyncio.run(here.desk.opened(*place))
    here.known()
    begun = here.desk.begin(LINE, USUAL, sender="", copy=False)
    assert isinstance(begun, dict)
    asyncio.run(here.desk.closing())  # while it is under way
    assert here.desk.file(begun["id"]) == locked
    assert here.desk.drop(begun["id"]) == Outcome(why="not_there")


@pytest.mark.parametrize("simulated", [True, False])
def test_a_record_without_a_passphrase(tmp_path: Path, simulated: bool) -> None:
    """Simulated: nobody is asked. Opened by the keyring: one is chosen. Plain: there is none."""
    vault = Vault(tmp_path, NoKeyring())
    key = vault.create(plain=True)
    assert isinstance(key, Key)
    lock = PhoneLock(folder=tmp_path, vault=vault, key=key, simulated=simulated)
    with closing(open_store(tmp_path, key, writer="t", clock=StoryClock(START))) as journal:
        here = Place(journal, lock)
        asyncio.run(here.desk.opened(journal, lock))
        assert view(here)["asks"] == ("nothing" if simulated else "plain")
        assert here.desk.add("Dr Vale", LINE, "") == Outcome()
        asyncio.run(here.desk.closing())


def test_a_record_that_the_keyring_opens_is_given_a_passphrase(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    key = vault.create()
    assert isinstance(key, Key)
    lock = PhoneLock(folder=tmp_path, vault=vault, key=key, simulated=False)
    with closing(open_store(tmp_path, key, writer="t", clock=StoryClock(START))) as journal:
        here = Place(journal, lock)
        asyncio.run(here.desk.opened(journal, lock))
        assert view(here)["asks"] == "choose"
        assert here.desk.add("Dr Vale", LINE, "short") == Outcome(why="too_short")
        assert not vault.has_passphrase()
        assert here.desk.add("", LINE, PASSPHRASE) == Outcome(why="no_name")
        assert not vault.has_passphrase()  # nothing is chosen for somebody who can't be added
        assert here.desk.add("Dr Vale", LINE, PASSPHRASE) == Outcome()
        assert view(here)["asks"] == "passphrase"
        asyncio.run(here.desk.closing())


# ---- the way back


def reply(here: Place, draft: Json, *, by: Identity = VALE, of: str = "") -> bytes:
    mine, answers = identity_in(here.journal).address, of or view(here)["sent"][0]["id"]
    manifest = Manifest(id=uuid4().hex, kind=Kind.REPLY,
                        made_utc=iso_utc(NOW), sender=by.address, name="", to=(mine,),
                        of=answers)  # fmt: skip
    return pack(manifest, lines_of_draft(draft), by)


def test_an_answer_is_shown_with_its_values_and_taken_one_by_one(here: Place) -> None:
    here.known()
    here.shared(USUAL)
    ladder = (here.journal.fact("ladders") or {})["ladders"][0]
    step = next(one for one in ladder["steps"] if not one.get("put_away"))
    about = {"ladder": ladder["id"], "step": step["id"], "reason": "a quiet week"}
    session = here.journal.sessions()[0].session
    planned_s = step["planned_s"] + 60
    changes = [about | {"planned_s": planned_s}, about | {"way": "hold"}, about | {"place": 1}]
    note = {"session": session, "at_s": 65.0, "text": "Look here"}
    sealed = reply(here, {"notes": [note], "practise": "Two evenings", "changes": changes})
    here.journal.put_fact("fit", {**(here.journal.fact("fit") or {}), "with_therapist": True})

    def people() -> AnswerDesk:
        return AnswerDesk(lambda journal: takes, lambda: here.still)

    takes, readings = accepting(
        here.journal, StoryClock(NOW), Settings(), simulated=True
    )  # the fit of somebody who has answered nothing

    async def steps(desk: AnswerDesk) -> None:
        assert await desk.view() == Outcome(why="locked")
        await desk.opened(here.journal)
        came = await desk.come(sealed)
        assert isinstance(came, dict)
        again = await desk.come(sealed)
        assert isinstance(again, dict)
        assert (came["new"], again["new"], again["id"]) == (True, False, came["id"])
        found = await desk.view()
        assert isinstance(found, dict)
        shown = found["answers"][0]
        assert shown["by"] == "Dr Vale"
        noted, practise, longer, hold, place = shown["items"]
        assert (noted["text"], noted["at_s"]) == ("Look here", 65.0)
        assert noted["began_utc"]
        assert practise["text"] == "Two evenings"
        assert longer == {
            "id": "2", "kind": "change", "answer": "", "reason": "a quiet week",
            "title": step["title"], "what": "planned_s", "was": step["planned_s"],
            "to": planned_s,
        }  # fmt: skip
        assert (hold["what"], "to" in hold) == ("hold", False)
        assert (place["was"], place["to"]) == (1, 2)
        before = here.journal.fact("ladders")
        assert await desk.answer(came["id"], "3", "not_now") == Outcome()
        assert here.journal.fact("ladders") == before  # nothing applies by itself
        assert await desk.answer(came["id"], "0", "accepted") == Outcome()
        assert await desk.answer(came["id"], "2", "accepted") == Outcome()
        assert await desk.answer(came["id"], "2", "accepted") == Outcome(why="not_there")
        after = await desk.view()
        assert isinstance(after, dict)
        said = [item["answer"] for item in after["answers"][0]["items"]]
        assert said == ["accepted", "", "accepted", "not_now", ""]
        here.still = True
        still = Outcome(why="still_share")
        assert await desk.view() == await desk.come(sealed) == still
        assert await desk.answer(came["id"], "4", "accepted") == still
        await desk.closing()

    asyncio.run(steps(people()))
    readings.close()
    steps_now = {
        one["id"]: one for one in (here.journal.fact("ladders") or {})["ladders"][0]["steps"]
    }
    assert steps_now[step["id"]]["planned_s"] == planned_s
    notes = here.journal.facts(f"beside:{session}:note:").values()
    assert [(one["text"], one["by"]) for one in notes if "by" in one] == [("Look here", "Dr Vale")]


def test_an_answer_that_can_not_be_taken_is_refused_by_a_code(here: Place) -> None:
    here.known()
    _, sealed = here.shared(USUAL)
    draft: Json = {"notes": [], "practise": "x", "changes": []}
    bad = {
        b"PK": "not_a_bundle",
        sealed: "not_for_us",
        reply(here, draft, by=new_identity()): "stranger",
        reply(here, draft, of="another"): "not_shared",
    }

    async def steps(desk: AnswerDesk) -> None:
        await desk.opened(here.journal)
        before = await desk.view()
        for one, why in bad.items():
            assert await desk.come(one) == Outcome(why=why)
        assert await desk.view() == before
        await desk.closing()

    takes, readings = accepting(here.journal, StoryClock(NOW), Settings(), simulated=True)
    asyncio.run(steps(AnswerDesk(lambda journal: takes, lambda: False)))
    readings.close()
