"""A disk of which the power can be cut at any moment: what was synced is there, the rest maybe.

Of a file's writes since its last sync each sector is there or not, by itself; its length may have
grown without them, which reads as zeros, and may not have been cut. A name that was made, moved or
taken away is sure once its folder was synced, whoever else has synced what it names; until then
each change is there or not, whichever came first. A rename within a folder is all or nothing; from
one folder to another it is two changes, each of which only its own folder's sync makes sure: what
is moved may be in both, or in none. A file's second name is a name like the first. A folder that
was lost takes along what was synced in it. Harsher than any file system of today, and what POSIX
promises.
"""

from __future__ import annotations

import random
from pathlib import Path

from biocoach.store.reserve import RESERVE
from tests.faults.durable.cut_nodes import Node, taken_in, write_out
from tests.faults.durable.tracing import Call

# How much of what was not synced came through; drawn anew for each cut.
SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
MADE_ANEW = ("-shm", f"/{RESERVE}")  # at each start, whatever they hold
Names = tuple[str, ...]


class CutDisk:
    """What the calls of a child leave below ``root``, which is there already, with all in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = taken_in(root, MADE_ANEW)
        self._gone: dict[str, Node] = {}  # files by the names that they had

    def take(self, call: Call) -> None:
        """Calls about other places change nothing. Raises NotImplementedError for one that changes
        files in a way that is not known here: a cut that leaves it out would prove nothing."""
        found = self._inside(call.path)
        if found is None:
            return
        *above, name = found
        match call.name:
            case "mkdir":
                self._node(above).change((name, Node(folder=True)))
            case "openat":
                self._open(above, name, call.flags)
            case "rename":
                self._move(found, self._other(call))
            case "link":
                *place, new = self._other(call)
                self._node(place).change((new, self._node(found)))
            case "unlink" | "rmdir":
                self._gone[call.path] = self._node(found)
                self._node(above).change((name, None))
            case "fsync" | "fdatasync" | "write" | "pwrite64" | "ftruncate":
                _do(self._gone[call.path] if call.gone else self._node(found), call)
            case _:
                raise NotImplementedError(f"{call.name} of {call.path}")

    def after_cut(self, dice: random.Random, where: Path) -> None:
        """Write one of the states that the power may leave, into an empty folder."""
        write_out(self._top, where, dice, dice.choice(SHARES))

    # ---- inside

    def _inside(self, path: str) -> Names | None:
        """The names below the root; the root itself is the one name ``""``."""
        if not Path(path).is_relative_to(self._root) or path.endswith(MADE_ANEW):
            return None
        return Path(path).relative_to(self._root).parts or ("",)

    def _other(self, call: Call) -> Names:
        """The second name, which must be below the root too."""
        found = self._inside(call.to)
        if found is None:
            raise NotImplementedError(f"{call.name} of {call.path} to {call.to}")
        return found

    def _node(self, names: Names | list[str]) -> Node:
        node = self._top
        for name in names:
            node = node.now[name] if name else node
        return node

    def _is(self, names: Names) -> bool:
        return names == ("",) or names[-1] in self._node(names[:-1]).now

    def _open(self, above: list[str], name: str, flags: str) -> None:
        if "O_CREAT" in flags and name not in self._node(above).now:
            self._node(above).change((name, Node()))
        elif "O_TRUNC" in flags:
            self._node([*above, name]).cut_to(0)

    def _move(self, old: Names, new: Names) -> None:
        node = self._node(old)
        if self._is(new):
            if self._node(new) is node:
                return  # two names of one file: both stay
            self._gone[str(self._root.joinpath(*new))] = self._node(new)
        gone, here = (old[-1], None), (new[-1], node)
        if old[:-1] == new[:-1]:
            self._node(old[:-1]).change(gone, here)
        else:
            self._node(old[:-1]).change(gone)
            self._node(new[:-1]).change(here)


def _do(node: Node, call: Call) -> None:
    if call.name in ("fsync", "fdatasync"):
        node.sync()
    elif call.name == "ftruncate":
        node.cut_to(call.number)
    else:
        node.write(call.number, call.data)
