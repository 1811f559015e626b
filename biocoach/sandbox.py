"""Child processes with limits: for files that somebody else made. The one owner of subprocess."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

TIMEOUT_S = 60.0
MEMORY_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a child printed, or why it gave nothing."""

    out: str
    why: str = ""


def run_module(module: str, *arguments: str, timeout_s: float = TIMEOUT_S) -> Ran:
    """Run ``python -m module arguments`` on its own; whatever it does, this process lives."""
    command = [sys.executable, "-I", "-m", module, *arguments]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, arguments are not a shell's
            command, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return Ran(out="", why=f"took longer than {timeout_s:.0f} s")
    if child.returncode == 0:
        return Ran(out=child.stdout)
    said = child.stderr.strip().splitlines()
    return Ran(out="", why=said[-1][:200] if said else f"ended with {child.returncode}")


def limit_this_process() -> None:
    """Called by the child, first thing: bounded memory, no core file. POSIX only."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
