"""What encryption costs a commit, as a ratio: the same lines into a plain and an encrypted journal
in turn, on the same disk, each with its own sync.
"""

from __future__ import annotations

import random
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from biocoach.store import Journal, Key, open_store
from biocoach.types import Contact, Entry, Reading
from tests.faults.campaign import Campaign, Order, Outcome
from tests.store.support import CLOCK, KEY, PLAIN, entry

MOST = 2.0  # times plain, at p50
LINES = 3  # of a second: a beat or two, and now and then a decision


def second(number: int, draw: random.Random) -> list[Entry]:
    return [
        entry(
            Reading(
                raw=draw.randbytes(4), bpm=60 + draw.randrange(40),
                rr_1024=(800 + draw.randrange(200),), contact=Contact.LOST,
            ),
            at_s=number + place / LINES, session="s1", number=number * LINES + place,
        )
        for place in range(LINES)
    ]  # fmt: skip


def opened(folder: Path, key: Key) -> Journal:
    folder.mkdir()
    return open_store(folder, key, writer="w", clock=CLOCK)


def cost(order: Order) -> Outcome:
    outcome, draw = Outcome(), random.Random(order.seed)
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        journals = {
            name: stack.enter_context(closing(opened(Path(place) / name, key)))
            for name, key in (("plain", PLAIN), ("encrypted", KEY))
        }
        took_s: dict[str, list[float]] = {name: [] for name in journals}
        for number in range(order.count):
            lines = second(number, draw)
            for name in sorted(journals, key=lambda _: draw.random()):
                began_s = perf_counter()
                journals[name].append(lines)
                took_s[name].append(perf_counter() - began_s)
    outcome.counts = {"commits each": order.count}
    if order.count < 2:
        return outcome
    plain, locked = (took_s[name] for name in ("plain", "encrypted"))
    ratio = median(locked) / median(plain)
    ms = [f"{median(each) * 1000:.2f} ms" for each in (locked, plain)]
    far = quantiles(locked, n=100)[98] / quantiles(plain, n=100)[98]
    outcome.notes = [f"p50 {ratio:.2f} times plain ({' to '.join(ms)})", f"p99 {far:.2f} times"]
    if ratio > MOST:
        outcome.failures.append(f"an encrypted commit takes {ratio:.2f} times a plain one")
    return outcome


CAMPAIGN = Campaign(
    promise="an encrypted commit costs at most twice a plain one, at p50", count=2000, run=cost
)
