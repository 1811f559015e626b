"""Who does the work: this process, or a Dask cluster, here or elsewhere. Only here is dask known.

A worker that dies takes what it had in hand with it. Those items are tried again one by one, so
that what kills workers is known for certain; after TRIES deaths an item is named, and left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from biocoach.review.study.source import Item
from biocoach.review.study.work import analysed, made_by

TRIES = 3
AHEAD = 2  # items in hand for each thread: it never waits, and nothing heaps up
SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # who is to blame is found out here
    # On a busy computer a new worker takes longer than the 15 s after which its place is given up;
    # with the last place the study would wait for ever.
    "distributed.deploy.lost-worker-timeout": "1 day",
    "distributed.worker.memory.target": False,  # hearts never lie on a disk in the clear
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.logging.distributed": "critical",
    "distributed.scheduler.http.routes": [],  # and tell nothing
    "distributed.worker.http.routes": [],
}
PATIENCE_S = 20  # with a scheduler that does not answer
INWARD = "127.0.0.1:0"  # Dask's own pages listen to the whole network where nothing is said
KILLS = f"it ended {TRIES} workers that tried to read it: it needs more memory, or is hostile"


class CrewError(Exception):
    """The workers can't be used; one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """It was not read, and why."""

    why: str


Done = tuple[Item, str | Lost]


class Crew(Protocol):
    def work(self, items: Iterable[Item]) -> Iterator[Done]:
        """Each item with its result, in any order. Raises CrewError."""
        ...


class Alone:
    """In this process, one after the other."""

    def work(self, items: Iterable[Item]) -> Iterator[Done]:
        for item in items:
            yield item, analysed(item.opened_by, item.locator, item.sha256)


class OnDask:
    """``client`` is a distributed.Client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def work(self, items: Iterable[Item]) -> Iterator[Done]:
        self._must_be_of_one_version()
        suspects: list[Item] = []
        for item, found in self._side_by_side(iter(items)):
            if found is None:
                suspects.append(item)
            else:
                yield item, found
        for item in sorted(suspects, key=lambda one: one.id):
            yield item, self._by_itself(item)

    def _side_by_side(self, items: Iterator[Item]) -> Iterator[tuple[Item, str | None]]:
        """None for those whose worker died."""
        from distributed import as_completed

        at_hand = {self._submit(item): item for item in islice(items, self._width())}
        coming = as_completed(list(at_hand), raise_errors=False)
        for future in coming:
            item = at_hand.pop(future)
            found = self._result(future)
            del future
            for new in islice(items, max(1, self._width() - len(at_hand))):
                fresh = self._submit(new)
                at_hand[fresh] = new
                coming.add(fresh)
            yield item, found

    def _by_itself(self, item: Item) -> str | Lost:
        for _ in range(TRIES):
            found = self._result(self._submit(item))
            if found is not None:
                return found
        return Lost(why=KILLS)

    def _submit(self, item: Item) -> Any:
        return self._client.submit(
            analysed, item.opened_by, item.locator, item.sha256, pure=False
        )  # the same name for each try would give the first one's death again

    def _result(self, future: Any) -> str | None:
        """None where its worker died. Raises CrewError."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            found = future.result()
        except KilledWorker:
            return None
        except (CancelledError, OSError) as error:
            raise CrewError(f"the scheduler is gone ({type(error).__name__})") from None
        except (ImportError, AttributeError) as error:
            raise CrewError(f"a worker can't load biocoach ({error}): install it there") from None
        if not isinstance(found, str):
            raise CrewError("a worker answers with something else than a result")
        return found

    def _width(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, AHEAD * sum(threads.values()))

    def _must_be_of_one_version(self) -> None:
        try:
            told = self._client.run(made_by)
        except (ImportError, AttributeError) as error:
            raise CrewError(f"a worker can't load biocoach ({error}): install it there") from None
        except OSError as error:
            raise CrewError(f"the scheduler is gone ({type(error).__name__})") from None
        if not told:
            raise CrewError("nobody works for that scheduler: start workers (dask worker …) first")
        if set(told.values()) - {made_by()}:
            raise CrewError("the workers have another biocoach: give all of them this version")


@contextmanager
def local(workers: int, memory_mb: int, scratch: Path) -> Iterator[OnDask]:
    """Processes of this computer. They speak TLS with a certificate of this run, so that nobody
    else here can give them work. Raises CrewError."""
    import dask
    from distributed import Client, LocalCluster

    with (
        TemporaryDirectory(prefix="scratch-", dir=scratch) as place,
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=f"{memory_mb}MB",
            host="127.0.0.1",
            dashboard_address=INWARD,
            worker_dashboard_address=INWARD,
            security=True,
            local_directory=place,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield OnDask(client)


@contextmanager
def elsewhere(address: str) -> Iterator[OnDask]:
    """A scheduler that runs already, and whoever works for it. Raises CrewError."""
    from distributed import Client

    for name in ("distributed", "distributed.client"):  # the second has a level of its own
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE_S)
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CrewError(f"{address}: no scheduler answers there ({said})") from None
    try:
        yield OnDask(client)
    finally:
        with suppress(OSError):
            client.close()
