"""Files and folders on a disk that may lose its power: what of them is sure, and what may be."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
GROWS = 0.3  # of the share: a length that came through without its data
Change = tuple[str, "Node | None"]  # a name, and what it now is


@dataclass(eq=False, slots=True)
class Node:
    """A file or a folder, under as many names as hold it. ``sure``: its bytes as they were synced;
    ``later``: (offset, data), or (length, None), since then."""

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

    def change(self, *change: Change) -> None:
        """Of a folder: these names at once, or none of them."""
        _rename(self.now, change)
        self.changes.append(change)

    def write(self, offset: int, data: bytes) -> None:
        """``offset`` below 0: where it ends."""
        offset = self.end if offset < 0 else offset
        self.later.append((offset, data))
        self.end = max(self.end, offset + len(data))

    def cut_to(self, length: int) -> None:
        self.later.append((length, None))
        self.end = length

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


def taken_in(path: Path, left_out: tuple[str, ...]) -> Node:
    """All that is there, as surely synced; without the names that end so."""
    return _taken_in(path, left_out, {})


def _taken_in(path: Path, left_out: tuple[str, ...], known: dict[tuple[int, int], Node]) -> Node:
    if path.is_dir():
        paths = [one for one in path.iterdir() if not str(one).endswith(left_out)]
        held = {one.name: _taken_in(one, left_out, known) for one in paths}
        return Node(folder=True, kept=held, now=dict(held))
    about = path.stat()
    name = (about.st_dev, about.st_ino)
    if name not in known:
        content = path.read_bytes()
        known[name] = Node(sure=bytearray(content), end=len(content))
    return known[name]


def write_out(top: Node, where: Path, dice: random.Random, share: float) -> None:
    """One of the states after a cut. A file with two names has them still; of a folder that is
    under two, which no file system keeps, the first is left."""
    written: dict[Node, Path] = {}
    left = [(top, where)]
    while left:
        node, path = left.pop()
        if not node.folder and node in written:
            os.link(written[node], path)
        elif not node.folder:
            path.write_bytes(node.after_cut(dice, share))
        elif node not in written:
            path.mkdir(mode=0o700, exist_ok=True)
            names = node.names_after_cut(dice, share)
            left += [(held, path / name) for name, held in names.items()]
        written.setdefault(node, path)


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
