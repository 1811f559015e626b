"""A small seeded share of the repeats, and that the campaign notices a duplicate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from biocoach.keeping import Keeper
from biocoach.sharing.replies import CAME
from biocoach.store import Journal, beside_of
from biocoach.store.transfer import FACT
from tests.faults.campaign import Order
from tests.faults.durable import repeats
from tests.faults.durable.repeat_files import FORMATS, heart, read_in
from tests.faults.durable.repeats import HEARTS, Record, run


@pytest.fixture
def record() -> Iterator[Record]:
    record = Record("proof")
    yield record
    record.close()


def test_a_share_of_the_repeats() -> None:
    found = run(Order(count=60, seed=1))
    assert found.failures == []
    assert min(found.counts.values()) > 0


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same_beats(name: str, record: Record) -> None:
    ticks = heart(record.dice)
    plain = read_in(FORMATS["rr-text"](ticks, 1))
    assert read_in(FORMATS[name](ticks, 1)).beats_sha256 == plain.beats_sha256


# ---- what the campaign notices


def test_a_recording_that_is_not_known_again(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keeper, "_known", lambda *_: None)
    assert any("another recording" in why for why in record.recording())
    assert record._held()[0] == HEARTS + 1


def test_a_record_that_takes_in_what_it_has(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "take_in", lambda _journal, _lines: None)
    assert "it took in its own lines" in record.record()


def test_a_reply_that_is_not_known_again(record: Record) -> None:
    record.journal.erase_fact(CAME + record.reply)
    assert record.again_the_reply() == ["a reply that was there came as a new one"]


def test_an_item_whose_answer_was_lost(record: Record) -> None:
    value = record.journal.fact(CAME + record.reply) or {}
    items = [item | {"answer": ""} for item in value["items"]]
    record.journal.replace_fact(CAME + record.reply, value | {"items": items})
    assert record.answer() == ["an accepted item waits for another answer"]


def test_a_note_that_is_there_twice(record: Record) -> None:
    def note(journal: Journal = record.journal) -> list[str]:
        journal.put_fact(f"{beside_of(record.sessions[0])}note:again", {FACT: "Look here"})
        return []

    record.ways = {"notes": note}
    (why,) = record.outcome(1).failures
    assert "it added something" in why


def test_a_word_that_counts_twice(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    phases = iter([["plan", "apart"], ["plan", "apart", "apart"]])
    monkeypatch.setattr(record, "_phases", lambda _times: next(phases))
    assert len(record.words()) == 1
