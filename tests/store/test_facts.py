"""Facts by how their names begin: the latest of each, and none that was erased."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from biocoach.store import Journal, open_store
from tests.store.support import CLOCK, PLAIN, Place, begin, closed, ratings

CANARY = "canary-of-the-coal-mine"


def test_the_latest_of_each_name_comes_in_the_order_of_writing(journal: Journal) -> None:
    journal.put_fact("sheet:a", {"n": 1})
    journal.append([begin(), *ratings(3)])
    journal.replace_fact("sheet:b", {"n": 2})
    journal.put_fact("sheet:a", {"n": 3})
    journal.replace_fact("sheet:b", {"n": 4})
    journal.put_fact("fit", {"age": "adult"})
    assert list(journal.facts("sheet:").items()) == [("sheet:a", {"n": 3}), ("sheet:b", {"n": 4})]
    assert journal.count_facts("sheet:") == 2
    assert list(journal.facts("")) == ["sheet:a", "sheet:b", "fit"]
    assert journal.facts("nobody") == {}
    assert journal.count_facts("nobody") == 0


def test_a_name_that_only_looks_alike_is_another(journal: Journal) -> None:
    for name in ("sheet:a", "Sheet:b", "sheets:c", "sheet", "sheet;", "sheet:ü", "sheet:%"):
        journal.put_fact(name, {})
    assert set(journal.facts("sheet:")) == {"sheet:a", "sheet:ü", "sheet:%"}
    assert set(journal.facts("sheet:%")) == {"sheet:%"}


def test_each_person_has_their_own(journal: Journal) -> None:
    journal.put_fact("sheet:a", 1, person="me")
    journal.put_fact("sheet:a", 2, person="you")
    assert journal.facts("sheet:", person="me") == {"sheet:a": 1}
    assert journal.facts("sheet:") == {}
    assert journal.erase_fact("sheet:a", person="me") == 1
    assert journal.facts("sheet:", person="you") == {"sheet:a": 2}


def test_an_erased_fact_is_gone_with_all_its_wordings(journal: Journal) -> None:
    journal.put_fact("sheet:a", {"n": 1})
    journal.put_fact("sheet:a", {"n": 2})
    journal.put_fact("sheet:ab", {"n": 3})
    assert journal.erase_fact("sheet:a") == 2
    assert journal.erase_fact("sheet:a") == 0
    assert journal.fact("sheet:a") is None
    assert journal.facts("sheet:") == {"sheet:ab": {"n": 3}}
    report = journal.verify()
    assert (report.entries, report.erased, report.problems) == (3, 2, ())


def test_another_reader_sees_what_was_committed(file_place: Place) -> None:
    journal = file_place.open()
    reader = journal.reader()
    journal.put_fact("sheet:a", {"n": 1})
    assert reader.facts("sheet:") == {"sheet:a": {"n": 1}}
    reader.close()


def test_whether_there_is_a_session(journal: Journal) -> None:
    journal.append([begin()])
    journal.put_fact("fit", {})
    assert [journal.has_session(name) for name in ("s1", "s2", "")] == [True, False, False]
    journal.erase_session("s1")
    assert not journal.has_session("s1")


def test_erased_words_are_nowhere_on_the_disk(file_place: Place) -> None:
    journal = file_place.open()
    for n in range(40):
        journal.replace_fact(f"sheet:{n % 4}", {"words": CANARY * n, "rev": str(n)})
    for n in range(4):
        journal.erase_fact(f"sheet:{n}")
    assert journal.scrub_log()
    assert CANARY.encode() not in file_place.bytes_on_disk()


NAMES = st.sampled_from(["sheet:a", "sheet:b", "sheet:ab", "total:a"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "replace", "erase", "append"]), NAMES, st.integers(0, 600)),
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_no_order_of_changes_loses_one_or_keeps_an_erased_one(
    steps: list[tuple[str, str, int]],
) -> None:
    with TemporaryDirectory() as name:
        journal = open_store(Path(name), PLAIN, writer="t", clock=CLOCK)
        known: dict[str, list[str]] = {}
        gone: set[str] = set()
        for place, (what, fact, length) in enumerate(steps):
            words = f"<{place}>" + "x" * length
            if what == "put":
                journal.put_fact(fact, {"words": words})
                known.setdefault(fact, []).append(words)
            elif what == "replace":
                journal.replace_fact(fact, {"words": words})
                gone |= set(known.get(fact, []))
                known[fact] = [words]
            elif what == "erase":
                assert journal.erase_fact(fact) == len(known.get(fact, []))
                gone |= set(known.pop(fact, []))
            else:
                journal.append(ratings(length % 7))
        latest = {fact: {"words": words[-1]} for fact, words in known.items()}
        assert journal.facts("") == latest
        assert journal.count_facts("") == len(latest)
        assert journal.verify().problems == ()
        assert journal.scrub_log()
        disk = b"".join(path.read_bytes() for path in Path(name).rglob("*") if path.is_file())
        journal.close()
        assert [words for words in gone if words[: words.index(">") + 1].encode() in disk] == []


def test_what_lies_beside_a_session_goes_with_it_and_with_no_other(file_place: Place) -> None:
    journal = file_place.open()
    journal.append([begin("s1"), *ratings(2)])
    journal.append([begin("s10"), *ratings(1, "s10")])
    journal.replace_fact("beside:s1:note:a", {"text": CANARY, "rev": "1"})
    journal.replace_fact("beside:s10:note:b", {"text": "stays", "rev": "2"})
    journal.put_fact("sheet:s1", {"text": "stays"})
    assert journal.erase_session("s1") == 4
    assert list(journal.facts("")) == ["beside:s10:note:b", "sheet:s1"]
    assert CANARY.encode() not in file_place.bytes_on_disk()
    assert journal.verify().problems == ()


def test_whether_a_session_is_over(journal: Journal) -> None:
    journal.append([begin("s1"), closed("s1")])
    journal.append([begin("s2")])
    assert [journal.is_closed(name) for name in ("s1", "s2", "s3", "")] == [
        True,
        False,
        False,
        False,
    ]
