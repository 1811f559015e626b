"""``biocoach events`` as a process, beside a served biocoach."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.event_lines import EVENTS, SCHEMA
from tests.cli.served import INPUTS, PLAN, ROOT, serving
from tests.cli.support import call, environment, lines, run

Json = dict[str, Any]
END = {"kind": "end", "reason": "done"}
VIRTUAL = ("serve", "--source", "virtual:seed=3")


class Told:
    """Its lines, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.all: list[Json] = []

    def until(self, ready: Callable[[Json], bool]) -> Json:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.all.append(json.loads(line))
            if ready(self.all[-1]):
                return self.all[-1]
        raise AssertionError(f"it ended: {self.all}")


@contextmanager
def listening(home: Path, *words: str) -> Iterator[Told]:
    process = subprocess.Popen(
        [sys.executable, "-m", "biocoach", "events", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home,
        env=environment(home) | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield Told(process)
    finally:
        process.kill()
        process.communicate()


def is_here(event: Json) -> bool:
    return bool(event["event"] == "here")


def test_it_follows_biocoach_through_an_end_and_a_start(tmp_path: Path) -> None:
    with listening(tmp_path) as told:
        for _ in range(2):  # the first has not begun when it is listened for
            with serving(tmp_path, *VIRTUAL) as page:
                here = told.until(is_here)
                assert here["schema"] == SCHEMA
                assert here["simulated"] is True
                for word in (PLAN, END):  # another session follows
                    assert page.send(INPUTS, word)["ok"]
                told.until(lambda e: bool(e["event"] == "phase"))
            told.until(lambda e: bool(e["event"] == "gone"))
        told.process.send_signal(signal.SIGINT)
        _, trouble = told.process.communicate(timeout=60)
    assert trouble == ""
    assert told.process.returncode == 0
    assert "A walk" not in repr(told.all)
    assert {event["event"] for event in told.all} <= set(EVENTS)


def test_a_closed_pipe_is_no_trouble(tmp_path: Path) -> None:
    with serving(tmp_path, *VIRTUAL) as page, listening(tmp_path) as told:
        told.until(is_here)
        assert told.process.stdout is not None
        told.process.stdout.close()
        assert page.send(INPUTS, END)["ok"]
        assert told.process.wait(timeout=60) == 0
        assert told.process.stderr is not None
        assert told.process.stderr.read() == ""
        told.process.stdout = open(os.devnull)  # noqa: SIM115, PTH123 - for communicate


def test_one_look_is_one_line(tmp_path: Path) -> None:
    (gone,) = lines(call(tmp_path, "events", "--now"))
    assert gone["event"] == "gone"
    with serving(tmp_path, *VIRTUAL):
        (here,) = lines(run(tmp_path, "events", "--now", "--numbers"))
    assert here["event"] == "here"
    assert set(here["numbers"]) == {"hr_bpm", "rmssd_ms"}


def test_looking_holds_up_no_start(tmp_path: Path) -> None:
    """It takes no lock: `serve` would say that another is starting."""
    with (
        listening(tmp_path, "--data-dir", "d"),
        serving(tmp_path, *VIRTUAL, "--data-dir", "d") as it,
    ):
        assert it.url


# ---- the page about it


DOC = (ROOT / "docs" / "beyond.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"biocoach events[^`\n|\"']*", DOC)


@pytest.mark.parametrize("command", sorted({c.strip() for c in COMMANDS}))
def test_the_commands_of_the_page_parse(command: str, tmp_path: Path) -> None:
    done = call(tmp_path, *shlex.split(command)[1:], "--help")
    assert done.returncode == 0, done.stderr


def test_the_page_names_every_event() -> None:
    assert SCHEMA in DOC
    assert [name for name in EVENTS if f"`{name}`" not in DOC] == []
