"""Every number of a packet, counted again from the exported lines: the strap's bytes, and what the
person said, by ``tests.review.recount``, which imports nothing of biocoach.

What is counted must agree exactly. What is timed on the heart must agree within two seconds, a
line within a tenth of a beat a minute as a rule and two at most: the program leaves doubtful beats
out, the recount does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from biocoach.cli.packet_made import material_of, note_of
from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock
from biocoach.review.packet.document import packet
from biocoach.review.packet.material import Span
from biocoach.settings import Settings
from biocoach.store import memory_store
from biocoach.store.transfer import contents_of
from tests.review import recount
from tests.review.recount import Kept

Json = dict[str, Any]
SEED, WEEKS = 11, 8
START = datetime(2026, 1, 5, tzinfo=UTC)
SPAN = Span(since=date(2026, 2, 2), until=date(2026, 3, 1))  # its last four weeks
KINDS = [(where, used) for where in ("apart", "after_reunion") for used in (False, True)]
NEAR_S, NEAR_BPM, NEAR_SHARE = 2.0, 0.5, 0.01
FLAT_S = 5.0  # where a heart stays up there, by which second it left is decided by a hair


class Both:
    """The packet, and the same weeks counted again."""

    def __init__(self, document: Json, note: Json, lines: list[Json]) -> None:
        self.document = document
        self.note = note
        self.all = recount.sessions(lines)
        self.gad_7 = recount.gad_7(lines)
        self.kept = self.within(SPAN)
        self.pages = {page["id"]: page for page in document["sessions"]}

    def within(self, span: Span) -> dict[str, Kept]:
        return {name: k for name, k in self.all.items() if span.since <= k.day <= span.until}

    def names(self, rule: Any) -> list[str]:
        return [name for name, kept in self.kept.items() if rule(kept)]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    clock = StoryClock(START)
    with closing(memory_store(writer="t", clock=clock)) as journal:
        wish = Wish(folder=tmp_path_factory.mktemp("y"), seed=SEED, weeks=WEEKS, start=START)
        make(journal, clock, wish, lambda *_: None)
        now = START + timedelta(weeks=WEEKS, hours=9)
        material = material_of(
            journal, SPAN, now, simulated=True, talk="The weekend", settings=Settings()
        )
        document = packet(material)
        note = note_of(material, "soap")
        yield Both(document, note, list(contents_of(journal, simulated=True)))


def far(kept: Kept) -> bool:
    return any(one != "here" for one in recount.presences(kept))


def word(kept: Kept, name: str) -> Any:
    return kept.last("debrief").get(name)


def is_much(kept: Kept) -> bool:
    return bool(kept.marks("too_much"))


# ---- there is something to count


def test_these_weeks_have_a_bit_of_everything(both: Both) -> None:
    assert len(both.kept) >= 8
    assert both.names(far)
    assert both.names(is_much)
    assert both.names(lambda kept: word(kept, "stayed") is False)
    assert any(kept.decisions("activation") for kept in both.kept.values())
    assert any(kept.bodies("urge") for kept in both.kept.values())
    assert any(recount.practice_times(kept) for kept in both.kept.values())


# ---- what was said


def test_read_first(both: Both) -> None:
    found = both.document["read_first"]
    assert found["sessions"] == len(both.kept)
    assert found["too_much"] == both.names(is_much)
    assert found["away"] == both.names(far)
    assert found["asked_presence"] == len(both.names(recount.presences))
    early = both.names(lambda k: word(k, "stayed") is False)
    assert found["ended_early"] == early
    first = {one["session"]: one["flags"] for one in found["flagged"]}
    for name, kept in both.kept.items():
        flags = first.get(name, [])
        said = [is_much(kept), far(kept), name in early]
        assert [flag in flags for flag in ("too_much", "away", "early")] == said


def test_steps_planned_and_what_came(both: Both) -> None:
    found, kept = both.document["steps"], list(both.kept.values())
    assert found["planned"] == len(kept)
    assert found["stayed"] == sum(word(k, "stayed") is True for k in kept)
    done = [k for k in kept if word(k, "stayed") is True and word(k, "beyond_plan") is False]
    assert found["done"] == len(done)
    for came in ("no", "partly", "yes"):
        assert found["came"][came] == sum(word(k, "came") == came for k in kept)
    pairs = [(k.last("plan")["probability_pct"], word(k, "probability_pct")) for k in kept]
    pairs = [pair for pair, k in zip(pairs, kept, strict=True) if None not in pair and not far(k)]
    assert found["expected"]["n"] == len(pairs)
    assert found["expected"]["before_pct"] == median(a for a, _ in pairs)
    assert found["expected"]["after_pct"] == median(b for _, b in pairs)
    assert found["expected"]["fell"] == sum(b < a for a, b in pairs)
    for row in found["told"]:
        own = both.kept[row["session"]]
        assert row["feared"] == own.last("plan")["feared"]
        assert (row["happened"], row["learnt"]) == (word(own, "happened"), word(own, "learnt"))


def test_what_is_said_of_the_body(both: Both) -> None:
    said = [text for kept in both.kept.values() if (text := word(kept, "body_words"))]
    bodies = both.document["moments"]["bodies"]
    assert {one["words"]: one["n"] for one in bodies} == {text: said.count(text) for text in said}


def test_urges(both: Both) -> None:
    found = both.document["urges"]
    urges = [body for kept in both.kept.values() for _, body in kept.bodies("urge")]
    said = [urge["acted"] for urge in urges if urge["acted"] is not None]
    assert (found["urges"], found["acted"]) == (len(said), sum(said))
    assert found["open"] == len(urges) - len(said)
    kinds = [urge["of_kind"] for urge in urges]
    assert found["kinds"] == {kind: kinds.count(kind) for kind in set(kinds)}
    beyond = [word(kept, "beyond_plan") for kept in both.kept.values()]
    assert found["beyond_plan"] == {
        "yes": beyond.count(True),
        "no": beyond.count(False),
        "unsaid": beyond.count(None),
    }


def highest(kept: Kept) -> int | None:
    left = recount.apart_from_s(kept)
    said = [r["suds"] for r in recount.ratings(kept) if left is not None and r["at_s"] >= left]
    return max((suds for suds in said if suds is not None), default=None)


def test_a_progress_note_says_the_same(both: Both) -> None:
    figures: Json = {}
    for section in both.note["sections"]:
        for sentence in section["sentences"]:
            for figure in sentence["from"]:
                figures.setdefault(figure["name"], figure)
    kept = list(both.kept.values())
    said = [body["acted"] for k in kept for _, body in k.bodies("urge")]
    told = {"urges": len(said), "acted": said.count(True), "passed": said.count(False)}
    told["urges_open"] = said.count(None)
    assert {name: figures[name]["value"] for name in told} == told
    assert figures["practised"]["value"] == len(kept)
    assert list(figures["practised"]["sessions"]) == list(both.kept)
    assert figures["too_much"]["value"] == sum(is_much(k) for k in kept)
    assert figures["away"]["value"] == sum(far(k) for k in kept)
    assert figures["stayed"]["value"] == sum(word(k, "stayed") is True for k in kept)
    pairs = [(k.last("plan")["suds"], word(k, "suds")) for k in kept]
    known = [pair for pair in pairs if None not in pair]
    assert figures["distress_before"]["value"] == median(a for a, _ in known)
    assert figures["distress_after"]["value"] == median(b for _, b in known)
    assert figures["total"]["value"] == both.gad_7[-1][1]


def test_the_ladder_and_the_measures(both: Both) -> None:
    plans = {name: kept.last("plan")["step"] for name, kept in both.all.items()}
    for ladder in both.document["ladders"]:
        for step in ladder["steps"]:
            here = (ladder["id"], step["id"])
            own = [name for name, p in plans.items() if (p["ladder"], p["id"]) == here]
            done = [
                name
                for name in own
                if word(both.all[name], "stayed") is True
                and word(both.all[name], "beyond_plan") is False
            ]
            assert (step["n_all"], step["done_all"]) == (len(own), len(done))
            assert step["n"] == sum(name in both.kept for name in own)
    (gad,) = [one for one in both.document["measures"] if one["id"] == "gad-7"]
    sums = [(day, total) for day, total in both.gad_7 if day <= SPAN.until.isoformat()]
    assert (gad["last"]["day"], gad["last"]["total"]) == sums[-1]
    assert gad["n"] == len(sums)


def test_the_grid(both: Both) -> None:
    cells = both.document["grid"]["cells"]
    assert sorted(name for cell in cells.values() for name in cell) == sorted(both.kept)
    for cell, names in cells.items():
        for name in names:
            kept = both.kept[name]
            left, distress = recount.apart_from_s(kept), highest(kept)
            rose = any(a["onset_s"] >= (left or 0) for a in kept.decisions("activation"))
            if cell == "away":
                assert far(kept)
                continue
            assert not far(kept)
            if cell != "unknown":
                assert distress is not None
                assert cell == f"{'high' if distress >= 50 else 'low'}_{'rose' if rose else 'not'}"
            else:
                assert distress is None or not rose


def test_the_two_moments(both: Both) -> None:
    """Among the sessions; a moment that was written down may be harder still."""
    found = both.document["moments"]
    rated = {name: suds for name, k in both.kept.items() if (suds := highest(k)) is not None}
    assert found["hardest"]["distress"] >= max(rated.values())
    for one in (found["hardest"], found["borne"]):
        if one["kind"] == "session":
            assert one["distress"] == rated[one["id"]]
            assert one["body_words"] == word(both.kept[one["id"]], "body_words")


# ---- what the heart did


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way back by the recount. ``met``: a practice ran in it. ``away``: far away or numb then."""

    kept: Kept
    activation: Json
    back: recount.Back
    met: bool
    away: bool


