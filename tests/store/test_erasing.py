"""Erasing where room is short: bit by bit it ends as it would at once, and goes on after a cut."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import disk_usage

import pytest

from biocoach.store import Journal, StoreError, Trouble, erasing, reserve
from biocoach.store.database import Database
from biocoach.store.erasing import Erasing
from biocoach.store.schema import entries, sessions
from tests.store.support import Place, begin, closed, ratings

S1 = Erasing(whose=entries.c.session == "s1", named=sessions.c.session == "s1")


def filled(place: Place) -> Journal:
    journal = place.open()
    for name in ("s1", "s2"):
        journal.append([begin(name), *ratings(300, name), closed(name)])
        journal.put_summary(name, {"length_s": 1.0})
    return journal


def is_gone(journal: Journal) -> bool:
    kept = list(journal.read("s2"))
    left = [row.session for row in journal.sessions()]
    return (len(kept), left, list(journal.summaries())) == (302, ["s2"], ["s2"])


def test_bit_by_bit_is_what_it_is_at_once(place: Place) -> None:
    journal = filled(place)
    assert S1._bit_by_bit(journal._database) == 302
    journal._forget()
    assert is_gone(journal)
    report = journal.verify()
    assert (report.entries, report.erased, report.problems) == (604, 302, ())
    assert len(journal.append(ratings(2, "s3"))) == 2


def test_a_cut_between_two_bits_is_gone_on_from(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, left = filled(place), [2]
    real = erasing.checkpoint

    def cut(database: Database) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        real(database)

    monkeypatch.setattr(erasing, "checkpoint", cut)
    with pytest.raises(KeyboardInterrupt):
        S1._bit_by_bit(journal._database)
    monkeypatch.undo()
    report = journal.verify()
    assert (report.erased, report.problems) == (2 * erasing.BIT, ())
    assert len(list(journal.read("s1"))) == 302 - 2 * erasing.BIT
    assert journal.erase_session("s1") == 302 - 2 * erasing.BIT
    assert is_gone(journal)
    assert journal.verify().problems == ()


def test_the_room_is_given_up_for_it_and_kept_again(
    file_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = filled(file_place)
    room = file_place.folder / reserve.RESERVE
    assert room.stat().st_size == reserve.RESERVE_BYTES
    seen = []
    real = Erasing._take

    def refuses_once(self: Erasing, connection: object, most: int | None) -> int:
        seen.append(room.exists())
        if most is None:
            raise StoreError(Trouble.DISK_FULL)
        return real(self, connection, most)  # type: ignore[arg-type]

    monkeypatch.setattr(Erasing, "_take", refuses_once)
    assert journal.erase_session("s1") == 302
    assert seen == [True, False, False, False, False, False]
    assert room.exists()
    assert is_gone(journal)


def test_a_lock_is_no_lack_of_room(file_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = filled(file_place)

    def locked(*_: object) -> int:
        raise StoreError(Trouble.LOCKED)

    monkeypatch.setattr(Erasing, "_take", locked)
    with pytest.raises(StoreError):
        journal.erase_session("s1")
    assert (file_place.folder / reserve.RESERVE).exists()


def test_a_disk_with_little_room_keeps_it_for_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "FREE_MIN_BYTES", disk_usage(tmp_path).total + 1)
    reserve.keep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_half_a_room_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / reserve.RESERVE
    room.write_bytes(b"half")
    reserve.keep(tmp_path)
    content = room.read_bytes()
    assert len(content) == reserve.RESERVE_BYTES
    assert min(content) >= 0x80  # no letter, no word
    monkeypatch.setattr(os, "write", lambda _handle, _bytes: 5)
    room.unlink()
    reserve.keep(tmp_path)
    assert not room.exists()


def test_a_folder_that_is_not_there_has_no_room(tmp_path: Path) -> None:
    reserve.keep(tmp_path / "nowhere")
    reserve.give_up(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
