"""What the live page costs, held to a budget: ``python -m tests.browser.live_cost [TRACE.json]``.

A practice is under way and the strap sends RR, movement and its ECG at 130 Hz (a replay). First at
the strap's own pace: what all of the browser's processes take of one core while the page is just
there; then, with a frame asked for sixty times a second, ten seconds of a trace that Chromium
records (kept in TRACE.json, to be opened in its developer tools). Then an hour of data at many
times that pace, for how much the page's memory grows, both ends after a collection. Exit 1 where
the budget is broken. A shared computer makes the shares larger, never smaller.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from biocoach.captures import line
from biocoach.clock import SystemClock
from biocoach.types import Motion, Reading
from devices.virtual import scenario_events
from tests.browser.conftest import ARGS, PROGRAMS
from tests.browser.frames import FRAMES, SECONDS, counters
from tests.browser.support import COUNT_MESSAGES, Served, go_apart, state, wait_for_messages
from tests.browser.test_words_and_keys import ecg_capture

BUDGET = {
    "browser_share": 0.30,
    "traced_share": 0.30,
    "frames_a_second": 55.0,
    "heap_mb_an_hour": 5.0,
}
HOUR_S = 3600
QUICKLY = 30
WARM_S = 400  # the trace's five minutes are full, and the code is compiled
CATEGORIES = ("devtools.timeline", "toplevel", "disabled-by-default-devtools.timeline")


def main() -> int:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    keep = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        capture = Path(home, "strap.jsonl")
        capture.write_text("\n".join(strap_with_ecg(HOUR_S + 2 * WARM_S)), encoding="utf-8")
        row = at_its_pace(browser, Path(home), capture, keep) | in_an_hour(
            browser, Path(home), capture
        )
        browser.close()
    over = sorted(broken(row))
    sys.stdout.write(json.dumps(row | {"budget": BUDGET, "over": over}) + "\n")
    return 1 if over else 0


def strap_with_ecg(length_s: int) -> list[str]:
    """A calm heart again and again, with its movement, and an ECG beside it."""
    once = [e for e in scenario_events(7, "calm") if isinstance(e.body, Reading | Motion)]
    round_s = once[-1].at_s + 1
    timed = [
        (event.at_s + turn * round_s, line(event.at_s + turn * round_s, event.body))
        for turn in range(int(length_s / round_s) + 1)
        for event in once
    ]
    head, name, *ecg = ecg_capture(length_s)
    timed += [(json.loads(text)["at_s"], text) for text in ecg]
    lines = [text for at_s, text in sorted(timed, key=lambda t: t[0]) if text and at_s < length_s]
    return [head, name.replace('["ecg"]', '["rr", "acc", "ecg"]'), *lines]


def opened(
    browser: Browser, home: Path, capture: Path, *, speed: int
) -> tuple[Served, Page, CDPSession]:
    """A practice under way, ``speed`` times as fast as the strap."""
    folder = home / f"at-{speed}"
    folder.mkdir()
    served = Served(folder, "serve", "--source", f"replay:{capture}@{speed}")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(COUNT_MESSAGES)
    page.goto(served.address)
    go_apart(page, "regulate", planned_s=3600)
    expect(page.get_by_role("img", name="ECG line from your strap")).to_be_visible()
    return served, page, page.context.new_cdp_session(page)


def at_its_pace(browser: Browser, home: Path, capture: Path, keep: Path | None) -> dict[str, float]:
    """With the trace of the quiet minutes on the screen, which take five at this pace."""
    served, page, chrome = opened(browser, home, capture, speed=1)
    wait_for_messages(page, 5)
    everything = browser.new_browser_cdp_session()
    started_s = processes_s(everything)
    wait_for_messages(page, 10 * SECONDS)
    used_s, gone_s = (
        now - then for now, then in zip(processes_s(everything), started_s, strict=True)
    )
    trace = home / "trace.json"
    browser.start_tracing(page=page, path=trace, categories=list(CATEGORIES))
    chrome.send("Performance.enable")
    before = counters(chrome)
    count, _middle_ms, _most_ms = page.evaluate(FRAMES, SECONDS)
    after = counters(chrome)
    browser.stop_tracing()
    framed_s = after["Timestamp"] - before["Timestamp"]
    if keep is not None:
        shutil.copyfile(trace, keep)
    served.stop()
    page.close()
    return {
        "browser_share": round(used_s / gone_s, 4),
        "busy_share": round((after["TaskDuration"] - before["TaskDuration"]) / framed_s, 4),
        "traced_share": round(traced_busy_s(trace) / framed_s, 4),
        "frames_a_second": round(count / framed_s, 1),
    }


def processes_s(chrome: CDPSession) -> tuple[float, float]:
    """Processor seconds of all of the browser's processes so far, and the clock beside them."""
    found = chrome.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(process["cpuTime"] for process in found), SystemClock().now_s()


def traced_busy_s(trace: Path) -> float:
    """Seconds that the page's main thread worked, from the recorded trace."""
    events = json.loads(trace.read_text(encoding="utf-8"))["traceEvents"]
    mains = {
        (e["pid"], e["tid"])
        for e in events
        if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    tasks = [e for e in events if e["name"] == "RunTask" and e["ph"] == "X"]
    by_thread = dict.fromkeys(mains, 0.0)
    for task in tasks:
        key = (task["pid"], task["tid"])
        if key in by_thread:
            by_thread[key] += task["dur"] / 1e6
    return max(by_thread.values(), default=0.0)


def in_an_hour(browser: Browser, home: Path, capture: Path) -> dict[str, float]:
    served, page, chrome = opened(browser, home, capture, speed=QUICKLY)
    until_s(page, WARM_S)
    first_s, first = state(page)["session"]["at_s"], heap_bytes(chrome)
    until_s(page, first_s + HOUR_S - WARM_S)
    last_s, last = state(page)["session"]["at_s"], heap_bytes(chrome)
    served.stop()
    page.close()
    grown_mb = (last - first) / 1e6
    return {
        "heap_mb": round(last / 1e6, 2),
        "heap_mb_grown": round(grown_mb, 2),
        "data_s": round(last_s - first_s),
        "heap_mb_an_hour": round(grown_mb * HOUR_S / (last_s - first_s), 2),
    }


def until_s(page: Page, at_s: float) -> None:
    """Until the session has come so far."""
    while state(page)["session"]["at_s"] < at_s:
        wait_for_messages(page, 20)


def heap_bytes(chrome: CDPSession) -> float:
    """What is left after collections; what one leaves for the next is gone with the second."""
    chrome.send("HeapProfiler.enable")
    for _ in range(3):
        chrome.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = chrome.send("Runtime.getHeapUsage")
    return float(used["usedSize"])


def broken(row: dict[str, float]) -> list[str]:
    """Which lines of the budget do not hold."""
    most = ("browser_share", "traced_share", "heap_mb_an_hour")
    over = [name for name in most if row[name] > BUDGET[name]]
    slow = row["frames_a_second"] < BUDGET["frames_a_second"]
    return [*over, *(["frames_a_second"] if slow else [])]


if __name__ == "__main__":
    sys.exit(main())
