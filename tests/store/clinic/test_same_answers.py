"""The Reader says of a copy on PostgreSQL what it says of the record itself on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from biocoach.store import Journal, Reader
from biocoach.store.clinic import records
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.own import Own
from biocoach.store.codec import canonical
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, Clinic, sent
from tests.store.support import begin, closed, ratings

SHEETS = {"state": "kept", "makes": "moment", "text": "ä 🙂 ' \" \\ % : $1"}


@pytest.fixture
def lived(record: Journal) -> Journal:
    """Sessions, facts in several wordings, an erased session, settings, names of every script."""
    record.put_settings("hash", {"care": 1})
    record.append([begin(), *ratings(30), closed()])
    for name in ("total:a", "total:B", "total:ä", "total:z", "total:\uffff", "total:\U0001f642"):
        record.put_fact(name, {"of": name, "day": "2026-01-31"})
    record.put_fact("total:a", {"of": "again"})
    record.append([begin("s2"), *ratings(3, "s2")])
    record.append([begin("S3"), *ratings(4, "S3"), closed("S3")])
    record.put_fact("check_in", {"session": "s1"})
    record.put_fact("check_in", {"session": "s2"})
    record.put_fact("sheet:1", SHEETS)
    record.put_fact("sheet:2", SHEETS | {"makes": "note"})
    record.put_fact("beside:s1:note:1", {"text": "x"})
    record.append([begin("gone"), *ratings(2, "gone"), closed("gone")])
    record.erase_session("gone")
    for name in ("s1", "S3"):
        record.put_summary(name, {"id": name, "n": 1.5})
        record.put_thin_review(name, "v1", {"id": name})
    return record


@pytest.fixture
def copy(lived: Journal, clinic: Clinic) -> Iterator[Reader]:
    sent(clinic.engine, clinic.client, lived)
    own = Own(clinic.engine, clinic.client.practitioner, clinic.client.client, JOURNAL)
    for name in ("s1", "S3"):
        own.put_summary(name, {"id": name, "n": 1})
        own.put_summary(name, {"id": name, "n": 1.5})
        own.put_thin_review(name, "v1", {"id": name})
    reader = records.open_reader(clinic.engine, clinic.therapist, clinic.client.client, JOURNAL)
    yield reader
    reader.close()


ASKED: dict[str, Callable[[Reader], Any]] = {
    "read": lambda r: [list(r.read(name)) for name in ("s1", "s2", "S3", "gone", "none", "")],
    "sessions": lambda r: r.sessions(),
    "beginnings": lambda r: list(r.beginnings()),
    "unclosed": lambda r: list(r.beginnings(unclosed=True)),
    "open": lambda r: r.open_session(),
    "settings": lambda r: (r.settings("hash"), r.settings("other")),
    "summary": lambda r: (r.summary("s1"), r.summary("s2")),
    "summaries": lambda r: list(r.summaries().items()),
    "thin": lambda r: (
        r.thin_review("s1", "v1"),
        r.thin_review("s1", "v2"),
        r.thin_reviews_by("v1"),
    ),
    "fact": lambda r: [r.fact(n) for n in ("check_in", "total:a", "total:A", "sheet:1", "none")],
    "every": lambda r: r.every("check_in"),
    "facts": lambda r: [list(r.facts(p).items()) for p in ("total:", "", "sheet:", "T", "total:ä")],
    "count": lambda r: [r.count_facts(p) for p in ("total:", "", "total:a")],
    "has": lambda r: [r.has_session(n) for n in ("s1", "S1", "", "none")],
    "closed": lambda r: [r.is_closed(n) for n in ("s1", "s2", "none")],
    "since": lambda r: (r.sessions_since("total:z"), r.sessions_since("none")),
    "line": lambda r: (r.has_line(0, ""), r.has_line(1, ""), r.has_line(9999, "")),
    "head": lambda r: r.head(),
    "attachments": lambda r: (r.attachments(), r.attachment("x")),
    "whole": lambda r: [tuple(row) for row in r.whole.lines()],
    "chosen": lambda r: [tuple(row) for row in r.whole.lines(["s2"])],
    "length": lambda r: [r.whole.length_s(n) for n in ("s1", "none")],
    "texts": lambda r: r.whole.texts("s1"),
    "latest": lambda r: r.whole.latest_facts(),
    "settings_of": lambda r: (r.whole.settings_of(), r.whole.settings_of(["s2"])),
}


def test_each_question_has_the_same_answer(lived: Journal, copy: Reader) -> None:
    for name, ask in ASKED.items():
        assert ask(copy) == ask(lived), name
    assert records.check(copy).problems == ()
    assert records.check(copy).entries == lived.verify().entries


def test_every_question_of_the_reader_is_asked_here() -> None:
    whole = {n for n in dir(Reader) if not n.startswith("_")} - {"close", "verify", "whole"}
    names = {
        "has_session", "has_line", "is_closed", "sessions_since", "count_facts", "thin_review",
        "thin_reviews_by", "open_session", "attachment", *ASKED,
    }  # fmt: skip
    assert whole - names == set()


def test_a_long_session_is_read_page_by_page(clinic: Clinic, record: Journal) -> None:
    record.append([begin(), *ratings(2500)])
    sent(clinic.engine, clinic.client, record)
    reader = records.open_reader(
        clinic.engine, clinic.therapist, clinic.client.client, JOURNAL, What.EXPORT
    )
    assert list(reader.read("s1")) == list(record.read("s1"))
    assert reader.head() == record.head()


def test_a_copy_can_be_read_in_several_threads(lived: Journal, copy: Reader) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: list(copy.read("s1")), range(40)))
    assert all(answer == list(lived.read("s1")) for answer in answers)


def test_a_changed_line_shows(copy: Reader, base: Base) -> None:
    changed = canonical({"kind": "rating", "suds": 99})
    with base.root() as root:
        root.execute("UPDATE clinic.lines SET body = %s WHERE seq = 5", [changed])
        root.execute("UPDATE clinic.lines SET wall_utc = 'x' WHERE seq = 7")
    problems = records.check(copy).problems
    assert any("entry 5" in one for one in problems)
    assert any("entry 7" in one for one in problems)
