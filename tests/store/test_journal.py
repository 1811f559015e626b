"""The journal's promises, the same in memory, in a plain file and in an encrypted one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from biocoach.store import Journal, StoreError, Trouble
from biocoach.store.whole import PAGE
from biocoach.types import Plan, Rating, Step
from tests.store.support import Place, begin, closed, entry, ratings, tamper

CANARY = "canary-of-the-coal-mine"


def feared(text: str) -> Plan:
    return Plan(step=Step(id="a", title="b"), planned_s=900.0, feared=text)


def test_entries_come_back_with_seq_and_are_read_as_they_were(journal: Journal) -> None:
    new = [begin(), *ratings(5)]
    kept = journal.append(new)
    assert [item.seq for item in kept] == [1, 2, 3, 4, 5, 6]
    assert [replace(item, seq=0) for item in kept] == new
    assert list(journal.read("s1")) == kept


def test_nothing_is_appended_for_nothing(journal: Journal) -> None:
    assert journal.append([]) == []
    assert journal.verify().entries == 0


def test_reading_goes_on_beyond_a_page(journal: Journal) -> None:
    journal.append(ratings(2 * PAGE + 3))
    assert [item.seq for item in journal.read("s1")] == list(range(1, 2 * PAGE + 4))


def test_appending_while_reading(journal: Journal) -> None:
    journal.append(ratings(3))
    for item in journal.read("s1"):
        journal.append([replace(item, session="s2")])
    assert len(list(journal.read("s2"))) == 3


def test_sessions_are_told_oldest_first(journal: Journal) -> None:
    journal.append([begin("late"), *ratings(3, "late")])
    journal.append([begin("early"), closed("early")])
    journal.append(ratings(1, "late"))
    rows = journal.sessions()
    assert [(row.session, row.entries, row.closed) for row in rows] == [
        ("late", 5, False),
        ("early", 2, True),
    ]
    assert rows[0].started_utc == "2026-01-31T09:00:00.000Z"
    assert rows[0].person == "me"


def test_open_session_is_the_newest_that_began_and_was_not_closed(journal: Journal) -> None:
    assert journal.open_session() is None
    journal.append([begin("s1")])
    journal.append([begin("s2")])
    journal.append(ratings(2, "imported"))
    assert journal.open_session() == "s2"
    journal.append([closed("s2")])
    assert journal.open_session() == "s1"
    journal.append([closed("s1")])
    assert journal.open_session() is None


def test_two_sessions_in_one_append(journal: Journal) -> None:
    journal.append([begin("s1"), begin("s2"), closed("s1")])
    assert journal.open_session() == "s2"
    assert journal.verify().problems == ()


def test_settings_are_kept_once(journal: Journal) -> None:
    assert journal.settings("h") is None
    journal.put_settings("h", {"b": 1, "a": [1.5, None]})
    journal.put_settings("h", {"other": 1})
    assert journal.settings("h") == {"b": 1, "a": [1.5, None]}


def test_summaries_are_replaced(journal: Journal) -> None:
    journal.append([begin("s2")])
    journal.append([begin("s1")])
    journal.put_summary("s1", {"n": 1})
    journal.put_summary("s2", {"n": 2})
    journal.put_summary("s1", {"n": 3})
    assert journal.summary("s1") == {"n": 3}
    assert journal.summary("nobody") is None
    assert list(journal.summaries().items()) == [("s2", {"n": 2}), ("s1", {"n": 3})]


def test_the_latest_fact_counts_and_none_is_a_session(journal: Journal) -> None:
    assert journal.fact("fit") is None
    journal.put_fact("fit", {"age": "adult"})
    journal.put_fact("strap", "Polar H10")
    journal.put_fact("fit", {"age": "13_17"})
    journal.put_fact("fit", {"age": "other"}, person="somebody")
    assert journal.fact("fit") == {"age": "13_17"}
    assert journal.fact("fit", person="somebody") == {"age": "other"}
    assert journal.fact("strap") == "Polar H10"
    assert journal.sessions() == []
    assert journal.open_session() is None
    report = journal.verify()
    assert (report.entries, report.problems) == (4, ())


def test_which_sessions_began_after_a_fact_goes_by_the_order_of_the_lines(journal: Journal) -> None:
    journal.append([begin("s1")])
    assert journal.sessions_since("again") is None
    journal.put_fact("again", {"at_utc": "2099-01-01T00:00:00Z"})
    assert journal.sessions_since("again") == set()
    journal.append([begin("s2"), closed("s1")])
    journal.put_fact("fit", {})
    assert journal.sessions_since("again") == {"s2"}
    assert journal.sessions_since("again", person="somebody") is None
    journal.put_fact("again", {"at_utc": "2000-01-01T00:00:00Z"})
    assert journal.sessions_since("again") == set()


# ---- the chain


@pytest.mark.parametrize(
    "change",
    [
        'body = \'{"kind":"rating","presence":null,"suds":99}\'',
        "at_s = 77.5",
        "wall_utc = 'yesterday'",
        "session = 's9'",
        "number = 77",
        "settings_hash = 'other'",
        "person = 'you'",
        "kind = 'offer'",
        "body_sha256 = 'ab'",
        "chain_sha256 = 'ab'",
        "seq = 500",
    ],
)
def test_verify_sees_a_changed_line(journal: Journal, change: str) -> None:
    journal.append([begin(), *ratings(5)])
    assert journal.verify().problems == ()
    tamper(journal, f"UPDATE entries SET {change} WHERE seq = 4")
    assert journal.verify().problems


def test_verify_sees_a_missing_line(journal: Journal) -> None:
    journal.append(ratings(5))
    tamper(journal, "DELETE FROM entries WHERE seq = 3")
    assert "entry 3: missing" in journal.verify().problems


def test_a_line_this_version_cannot_read_is_told_not_skipped(journal: Journal) -> None:
    journal.append(ratings(2))
    tamper(journal, 'UPDATE entries SET body = \'{"kind":"dream"}\' WHERE seq = 2')
    with pytest.raises(StoreError, match="dream") as caught:
        list(journal.read("s1"))
    assert caught.value.code is Trouble.NEWER
    assert journal.verify().problems


# ---- erasing


def test_an_erased_session_leaves_tombstones_that_verify(journal: Journal) -> None:
    journal.append([begin("s1"), entry(feared(CANARY)), *ratings(3)])
    journal.append([begin("s2"), *ratings(2, "s2")])
    journal.put_summary("s1", {"feared": CANARY})
    assert journal.erase_session("s1") == 5
    assert list(journal.read("s1")) == []
    assert journal.summary("s1") is None
    assert [row.session for row in journal.sessions()] == ["s2"]
    assert len(list(journal.read("s2"))) == 3
    report = journal.verify()
    assert (report.entries, report.erased, report.problems) == (8, 5, ())


def test_after_erasing_the_journal_goes_on(journal: Journal) -> None:
    journal.append(ratings(3))
    journal.erase_session("s1")
    assert journal.append(ratings(2))[-1].seq == 5
    assert len(list(journal.read("s1"))) == 2
    assert journal.verify().problems == ()


def test_erasing_a_person_takes_their_facts_and_sessions_only(journal: Journal) -> None:
    journal.append([entry(Rating(suds=1), person="me"), entry(Rating(suds=2), person="you")])
    journal.put_fact("fit", 1, person="me")
    journal.put_fact("fit", 2, person="you")
    assert journal.erase_person("me") == 2
    assert journal.fact("fit", person="me") is None
    assert journal.fact("fit", person="you") == 2
    assert [item.person for item in journal.read("s1")] == ["you"]
    assert journal.verify().problems == ()


def test_facts_are_not_erased_as_a_session(journal: Journal) -> None:
    journal.put_fact("fit", 1)
    assert journal.erase_session("") == 0
    assert journal.fact("fit") == 1


def test_erased_words_are_nowhere_on_the_disk(file_place: Place) -> None:
    journal = file_place.open()
    journal.append([begin(), *(entry(feared(CANARY * 50), number=n) for n in range(40))])
    journal.put_summary("s1", {"feared": CANARY})
    journal.append([begin("s2"), entry(feared("something else"), session="s2")])
    assert (CANARY.encode() in file_place.bytes_on_disk()) is (file_place.kind == "plain")
    journal.erase_session("s1")
    assert CANARY.encode() not in file_place.bytes_on_disk()
    journal.close()
    assert CANARY.encode() not in file_place.bytes_on_disk()


# ---- readers


def test_a_reader_in_another_thread_sees_what_is_committed(journal: Journal) -> None:
    journal.append(ratings(3))
    reader = journal.reader()
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.extend(e.seq for e in reader.read("s1")))
    journal.append(ratings(1))
    thread.start()
    thread.join()
    assert seen == [1, 2, 3, 4]
    reader.close()
    assert journal.append(ratings(1))[0].seq == 5


def test_appends_from_two_threads_keep_one_chain(journal: Journal) -> None:
    def append_many(session: str) -> None:
        for _ in range(50):
            journal.append(ratings(2, session))

    threads = [threading.Thread(target=append_many, args=(name,)) for name in ("s1", "s2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = journal.verify()
    assert (report.entries, report.problems) == (200, ())


def test_a_reader_cannot_write(file_place: Place) -> None:
    journal = file_place.open()
    reader = journal.reader()
    with pytest.raises(StoreError) as caught:
        reader._database.run("DELETE FROM entries")
    assert caught.value.code is Trouble.READ_ONLY
    reader.close()


def test_an_open_journal_is_found_again(file_place: Place) -> None:
    first = file_place.open()
    kept = first.append([begin(), *ratings(3)])
    first.put_fact("strap", "H10")
    first.close()
    second = file_place.open()
    assert list(second.read("s1")) == kept
    assert second.open_session() == "s1"
    assert second.fact("strap") == "H10"
    assert second.append(ratings(1))[0].seq == 6
    assert second.verify().problems == ()
