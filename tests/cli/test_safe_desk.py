"""Backups by themselves, ways in and erasing, from the page: a real record, real children."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from biocoach.cli import safe_desk
from biocoach.cli.backing_up import ask
from biocoach.cli.erasing import everything_in
from biocoach.cli.safe_desk import AGAIN_S, Open, SafeDesk
from biocoach.sandbox import Child
from biocoach.store import Journal, Key, NoKeyring, StoreError, Trouble, Vault, open_store
from biocoach.store.backup import as_made, backups_in, make
from biocoach.store.days import KEPT, daily, want_anew, wants_anew
from dashboard.ports import Outcome
from tests.fakes import START, FakeClock, until
from tests.store.support import begin, closed, ratings
from tests.store.test_vault import OTHER, PASSPHRASE, DictKeyring, made

CANARY = "canary-of-the-coal-mine"


@dataclass
class Desk:
    """A desk over somebody's record, with a clock that is moved by hand."""

    folder: Path
    plain: bool = False
    simulated: bool = False
    busy: bool = False
    left: int = 0
    changed: int = 0
    ring: DictKeyring = field(default_factory=DictKeyring)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.vault = Vault(self.folder, self.ring)
        self.key = made(self.vault.create(None if self.plain else PASSPHRASE, plain=self.plain))
        self.journal = open_store(self.folder, self.key, writer="w", clock=self.clock)
        self.desk = SafeDesk(
            self.clock, busy=lambda: self.busy, left=self._left, changed=self._changed
        )

    def practise(self, name: str) -> None:
        self.journal.append([begin(name), *ratings(5, name)])
        self.journal.put_fact(f"beside:{name}:note:1", {"text": CANARY})
        self.journal.append([closed(name)])

    async def open(self) -> asyncio.Task[None]:
        await self.desk.opened(
            Open(
                journal=self.journal, folder=self.folder, vault=self.vault, key=self.key,
                simulated=self.simulated,
            )
        )  # fmt: skip
        return asyncio.create_task(self.desk.run())

    async def close(self, running: asyncio.Task[None]) -> None:
        running.cancel()
        await asyncio.wait({running})
        await self.desk.closing()

    def names(self) -> list[str]:
        return [backup.path.name for backup in backups_in(self.folder)]

    def everything(self) -> bytes:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in paths)

    def _left(self) -> None:
        self.left += 1

    async def _changed(self) -> None:
        self.changed += 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    with closing(found.journal):
        yield found


# ---- backups


def test_one_is_made_after_a_session_and_checked(desk: Desk) -> None:
    async def test() -> None:
        running = await desk.open()
        assert desk.names() == []
        desk.practise("s1")
        desk.desk.session_over()
        await until(lambda: bool(desk.names()))
        view = await desk.desk.view()
        assert isinstance(view, dict)
        assert [one["name"] for one in view["backups"]] == [f"{START.astimezone():%Y-%m-%d}"]
        assert (view["why"], view["passphrase"], view["recovery"]) == ("", True, False)
        await desk.close(running)

    asyncio.run(test())
    (backup,) = backups_in(desk.folder)
    assert as_made(backup)
    assert backup.entries == 8


def test_one_that_is_missing_is_made_at_the_start_and_only_then(desk: Desk) -> None:
    """As after a kill in the middle of making it."""
    desk.practise("s1")

    async def start() -> None:
        running = await desk.open()
        await until(lambda: bool(desk.names()))
        await desk.close(running)

    desk.clock.set_wall(START + timedelta(days=1))
    asyncio.run(start())
    first = backups_in(desk.folder)[0].made_utc
    desk.clock.advance(60)
    asyncio.run(start())
    assert backups_in(desk.folder)[0].made_utc == first


def test_seven_days_are_kept(desk: Desk) -> None:
    for day in range(KEPT + 3):
        daily(desk.folder, desk.key, START + timedelta(days=day))
    kept = sorted(f"{START + timedelta(days=day):%Y-%m-%d}" for day in range(3, KEPT + 3))
    assert sorted(desk.names()) == kept


def test_a_simulated_record_has_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path, simulated=True)
    desk.practise("s1")

    async def test() -> None:
        running = await desk.open()
        desk.desk.session_over()
        assert await desk.desk.back_up() == Outcome(why="simulated")
        assert await desk.desk.new_words("") == Outcome(why="simulated")
        await desk.close(running)

    asyncio.run(test())
    assert desk.names() == []
    desk.journal.close()


def test_a_damaged_record_is_told(desk: Desk) -> None:
    desk.practise("s1")
    with desk.journal._database.writing() as connection:
        connection.exec_driver_sql("UPDATE entries SET at_s = 9 WHERE seq = 2")

    async def test() -> None:
        await desk.open()
        view = await desk.desk.back_up()
        assert isinstance(view, dict)
        assert (view["why"], view["backups"]) == (Trouble.DAMAGED, [])

    asyncio.run(test())


def test_a_child_that_dies_is_told(desk: Desk) -> None:
    assert ask(Child("biocoach.no_such_module"), desk.folder, desk.key, START) == "no_child"


