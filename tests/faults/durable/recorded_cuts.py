"""The power cut at many moments of what a child has done, which strace wrote down."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.durable.children import Work, fork
from tests.faults.durable.cut_disk import CutDisk
from tests.faults.durable.tracing import Call, calls_in, record

AT_LAST_EVERY = 10
NAMES = ("rename", "link", "unlink", "mkdir", "rmdir")
# What is wrong with the folder after what was said, one line each.
Check = Callable[[Path, list[str]], list[str]]


@dataclass(slots=True)
class Recording:
    """``root`` is there already; what the child does below it is written down."""

    root: Path
    work: Work
    disk: CutDisk = field(init=False)
    calls: list[Call] = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.disk = CutDisk(self.root)
        out = self.root.with_name("calls")
        child = fork(self.work)
        tracer = record(child, out)
        child.go()
        code = child.end()
        tracer.communicate()
        if code != 0:
            raise RuntimeError(f"the child that was recorded ended with {code}")
        self.calls = [call for call in calls_in(out) if self._counts(call)]

    def _counts(self, call: Call) -> bool:
        return call.name == "sendto" or call.path.startswith(str(self.root))

    def _moments(self, count: int, dice: random.Random, among_names: float) -> list[int]:
        at_last = max(n for n, call in enumerate(self.calls, start=1) if call.name == "sendto")
        some = count // AT_LAST_EVERY
        named = [n for n, call in enumerate(self.calls, start=1) if call.name in NAMES]
        anywhere, near = range(len(self.calls) + 1), named or [at_last]
        drawn = [
            dice.choice(near if dice.random() < among_names else anywhere)
            for _ in range(count - some)
        ]
        return sorted([*drawn, *[at_last] * some])

    def cuts(
        self, count: int, dice: random.Random, check: Check, among_names: float = 0.0
    ) -> Iterator[str]:
        """Try ``count`` cuts, each after a call that is drawn, some when all was just said; what
        is wrong, one line each. ``among_names``: such a share just after a name was changed."""
        moments = self._moments(count, dice, among_names)
        passed, heard = 0, bytearray()
        after = self.root.with_name("after")
        for moment in moments:
            for call in self.calls[passed:moment]:
                if call.name == "sendto":
                    heard += call.data.replace(b"\0", b"")  # the loop wakes itself by those
                else:
                    self.disk.take(call)
            passed = moment
            shutil.rmtree(after, ignore_errors=True)
            self.disk.after_cut(dice, after)
            said = heard.decode().split("\n")[:-1]
            yield from (f"cut after call {moment}: {why}" for why in check(after, said))
