"""A long session is summed up in a child: the same is kept, and this process does no fold."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from biocoach.review import sessions, summing_beside, thin
from biocoach.review.summing_beside import sum_up_beside
from biocoach.review.summing_up import sum_up
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store, whole
from biocoach.types import Begin, Ecg, Entry, Fit
from devices.virtual import scenario_events
from tests.fakes import FakeClock
from tests.review.support import children_started
from tests.store.support import closed, entry

Json = dict[str, Any]
SETTINGS = Settings()
OTHERS = replace(SETTINGS, care=replace(SETTINGS.care, offers_per_hour=1))


def lived(boot_after: str = "boot") -> list[Entry]:
    """A quarter of an hour; ``boot_after``: the computer's start in the second half of it."""
    events = list(scenario_events(7, "separation", ("dropout",)))[:1_500]
    begin = Begin(
        seed=7, settings_hash=SETTINGS.hash(), fit=Fit(with_therapist=True), simulated=True
    )
    rows = [entry(begin, number=0)]
    rows += [entry(e.body, at_s=e.at_s, number=n) for n, e in enumerate(events, 1)]
    rows.append(
        entry(Ecg(raw=b"", timestamp_ns=1, samples_uv=()), at_s=rows[-1].at_s, number=len(rows))
    )
    half = len(rows) // 2
    after = [replace(e, boot_id=boot_after) for e in [*rows[half:], closed()]]
    return [*rows[:half], *after]


@pytest.fixture
def journal() -> Iterator[Journal]:
    with closing(memory_store(writer="t", clock=FakeClock())) as journal:
        journal.append(lived())
        yield journal


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of an hour is long already."""
    monkeypatch.setattr(summing_beside, "LONG_S", 300.0)


Sum = Callable[[Journal, str, Settings], None]


def kept(journal: Journal, by: Sum, settings: Settings = SETTINGS) -> tuple[Json, Json]:
    by(journal, "s1", settings)
    found = journal.summary("s1"), journal.thin_review("s1", thin.made_by(settings))
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def peak_bytes(journal: Journal, by: Sum) -> int:
    """What this process had to hold for it. No chance of an allocator: Python's own count."""
    by(journal, "s1", SETTINGS)  # what is made once only is there after it
    tracemalloc.start()
    by(journal, "s1", SETTINGS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize(("boot_after", "end_boot"), [("boot", "boot"), ("another boot", "")])
def test_a_child_says_the_same(
    boot_after: str, end_boot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = children_started(monkeypatch)
    with closing(memory_store(writer="t", clock=FakeClock())) as journal:
        journal.append(lived(boot_after))
        beside = kept(journal, sum_up_beside)
        assert beside == kept(journal, sum_up)
    assert beside[0]["made_by"] == sessions.made_by(SETTINGS)
    assert beside[0]["spent"]["end_boot"] == end_boot
    assert started == [summing_beside.MODULE]


@pytest.mark.usefixtures("long")
def test_a_long_session_takes_no_memory_here(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "PAGE", 50)  # of its many; no more than one is held at a time
    assert peak_bytes(journal, sum_up_beside) < peak_bytes(journal, sum_up) / 20


def test_a_short_one_and_one_of_other_settings_are_folded_here(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = children_started(monkeypatch)
    kept(journal, sum_up_beside)
    monkeypatch.setattr(summing_beside, "LONG_S", 300.0)
    kept(journal, sum_up_beside, OTHERS)
    assert started == []
    kept(journal, sum_up_beside)
    assert started == [summing_beside.MODULE]


@pytest.mark.usefixtures("long")
def test_a_child_that_does_not_start_costs_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = kept(journal, sum_up)
    monkeypatch.setattr(summing_beside, "MODULE", "biocoach.nothing_of_this_name")
    assert kept(journal, sum_up_beside) == wanted
    monkeypatch.setattr("sys.executable", "/nothing/of/this/name")
    assert kept(journal, sum_up_beside) == wanted


@pytest.mark.usefixtures("long")
def test_a_child_that_is_too_slow_is_left(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = kept(journal, sum_up)
    monkeypatch.setattr(summing_beside, "PATIENCE_S", 0.0)
    assert kept(journal, sum_up_beside) == wanted


def test_an_answer_that_was_cut_off_is_none(journal: Journal) -> None:
    lines = [json.dumps(line) for line in ("s1", *journal.whole.each_text("s1"))]
    answer = summing_beside.reply(lines, SETTINGS).encode()
    found = summing_beside.answered(answer)
    assert found is not None
    assert (found.summary, found.thin) == kept(journal, sum_up)
    for cut in (0, 1, len(answer) // 2, len(answer) - 1):
        assert summing_beside.answered(answer[:cut]) is None
