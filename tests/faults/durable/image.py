"""An ext4 file system in a file, copied while it is written to: what a power cut leaves of it.

The copy is of one moment: one during which the loop device wrote is thrown away and made again, by
the device's own count of writes. (A suspended device-mapper would hold them off; few kernels of
virtual machines have it.)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

IMAGE_BYTES = 48 << 20
TOOLS = ("losetup", "mkfs.ext4", "mount", "umount")
TRIES = 400
_WRITES, _IN_FLIGHT = 4, 8  # in /sys/block/*/stat


@cache
def why_not() -> str:
    """Why no image can be mounted here; or nothing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"no {missing[0]}"
    if os.geteuid() != 0:
        return "only root may mount"
    try:
        with TemporaryDirectory(prefix="durable-") as name, new_image(Path(name)):
            return ""
    except (subprocess.CalledProcessError, OSError):
        return "no loop devices here"


@contextmanager
def new_image(place: Path) -> Iterator[Path]:
    """Makes ``image`` in this folder, and has it mounted there."""
    with (place / "image").open("wb") as file:
        file.truncate(IMAGE_BYTES)
    _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(place / "image"))
    with mounted(place / "image", place / "mounted") as where:
        yield where


@contextmanager
def mounted(image: Path, where: Path) -> Iterator[Path]:
    where.mkdir(exist_ok=True)
    _run("mount", "-o", "loop,noatime", str(image), str(where))
    try:
        yield where
    finally:
        with suppress(subprocess.CalledProcessError):
            _run("sync", "-f", str(where))
        _run("umount", str(where))


def copy_of_a_moment(image: Path, copy: Path) -> int | None:
    """How many copies were thrown away; None where none was of one moment."""
    device = Path(_run("losetup", "--noheadings", "--output", "NAME", "-j", str(image)).strip())
    stat = Path("/sys/block") / device.name / "stat"
    for thrown_away in range(TRIES):
        before = _writes(stat)
        _copy_data(image, copy)
        if before is not None and before == _writes(stat):
            return thrown_away
    return None


def _writes(stat: Path) -> str | None:
    """How much was written so far; None while something is being written."""
    fields = stat.read_text().split()
    return fields[_WRITES] if fields[_IN_FLIGHT] == "0" else None


def _copy_data(source: Path, target: Path) -> None:
    """Only the parts that hold something: a few hundred kB in less than a millisecond."""
    with source.open("rb") as old, target.open("wb") as new:
        new.truncate(IMAGE_BYTES)
        end = 0
        while True:
            try:
                start = os.lseek(old.fileno(), end, os.SEEK_DATA)
            except OSError:  # no more data
                return
            end = os.lseek(old.fileno(), start, os.SEEK_HOLE)
            new.seek(start)
            while start < end:
                start += os.sendfile(new.fileno(), old.fileno(), start, end - start)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    return done.stdout
