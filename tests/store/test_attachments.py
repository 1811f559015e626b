"""Pictures and voices in the journal's file: kept whole, refused clearly, and really erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biocoach.settings import MEDIA
from biocoach.store import Journal, StoreError, Trouble, open_store
from biocoach.store.attachments import FACT, NoRoom
from biocoach.store.codec import parse
from biocoach.store.plans import Json
from tests.store.support import CLOCK, PLAIN, Place, begin, ratings, tamper

PICTURE = bytes(range(256)) * 40
CANARY = "canary-of-the-coal-mine"


def told(journal: Journal) -> list[Json]:
    """The journal's lines about attachments that still have a body."""
    with journal._database.reading() as connection:
        found = connection.exec_driver_sql(
            f"SELECT body FROM entries WHERE kind = 'fact:{FACT}' ORDER BY seq"
        )
        return [parse(row.body) for row in found]


def test_one_comes_back_as_it_was(journal: Journal) -> None:
    assert journal.attach("a1", "image/png", PICTURE) is None
    assert journal.attach("b2", "audio/webm", b"sound") is None
    assert journal.attachment("a1") == ("image/png", PICTURE)
    assert journal.attachment("nobody") is None
    known = journal.attachments()
    assert [(one.id, one.media_type, one.length) for one in known.values()] == [
        ("a1", "image/png", len(PICTURE)),
        ("b2", "audio/webm", 5),
    ]
    assert journal.verify().problems == ()


def test_a_reader_has_them_too_and_a_later_start(file_place: Place) -> None:
    first = file_place.open()
    first.attach("a1", "image/png", PICTURE)
    reader = first.reader()
    assert reader.attachment("a1") == ("image/png", PICTURE)
    reader.close()
    first.close()
    assert file_place.open().attachment("a1") == ("image/png", PICTURE)


def test_the_journal_tells_that_one_came_and_that_it_went(journal: Journal) -> None:
    journal.attach("a1", "image/png", PICTURE)
    (came,) = told(journal)
    assert came["did"] == "added"
    assert (came["id"], came["type"], came["length"]) == ("a1", "image/png", len(PICTURE))
    assert len(came["sha256"]) == 64
    assert journal.detach(["a1", "nobody"]) == 1
    assert told(journal) == [{"did": "erased", "of_seq": 1, "type": "image/png"}]
    assert journal.attachment("a1") is None
    assert journal.attachments() == {}
    report = journal.verify()
    assert (report.entries, report.erased, report.problems) == (2, 1, ())


def test_nothing_is_written_where_nothing_is_erased(journal: Journal) -> None:
    assert journal.detach([]) == journal.detach(["nobody"]) == 0
    assert journal.verify().entries == 0


def test_too_large_too_many_and_too_much_are_refused(journal: Journal) -> None:
    limits = replace(MEDIA, each_max_bytes=10, all_max_bytes=25, all_max=3)

    def attach(name: str, length: int) -> NoRoom | None:
        return journal.attach(name, "image/png", bytes(length), limits=limits)

    assert attach("a", 11) is NoRoom.TOO_LARGE
    assert attach("b", 10) is attach("c", 10) is None
    assert attach("d", 6) is NoRoom.TOO_MUCH
    assert attach("e", 5) is None
    assert attach("f", 0) is NoRoom.TOO_MANY
    assert set(journal.attachments()) == {"b", "c", "e"}
    assert journal.detach(["b"]) == 1
    assert attach("g", 10) is None
    assert journal.verify().problems == ()


def test_one_of_the_largest_is_kept(journal: Journal) -> None:
    content = b"x" * MEDIA.each_max_bytes
    assert journal.attach("a", "audio/wav", content + b"x") is NoRoom.TOO_LARGE
    assert journal.attach("a", "audio/wav", content) is None
    assert journal.attachment("a") == ("audio/wav", content)


def test_a_full_disk_is_told_and_the_chain_goes_on(journal: Journal) -> None:
    pages = journal._database.run("PRAGMA page_count")[0][0]
    journal._database.run(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError) as caught:
        journal.attach("a", "image/png", bytes(100_000))
    assert caught.value.code is Trouble.DISK_FULL
    assert journal.attachments() == {}
    journal._database.run("PRAGMA max_page_count = 1000000")
    assert journal.attach("a", "image/png", bytes(100_000)) is None
    assert journal.verify().problems == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE attachments SET content = x'00'",
        "UPDATE attachments SET media_type = 'text/html'",
        "UPDATE attachments SET id = 'b2'",
        "UPDATE attachments SET seq = 2",
        "UPDATE attachments SET id = NULL",
        "DELETE FROM attachments",
    ],
)
def test_verify_sees_a_changed_one(journal: Journal, change: str) -> None:
    journal.attach("a1", "image/png", PICTURE)
    tamper(journal, change)
    assert journal.verify().problems


def test_erasing_a_person_takes_theirs_and_a_session_none(journal: Journal) -> None:
    journal.append([begin("s1")])
    journal.attach("a1", "image/png", PICTURE, person="me")
    journal.attach("b2", "image/png", PICTURE, person="you")
    journal.erase_session("s1")
    assert set(journal.attachments()) == {"a1", "b2"}
    journal.erase_person("me")
    assert set(journal.attachments()) == {"b2"}
    assert journal.verify().problems == ()


def test_their_words_are_in_no_error(journal: Journal) -> None:
    journal._database.run("DROP TABLE attachments")
    with pytest.raises(Exception, match="no such table") as caught:
        journal.attach("a1", "image/png", CANARY.encode())
    assert CANARY not in str(caught.value)


# ---- a fact of which only the latest is kept


