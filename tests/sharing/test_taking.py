"""A bundle is taken in whole or not at all, and none keeps its reader waiting for ever."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from biocoach.clock import iso_utc
from biocoach.settings import SHARING, Settings
from biocoach.sharing.taking import ReadError, taken
from biocoach.store import memory_store
from biocoach.store.bundle import Kind, Manifest, pack, unpack
from biocoach.store.seal import new_identity
from biocoach.store.taking_in import take_in
from biocoach.store.transfer import lines_of
from biocoach.types import (
    Afterwards,
    Begin,
    Closed,
    Elsewhere,
    Entry,
    Mark,
    MarkKind,
    Where,
)
from tests.store.support import CLOCK, begin, closed, entry

SENDER, READER = new_identity(), new_identity()
DAY_S = 86_400.0


def lines_with(entries: Sequence[Entry]) -> list[str]:
    with closing(memory_store(writer="test", clock=CLOCK)) as journal:
        journal.append(entries)
        return list(lines_of(journal))


def read_lines(lines: list[str]) -> list[str]:
    """The sessions of a bundle with these lines."""
    manifest = Manifest(
        id="b1", kind=Kind.RECORD, made_utc=iso_utc(CLOCK.wall()), sender=SENDER.address,
        name="Kim", to=(READER.address,),
    )  # fmt: skip
    bundle = unpack(pack(manifest, lines, SENDER), READER)
    with closing(taken(bundle, CLOCK, Settings())) as journal:
        return [row.session for row in journal.sessions()]


def read(*entries: Entry) -> list[str]:
    return read_lines(lines_with(entries))


def closed_at(at_s: float, session: str = "s1") -> Entry:
    return entry(Closed(at_s=at_s, reason="ended"), at_s=at_s, session=session)


def test_a_recording_of_a_day_is_read() -> None:
    assert read(begin(), closed_at(DAY_S)) == ["s1"]


@pytest.mark.parametrize("at_s", [1e12, SHARING.session_max_s + 1, -1.0])
def test_a_time_that_no_session_has_is_refused(at_s: float) -> None:
    with pytest.raises(ReadError, match="longer than a session"):
        read(begin(), replace(closed_at(9.0), at_s=at_s))


def test_so_is_one_of_what_was_said_afterwards() -> None:
    where = Elsewhere(where=Where.FILE, format="csv", beats_sha256="0", dated=True)
    said = Afterwards(moment_s=1e12, suds=3)
    first = entry(Begin(seed=7, settings_hash="hash", elsewhere=where))
    assert read(first, closed(), entry(replace(said, moment_s=5.0), number=1)) == ["s1"]
    with pytest.raises(ReadError, match="longer than a session"):
        read(first, closed(), entry(said, number=1))


def test_many_long_sessions_are_refused_as_well() -> None:
    count = int(SHARING.sessions_max_s / SHARING.session_max_s) + 1
    ends = [closed_at(SHARING.session_max_s, f"s{n}") for n in range(count)]
    with pytest.raises(ReadError, match="more than one person"):
        read(*ends)


def test_ones_own_record_may_hold_any_time() -> None:
    """A session that was left open for a month is the person's own."""
    lines = lines_with([begin(), entry(Closed(at_s=9.0, reason="ended"), at_s=31 * DAY_S)])
    with closing(memory_store(writer="test", clock=CLOCK)) as journal:
        assert take_in(journal, lines).entries == 2


def test_a_text_that_no_page_could_show_is_refused() -> None:
    note = entry(Mark(kind=MarkKind.NOTE, text="half \ud800"), at_s=1.0, number=1)
    with pytest.raises(ReadError, match="text"):
        read(begin(), note, closed_at(9.0))
    whole = entry(Mark(kind=MarkKind.NOTE, text="whole \U0001f600"), at_s=1.0, number=1)
    assert read(begin(), whole, closed_at(9.0)) == ["s1"]


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59.999-23:00", "0001-01-01T00:00:00+23:00", "1492-01-01T00:00:00Z"]
)
def test_a_moment_that_has_no_local_day_is_refused(moment: str) -> None:
    with pytest.raises(ReadError, match="moment"):
        read(begin(), replace(closed_at(9.0), wall_utc=moment))
