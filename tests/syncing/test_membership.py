"""What is remembered of agreeing, when clocks, backups and a clinic disagree."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from biocoach.syncing.items import ITEMS
from biocoach.syncing.membership import Member

MEMBER = Member(
    url="https://clinic.example", token="t", journal="j", clinic="c", therapist="t", alias="a",
    joined_utc="2026-01-01T00:00:00.000Z", changed_utc="2026-01-01T00:00:00.000Z",
    since={"ladder": "2026-01-01T00:00:00.000Z"},
)  # fmt: skip
NOW = "2026-02-01T00:00:00.000Z"
moments = st.datetimes().map(lambda one: one.isoformat(timespec="milliseconds") + "Z")


@given(clock=moments, told=moments, items=st.sets(st.sampled_from(ITEMS)))
def test_a_new_yes_is_later_than_all_that_was_said(clock: str, told: str, items: set[str]) -> None:
    known = MEMBER.heard(MEMBER.since, {}, told, NOW)
    chosen = known.agreeing(items, clock)
    for item in items - MEMBER.since.keys():
        assert chosen.since[item] > told or told >= "9999-12-31T23:59:59.999Z"
        assert chosen.since[item] > MEMBER.changed_utc
        assert chosen.changed_utc >= chosen.since[item]
    assert set(chosen.items) == items


@given(st.dictionaries(st.one_of(st.sampled_from(ITEMS), st.text()), st.text()), st.text())
def test_whatever_a_clinic_answers_no_item_is_agreed_to_by_it(
    withdrawn: dict[str, str], known_utc: str
) -> None:
    heard = MEMBER.heard(MEMBER.since, withdrawn, known_utc, NOW)
    assert heard.since == {k: v for k, v in MEMBER.since.items() if k not in withdrawn}
    assert set(heard.overruled) == MEMBER.since.keys() - heard.since.keys()
    again = heard.heard(MEMBER.since, withdrawn, known_utc, NOW)
    assert again == heard


def test_words_on_what_was_overruled_stay_until_somebody_chooses() -> None:
    heard = MEMBER.heard(MEMBER.since, {"ladder": NOW}, NOW, NOW)
    assert (heard.items, heard.overruled, heard.changed_utc) == ((), {"ladder": NOW}, NOW)
    assert heard.agreeing((), NOW) == replace(heard, overruled={})
    chosen = heard.agreeing(("ladder",), "2001-01-01T00:00:00.000Z")
    assert chosen.overruled == {}
    assert chosen.since["ladder"] > NOW


def test_a_yes_that_was_said_meanwhile_stands() -> None:
    said, meanwhile = MEMBER.since, MEMBER.agreeing((), NOW).agreeing(("ladder",), NOW)
    late = "2026-03-01T00:00:00.000Z"
    heard = meanwhile.heard(said, {"ladder": late}, late, NOW)
    assert heard.items == ("ladder",)
    assert heard.since["ladder"] > late
    assert heard.overruled == {}