def test_the_latest_wording_is_kept_and_the_others_are_tombstones(journal: Journal) -> None:
    journal.put_fact("contacts", {"a": 1})
    for n in range(4):
        journal.replace_fact("own", {"n": n})
        assert journal.fact("own") == {"n": n}
    journal.replace_fact("own", {"n": 9}, person="you")
    assert journal.fact("own") == {"n": 3}
    assert journal.fact("contacts") == {"a": 1}
    report = journal.verify()
    assert (report.entries, report.erased, report.problems) == (6, 3, ())


def test_a_replaced_fact_that_cannot_be_written_is_still_there(journal: Journal) -> None:
    journal.replace_fact("own", {"n": 1})
    pages = journal._database.run("PRAGMA page_count")[0][0]
    journal._database.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError):
        journal.replace_fact("own", {"n": "x" * 50_000})
    assert journal.fact("own") == {"n": 1}
    assert journal.verify().problems == ()


def test_what_was_replaced_or_detached_is_nowhere_on_the_disk(file_place: Place) -> None:
    journal = file_place.open()
    canary = CANARY.encode()
    journal.attach("a1", "image/png", canary * 5000)
    journal.replace_fact("own", {"text": CANARY * 300})
    assert (canary in file_place.bytes_on_disk()) is (file_place.kind == "plain")
    journal.replace_fact("own", {"text": "something else"})
    journal.detach(["a1"])
    assert journal.scrub_log()
    assert canary not in file_place.bytes_on_disk()
    journal.close()
    assert canary not in file_place.bytes_on_disk()


def test_the_log_is_emptied_later_where_somebody_reads(file_place: Place) -> None:
    journal = file_place.open()
    journal._database.run("PRAGMA busy_timeout = 0")
    journal.replace_fact("own", {"text": CANARY})
    reader = journal.reader()
    with reader._database.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM entries").all()
        journal.replace_fact("own", {"text": "something else"})
        assert not journal.scrub_log()
    assert journal.scrub_log()
    assert CANARY.encode() not in file_place.bytes_on_disk()
    reader.close()


# Whatever is done in whatever order, of what is gone no byte is left: SQLite moves rows about, and
# that must leave no copies behind.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.sampled_from([1, 30, 300, 900, 3000])),
        st.tuples(st.just("go"), st.integers(0, 99)),
        st.tuples(st.just("say"), st.sampled_from([1, 30, 300, 900, 3000])),
        st.tuples(st.just("beat"), st.sampled_from([1, 30, 90])),
        st.tuples(st.just("fact"), st.integers(1, 3000)),
    ),
    max_size=60,
)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_of_what_is_gone_nothing_is_left(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        journal = open_store(Path(folder), PLAIN, writer="w", clock=CLOCK)
        gone: set[str] = set()
        there: dict[str, str] = {}
        names = canaries()
        for what, size in steps:
            if what == "beat":
                journal.append(ratings(size))
            elif what == "fact":
                journal.put_fact("other", "x" * size)
            else:
                gone |= done(journal, what, size, there, next(names))
            assert journal.scrub_log()
            left = b"".join(path.read_bytes() for path in Path(folder).iterdir())
            assert not [word for word in gone if word.encode() in left]
            assert all(word.encode() in left for word in there)
        assert journal.verify().problems == ()
        journal.close()


# Where rows are deleted, this order makes SQLite move one to another page and leave a copy of it.
SIZES = (320, 10, 320, 10, 90, 320, 40, 40, 10, 90, 40, 320, 90, 40, 10, 160, 90)
ORDER = (9, 5, 3, 8, 6, 1, 11, 10, 14, 7, 13, 15, 0, 16, 4, 2, 12)


def test_no_copy_is_left_of_a_neighbour_that_is_erased_later(tmp_path: Path) -> None:
    journal = open_store(tmp_path, PLAIN, writer="w", clock=CLOCK)
    for number, size in enumerate(SIZES):
        journal.attach(f"n{number}", "image/png", f"<c {number}>".encode() * size)
    for done_with, number in enumerate(ORDER, 1):
        journal.detach([f"n{number}"])
        assert journal.scrub_log()
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not [gone for gone in ORDER[:done_with] if f"<c {gone}>".encode() in left]
    journal.close()


def canaries() -> Iterator[str]:
    return (f"<canary {n}>" for n in count())


def done(journal: Journal, what: str, size: int, there: dict[str, str], word: str) -> set[str]:
    """Does the step; ``there`` has the words that must be found, with their attachments' names.
    The words that are gone now come back."""
    text = word * size
    if what == "come":
        journal.attach(f"name-{word}", "image/png", text.encode())
        there[word] = f"name-{word}"
        return set()
    gone = {said for said, name in there.items() if name == ""} if what == "say" else set()
    if what == "say":
        journal.replace_fact("own", {"text": text})
    else:
        attached = sorted(said for said, name in there.items() if name)
        gone = {attached[size % len(attached)]} if attached else set()
        assert journal.detach([there[said] for said in gone]) == len(gone)
    for said in gone:
        del there[said]
    if what == "say":
        there[word] = ""
    return gone


def test_what_comes_after_the_closing_is_told_plainly(tmp_path: Path) -> None:
    """A page's word may still be on its way while another record is chosen."""
    journal = open_store(tmp_path, PLAIN, writer="t", clock=CLOCK)
    reader = journal.reader()
    reader.close()
    journal.close()
    late: list[Callable[[], object]] = [
        lambda: journal.put_fact("fit", {}),
        lambda: journal.replace_fact("own", {}),
        journal.scrub_log,
        lambda: reader.fact("own"),
    ]
    for call in late:
        with pytest.raises(StoreError) as told_why:
            call()
        assert told_why.value.code is Trouble.CLOSED