def ways(kept: dict[str, Kept]) -> Iterator[Way]:
    for one in kept.values():
        heard = recount.rates(one)
        for activation in one.decisions("activation"):
            back = recount.way_back(one, activation, heard)
            start = back.reference_s if back.reference_s is not None else one.length_s
            until = start + (back.half_s or 0.0)
            ran = recount.practice_times(one)
            met = any(a <= until and b >= activation["onset_s"] for a, b in ran)
            away = recount.away_between(one, activation["onset_s"], until)
            yield Way(kept=one, activation=activation, back=back, met=met, away=away)


def test_each_way_back_is_the_same_from_the_raw_beats(both: Both) -> None:
    compared = 0
    for way in ways(both.kept):
        number, back = way.activation["number"], way.back
        (own,) = [a for a in both.pages[way.kept.name]["activations"] if a["number"] == number]
        told = own["recovery"]
        assert told["where"] == back.where
        if told["half_s"] is None:  # the recount does not look for movement and gaps
            assert back.half_s is None or told["why"] in ("movement", "gaps")
            continue
        compared += 1
        assert told["half_s"] == pytest.approx(back.half_s, abs=NEAR_S)
        assert told["reference_s"] == pytest.approx(back.reference_s, abs=FLAT_S)
    assert compared >= 5


