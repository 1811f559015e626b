"""Each system's clock that goes on while the computer sleeps."""

from __future__ import annotations

import time

import pytest

from biocoach.clock import SystemClock, counting_sleep


def test_windows_counts_by_its_performance_counter() -> None:
    assert counting_sleep("win32") is time.perf_counter


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="needs hardware: a Linux computer")
@pytest.mark.parametrize(
    ("system", "name"), [("linux", "CLOCK_BOOTTIME"), ("darwin", "CLOCK_MONOTONIC")]
)
def test_linux_and_macos_have_it_under_another_name(
    system: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def gettime(clock: int) -> float:
        asked.append(clock)
        return 7.5

    monkeypatch.setattr(time, "clock_gettime", gettime)
    clock = SystemClock(system)
    assert (clock.now_s(), clock.counts_sleep, asked) == (7.5, True, [getattr(time, name)])


def test_a_system_without_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert not SystemClock("aix").counts_sleep
    assert SystemClock("aix").now_s() <= time.monotonic()
