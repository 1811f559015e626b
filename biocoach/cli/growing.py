"""A file of lines that is whole after each of them, also when the disk is full.

A compressed one is raw deflate between gzip's head and tail (RFC 1952), flushed after every
line. So the tail can be set after any line, also after one that no longer fitted.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

GZIP_HEAD = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"  # no name and no time in it
LAST_BLOCK = b"\x03\x00"  # an empty one, so that nothing of the compressor's own is needed


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the file is whole: its length, and lines, checksum and length of the text in it."""

    offset: int
    lines: int = 0
    checksum: int = 0
    size: int = 0


class GrowingFile:
    """``.gz`` is compressed by its name. Leaving it sets the end, and never within a line.

    ``lines``: how many it holds, once it is closed.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError where the file can't be opened."""
        self._packed = path.suffix == ".gz"
        self._raw = path.open("wb", buffering=0)
        self._deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._marks = [_Mark(0)]
        self._headed = not self._packed
        self.lines = 0

    def add(self, line: str) -> None:
        """One line, without its newline. Raises OSError; what was added before is kept then."""
        if not self._headed:
            self._put(GZIP_HEAD)
            self._marks, self._headed = [_Mark(0), _Mark(len(GZIP_HEAD))], True
        text, last = (line + "\n").encode(), self._marks[-1]
        data = text
        if self._packed:
            data = self._deflate.compress(text) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._put(data)
        offset, size = last.offset + len(data), last.size + len(text)
        self._marks = [last, _Mark(offset, last.lines + 1, zlib.crc32(text, last.checksum), size)]

    def _put(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._raw.write(left) :]

    def close(self) -> None:
        """Set the end after the last line; on a full disk the one before may have to do."""
        with self._raw:
            for mark in reversed(self._marks):
                try:
                    self._end_at(mark)
                except OSError:
                    continue
                self.lines = mark.lines
                return

    def _end_at(self, mark: _Mark) -> None:
        if self._raw.seekable() and self._raw.seek(0, 2) != mark.offset:
            self._raw.truncate(mark.offset)
            self._raw.seek(mark.offset)
        if self._packed and mark.offset:
            self._put(LAST_BLOCK + struct.pack("<II", mark.checksum, mark.size & 0xFFFFFFFF))

    def __enter__(self) -> GrowingFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
