"""Children speak UTF-8 wherever they run, and are limited by what their system knows."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from biocoach.sandbox import apart, run_module


def test_what_is_said_and_read_is_utf_8_whatever_the_environment_wants(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows, where a pipe would have the encoding of the country."""
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    said = '"Übung \u2713 \U0001fac0"'
    ran = run_module("json.tool", "--no-ensure-ascii", "--compact", given=said)
    assert (ran.out.strip(), ran.why) == (said, "")


@pytest.mark.parametrize(("system", "flags"), [("linux", 0), ("darwin", 0), ("win32", 0x0800_0200)])
def test_a_witness_on_windows_has_a_group_and_a_console_of_its_own(system: str, flags: int) -> None:
    assert apart(system) == flags


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer with such limits")
@pytest.mark.parametrize(("system", "bounded"), [("linux", True), ("darwin", False)])
def test_memory_has_no_limit_where_the_system_refuses_one(system: str, *, bounded: bool) -> None:
    code = (
        "import json, resource as r\n"
        "from biocoach.sandbox import limit_this_process\n"
        f"limit_this_process(7, {system!r})\n"
        "print(json.dumps([r.getrlimit(r.RLIMIT_AS)[0], r.getrlimit(r.RLIMIT_CPU)[0],"
        " r.getrlimit(r.RLIMIT_CORE)[0]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    memory, cpu_s, core = json.loads(done.stdout)
    assert ((memory == 1 << 30), cpu_s, core) == (bounded, 7, 0)
