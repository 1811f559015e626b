"""The ways in which a disk stops to take, and takes again. Each names what a machine may lack."""

from __future__ import annotations

import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from biocoach.store import Key, Trouble
from biocoach.store.database import Database
from biocoach.store.folder import JOURNAL
from tests.faults.durable import image, tracing
from tests.faults.durable.children import Child

WRITING = "pwrite64,write,fsync,fdatasync,ftruncate"
FULL = frozenset({Trouble.DISK_FULL, Trouble.IO})  # "both occur"
TMPFS_BYTES, SMALL_BYTES = 32 << 20, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """``place`` gives the record's folder; within ``bad`` it takes nothing more. ``full``: only
    room is missing, so that erasing must work all the same."""

    codes: frozenset[Trouble]
    place: Callable[[Path], AbstractContextManager[Path]]
    bad: Callable[[Child, Path, Key], AbstractContextManager[object]]
    full: bool = False
    bad_s: float = 20.0  # of the session's time
    at_times: bool = False  # it takes in between
    why_not: Callable[[], str] = lambda: ""


# ---- places


def _here(place: Path) -> AbstractContextManager[Path]:
    return nullcontext(place)


def tmpfs(size: int) -> Callable[[Path], AbstractContextManager[Path]]:
    @contextmanager
    def mounted(place: Path) -> Iterator[Path]:
        where = place / "tmpfs"
        where.mkdir()
        _mount("-t", "tmpfs", "-o", f"size={size}", "none", str(where))
        try:
            yield where
        finally:
            subprocess.run(["umount", str(where)], check=True)

    return mounted


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


@contextmanager
def remounted_read_only(where: Path) -> Iterator[None]:
    """Nobody may have a file open for writing there."""
    _mount("-o", "remount,ro", str(where))
    try:
        yield
    finally:
        _mount("-o", "remount,rw", str(where))


# ---- ways of being bad


@contextmanager
def _filled(_child: Child, folder: Path, _key: Key) -> Iterator[None]:
    """Something else takes all the room that is left."""
    ballast = folder.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _grown_after(_child: Child, folder: Path, _key: Key) -> Iterator[None]:
    """It was too small from the beginning."""
    yield
    _mount("-o", f"remount,size={TMPFS_BYTES}", str(folder.parent))


@contextmanager
def _limited(child: Child, folder: Path, _key: Key) -> Iterator[None]:
    """No file grows beyond what the journal's largest is now."""
    before = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
    size = max(path.stat().st_size for path in folder.glob(f"{JOURNAL}*"))
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def _locked(_child: Child, folder: Path, key: Key) -> Iterator[None]:
    other = Database(folder / JOURNAL, key)
    try:
        with other.writing():
            yield
    finally:
        other.close()


def _refusing(error: str) -> Callable[[Child, Path, Key], AbstractContextManager[object]]:
    @contextmanager
    def bad(child: Child, folder: Path, _key: Key) -> Iterator[None]:
        how = ["-e", f"trace={WRITING}", "-e", f"inject={WRITING}:error={error}"]
        tracer = tracing.attach(child, how, folder.parent / "refused")
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGTERM)
            tracer.communicate()

    return bad


# A read-only remount is refused while a file is open for writing, but for the kernel's own, of a
# disk that fails: then each write says EROFS. That is what the one of that name does.
WAYS: dict[str, Way] = {
    "tmpfs of 1 MB": Way(
        codes=FULL, place=tmpfs(SMALL_BYTES), bad=_grown_after, bad_s=60.0, at_times=True,
        why_not=image.why_not,
    ),
    "full tmpfs": Way(
        codes=FULL, place=tmpfs(TMPFS_BYTES), bad=_filled, full=True, why_not=image.why_not
    ),
    "full ext4": Way(
        codes=FULL, place=image.new_image, bad=_filled, full=True, why_not=image.why_not
    ),
    "file size limit": Way(codes=FULL, place=_here, bad=_limited, full=True),
    "lock of another": Way(codes=frozenset({Trouble.LOCKED}), place=_here, bad=_locked, bad_s=2.0),
    "read-only": Way(
        codes=frozenset({Trouble.READ_ONLY, Trouble.IO}), place=_here, bad=_refusing("EROFS"),
        why_not=tracing.why_not,
    ),
    "every call EIO": Way(
        codes=frozenset({Trouble.IO}), place=_here, bad=_refusing("EIO"), why_not=tracing.why_not
    ),
    "every call ENOSPC": Way(
        codes=FULL, place=_here, bad=_refusing("ENOSPC"), why_not=tracing.why_not
    ),
}  # fmt: skip
