"""The errand from start to record: what is kept, what is said, and what is never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest

from biocoach.cli.errand_bring import Homecoming, Strap
from biocoach.cli.errand_fact import Errand, Stage, errand_of, fact_of
from biocoach.cli.errands import Errands
from biocoach.keeping import Keeper
from biocoach.review.afterwards import elsewhere_of
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError, Trouble, memory_store
from biocoach.types import Intervals, Reading, Where
from devices.gatt import Gatt
from devices.polar_exchange import Waits
from devices.strap_words import DeviceError
from devices.virtual_gatt import VirtualGatt
from devices.virtual_h10 import VirtualH10
from tests.devices.fake_clock import FakeClock
from tests.fakes import FIT

T = TypeVar("T")
WALK_S = 1200.0
BIO1 = ("bio1", bytes.fromhex("0a021801e201080a06d005e7058106"))
SOON = Waits(packet_s=0.05, look_s=0.01, quiet_s=0.01, calm_s=1.0)


@dataclass
class Home:
    """A person with a strap and a record; every borrowing is a connection of its own."""

    h10: VirtualH10
    clock: FakeClock
    journal: Journal
    keeper: Keeper
    away: bool = False
    links: list[VirtualGatt] = field(default_factory=list)

    async def borrow(self, use: Callable[[Gatt], Awaitable[T]]) -> T:
        if self.away:
            raise DeviceError("not_connected")
        gatt = VirtualGatt(self.h10, self.clock.now_s)
        try:
            return await use(gatt)
        finally:
            await gatt.close()

    def errands(self, *, address: str = "AA") -> Errands:
        """As a new process makes it."""
        return Errands(
            borrow=self.borrow,
            strap_of=lambda _: Strap(name=self.h10.name, address=address, source=f"ble:{address}"),
            keeper=self.keeper,
            clock=self.clock,
            waits=SOON,
        )

    def pass_time(self, seconds: float) -> None:
        asyncio.run(self.clock.sleep_until(self.clock.now_s() + seconds))

    def start(self) -> Errand:
        return asyncio.run(self.errands().start())[0]

    def fetch(self) -> list[Homecoming]:
        return asyncio.run(self.errands().fetch())

    def fact(self) -> Errand:
        found = errand_of(self.journal.fact("errand"))
        assert found is not None
        return found

    @property
    def sessions(self) -> list[str]:
        return [row.session for row in self.journal.sessions()]


@contextmanager
def home(
    *faults: str,
    seed: int = 7,
    kept: tuple[str, bytes] | None = None,
    clock: FakeClock | None = None,
) -> Iterator[Home]:
    clock = clock or FakeClock()
    journal = memory_store(writer="t", clock=clock)
    names = count(1)
    keeper = Keeper(
        journal=journal, clock=clock, settings=Settings(), writer="t", fit=lambda: FIT,
        new_id=lambda: f"e{next(names)}",
    )  # fmt: skip
    h10 = VirtualH10(seed=seed, faults=faults, worn_s=clock.now_s() - 60, kept=kept)
    yield Home(h10, clock, journal, keeper)
    journal.close()


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(DeviceError) as caught:
        do()
    return caught.value.reason


# ---- as it should go


def test_an_errand_becomes_a_session_of_its_own_at_its_own_time() -> None:
    with home() as at:
        errand = at.start()
        assert at.fact() == errand
        assert errand.stage is Stage.AWAY
        at.pass_time(WALK_S)
        (brought,) = at.fetch()
        assert (brought.session, brought.new, brought.left) == ("e1", True, "")
        assert brought.found.holds == "beats"
        assert brought.found.missing_s == 0.0
        assert not brought.found.too_long
        assert brought.found.recording.length_s == pytest.approx(WALK_S, abs=3)
        entries = list(at.journal.read("e1"))
        sort = elsewhere_of(entries)
        assert sort is not None
        assert (sort.where, sort.format, sort.dated) == (Where.MEMORY, "h10-memory", True)
        assert sort.device == "Polar H10 12345678"
        assert entries[0].wall_utc == errand.started_utc
        assert sum(isinstance(e.body, Intervals) for e in entries) == brought.found.count
        assert at.h10.memory == "empty"
        after = at.fact()
        assert (after.stage, after.session) == (Stage.OVER, "e1")
        assert after.lasted_s == pytest.approx(WALK_S, abs=1)


def test_its_review_reads_like_any_other() -> None:
    with home() as at:
        at.start()
        at.pass_time(WALK_S)
        at.fetch()
        shelf = Shelf(at.journal, Settings())
        (row,) = shelf.sessions()
        assert row["id"] == "e1"
        review = shelf.session("e1")
        assert isinstance(review, dict)
        assert review["coverage"] > 0.9
        assert review["movement"] == "unverified"


@pytest.mark.parametrize("seed", range(4))
def test_off_again_at_once(seed: int) -> None:
    with home(seed=seed) as at:
        for walk in ("e1", "e2"):
            at.start()
            at.pass_time(WALK_S / 2)
            assert [b.session for b in at.fetch()] == [walk]
        assert at.sessions == ["e1", "e2"]


def test_another_process_days_later_after_a_reboot() -> None:
    with home() as at:
        at.start()
        at.pass_time(3 * 3600)
        at.clock.boot_id = "another"
        (brought,) = at.fetch()
        assert at.fact().lasted_s == pytest.approx(3 * 3600, abs=1)
        assert brought.found.missing_s is not None


def test_where_the_fact_is_lost_the_name_tells_the_start() -> None:
    with home() as first:
        errand = first.start()
        first.pass_time(WALK_S)
        with home(clock=first.clock) as second:
            second.h10 = first.h10
            (brought,) = second.fetch()
            assert brought.found.recording.started_utc == errand.started_utc
            assert brought.found.missing_s is None
            assert second.sessions == ["e1"]


def test_progress_is_told() -> None:
    with home() as at:
        at.start()
        at.pass_time(WALK_S)
        told: list[tuple[int, int]] = []
        asyncio.run(at.errands().fetch(lambda done, of: told.append((done, of))))
        assert len(told) > 2
        assert told[-1][0] == told[-1][1] > 0


# ---- never lost, never twice


def test_until_it_is_kept_it_stays_on_the_strap(monkeypatch: pytest.MonkeyPatch) -> None:
    with home() as at:
        at.start()
        at.pass_time(WALK_S)

        def full(entries: object) -> None:
            raise StoreError(Trouble.DISK_FULL)

        with monkeypatch.context() as patch:
            patch.setattr(at.journal, "append", full)
            with pytest.raises(StoreError):
                at.fetch()
        assert at.h10.memory == "stored"
        assert at.fact().stage is Stage.STOPPED
        (brought,) = at.fetch()
        assert brought.new
        assert at.fact().lasted_s == pytest.approx(WALK_S, abs=1)


def test_what_was_kept_but_not_removed_is_removed_the_next_time() -> None:
    with home() as at:
        at.start()
        at.pass_time(WALK_S)
        real = at.h10.write

        def deaf(uuid: str, data: bytes, now_s: float) -> list[tuple[str, bytes]]:
            """The link is lost just before the removal."""
            if data[3:5] == b"\x08\x03":
                at.h10.disconnect(now_s)
            return real(uuid, data, now_s)

        at.h10.write = deaf  # type: ignore[method-assign]
        (first,) = at.fetch()
        assert (first.session, first.new, first.left) == ("e1", True, "dropped")
        assert at.fact().stage is Stage.KEPT
        assert refused(at.start) == "unfetched"
        at.h10.write = real  # type: ignore[method-assign]
        (second,) = at.fetch()
        assert (second.session, second.new, second.left) == ("e1", False, "")
        assert at.sessions == ["e1"]
        assert at.fact().stage is Stage.OVER
        assert at.h10.memory == "empty"


@pytest.mark.parametrize("fault", ["lost_packet", "double_packet", "fetch_refused"])
def test_faults_that_pass(fault: str) -> None:
    with home(fault) as at:
        at.start()
        at.pass_time(WALK_S)
        assert [b.session for b in at.fetch()] == ["e1"]


def test_a_silent_file_is_fetched_the_next_time() -> None:
    with home("silent_file") as at:
        at.start()
        at.pass_time(WALK_S)
        assert refused(at.fetch) == "cut_short"
        assert at.sessions == []
        assert at.h10.memory == "stored"
        at.pass_time(3600)
        (brought,) = at.fetch()
        assert brought.found.missing_s == 0.0  # it was stopped at the first try


def test_a_strap_out_of_reach() -> None:
    with home() as at:
        at.start()
        at.away = True
        assert refused(at.fetch) == "not_connected"
        assert at.fact().stage is Stage.AWAY


# ---- what the strap kept


def test_a_heart_rate_file_is_kept_for_what_it_is() -> None:
    with home("heart_rate_file") as at:
        at.start()
        at.pass_time(WALK_S)
        (brought,) = at.fetch()
        assert brought.found.holds == "rates"
        bodies = [e.body for e in at.journal.read("e1")]
        assert sum(isinstance(b, Reading) for b in bodies) == brought.found.count
        assert not any(isinstance(b, Intervals) for b in bodies)
        assert at.h10.memory == "empty"


def test_absurd_intervals_are_kept_and_told() -> None:
    with home("absurd_rr") as at:
        at.start()
        at.pass_time(WALK_S)
        (brought,) = at.fetch()
        assert brought.found.odd == 6
        assert brought.found.recording.length_s == pytest.approx(WALK_S, abs=3)


def test_a_cut_file_is_kept_as_far_as_it_goes() -> None:
    with home("cut_file") as at:
        at.start()
        at.pass_time(WALK_S)
        (brought,) = at.fetch()
        assert brought.found.cut_off
        assert brought.found.missing_s is not None
        assert brought.found.missing_s > WALK_S / 5
        assert at.h10.memory == "empty"  # all its bytes were there


def test_a_strap_that_kept_nothing() -> None:
    with home(kept=("bc-20260131T000000Z", bytes.fromhex("0a021801e20100"))) as at:
        (brought,) = at.fetch()
        assert (brought.found.holds, brought.session) == ("nothing", "")
        assert at.sessions == []
        assert at.h10.memory == "empty"


def test_a_strap_that_has_it_no_more() -> None:
    with home() as at:
        at.start()
        at.h10 = VirtualH10(worn_s=at.clock.now_s())
        asyncio.run(at.errands().status())
        assert refused(lambda: asyncio.run(at.errands(address="BB").fetch())) == "nothing_there"
        assert at.fact().stage is Stage.AWAY  # another strap is not asked for it
        assert refused(at.fetch) == "nothing_there"
        assert at.fact().stage is Stage.GONE


# ---- what is on the strap already


def test_an_errand_of_ours_is_fetched_first() -> None:
    with home() as at:
        at.start()
        assert refused(at.start) == "unfetched"


def test_what_another_program_left_is_not_touched() -> None:
    with home(kept=BIO1) as at:
        assert refused(at.start) == "occupied"
        assert refused(at.fetch) == "nothing_there"
        assert at.h10.memory == "stored"


def test_replacing_keeps_it_first() -> None:
    with home(kept=BIO1) as at:
        errand, brought = asyncio.run(at.errands().start(replace=True))
        assert [b.identifier for b in brought] == ["bio1"]
        assert [b.session for b in brought] == ["e1"]
        sort = elsewhere_of(list(at.journal.read("e1")))
        assert sort is not None
        assert not sort.dated  # nobody knows when that was
        assert at.h10.memory == "recording"
        assert at.fact() == errand


def test_another_program_s_running_recording_is_not_stopped() -> None:
    with home() as at:
        asyncio.run(at.borrow(_start_bio1))
        assert refused(at.fetch) == "not_ours"
        assert refused(at.start) == "occupied"
        assert at.h10.memory == "recording"
        _, brought = asyncio.run(at.errands().start(replace=True))
        assert [b.identifier for b in brought] == ["bio1"]


async def _start_bio1(gatt: Gatt) -> None:
    from devices.polar import psftp

    await gatt.write(psftp.MTU, bytes.fromhex("020e80081012021801" + "1a0462696f31"))


# ---- the trial


def try_out(at: Home) -> object:
    async def wait(seconds: float) -> None:
        await at.clock.sleep_until(at.clock.now_s() + seconds)

    return asyncio.run(at.errands().trial(wait))


@pytest.mark.parametrize(
    ("faults", "keeps", "holds"), [((), True, "beats"), (("heart_rate_file",), False, "rates")]
)
def test_a_minute_tells_whether_the_strap_keeps_beats(
    faults: tuple[str, ...], keeps: bool, holds: str
) -> None:
    with home(*faults) as at:
        trial = try_out(at)
        assert trial.keeps_beats is keeps  # type: ignore[attr-defined]
        assert trial.found.holds == holds  # type: ignore[attr-defined]
        assert at.h10.memory == "empty"
        assert at.sessions == []
        fact = at.journal.fact("memory_trial")
        assert fact is not None
        assert (fact["keeps_beats"], fact["address"]) == (keeps, "AA")


def test_a_trial_never_replaces_anything() -> None:
    with home(kept=BIO1) as at:
        assert refused(lambda: try_out(at)) == "occupied"
    with home() as at:
        at.start()
        assert refused(lambda: try_out(at)) == "unfetched"


def test_what_a_trial_left_behind_is_no_errand() -> None:
    with home() as at:

        async def leave(seconds: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            asyncio.run(at.errands().trial(leave))
        assert at.h10.memory == "recording"
        assert at.start().stage is Stage.AWAY
        assert at.sessions == []


# ---- the fact


def test_a_fact_round_trips_and_a_damaged_one_is_none() -> None:
    with home() as at:
        errand = at.start()
    fact = fact_of(errand)
    assert errand_of(fact) == errand
    wrong = ({"stage": "tea"}, {"more": 1}, {"started_utc": "x"}, {"clock_s": "1"}, {"id": 7})
    for hurt in (None, {}, *(fact | one for one in wrong)):
        assert errand_of(hurt) is None


def test_a_wall_that_was_set_back_tells_no_length() -> None:
    with home() as at:
        errand = at.start()
        at.clock.boot_id = "another"
        early = FakeClock(at.clock.now_s() - timedelta(days=1).total_seconds())
        early.boot_id = "third"
        assert errand.lasted(early) is None


def test_a_clock_that_stands_while_the_computer_sleeps_is_not_believed() -> None:
    class Standing(FakeClock):
        counts_sleep = False

        def wall(self) -> datetime:
            return super().wall() + timedelta(hours=1)  # of sleep

    with home() as at:
        errand = at.start()
        assert errand.lasted(at.clock) == 0.0
        assert errand.lasted(Standing(at.clock.now_s())) == 3600.0


def test_a_second_strap_waits_until_the_first_is_home_or_given_up() -> None:
    """One errand is remembered; the other's would be asked after no more."""
    with home() as first, home(seed=8) as second:
        first.start()
        second.journal, second.keeper = first.journal, first.keeper
        with pytest.raises(DeviceError, match="unfetched_elsewhere"):
            asyncio.run(second.errands(address="BB").start())
        assert second.h10.memory == "empty"
        assert first.fact().address == "AA"
        asyncio.run(second.errands(address="BB").start(replace=True))
        assert first.fact().address == "BB"
        assert first.h10.memory == "recording"  # it is still there, and can be fetched by name