# ---- ways in


def test_words_are_kept_once_they_were_written_down(desk: Desk) -> None:
    async def test() -> None:
        await desk.open()
        assert await desk.desk.new_words("not it at all") == Outcome(why="wrong_passphrase")
        found = await desk.desk.new_words(PASSPHRASE)
        assert isinstance(found, dict)
        words, asked = found["words"], found["asked"]
        assert await desk.desk.keep_words(["zoo", "zoo"]) == Outcome(why="other_word")
        assert not desk.vault.has_recovery()
        given = [f" {words[place - 1].upper()}" for place in asked]
        assert await desk.desk.keep_words(given) == Outcome()
        assert await desk.desk.keep_words(given) == Outcome(why="words_gone")
        desk.ring.words.clear()
        assert made(desk.vault.open(" ".join(words))).secret() == desk.key.secret()

    asyncio.run(test())


def test_words_that_were_shown_are_gone_when_the_record_closes(desk: Desk) -> None:
    async def test() -> None:
        running = await desk.open()
        found = await desk.desk.new_words(PASSPHRASE)
        assert isinstance(found, dict)
        await desk.close(running)
        given = [found["words"][place - 1] for place in found["asked"]]
        assert await desk.desk.keep_words(given) == Outcome(why="locked")
        await desk.open()
        assert await desk.desk.keep_words(given) == Outcome(why="words_gone")

    asyncio.run(test())


def test_a_new_passphrase_is_that_of_the_backups_too(desk: Desk) -> None:
    daily(desk.folder, desk.key, START)

    async def test() -> None:
        await desk.open()
        for old, new, why in (
            (OTHER, OTHER, "wrong_passphrase"),
            (PASSPHRASE, "short", "too_short"),
            (PASSPHRASE, OTHER, ""),
        ):
            assert await desk.desk.new_passphrase(old, new) == Outcome(why=why)

    asyncio.run(test())
    place = backups_in(desk.folder)[0].path
    for folder in (desk.folder, place):
        desk.ring.words.clear()
        assert not isinstance(Vault(folder, desk.ring).open(PASSPHRASE), Key)
        assert isinstance(Vault(folder, desk.ring).open(OTHER), Key)


def test_a_plain_record_has_no_ways_in(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plain=True)

    async def test() -> None:
        await desk.open()
        assert await desk.desk.new_words("") == Outcome(why="plain")
        assert await desk.desk.new_passphrase("", OTHER) == Outcome(why="plain")

    asyncio.run(test())
    desk.journal.close()


# ---- erasing


def test_a_session_goes_from_the_record_and_every_backup(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plain=True)
    desk.practise("s1")
    for day in range(3):
        daily(desk.folder, desk.key, START - timedelta(days=day))
    assert CANARY.encode() in desk.everything()

    async def test() -> None:
        running = await desk.open()
        assert await desk.desk.erase_session("s9") == Outcome(why="not_there")
        assert await desk.desk.erase_session("s1") == Outcome()
        assert desk.changed == 1
        await until(lambda: not wants_anew(desk.folder))
        await desk.close(running)

    asyncio.run(test())
    assert CANARY.encode() not in desk.everything()
    (backup,) = backups_in(desk.folder)
    assert backup.erased == 8
    assert desk.journal.verify().problems == ()
    desk.journal.close()


def test_cut_off_while_erasing_it_is_ended_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, plain=True)
    desk.practise("s1")
    daily(desk.folder, desk.key, START)

    def no_scrub(journal: Journal) -> None:
        raise StoreError(Trouble.LOCKED)

    async def erase() -> None:
        await desk.open()  # nothing runs after it: as if killed
        assert await desk.desk.erase_session("s1") == Outcome()

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "scrub", no_scrub)
        asyncio.run(erase())
    assert wants_anew(desk.folder)
    assert CANARY.encode() in desk.everything()

    async def again() -> None:
        running = await desk.open()
        await until(lambda: not wants_anew(desk.folder))
        await desk.close(running)

    asyncio.run(again())
    assert CANARY.encode() not in desk.everything()
    desk.journal.close()


