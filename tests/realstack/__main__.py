"""``python -m tests.realstack [--real-time] [--run COMMAND…] [PYTEST ARGUMENTS…]``

Builds a small machine once, in ``.realstack/`` (or where BIOCOACH_REALSTACK_FOLDER says), and
runs the tests beside this file in it. README.md beside this file tells the rest.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.realstack import kernel

TREE = Path(__file__).resolve().parents[2]
HERE = "tests/realstack"
BUMBLE = ("bumble==0.0.236", "pyee==13.0.1")
JUMPING = "time-travel=inf-cpu"  # sleeps cost nothing
_EXIT = re.compile(r"^realstack: exit (\d+)", re.MULTILINE)


def main(words: list[str]) -> int:
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        sys.stderr.write("the real stack is run on x86-64 Linux only\n")
        return 2
    folder = Path(os.environ.get("BIOCOACH_REALSTACK_FOLDER") or TREE / ".realstack")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        program, bluetoothd, site = kernel.built(folder), _bluez(folder), _bumble(folder)
    except (kernel.MissingError, subprocess.CalledProcessError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    told = {"BLUETOOTHD": str(bluetoothd), "SITE": str(site)}
    time = [] if "--real-time" in words else [JUMPING]
    words = [word for word in words if word != "--real-time"]
    if words[:1] == ["--run"]:
        return _boot(program, words[1:], told, time)
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--color=no"]
    paths = [] if any(HERE in word for word in words) else [HERE]
    return _boot(program, [*pytest, *paths, *words], told, time)


def _bluez(folder: Path) -> Path:
    """The system's own bluetoothd, where it has one; else that of its package."""
    own = Path("/usr/libexec/bluetooth/bluetoothd")
    found = own if own.exists() else folder / "bluez" / own.relative_to("/")
    if not found.exists():
        kernel.unpacked("bluez", folder)
    needs = subprocess.run(["ldd", str(found)], check=True, capture_output=True, text=True).stdout
    missing = re.findall(r"(\S+) => not found", needs)
    if missing:
        raise kernel.MissingError(f"bluetoothd wants {', '.join(missing)}: apt-get install bluez")
    return found


def _bumble(folder: Path) -> Path:
    """Bumble, and of what it asks for only what playing a controller needs; the rest is there
    already, or is for USB and serial ports."""
    site = folder / "site"
    if not (site / "bumble").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--target", str(site), *BUMBLE], check=True)
    return site


def _boot(program: Path, command: list[str], told: dict[str, str], time: list[str]) -> int:
    """Runs the command inside; its exit code, or 99 where the machine died."""
    with tempfile.TemporaryDirectory(prefix="realstack-", dir=_memory()) as memory:
        words = Path(memory) / "command"
        words.write_text("".join(f"{word}\n" for word in command))
        told = told | {"PYTHON": sys.executable, "TREE": str(TREE), "COMMAND": str(words)}
        machine = [
            str(program),
            "mem=512M",
            "root=/dev/root",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            f"init={TREE / HERE / 'init'}",
            "con=null",
            "con0=fd:0,fd:1",
            "quiet",
            "panic=-1",
            *time,
            *(f"{name}={value}" for name, value in told.items()),
        ]
        said = ""
        with subprocess.Popen(
            machine,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "TMPDIR": memory},  # its memory is a file there
            start_new_session=True,
        ) as running:
            assert running.stdout is not None
            try:
                for line in running.stdout:
                    sys.stdout.write(line)
                    sys.stdout.flush()
                    said += line
            finally:
                # It is several processes, which would live on.
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
        ended = _EXIT.findall(said)
        return int(ended[-1]) if ended else 99


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
