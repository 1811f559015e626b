"""The note's draft: every number in a sentence stands beside it, and is counted again here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.decided import Way
from biocoach.exposure.measures import Change, Total
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import RULES
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.review.note.draft import PARTS, Kind, note_draft
from biocoach.review.note.says import Material
from biocoach.review.note.words import shipped_words
from biocoach.settings import LearningSettings
from biocoach.types import Came, Support
from tests.strategies import PROVEN

Json = dict[str, Any]
SINCE, UNTIL = "2026-06-01", "2026-06-28"
WORDS = shipped_words()
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PLACE = {"apart": "while apart", "after_reunion": "after the reunion"}
ALWAYS = {"0", "100", "95"}  # of "0-100" and "95 %" in the words themselves


def way(half_s: float | None, where: str = "apart", *, used: bool = False, out: str = "") -> Json:
    return {"half_s": half_s, "seen_s": 120.0, "where": where, "used": used, "left_out": out}


def lived(name: str, day: str, *ways: Json, urges: Any = (0, 0, 0), **more: Any) -> Json:
    row = Practised(session=name, day=day, ladder="l", step="s", support=Support.ASK, **more)
    told, acted, unsaid = urges  # of how many it was said what came of them
    return {
        "id": name, "practised": row.told(), "ways_back": list(ways), "urges": told,
        "acted": acted, "urges_open": unsaid, "coverage": 0.0 if row.bare else 0.9,
    }  # fmt: skip


def draft(summaries: list[Json], kind: Kind = Kind.SOAP, **more: Any) -> Json:
    material = Material(
        summaries=summaries, since=SINCE, until=UNTIL, scales=shipped_scales(),
        settings=LearningSettings(), **more,
    )  # fmt: skip
    return note_draft(kind, material, WORDS)


def sentences(found: Json) -> Iterator[Json]:
    for section in found["sections"]:
        yield from section["sentences"]


def rule(found: Json, name: str) -> Json:
    (one,) = [s for s in sentences(found) if s["rule"] == name]
    return dict(one)


def figure(sentence: Json, name: str) -> Json:
    (one,) = [f for f in sentence["from"] if f["name"] == name]
    return dict(one)


# ---- any record


optional = st.none() | st.booleans()
percent = st.none() | st.integers(0, 100)
ways = st.builds(
    lambda half, where, used, out: way(half, where, used=used, out=out),
    st.none() | st.floats(1, 600), st.sampled_from(["apart", "after_reunion", "not_said"]),
    st.booleans(), st.sampled_from(["", "", "", "away", "not_told"]),
)  # fmt: skip
urged = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).map(
    lambda t: (t[0] + t[1], t[1], t[2])
)


@st.composite
def records(draw: st.DrawFn) -> list[Json]:
    return [
        lived(
            f"s{n}", f"2026-0{draw(st.integers(5, 6))}-{draw(st.integers(1, 28)):02}",
            *draw(st.lists(ways, max_size=3)), urges=draw(urged), stayed=draw(optional),
            beyond_plan=draw(optional), before_pct=draw(percent), after_pct=draw(percent),
            suds_before=draw(percent), suds_after=draw(percent), coped=draw(optional),
            came=draw(st.none() | st.sampled_from(Came)), too_much=draw(st.booleans()),
            away=draw(st.booleans()), bare=draw(st.booleans()), open=draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 12)))
    ]  # fmt: skip


@PROVEN
@given(summaries=records(), kind=st.sampled_from(Kind))
def test_every_number_in_a_sentence_stands_beside_it(summaries: list[Json], kind: Kind) -> None:
    for one in sentences(draft(summaries, kind)):
        assert one["from"], one
        known = ALWAYS | {text for f in one["from"] for text in _told(f)}
        spoken = set(NUMBER.findall(DATE.sub("", one["text"])))
        assert spoken <= known, one


def _told(figure: Json) -> Iterator[str]:
    yield str(figure["n"])
    value = figure["value"]
    if isinstance(value, int | float):
        yield from (f"{value:g}", str(round(value)), str(round(100 * value)))


@PROVEN
@given(summaries=records())
def test_counted_again(summaries: list[Json]) -> None:
    found = draft(summaries)
    rows = [s for s in summaries if SINCE <= s["practised"]["day"] <= UNTIL]
    rows = [s for s in rows if not s["practised"]["open"]]
    if not rows:
        assert rule(found, "none")["from"][0]["value"] == 0
        return
    said = [s["practised"] for s in rows]
    practised = figure(rule(found, "practised"), "practised")
    assert practised["value"] == len(rows)
    assert set(practised["sessions"]) == {p["session"] for p in said}
    assert figure(rule(found, "done"), "done")["value"] == sum(p["done"] for p in said)
    told = [p for p in said if p["came"]]
    if told:
        one = rule(found, "came")
        assert figure(one, "came")["value"] == sum(p["came"] == "yes" for p in told)
        assert figure(one, "came_partly")["value"] == sum(p["came"] == "partly" for p in told)
        assert figure(one, "came")["n"] == len(told)
    pairs = [(p["before_pct"], p["after_pct"]) for p in said]
    pairs = [pair for pair in pairs if None not in pair]
    if len(pairs) >= 3:
        one = rule(found, "expectancy")
        assert figure(one, "expectancy_before")["value"] == median(a for a, _ in pairs)
        assert figure(one, "expectancy_after")["value"] == median(b for _, b in pairs)
    screen = [s for s in rows if not s["practised"]["bare"]]
    noted = sum(s["urges"] + s["urges_open"] for s in screen)
    if noted:
        one = rule(found, "urges")
        passed = sum(s["urges"] - s["acted"] for s in screen)
        assert figure(one, "passed")["value"] == passed
        assert figure(one, "urges")["value"] == noted
    for where in ("apart", "after_reunion"):
        for used, word in ((True, "with"), (False, "without")):
            ways = [w for s in rows for w in s["ways_back"] if not w["left_out"]]
            own = [w for w in ways if (w["where"], w["used"]) == (where, used)]
            words = f"{PLACE[where]}, {word} a practice"
            of = [figure(s, "half_median") for s in sentences(found) if words in s["text"]]
            assert [f["n"] for f in of] == ([len(own)] if own else [])
            assert all(f["value"] is None for f in of) or len(own) >= 6


@PROVEN
@given(summaries=records())
def test_dap_and_soap_say_the_same(summaries: list[Json]) -> None:
    dap, soap = draft(summaries, Kind.DAP), draft(summaries, Kind.SOAP)
    assert list(sentences(dap)) == list(sentences(soap))
    assert [s["part"] for s in dap["sections"]] == ["data", "assessment", "plan"]


# ---- by hand


def test_an_empty_record_says_so_and_concludes_nothing() -> None:
    found = draft([])
    assert "nothing about how the client is" in rule(found, "none")["text"]
    assert [s["rule"] for s in sentences(found)] == ["none", "before_period", "no_proposal"]
    assert all("[" in s["yours"] for s in found["sections"] if s["part"] in ("assessment", "plan"))


def test_a_way_back_that_most_never_finished_is_not_called_few() -> None:
    rows = [lived(f"s{n}", "2026-06-05", way(None if n else 40.0)) for n in range(8)]
    assert "7 not by the end" in rule(draft(rows), "half_not_reached")["text"]


def test_no_screen_no_word_on_too_much() -> None:
    found = draft([lived("s1", "2026-06-05", bare=True, too_much=False)])
    assert not [s for s in sentences(found) if "too_much" in s["rule"] or "urges" in s["rule"]]


def test_the_days_before_are_as_many_and_just_before() -> None:
    rows = [lived(day, day) for day in ("2026-05-03", "2026-05-04", "2026-05-31", "2026-06-01")]
    one = rule(draft(rows), "before_period")
    assert figure(one, "practised_before")["sessions"] == ("2026-05-04", "2026-05-31")
    assert figure(one, "days_before")["value"] == 28


def test_measures_are_set_against_the_one_before() -> None:
    totals = [
        Total(id="1", scale="gad-7", day="2026-04-01", total=15),
        Total(id="2", scale="gad-7", day="2026-06-02", total=14),
        Total(id="3", scale="gad-7", day="2026-06-20", total=8),
        Total(id="4", scale="gad-7", day="2026-07-20", total=1),
        Total(id="5", scale="oasis", day="2026-06-20", total=9),
        Total(id="6", scale="isi", day="2026-05-20", total=9),
    ]
    found = draft([], totals=totals)
    text = rule(found, "measure_change")["text"]
    assert "8 on 2026-06-20; before 14 on 2026-06-02 (a change for the better" in text
    assert "9 on 2026-06-20" in rule(found, "measure")["text"]


def test_a_standing_proposal_is_told_with_its_rule() -> None:
    base: Json = {"sessions": ["s1"], "by": "", "reason": ""}
    step: Json = {"title": "To the {shop}", "put_away": False}
    own = step | {"proposal": base | {"way": "advance", "rule": "expectancy_fell"}}
    word = {"way": "hold", "rule": "therapist", "by": "Dr. K.", "reason": "Holidays"}
    held = step | {"proposal": base | word}
    gone = own | {"put_away": True}
    ladder = {"put_away": False, "steps": [own, step | {"proposal": None}, held, gone]}
    found = draft([], ladders=[ladder, ladder | {"put_away": True}])
    assert "“To the {shop}”: go on to the next step" in rule(found, "proposal")["text"]
    assert "Dr. K. said: stay with this step. Reason: Holidays." in rule(found, "held")["text"]


def test_what_the_client_wrote_is_only_quoted() -> None:
    text = "{n} %s \N{LEFT CURLY BRACKET}} [x](y)"
    assert rule(draft([], talk=f"  {text} "), "talk")["text"].count(text) == 1


# ---- the words


@pytest.mark.parametrize(
    ("group", "keys"),
    [
        ("way", [way.value for way in Way]),
        ("rule", RULES),
        ("change", [change.value for change in Change]),
        ("titles", {part for parts in PARTS.values() for part in parts}),
    ],
)
def test_there_are_words_for_all_of_it(group: str, keys: Any) -> None:
    assert set(WORDS.groups[group]) == set(keys)


def test_no_sentence_judges_or_advises() -> None:
    whole = " ".join(WORDS.groups["sentences"].values()).lower()
    for word in (
        "anxi",
        "should",
        "must ",
        "recommend",
        "suggest",
        "disorder",
        "symptom",
        "improv",
    ):
        assert word not in whole
