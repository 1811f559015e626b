"""A whole session on a disk that stops to take: told in time, nothing lost, gone on by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from biocoach.store import Journal, Key, StoreError, Trouble, open_store
from biocoach.store.database import BUSY_MS
from tests.faults.durable.account import Account
from tests.faults.durable.bad_disk_life import BadDiskLife
from tests.faults.durable.bad_disks import TMPFS_BYTES, Way, remounted_read_only, tmpfs
from tests.faults.durable.children import PATIENCE_S, Say, Work, fork
from tests.faults.durable.deeds import prepare
from tests.faults.durable.life import Life
from tests.store.support import CLOCK

TOLD_S = 2.0
ERASED = "erased"


def live_through(way: Way, place: Path, key: Key, seed: str) -> list[str]:
    """A session, and its erasing on the bad disk; what is wrong, one line each."""
    with way.place(place) as disk:
        folder = disk / "record"
        life = Life(folder=folder, key=key, seed=seed, zero_s=1000.0, boot_id="boot")
        wrong, said = _run(BadDiskLife(life, way.bad_s).live, way, folder, key)
        wrong += _told(said, way) + _kept(said, folder, key)
        wrong += _erased(way, folder, key)
    return wrong


def _run(work: Work, way: Way, folder: Path, key: Key) -> tuple[list[str], list[str]]:
    """The child, for which the disk is bad from its ``break`` to its ``mend``."""
    child = fork(work)
    child.go()
    child.hear(PATIENCE_S, 1, "break")
    if child.count("break"):
        with way.bad(child, folder, key):
            child.go()
            child.hear(PATIENCE_S, 1, "mend")
        if child.count("mend"):
            child.go()
    code = child.end()
    return ([f"it ended with {code}"] if code != 0 else []), child.said


def _told(said: Sequence[str], way: Way) -> list[str]:
    """By what the page was told, and when."""
    refused = [line.split(maxsplit=2) for line in said if line.startswith("refused ")]
    page = [line.split(maxsplit=3) for line in said if line.startswith("page ")]
    if not refused:
        return ["the disk was bad, and nothing was refused"]
    codes = {line[2].partition(":")[0] for line in refused}
    wrong = [f"told as {code}" for code in codes - way.codes]
    states = [state for _, _, state, *_ in page]
    if not states or states != ["False", "True"] * (len(states) // 2):
        return [*wrong, f"the page was told {page}"]
    waited_s = BUSY_MS / 1000 if Trouble.LOCKED in codes else 0.0
    late_s = float(page[0][1]) - float(refused[0][1]) + waited_s
    if late_s > TOLD_S:
        wrong.append(f"the page was told after {late_s:.1f} s")
    expected = {"rating after: "}
    if not way.at_times:
        expected |= {"too much: True kept_until_written", "rating: not_recording"}
    return wrong + [f"not said: {line!r}" for line in expected - set(said)]


def _kept(said: Sequence[str], folder: Path, key: Key) -> list[str]:
    """Each entry once, in its order; what was refused came with a later append."""
    taken: list[str] = []
    for line in said:
        if line.startswith("refused "):
            taken.pop()
        elif line.startswith(("tries ", "shown ")):
            taken.append(line)
    journal = open_store(folder, key, writer="look", clock=CLOCK)
    try:
        return Account().problems(journal, taken)
    finally:
        journal.close()


def _erased(way: Way, folder: Path, key: Key) -> list[str]:
    """On the bad disk where only room is missing; on the good one at the latest."""
    wrong, said = _run(_erasing(folder, key), way, folder, key)
    before_mend = said[: said.index("mend")] if "mend" in said else []
    if way.full and ERASED not in before_mend:
        wrong.append(f"not erased on a full disk: {before_mend}")
    journal = open_store(folder, key, writer="look", clock=CLOCK)
    try:
        report = journal.verify()
        left = report.entries - report.erased
        wrong += report.problems
        wrong += [f"{left} entries are not erased"] if left else []
    finally:
        journal.close()
    return wrong


def start_read_only(place: Path, key: Key) -> list[str]:
    """A record on a disk that is mounted read-only is told so, and opens once it is not."""
    with tmpfs(TMPFS_BYTES)(place) as disk:
        prepare(disk / "record", key)
        child = fork(_opening(disk / "record", key))
        with remounted_read_only(disk):
            child.go()
            child.hear(PATIENCE_S, 1, "mend")
        child.go()
        code = child.end()
    wrong = [] if code == 0 else [f"it ended with {code}"]
    if [line.split(":")[0] for line in child.said] != ["read_only", "mend", "opened"]:
        wrong.append(f"it said {child.said}")
    return wrong


def _opening(folder: Path, key: Key) -> Work:
    def work(say: Say) -> None:
        try:
            open_store(folder, key, writer="late", clock=CLOCK).close()
        except StoreError as error:
            say(f"{error.code}: {error}")
        say.ask("mend")
        open_store(folder, key, writer="late", clock=CLOCK).close()
        say("opened")

    return work


def _erasing(folder: Path, key: Key) -> Work:
    def work(say: Say) -> None:
        journal = open_store(folder, key, writer="eraser", clock=CLOCK)
        say.ask("break")
        _erase(journal, say)
        say.ask("mend")
        _erase(journal, say)
        journal.close()

    return work


def _erase(journal: Journal, say: Say) -> None:
    names = [row.session for row in journal.sessions()]
    try:
        for name in names:
            journal.erase_session(name)
    except StoreError as error:
        say(f"refused {error.code}: {error}")
    else:
        say(ERASED)
