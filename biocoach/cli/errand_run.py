"""A command on the strap's errand: the record opened, the strap reached, one thing done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from biocoach.cli.choice import remembered
from biocoach.cli.errand_fact import ERRAND, Errand, errand_of
from biocoach.cli.errand_reach import Reached, by_radio, virtually
from biocoach.cli.errand_words import trouble
from biocoach.cli.errands import Errands
from biocoach.cli.own_record import own_record
from biocoach.cli.recordings import keeper_of
from biocoach.cli.say import fail, passphrase_in, wrong_use
from biocoach.clock import SystemClock
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import Refusal
from devices import SourceSpec, parse_source
from devices.strap_words import DeviceError

T = TypeVar("T")
CLOCK = SystemClock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asked for."""

    source: str
    data_dir: Path | None
    passphrase_file: Path | None


def run(
    wish: Wish,
    do: Callable[[Errands, Reached], Awaitable[T]],
    otherwise: Callable[[Errand | None, str], None] = lambda errand, why: None,
) -> T:
    """Ends the command in one line where the record, the strap or ``do`` fails.

    ``otherwise`` is told what the record knows, and the code, before the strap's failure is.
    """
    spec = _spec(wish.source)
    record = own_record(
        wish.data_dir,
        CLOCK,
        passphrase=passphrase_in(wish.passphrase_file),
        simulated=spec is not None and spec.simulated,
        served="biocoach is running with this data folder: send the strap off on its page, or stop "
        "biocoach first",
    )
    with record as journal:
        try:
            return asyncio.run(_reached(spec or _remembered(journal), journal, do))
        except DeviceError as error:
            otherwise(errand_of(journal.fact(ERRAND)), error.reason)
            fail(trouble(error))
        except KeyboardInterrupt:
            fail("stopped; what is on the strap is still there")


def _spec(source: str) -> SourceSpec | None:
    """None: the strap that the record remembers."""
    spec = parse_source(source) if source else None
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    if spec is not None and spec.kind == "replay":
        wrong_use("an errand needs a strap: --source ble:… or virtual")
    return spec


def _remembered(journal: Journal) -> SourceSpec:
    spec = remembered(journal.fact("strap"))
    if spec is None:
        fail("no strap is known yet; give --source ble:ADDRESS-or-NAME (`biocoach straps` lists)")
    return spec


async def _reached(
    spec: SourceSpec, journal: Journal, do: Callable[[Errands, Reached], Awaitable[T]]
) -> T:
    keeper = keeper_of(journal, CLOCK, Settings(), simulated=spec.simulated)
    async with _way(spec, journal) as way:
        errands = Errands(
            borrow=way.borrow,
            strap_of=lambda _: way.strap,
            keeper=keeper,
            clock=way.clock,
            set_clock=True,
        )
        return await do(errands, way)


def _way(spec: SourceSpec, journal: Journal) -> AbstractAsyncContextManager[Reached]:
    if spec.kind == "ble":
        return by_radio(spec.target, CLOCK)
    return virtually(spec, errand_of(journal.fact(ERRAND)), CLOCK)
