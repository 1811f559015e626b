"""Bytes to a child and back: whatever the file or the child does, nobody is held up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from biocoach.bringing import Brought, bring, bring_file, parser
from biocoach.keeping import Keeper, sweep
from biocoach.review.incoming import GAVE_UP, TOO_LONG
from biocoach.review.parser import TOO_MUCH
from biocoach.sandbox import Stream
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import Refusal
from tests.fakes import FIT, FakeClock
from tests.fit_maker import activity
from tests.review.support import HEAD
from tests.signal.hearts import heart

RR = [round(v) for v in heart(120)]


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    clock, names = FakeClock(), count()
    journal: Journal = memory_store(writer="t", clock=clock)
    yield Keeper(
        journal=journal, clock=clock, settings=Settings(), writer="t", fit=lambda: FIT,
        new_id=lambda: f"r{next(names)}",
    )  # fmt: skip
    journal.close()


def fed(*pieces: bytes, kind: str = "") -> Stream:
    stream = parser(kind)
    for piece in pieces:
        stream.feed(piece)
    stream.end()
    return stream


def brought(found: Brought | Refusal) -> Brought:
    assert isinstance(found, Brought), found
    return found


def test_a_file_in_pieces_is_the_file(keeper: Keeper, tmp_path: Path) -> None:
    whole = activity(RR)
    pieces = [whole[at : at + 100] for at in range(0, len(whole), 100)]
    first = brought(bring(fed(*pieces), keeper, lambda: True))
    (tmp_path / "a.fit").write_bytes(whole)
    again = brought(bring_file(tmp_path / "a.fit", "", keeper))
    assert (first.kept.new, again.kept.new) == (True, False)
    assert again.kept.session == first.kept.session
    assert (first.format, first.cut_off, first.problem_count) == ("fit", False, 0)


def test_what_is_said_about_a_file_comes_along(keeper: Keeper) -> None:
    text = "\n".join([*map(str, RR), "oops", "oops"]).encode()
    found = brought(bring(fed(text, kind="rr-text"), keeper, lambda: True))
    assert (found.problem_count, found.kept.dated) == (2, False)
    assert found.problems[0].line == len(RR) + 1
    zoneless = b"Phone timestamp;RR-interval [ms]\n" + b"2026-01-20T18:00:00.000;900\n" * 30
    assert brought(bring(fed(zoneless), keeper, lambda: True)).zone_assumed


def test_what_cannot_be_read_leaves_nothing(keeper: Keeper) -> None:
    for data in (b"", b"Dear diary\n", b"\x00" * 5000, activity(RR)[:20], b"8" * 3_000_000):
        assert isinstance(bring(fed(data), keeper, lambda: True), Refusal)
    days = b"\n".join([b"800"] * 120_000)
    assert bring(fed(days), keeper, lambda: True) == Refusal(why=TOO_LONG)
    assert keeper.journal.sessions() == []


@pytest.mark.skipif(os.name != "posix", reason="needs hardware: limits of a process")
def test_a_child_that_wants_all_the_memory_does_not_get_it(keeper: Keeper) -> None:
    assert bring(fed(b"800\n" * 24_000_000), keeper, lambda: True) == Refusal(why=TOO_MUCH)
    assert keeper.journal.sessions() == []


def test_a_child_that_dies_or_says_nothing_is_not_waited_for(keeper: Keeper) -> None:
    dead = parser()
    dead.kill()
    for _ in range(100):  # a pipe takes some before it tells
        if not dead.feed(b"8" * 100_000):
            break
    else:
        raise AssertionError("a dead child took it all")
    assert bring(dead, keeper, lambda: True) == Refusal(why=GAVE_UP)
    silent = Stream("biocoach.review.opinion")  # it waits for a line
    assert list(silent.chunks(patience_s=0.2)) == []
    silent.close()


def test_a_child_that_is_not_listened_to_lets_go(keeper: Keeper) -> None:
    """More than a pipe and the waiting pieces hold."""
    lines = "".join(
        f'{{"at_s": {n}, "mark": "note", "text": "{"x" * 900}"}}\n' for n in range(4000)
    )
    stream = fed((HEAD + "\n" + lines).encode())
    pieces = stream.chunks(60.0)
    assert next(pieces)
    stream.close()
    stream.close()


def test_a_capture_keeps_its_marks_and_its_device(keeper: Keeper) -> None:
    lines = [HEAD, '{"at_s": 0.5, "strap": {"name": "H10", "sends": ["rr"]}}']
    lines += [f'{{"at_s": {n}, "notify": "2a37", "hex": "103c0004"}}' for n in range(1, 90)]
    lines.insert(40, '{"at_s": 38.5, "mark": "apart"}')
    found = brought(bring(fed("\n".join(lines).encode()), keeper, lambda: True))
    kinds = [type(e.body).__name__ for e in keeper.journal.read(found.kept.session)]
    assert (kinds.count("Reading"), kinds.count("Mark"), kinds.count("Strap")) == (89, 1, 1)
    assert keeper.journal.summaries()[found.kept.session]["went_apart"]
    assert sweep(keeper.journal) == 0
