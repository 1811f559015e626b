"""A child's calls to the system, by strace: written down, or some of them refused."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tests.faults.durable.children import Child

# Calls that change files, and ``sendto``, by which a child says something.
RECORDED = ("openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "link",
            "unlink", "mkdir", "rmdir", "lseek", "sendto")  # fmt: skip
# The same by a folder that is open: each is told by the name that it has above.
BY_FOLDER = ("renameat", "renameat2", "linkat", "unlinkat", "mkdirat")
# These change files too. Nothing here makes them; one day something may.
NOT_KNOWN = ("creat", "truncate", "fallocate", "writev", "pwritev", "pwritev2", "copy_file_range",
             "sendfile", "splice", "symlink", "symlinkat")  # fmt: skip
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?.*")
_AT = re.compile(r"(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?\"((?:\\x[0-9a-f]{2})*)\"")
_DELETED = re.compile(r"\d+<[^>]*>\(deleted\)")
_FD = re.compile(r"(\d+|AT_FDCWD)<(.*?)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_CUT_OFF = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>")
_GOES_ON = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")


@cache
def why_not() -> str:
    """Why no child can be traced here; or nothing."""
    if shutil.which("strace") is None:
        return "no strace"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "strace may not trace here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that succeeded. ``path``: what it was about; ``to``: the new name that a
    rename or a link gives."""

    name: str
    path: str
    to: str = ""
    data: bytes = b""
    number: int = 0  # an offset, a length
    flags: str = ""
    gone: bool = False  # by a file that is open, and has lost this name


def attach(child: Child, arguments: Sequence[str], out: Path) -> subprocess.Popen[bytes]:
    """strace on a child that waits to ``go``, and on its threads."""
    command = ["strace", "-f", "-p", str(child.pid), "-o", str(out), "-e", "signal=none"]
    process = subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE)
    assert process.stderr is not None
    told = process.stderr.readline()
    if b"attached" not in told:
        child.kill()
        raise RuntimeError(f"strace: {told!r}")
    return process


def record(child: Child, out: Path) -> subprocess.Popen[bytes]:
    """All that is in ``calls_in``."""
    # A question mark: not every machine has all of them.
    names = (f"?{name}" for name in (*RECORDED, *BY_FOLDER, *NOT_KNOWN))
    traced = "trace=" + ",".join(names)
    return attach(child, ["-y", "-xx", "-s", str(1 << 24), "-e", traced], out)


def calls_in(out: Path) -> Iterator[Call]:
    """The calls in their order; one that was interrupted stands where it came to its end. Each
    ``write`` has its offset: below 0 at the file's end."""
    places: dict[str, int] = {}  # where the next write goes, by the number of the open file
    for name, arguments, result, opened in _lines(out):
        file = arguments.partition("<")[0]
        if name == "openat":
            places[str(result)] = -1 if "O_APPEND" in arguments else 0
        elif name == "lseek" and places.get(file, -1) >= 0:
            places[file] = result
        call = _call(name, arguments, result, opened)
        if name == "write":
            call = replace(call, number=places.get(file, -1))
            places[file] = call.number + result if call.number >= 0 else -1
        if name != "lseek":
            yield replace(call, gone=True) if _DELETED.match(arguments) else call


def _lines(out: Path) -> Iterator[tuple[str, str, int, str]]:
    """The name of each call that succeeded, its arguments, what it gave, and the path of that."""
    begun: dict[str, str] = {}
    with out.open(encoding="ascii") as lines:
        for line in lines:
            if (found := _CUT_OFF.match(line)) is not None:
                begun[found[1]] = found[2]
                continue
            if (found := _GOES_ON.match(line)) is not None:
                line = begun.pop(found[1]) + found[2]
            parts = _LINE.match(line)
            if parts is not None and int(parts[3]) >= 0:
                yield parts[1], parts[2], int(parts[3]), parts[4] or ""


def _call(name: str, arguments: str, result: int, opened: str) -> Call:
    texts = [_bytes(text) for text in _TEXT.findall(arguments)]
    fd = _FD.match(arguments)
    path = _bytes(fd[2]).decode() if fd is not None else ""
    match name:
        case "openat":
            return Call(name=name, path=_bytes(opened).decode(), flags=arguments)
        case "write" | "sendto":
            return Call(name=name, path=path, data=texts[0][:result])
        case "pwrite64":
            number = int(arguments.rpartition(",")[2])
            return Call(name=name, path=path, data=texts[0][:result], number=number)
        case "ftruncate":
            return Call(name=name, path=path, number=int(arguments.rpartition(",")[2]))
        case "rename" | "link" | "unlink" | "mkdir" | "rmdir" | "truncate" | "creat":
            return _named(name, arguments)
        case _ if name in BY_FOLDER:
            bare = "rmdir" if "AT_REMOVEDIR" in arguments else name.rstrip("2").removesuffix("at")
            known = bare if "RENAME_EXCHANGE" not in arguments else NOT_KNOWN[0]
            return _named(known, arguments)
        case _:
            return Call(name=name, path=path)


def _named(name: str, arguments: str) -> Call:
    """By the paths in it, each of which may begin at a folder that is open."""
    paths = [
        str(Path(_bytes(folder).decode()) / _bytes(one).decode())
        for folder, one in _AT.findall(arguments)
    ]
    return Call(name=name, path=paths[0], to=paths[1] if len(paths) > 1 else "")


def _bytes(text: str) -> bytes:
    """``\\x41\\x42`` as bytes."""
    return bytes.fromhex(text.replace("\\x", ""))
