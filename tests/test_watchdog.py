"""The watchdog: what it says and when, to whom, and what it takes back."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach import sandbox, watchdog
from biocoach.sandbox import Witness
from biocoach.watchdog import (
    AGAIN,
    DISK,
    HUNG,
    KEPT_IN,
    LOUD,
    PATIENCE_S,
    STEP_MOST_S,
    STOPPED,
    STRAP,
    WORDS,
    Kept,
    Watch,
    watch,
)
from devices import notices
from devices.notices import Notice

TOLD_WITHIN_S = 10.0
SAID = ("begin", "end", "alive", "lost strap", "lost disk", "found", "goodbye")


class Screen(Kept):
    """Keeps the kinds that were shown."""

    kinds: list[str]

    def show(self, kind: str) -> None:
        self.kinds.append(kind)


def lived(*heard: str | float, left: bool = False) -> list[str]:
    """Words, and seconds that pass without one, to the end of the pipe."""
    at_s, screen = 0.0, Screen("")
    screen.kinds, screen.left_behind = [], left
    words: list[str | None] = ["at " if left else None]
    times = [0.0]
    for thing in heard:
        words += [thing] if isinstance(thing, str) else [None] * int(thing)
        for _ in range(1 if isinstance(thing, str) else int(thing)):
            at_s += 0.0 if isinstance(thing, str) else 1.0
            times.append(at_s)
    clock = iter(times)
    watch(iter(words), lambda: next(clock, at_s), lambda _: screen)
    return screen.kinds


def test_the_end_of_the_pipe_in_a_practice_is_a_death() -> None:
    assert lived("begin", "alive") == [STOPPED]


@pytest.mark.parametrize(
    "heard",
    [(), ("end",), ("alive",), ("begin", "end"), ("begin", "alive", "goodbye"), ("lost strap",)],
)
def test_outside_a_practice_and_after_a_goodbye_it_is_none(heard: tuple[str, ...]) -> None:
    assert lived(*heard) == []
    assert lived(*heard, *([60.0] if "goodbye" not in heard else [])) == []


def test_no_word_is_told_in_time_and_taken_back() -> None:
    silent = lived("begin", "alive", PATIENCE_S - 1, "alive", PATIENCE_S, "alive", "end", "goodbye")
    assert silent == [HUNG, AGAIN, ""]
    # biocoach itself waits a little before it falls silent, and a look comes each second
    assert PATIENCE_S + 1.0 + 2.0 <= TOLD_WITHIN_S


def test_words_that_come_in_time_are_enough() -> None:
    assert lived("begin", *(("alive", PATIENCE_S - 1) * 9), "goodbye") == []


@given(st.lists(st.floats(STEP_MOST_S, 1e6), max_size=3))
def test_the_machine_s_own_sleep_is_not_a_death(slept_s: list[float]) -> None:
    """Nor a clock that jumps: each counts as one step."""
    seen = Watch()
    seen.hear("begin")
    now_s = 0.0
    for sleep_s in slept_s:
        assert seen.pass_time(now_s) is None
        now_s += sleep_s
        assert seen.pass_time(now_s) is None
        seen.hear("alive")


def test_a_clock_that_runs_back_is_no_silence() -> None:
    seen = Watch()
    seen.hear("begin")
    assert [seen.pass_time(100.0 - s) for s in range(60)] == [None] * 60


def test_what_is_lost_is_quiet_once_and_taken_back() -> None:
    found = lived("begin", "lost strap", "alive", "lost strap", "lost disk", "found", "goodbye")
    assert found == [STRAP, DISK, AGAIN, ""]
    assert not {STRAP, DISK} & set(LOUD)


def test_a_practice_s_end_takes_its_notices_back() -> None:
    assert lived("begin", "lost strap", "end", "goodbye") == [STRAP, ""]


def test_what_a_dead_one_left_is_taken_back_by_the_next() -> None:
    assert lived("begin", "goodbye", left=True) == [AGAIN, ""]
    assert lived("end", "goodbye", left=True) == [""]
    assert lived("begin", left=True) == [AGAIN, STOPPED]


@given(st.lists(st.sampled_from(SAID) | st.integers(1, 12).map(float), max_size=30))
def test_a_notice_of_a_death_stands_exactly_while_it_is_one(heard: list[str | float]) -> None:
    """Whatever is said in whatever order, against a plain account of it."""
    minded, ended = False, "goodbye" in heard
    for thing in heard[: heard.index("goodbye") + 1 if ended else None]:
        minded = thing == "begin" or (minded and thing not in ("end", "goodbye"))
    last = ["", *lived(*heard)][-1]
    assert (last == STOPPED) is (minded and not ended)


def test_the_words_name_nothing_private() -> None:
    for title, body in WORDS.values():
        for word in ("heart", "practice", "step", "session", "distress", "beat"):
            assert word not in (title + body).lower()


# ---- what is left in the folder


class Desktop:
    def __init__(self, number: int | None = 7, where: str = "here") -> None:
        self.number = number
        self.where = where
        self.shown: list[Notice] = []
        self.taken: list[int] = []

    def show(self, notice: Notice) -> int | None:
        self.shown.append(notice)
        return self.number

    def take_back(self, number: int) -> None:
        self.taken.append(number)

    def place(self) -> str:
        return self.where

    def why_not(self) -> str:
        return ""


def on(
    desktop: Desktop, folder: Path, words: Iterable[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "open_notices", lambda: desktop)
    watch(iter([f"at {folder}", *words]), lambda: 0.0, Kept)


def test_the_next_one_replaces_the_notice_of_the_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop()
    on(desktop, tmp_path, ["begin"], monkeypatch)
    kept = tmp_path / KEPT_IN
    assert kept.read_text() == "7 here"
    if sys.platform != "win32":
        assert kept.stat().st_mode & 0o777 == 0o600
    on(desktop, tmp_path, ["begin", "goodbye"], monkeypatch)
    assert not kept.exists()
    assert [(n.title, n.stays, n.instead_of) for n in desktop.shown] == [
        (WORDS[STOPPED][0], True, 0),
        (WORDS[AGAIN][0], False, 7),
    ]
    assert desktop.taken == [7]


def test_a_file_that_is_none_of_ours_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / KEPT_IN).write_bytes(b"\xff\xfe tea")
    desktop = Desktop()
    on(desktop, tmp_path, ["begin", "goodbye"], monkeypatch)
    assert desktop.shown == []


def test_after_another_login_the_number_is_somebody_else_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(Desktop(), tmp_path, ["begin"], monkeypatch)
    later = Desktop(number=3, where="there")
    on(later, tmp_path, ["begin", "goodbye"], monkeypatch)
    assert [(n.title, n.instead_of) for n in later.shown] == [(WORDS[AGAIN][0], 0)]
    assert later.taken == [3]


def test_a_watchdog_that_dies_leaves_its_notice_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop()

    def killed() -> Iterator[str | None]:
        yield f"at {tmp_path}"
        yield "begin"
        yield from [None] * 20
        raise KeyboardInterrupt

    clock = iter(range(30))
    monkeypatch.setattr(notices, "open_notices", lambda: desktop)
    with pytest.raises(KeyboardInterrupt):
        watch(killed(), lambda: float(next(clock)), Kept)
    on(desktop, tmp_path, ["begin", "goodbye"], monkeypatch)
    assert [n.title for n in desktop.shown] == [WORDS[HUNG][0], WORDS[AGAIN][0]]
    assert desktop.shown[-1].instead_of == 7


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError


def test_a_terminal_that_was_closed_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Gone())
    on(Desktop(number=None), tmp_path, ["begin"], monkeypatch)


def test_a_folder_that_is_gone_stops_no_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop()
    on(desktop, tmp_path / "gone", ["begin"], monkeypatch)
    assert len(desktop.shown) == 1


def test_without_a_desktop_the_terminal_rings_and_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    on(Desktop(number=None), tmp_path, ["begin"], monkeypatch)
    assert said.getvalue() == "\a\nbiocoach: " + ". ".join(WORDS[STOPPED]) + "\n"


# ---- the process


def test_it_is_small_and_imports_next_to_nothing() -> None:
    """In what it may load before it has something to say; its memory follows from that."""
    ask = "import sys; before = set(sys.modules); import biocoach.watchdog; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", ask], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not loaded & {"asyncio", "subprocess", "dbus_fast", "dataclasses", "biocoach.settings"}


def test_a_process_hears_the_end_of_its_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-m", "biocoach.watchdog"],
        input=f"at {tmp_path}\nbegin\nalive\n".encode(),
        capture_output=True,
        env={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus", "PATH": ""},
        check=True,
    )
    assert watchdog.WORDS[STOPPED][0] in done.stderr.decode()
    assert done.stderr.startswith(b"\a")


def test_a_goodbye_ends_it_without_a_word_while_the_pipe_is_still_open(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "biocoach.watchdog"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"at {tmp_path}\nbegin\ngoodbye\n".encode())
        process.stdin.flush()
        assert process.wait(60) == 0
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer with signals")
def test_one_that_was_stopped_is_not_waited_for_once_its_pipe_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who tells it serves a page meanwhile."""
    monkeypatch.setattr(sandbox, "WITNESS_ENDS_S", 600.0)
    witness = Witness("biocoach.watchdog")
    os.kill(witness.pid, signal.SIGSTOP)
    while witness.tell("alive"):
        continue
    witness.close()
    with pytest.raises(ProcessLookupError):
        os.kill(witness.pid, 0)
