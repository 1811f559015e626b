"""What the page is told of an errand, as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.errand_desk import EMPTY, ErrandDesk
from biocoach.cli.errand_reach import errands_through
from biocoach.store import StoreError, Trouble
from dashboard.ports import Outcome
from devices import parse_source
from devices.sources import SourceSpec
from tests.cli.served import serving
from tests.cli.test_errands import BIO1, Home, home
from tests.fakes import until

Json = dict[str, Any]


class Page:
    """A desk at work, and all that it showed."""

    def __init__(self, at: Home) -> None:
        self.at = at
        self.shown: list[Json] = []
        self.practising = False
        self.still: list[bool] = []
        self.desk = ErrandDesk(self.shown.append, lambda: self.practising, self.still.append)

    @property
    def now(self) -> Json:
        return self.desk.view()

    async def ask(self, what: Awaitable[Outcome]) -> Json:
        """Ask, and wait until it is done with."""
        assert (await what).why == ""
        await until(lambda: not self.now["doing"])
        return self.now

    async def walk(self, seconds: float = 1200.0) -> None:
        await self.at.clock.sleep_until(self.at.clock.now_s() + seconds)


@asynccontextmanager
async def page(at: Home) -> AsyncIterator[Page]:
    told = Page(at)
    running = asyncio.create_task(told.desk.run(at.errands(), at.clock, simulated=False))
    await until(lambda: bool(told.desk._open) or running.done())
    try:
        yield told
        assert not running.done(), running.exception()
    finally:
        running.cancel()
        await asyncio.wait({running})


def run(at: Home, steps: Callable[[Page], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with page(at) as told:
            await steps(told)

    asyncio.run(all_of_it())


def test_there_and_back() -> None:
    async def steps(told: Page) -> None:
        away = await told.ask(told.desk.start(replace=False))
        assert (away["stage"], away["strap"], away["why"]) == ("away", "Polar H10 12345678", "")
        await told.walk()
        back = await told.ask(told.desk.fetch())
        assert (back["stage"], back["why"]) == ("over", "")
        assert told.still == [
            False,
            True,
            True,
            False,
        ]  # hushed before it left, and until it is back
        (brought,) = back["brought"]
        assert (brought["session"], brought["holds"], brought["left"]) == ("e1", "beats", "")
        done = [view["done"] for view in told.shown if view["doing"] == "fetching"]
        assert done == sorted(done)
        assert done[-1] == told.shown[-1]["of"] > 0
        await told.desk.seen()
        assert (told.now["brought"], told.now["stage"]) == ([], "over")

    with home() as at:
        run(at, steps)


def test_another_start_of_biocoach_knows_of_it() -> None:
    async def off(told: Page) -> None:
        await told.ask(told.desk.start(replace=False))

    async def later(told: Page) -> None:
        assert told.now["stage"] == "away"
        await told.walk()
        assert (await told.ask(told.desk.fetch()))["stage"] == "over"

    with home() as at:
        run(at, off)
        run(at, later)


def test_a_refusal_is_a_code_and_nothing_is_lost() -> None:
    async def steps(told: Page) -> None:
        assert (await told.ask(told.desk.start(replace=False)))["why"] == "occupied"
        replaced = await told.ask(told.desk.start(replace=True))
        assert (replaced["why"], replaced["stage"]) == ("", "away")
        assert [b["session"] for b in replaced["brought"]] == ["e1"]
        told.at.away = True
        gone = await told.ask(told.desk.fetch())
        assert (gone["why"], gone["stage"]) == ("not_connected", "away")
        told.at.away = False
        await told.walk()
        assert (await told.ask(told.desk.fetch()))["why"] == ""

    with home(kept=BIO1) as at:
        run(at, steps)


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(told: Page) -> None:
        await told.ask(told.desk.start(replace=False))
        await told.walk()

        def full(entries: object) -> None:
            raise StoreError(Trouble.DISK_FULL)

        with monkeypatch.context() as patch:
            patch.setattr(told.at.journal, "append", full)
            assert (await told.ask(told.desk.fetch()))["why"] == "not_recording"
        assert (await told.ask(told.desk.fetch()))["stage"] == "over"

    with home() as at:
        run(at, steps)


def test_the_trial_counts_its_seconds() -> None:
    async def steps(told: Page) -> None:
        tried = await told.ask(told.desk.try_out())
        assert tried["trial"]["keeps_beats"] is True
        assert tried["stage"] == "none"
        counted = [v["done"] for v in told.shown if v["of"] and v["trial"] is None]
        assert counted == [*range(1, 61)]

    with home() as at:
        run(at, steps)


def test_one_thing_at_a_time_and_not_in_a_practice() -> None:
    async def steps(told: Page) -> None:
        assert (await told.desk.start(replace=False)).why == ""
        assert (await told.desk.fetch()).why == "errand_busy"
        await until(lambda: not told.now["doing"])
        told.practising = True
        assert (await told.desk.fetch()).why == "wrong_phase"

    with home() as at:
        run(at, steps)


def test_without_a_strap_there_is_no_errand() -> None:
    desk = ErrandDesk(lambda view: None, lambda: False)
    assert asyncio.run(desk.fetch()).why == "no_strap"
    assert desk.view() == EMPTY


def test_leaving_in_the_middle_of_keeping_waits_for_the_journal() -> None:
    """The page ends while a thread writes: the half is not shown, and the strap has it still."""

    async def steps(told: Page) -> None:
        await told.ask(told.desk.start(replace=False))
        await told.walk()
        real, seen = told.at.journal.append, []

        def slow(entries: Any) -> Any:
            seen.append(len(entries))
            return real(entries)

        told.at.journal.append = slow  # type: ignore[method-assign, assignment]
        assert (await told.desk.fetch()).why == ""
        await until(lambda: bool(seen))

    with home() as at:
        run(at, steps)
        assert at.h10.memory == "stored"
        closed = [row.session for row in at.journal.sessions() if row.closed]
        assert closed == []


# ---- which straps have one


@contextmanager
def spec_of(url: str) -> Any:
    spec = parse_source(url)
    assert isinstance(spec, SourceSpec)
    yield spec


@pytest.mark.parametrize(
    ("url", "has"),
    [("virtual:unscripted", True), ("virtual", False), ("replay:x.jsonl", False)],
)
def test_only_a_strap_of_the_person_s_own_goes_on_errands(url: str, has: bool) -> None:
    with home() as at, spec_of(url) as spec:
        found = errands_through(object(), spec, at.keeper, at.clock)
        assert (found is not None) is has
        assert errands_through(object(), None, at.keeper, at.clock) is None


def test_a_virtual_strap_is_lent_as_its_errand_left_it() -> None:
    with home() as at, spec_of("virtual:unscripted") as spec:

        async def steps() -> None:
            errands = errands_through(object(), spec, at.keeper, at.clock)
            assert errands is not None
            errand, _ = await errands.start()
            assert errand.strap.startswith("Polar H10")
            await at.clock.sleep_until(at.clock.now_s() + 600)
            again = errands_through(object(), spec, at.keeper, at.clock)
            assert again is not None
            assert (await again.status()).status.identifier == errand.id

            async def wait(seconds: float) -> None:
                await at.clock.sleep_until(at.clock.now_s() + seconds)

            (brought,) = await again.fetch()
            assert (await again.trial(wait)).keeps_beats
            assert brought.found.span_s == pytest.approx(600, abs=3)
            assert (await again.status()).stored == ()

        asyncio.run(steps())


def test_a_page_with_a_virtual_strap(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--source", "virtual:unscripted,speed=40") as page:
        page.until(lambda s: (s.get("errand") or {}).get("can"))
        assert page.send("/api/errand/start", {})["ok"]
        away = page.until(lambda s: s["errand"]["stage"] == "away" and not s["errand"]["doing"])
        assert away["errand"]["why"] == ""
        begun_s = away["session"]["at_s"]
        page.until(lambda s: s["session"]["at_s"] >= begun_s + 10)
        assert page.send("/api/errand/fetch", {})["ok"]
        back = page.until(lambda s: s["errand"]["stage"] == "over" and not s["errand"]["doing"])
        (brought,) = back["errand"]["brought"]
        assert brought["holds"] == "beats"
        assert page.get("/api/errand") == back["errand"]
        ids = [row["id"] for row in page.get("/api/sessions")]
        assert brought["session"] in ids