def test_a_reader_in_the_way_leaves_no_words_that_were_said_of_it_elsewhere(tmp_path: Path) -> None:
    """As a backup by the command while the page erases: the log can't be emptied meanwhile."""
    desk = Desk(tmp_path, plain=True)
    desk.practise("s1")
    desk.journal.put_fact("check_in", {"session": "s1", "words": CANARY})
    items = [{"kind": "note", "session": "s1", "text": CANARY}]
    desk.journal.replace_fact("reply:1", {"items": items, "rev": "1"})

    async def test() -> None:
        running = await desk.open()
        await until(lambda: bool(desk.names()))
        with closing(sqlite3.connect(desk.folder / "journal.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entries").fetchone()
            assert await desk.desk.erase_session("s1") == Outcome()
        desk.clock.advance(AGAIN_S)
        await until(lambda: not wants_anew(desk.folder))
        await desk.close(running)

    asyncio.run(test())
    assert CANARY.encode() not in desk.everything()
    assert desk.journal.verify().problems == ()
    desk.journal.close()


def test_what_a_restore_has_put_aside_loses_the_session_too_or_it_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", plain=True)
    desk.practise("s1")
    desk.practise("s2")
    copy = make(desk.folder, desk.key, tmp_path / "copy", START)
    for name in ("readable", "damaged"):
        shutil.copytree(copy.path, desk.folder / f"before-restore-{name}")
    damaged = desk.folder / "before-restore-damaged"
    (damaged / "journal.db").write_bytes(b"?" * 10_000)

    async def test() -> None:
        await desk.open()
        assert await desk.desk.erase_session("s1") == Outcome(why="left_aside")
        shutil.rmtree(damaged)
        assert await desk.desk.erase_session("s2") == Outcome()

    asyncio.run(test())
    assert desk.changed == 2
    assert not desk.journal.has_session("s1")
    desk.journal.close()
    assert CANARY.encode() not in desk.everything()


def test_a_writer_in_the_way_is_told_and_nothing_is_said_to_be_gone(desk: Desk) -> None:
    desk.practise("s1")

    def locked(journal: Journal, session: str, *, scrub: bool = True) -> int:
        raise StoreError(Trouble.LOCKED)

    async def test() -> None:
        await desk.open()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Journal, "erase_session", locked)
            assert (await desk.desk.erase_session("s1")).why == "not_erased"

    asyncio.run(test())
    assert desk.journal.has_session("s1")


def test_nothing_is_erased_while_somebody_practises(desk: Desk) -> None:
    desk.practise("s1")
    desk.busy = True

    async def test() -> None:
        await desk.open()
        assert await desk.desk.erase_session("s1") == Outcome(why="wrong_phase")
        assert await desk.desk.erase_all(PASSPHRASE) == Outcome(why="wrong_phase")

    asyncio.run(test())
    assert desk.journal.has_session("s1")
    assert desk.left == 0


def test_all_of_it_asks_for_the_passphrase_and_leaves_it_to_the_house(desk: Desk) -> None:
    desk.practise("s1")
    daily(desk.folder, desk.key, START)

    async def test() -> None:
        running = await desk.open()
        assert await desk.desk.erase_all(OTHER) == Outcome(why="wrong_passphrase")
        assert desk.left == 0
        assert await desk.desk.erase_all(PASSPHRASE) == Outcome()
        assert desk.left == 1
        await desk.close(running)

    asyncio.run(test())
    desk.journal.close()
    (desk.folder / "page-secret").write_bytes(bytes(32))
    assert everything_in(desk.folder, served=True) == []
    assert [path.name for path in desk.folder.iterdir()] == ["page-secret"]
    assert desk.vault.state().value == "new"


def test_locked_everything_says_so(desk: Desk) -> None:
    async def test() -> None:
        each = (
            desk.desk.view(), desk.desk.back_up(), desk.desk.new_words(""),
            desk.desk.keep_words([]), desk.desk.new_passphrase("", ""),
            desk.desk.erase_session("s1"), desk.desk.erase_all(""),
        )  # fmt: skip
        assert [await one for one in each] == [Outcome(why="locked")] * len(each)

    asyncio.run(test())


# ---- beside a live session


def test_what_is_left_to_scrub_waits_while_somebody_practises(desk: Desk) -> None:
    """It rewrites the whole file, and what is recorded would wait for it."""
    desk.practise("s1")
    daily(desk.folder, desk.key, START)
    want_anew(desk.folder)
    desk.busy = True

    async def test() -> None:
        running = await desk.open()
        await until(lambda: not desk.desk._due.is_set())
        assert wants_anew(desk.folder)
        desk.busy = False
        desk.clock.advance(AGAIN_S)
        await until(lambda: not wants_anew(desk.folder))
        await desk.close(running)

    asyncio.run(test())


def test_a_session_that_began_while_a_backup_was_made_is_not_held_up(desk: Desk) -> None:
    desk.practise("s1")

    async def test() -> None:
        await desk.open()
        async with desk.desk._turn:
            waiting = asyncio.create_task(desk.desk.erase_session("s1"))
            await asyncio.sleep(0)
            desk.busy = True
        assert await waiting == Outcome(why="wrong_phase")

    asyncio.run(test())
    assert desk.journal.has_session("s1")


def test_a_passphrase_that_is_changed_is_told_so_though_the_backups_come_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily(desk.folder, desk.key, START)

    def refuses(folder: Path) -> None:
        raise StoreError(Trouble.DISK_FULL)

    async def test() -> None:
        running = await desk.open()
        with monkeypatch.context() as patched:
            patched.setattr(safe_desk, "new_vault", refuses)
            assert await desk.desk.new_passphrase(PASSPHRASE, OTHER) == Outcome()
        place = backups_in(desk.folder)[0].path
        await until(lambda: isinstance(Vault(place, NoKeyring()).open(OTHER), Key))
        await desk.close(running)

    asyncio.run(test())
