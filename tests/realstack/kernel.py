"""A Linux kernel that runs as a program, built from the system's own source package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

CONFIG = Path(__file__).with_name("kernel.config")
TOOLS = ("gcc", "make", "flex", "bison", "bc", "xz")
# A processor with matrix registers (AMX) saves 11 kB of them; 6.1 keeps room for 2696 bytes, and
# its first program would die there.
REGISTERS_BYTES = 12288
_REGISTERS = re.compile(r"(DEFINE_LONGS\(HOST_FP_SIZE, )2696\)")


class MissingError(Exception):
    """Something that the script does not bring: its text says how to get it."""


def built(folder: Path) -> Path:
    """The kernel's program, built in ``folder`` where it is not there yet (3 to 10 minutes).

    Raises MissingError, and CalledProcessError where the build fails (its log is beside).
    """
    program = folder / "linux"
    if not program.exists():
        source = _source(folder)
        _make(source, folder / "kernel-build", folder / "kernel.log")
        shutil.move(folder / "kernel-build" / "linux", program)
        shutil.rmtree(folder / "kernel-build")
        shutil.rmtree(source)
    return program


def _source(folder: Path) -> Path:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise MissingError(f"to build the kernel: apt-get install {' '.join(missing)} libelf-dev")
    source = folder / "kernel-source"
    if source.exists():
        return source
    package = unpacked(newest_source(), folder)
    archive = next((package / "usr/src").glob("linux-source-*.tar.xz"))
    with tarfile.open(archive) as files:
        files.extractall(folder / "unpacking", filter="tar")
    next((folder / "unpacking").iterdir()).rename(source)
    (folder / "unpacking").rmdir()
    shutil.rmtree(package)
    sizes = source / "arch/x86/um/user-offsets.c"
    sizes.write_text(_REGISTERS.sub(rf"\g<1>{REGISTERS_BYTES})", sizes.read_text()))
    return source


def newest_source() -> str:
    """The package that the system's linux-source stands for."""
    told = subprocess.run(
        ["apt-cache", "depends", "linux-source"], check=True, capture_output=True, text=True
    ).stdout
    names = re.findall(r"Depends: (linux-source-\S+)", told)
    if not names:
        raise MissingError("apt knows no linux-source: apt-get update, or a Debian to run on")
    return str(names[0])


def unpacked(package: str, folder: Path) -> Path:
    """The files of a package of the system's, without installing it."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-qq", package], check=True, cwd=folder)
    archive = next(folder.glob(f"{package}_*.deb"))
    into = folder / package
    subprocess.run(["dpkg-deb", "-x", str(archive), str(into)], check=True)
    archive.unlink()
    return into


def _make(source: Path, into: Path, log: Path) -> None:
    make = ["nice", "make", "-s", "ARCH=um", f"O={into}"]
    with log.open("w") as words:
        for step in (
            [f"KCONFIG_ALLCONFIG={CONFIG}", "allnoconfig"],
            [f"-j{os.cpu_count() or 1}", "linux"],
        ):
            subprocess.run([*make, *step], check=True, cwd=source, stdout=words, stderr=words)
    chosen = (into / ".config").read_text().splitlines()
    asked = [line for line in CONFIG.read_text().splitlines() if line.startswith("CONFIG_")]
    lost = [line for line in asked if line not in chosen]
    if lost:
        raise MissingError(f"this kernel source does not take {', '.join(lost)}")
