"""What leaves is what was chosen, every word of it seen, and not a word more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from biocoach.exposure.sheet import Sheet, fact_of
from biocoach.sharing.leaving import KINDS, Leaving, Wish, preview_lines
from biocoach.store import Journal, memory_store
from biocoach.types import Mark, MarkKind, Plan, Step
from tests.store.support import CLOCK, begin, closed, entry

DAY = "2026-02-01T09:00:00Z"


def sheet(name: str, makes: str | None = None, score: dict[str, object] | None = None) -> Sheet:
    return Sheet(
        id=name, form="thought", title="A thought", state="kept", answers={"a": f"canary {name}"},
        rev="r", began_utc=DAY, changed_utc=DAY, kept_utc=DAY, makes=makes, score=score,
    )  # fmt: skip


@pytest.fixture
def journal() -> Iterator[Journal]:
    with closing(memory_store(writer="test", clock=CLOCK)) as journal:
        step = Step(id="s", title="To Kim", who="Kim")
        for name in ("one", "two"):
            note = Mark(kind=MarkKind.NOTE, text=f"kim in {name}")
            plan = Plan(step=step, planned_s=60)
            journal.append(
                [begin(name), entry(plan, session=name), entry(note, session=name), closed(name)]
            )
            row = {"id": name, "started_utc": DAY, "planned": True, "step_title": "To Kim"}
            journal.put_summary(name, row)
            journal.put_fact(f"beside:{name}:note:1", {"text": f"canary note {name}"})
        for one in (sheet("w1"), sheet("w2"), sheet("m1", "moment"), sheet(
            "g1", score={"scale": "gad-7", "total": 9, "complete": True})):  # fmt: skip
            journal.put_fact(f"sheet:{one.id}", fact_of(one))
        for name in ("own", "contacts", "fit", "secret:identity", "words:x", "draft:y", "shared"):
            journal.put_fact(name, {"text": f"canary {name}"})
        journal.put_fact("check_in", {"session": "one", "date": "d", "words": "canary check"})
        yield journal


def leaves(journal: Journal, wish: Wish) -> tuple[str, Leaving]:
    leaving = Leaving(journal, wish, simulated=False)
    return "\n".join(leaving.lines()), leaving


def test_the_usual_choice_has_no_word_that_was_not_chosen(journal: Journal) -> None:
    text, leaving = leaves(journal, Wish())
    assert "canary" not in text
    assert dict(leaving.counts) == {"sessions": 2, "measures": 1}
    assert '"total:g1"' in text  # the total, not its answers


def test_one_by_one(journal: Journal) -> None:
    wish = Wish(
        kinds=frozenset(KINDS), sessions=frozenset({"one"}), sheets=frozenset({"w1"}),
        names=("kim",),
    )  # fmt: skip
    text, leaving = leaves(journal, wish)
    assert "kim" not in text.casefold()
    assert "[name 1] in one" in text
    assert "in two" not in text
    assert "canary w1" in text
    assert "canary w2" not in text
    assert "canary note one" in text
    assert "canary note two" not in text
    assert "canary check" not in text
    seen = "\n".join(preview_lines(leaving, words=True))
    for word in ("canary w1", "canary note one", "[name 1] in one", "canary m1"):
        assert word in seen
    assert "canary" not in "\n".join(preview_lines(leaving, words=False))


@pytest.mark.parametrize("day", ["20260201", "2026-W05-7", "2026-2-1", "soon"])
def test_a_day_is_spelt_in_one_way(day: str) -> None:
    """As texts "2026-02-14" comes before "20260201": all of the year would leave."""
    with pytest.raises(ValueError, match=day):
        Wish(since=day)
    with pytest.raises(ValueError, match=day):
        Wish(until=day)


def test_a_check_in_goes_with_its_session_and_is_seen(journal: Journal) -> None:
    text, leaving = leaves(journal, Wish(sessions=frozenset({"two"})))
    assert "check_in" not in text
    text, leaving = leaves(journal, Wish(sessions=frozenset({"one"})))
    assert "check_in" in text
    assert "check_in d" in leaving.items["sessions", "one"].words
    assert "check_in" not in leaves(journal, Wish(kinds=frozenset({"ladder"})))[0]


def test_a_period(journal: Journal) -> None:
    text, leaving = leaves(journal, Wish(since="2026-02-02"))
    assert leaving.counts == ()
    assert "Kim" not in text


def test_a_session_that_has_to_be_still_does_not_leave(journal: Journal) -> None:
    journal.put_summary("two", {"id": "two", "started_utc": DAY, "planned": True, "still": True})
    text, _ = leaves(journal, Wish())
    assert "in one" in text
    assert "in two" not in text
