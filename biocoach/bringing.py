"""From a file's bytes to a kept session: a child reads them, the keeper keeps what it gives."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from biocoach.keeping import Keeper, Kept
from biocoach.review.imported import Problem
from biocoach.review.imports import why_not_size
from biocoach.review.incoming import PATIENCE_S, receive
from biocoach.sandbox import Stream
from biocoach.types import Refusal

PARSER = "biocoach.review.parser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """``kept``, with what was said about the file: its first problems, whether it breaks off."""

    kept: Kept
    format: str
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    cut_off: bool = False
    zone_assumed: bool = False


def parser(kind: str = "", given: BinaryIO | None = None) -> Stream:
    """The child that reads; ``kind`` forces a format. Raises OSError."""
    return Stream(PARSER, *([kind] if kind else []), given=given)


def bring(stream: Stream, keeper: Keeper, go_on: Callable[[], bool]) -> Brought | Refusal:
    """Keep what the child gives, once all was fed to it. Raises StoreError, StoppedError."""
    with closing(stream):
        recording = receive(stream.chunks(PATIENCE_S))
        if isinstance(recording, Refusal):
            return recording
        kept = keeper.keep(recording, go_on=go_on)
        if isinstance(kept, Refusal):
            return kept
        return Brought(
            kept=kept,
            format=recording.kind,
            problems=recording.problems,
            problem_count=recording.problem_count,
            cut_off=recording.cut_off,
            zone_assumed=recording.zone_assumed and kept.dated,
        )


def bring_file(
    path: Path, kind: str, keeper: Keeper, go_on: Callable[[], bool] = lambda: True
) -> Brought | Refusal:
    """The same of a file here, which only the child reads."""
    try:
        if path.is_dir():
            return Refusal(why="a folder, not a file: give the files in it")
        with _opened(path) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Refusal(why="a pipe or a device, not a file: save what it gives first")
            why = why_not_size(status.st_size)
            return Refusal(why=why) if why else bring(parser(kind, file), keeper, go_on)
    except OSError as error:
        return Refusal(why=f"can't be opened: {error.strerror or error}")


def _opened(path: Path) -> BinaryIO:
    """Without waiting for the other end of a pipe. What it is, is looked at once it is open."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb", buffering=0)
