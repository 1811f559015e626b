"""A disk of which the power can be cut at any moment: what was synced is there, the rest maybe.

Of a file's writes since its last sync each sector is there or not, by itself; its length may have
grown without them, which reads as zeros, and may not have been cut. A name that was made, moved or
taken away is sure once its folder was synced; a rename alone is all or nothing. Harsher than any
file system of today, and what POSIX promises.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from biocoach.store.reserve import RESERVE
from tests.faults.durable.tracing import Call

SECTOR = 512
# How much of what was not synced came through; drawn anew for each cut.
SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
GROWS = 0.3
MADE_ANEW = ("-shm", f"/{RESERVE}")  # at each start, whatever they hold
Change = tuple[str, "Node | None"]  # a name, and what it now is


@dataclass(eq=False, slots=True)
class Node:
    """A file or a folder. ``sure``: its bytes as they were synced; ``later``: (offset, data), or
    (length, None), since then."""

    folder: bool = False
    sure: bytearray = field(default_factory=bytearray)
    later: list[tuple[int, bytes | None]] = field(default_factory=list)
    end: int = 0  # its length now, for whoever writes on
    # Of a folder: what it holds surely, now, and what was changed since its last sync.
    kept: dict[str, Node] = field(default_factory=dict)
    now: dict[str, Node] = field(default_factory=dict)
    changes: list[tuple[Change, ...]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.later:
            _apply(self.sure, offset, data)
        self.later.clear()
        self.kept, self.changes = dict(self.now), []

    def after_cut(self, dice: random.Random, share: float) -> bytes:
        """One of the contents that it may have."""
        content = bytearray(self.sure)
        for offset, data in self.later:
            if data is None:
                if dice.random() < share:
                    _apply(content, offset, None)
                continue
            for start, end in _sectors(offset, len(data)):
                if dice.random() < share:
                    _apply(content, start, data[start - offset : end - offset])
            if dice.random() < share * GROWS:
                content.extend(bytes(max(0, offset + len(data) - len(content))))
        return bytes(content)

    def names_after_cut(self, dice: random.Random, share: float) -> dict[str, Node]:
        names = dict(self.kept)
        for change in self.changes:
            if dice.random() < share:
                _rename(names, change)
        return names


class CutDisk:
    """What the calls of a child leave below ``root``, which is there already, with all in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _taken_in(root)

    def take(self, call: Call) -> None:
        """Calls about other places change nothing."""
        found = self._inside(call.path)
        if found is None:
            return
        *above, name = found
        match call.name:
            case "mkdir":
                self._change((*above,), (name, Node(folder=True)))
            case "openat":
                self._open(above, name, call.flags)
            case "rename":
                *_, new = self._inside(call.to) or ("",)
                self._change((*above,), (name, None), (new, self._node(found)))
            case "unlink":
                self._change((*above,), (name, None))
            case "fsync" | "fdatasync" | "write" | "pwrite64" | "ftruncate" if self._is(found):
                _do(self._node(found), call)
            case _:
                """About a file that has no name any more."""

    def after_cut(self, dice: random.Random, where: Path) -> None:
        """Write one of the states that the power may leave, into an empty folder."""
        _write_out(self._top, where, dice, dice.choice(SHARES))

    # ---- inside

    def _inside(self, path: str) -> tuple[str, ...] | None:
        """The names below the root; the root itself is the one name ``""``."""
        if not Path(path).is_relative_to(self._root) or path.endswith(MADE_ANEW):
            return None
        return Path(path).relative_to(self._root).parts or ("",)

    def _node(self, names: tuple[str, ...] | list[str]) -> Node:
        node = self._top
        for name in names:
            node = node.now[name] if name else node
        return node

    def _is(self, names: tuple[str, ...]) -> bool:
        return names == ("",) or names[-1] in self._node(names[:-1]).now

    def _open(self, above: list[str], name: str, flags: str) -> None:
        if "O_CREAT" in flags and name not in self._node(above).now:
            self._change((*above,), (name, Node()))
        elif "O_TRUNC" in flags:
            node = self._node([*above, name])
            node.later.append((0, None))
            node.end = 0

    def _change(self, above: tuple[str, ...], *change: Change) -> None:
        folder = self._node(above)
        _rename(folder.now, change)
        folder.changes.append(change)


def _do(node: Node, call: Call) -> None:
    if call.name in ("fsync", "fdatasync"):
        node.sync()
        return
    if call.name == "ftruncate":
        node.later.append((call.number, None))
        node.end = call.number
        return
    offset = node.end if call.number < 0 else call.number
    node.later.append((offset, call.data))
    node.end = max(node.end, offset + len(call.data))


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset if data is None else offset + len(data)
    if data is None:
        del content[offset:]
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is not None:
        content[offset:end] = data


def _sectors(offset: int, length: int) -> list[tuple[int, int]]:
    """From where to where each sector of a write goes."""
    borders = range(offset - offset % SECTOR, offset + length, SECTOR)
    return [(max(offset, at), min(offset + length, at + SECTOR)) for at in borders]


def _rename(names: dict[str, Node], change: tuple[Change, ...]) -> None:
    for name, node in change:
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _taken_in(path: Path) -> Node:
    if not path.is_dir():
        content = path.read_bytes()
        return Node(sure=bytearray(content), end=len(content))
    held = {one.name: _taken_in(one) for one in path.iterdir() if not str(one).endswith(MADE_ANEW)}
    return Node(folder=True, kept=held, now=dict(held))


def _write_out(node: Node, where: Path, dice: random.Random, share: float) -> None:
    if not node.folder:
        where.write_bytes(node.after_cut(dice, share))
        return
    where.mkdir(mode=0o700, exist_ok=True)
    for name, held in node.names_after_cut(dice, share).items():
        _write_out(held, where / name, dice, share)