def _group(found: Json, where: str, *, used: bool) -> Json:
    (one,) = [g for g in found["groups"] if (g["where"], g["used"]) == (where, used)]
    return dict(one)


def _halves(kept: dict[str, Kept], where: str, *, used: bool) -> list[float]:
    own = [w for w in ways(kept) if (w.back.where, w.met, w.away) == (where, used, False)]
    return [w.back.half_s for w in own if w.back.half_s is not None]


@pytest.mark.parametrize(("where", "used"), KINDS)
def test_how_fast_and_in_how_many(both: Both, where: str, used: bool) -> None:
    now = _group(both.document["way_back"], where, used=used)
    for told, kept in ((now, both.kept), (now["before"], both.within(SPAN.before))):
        halves = _halves(kept, where, used=used)
        assert told["n"] - told["not_by_end"] == len(halves)
        if told["median_s"] is None:
            assert told["n"] < 6 or told["not_by_end"] > 0
            continue
        middle, low, high = recount.median_s(halves, [])
        if not told["not_by_end"]:
            _near(told["median_s"], middle)
            _near(told["low_s"], low)
            _near(told["high_s"], high)


def _near(told: float | None, again: float | None) -> None:
    assert (told is None) is (again is None)
    assert told is None or told == pytest.approx(again, abs=NEAR_S)


def test_how_much_was_read(both: Both) -> None:
    shares = []
    for name, kept in both.kept.items():
        seconds = range(1, int(kept.length_s) + 1)
        heard = recount.rates(kept)
        share = sum(second in heard for second in seconds) / len(seconds)
        assert both.pages[name]["coverage"] == pytest.approx(share, abs=NEAR_SHARE)
        if heard:
            shares.append(share)
    foot = both.document["foot"]
    assert (foot["sessions"], foot["with_heart"]) == (len(both.kept), len(shares))
    assert foot["coverage"]["median"] == pytest.approx(median(shares), abs=NEAR_SHARE)
    assert foot["coverage"]["least"] == pytest.approx(min(shares), abs=NEAR_SHARE)


def test_the_line_of_each_chart_is_the_heart(both: Both) -> None:
    off: list[float] = []
    for name, page in both.pages.items():
        heard, chart = recount.rates(both.kept[name]), page["chart"]
        for at_s, rate in zip(chart["t_s"], chart["hr_bpm"], strict=True):
            own = _over(heard, at_s, chart["every_s"])
            if rate is not None and len(own) == chart["every_s"]:
                off.append(abs(rate - sum(own) / len(own)))
            elif not own:
                assert rate is None
    assert len(off) > 1000
    assert median(off) < NEAR_BPM / 5
    assert max(off) < 4 * NEAR_BPM


def _over(heard: recount.Rates, at_s: float, every_s: int) -> Sequence[float]:
    return [heard[s] for s in range(int(at_s), int(at_s) + every_s) if s in heard]


def test_each_page_says_what_was_said(both: Both) -> None:
    assert list(both.pages) == list(both.kept)
    for name, page in both.pages.items():
        kept = both.kept[name]
        assert [(r["at_s"], r["suds"]) for r in page["ratings"]] == [
            (r["at_s"], r["suds"]) for r in recount.ratings(kept)
        ]
        assert [(u["at_s"], u["acted"]) for u in page["urges"]] == [
            (at_s, body["acted"]) for at_s, body in kept.bodies("urge")
        ]
        assert page["day"] == kept.day.isoformat()
        assert [a["onset_s"] for a in page["activations"]] == [
            a["onset_s"] for a in kept.decisions("activation")
        ]
