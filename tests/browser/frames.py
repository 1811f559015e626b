"""What a frame of the breathing circle costs: ``python -m tests.browser.frames``.

Main-thread time as a share of the time there is, from Chromium's own counters, with the circle and
the heart around it, and on the step before it where nothing moves. ``slower``: a processor held
back by Chromium so many times. Nothing is asserted: a shared computer would make it a lie.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from tests.browser.conftest import ARGS, PROGRAMS
from tests.browser.support import COUNT_MESSAGES, SIZES, Served

SOURCE = "virtual:unscripted,scenario=calm"
SECONDS = 10
SLOWER = (1, 4)
# How far apart frames come, in ms: the middle, and what 95 of 100 keep to.
FRAMES = """seconds => new Promise(done => {
  const gaps = [];
  let before = performance.now();
  const end = before + 1000 * seconds;
  const step = now => {
    gaps.push(now - before);
    before = now;
    if (now < end) return requestAnimationFrame(step);
    gaps.sort((a, b) => a - b);
    done([gaps.length, gaps[Math.floor(gaps.length / 2)], gaps[Math.floor(gaps.length * 0.95)]]);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        served = Served(Path(home), "serve", "--source", SOURCE)
        page = browser.new_page()
        page.add_init_script(COUNT_MESSAGES)
        page.goto(served.address)
        expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
        chrome = page.context.new_cdp_session(page)
        chrome.send("Performance.enable")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for slower in SLOWER:
                row = {"size": size, "slower": slower} | measured(page, chrome, slower)
                sys.stdout.write(json.dumps(row) + "\n")
        browser.close()
        served.stop()


def measured(page: Page, chrome: CDPSession, slower: int) -> dict[str, Any]:
    page.evaluate("location.hash = '#/practices/slow-paced-4-6'")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Step 1 of")).to_be_attached()
    chrome.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    quiet = share(page, chrome)
    page.keyboard.press("ArrowRight")
    expect(page.locator("canvas")).to_be_visible()
    breath = share(page, chrome)
    chrome.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    return {"without": quiet, "with": breath}


def share(page: Page, chrome: CDPSession) -> dict[str, float]:
    before = counters(chrome)
    count, middle_ms, most_ms = page.evaluate(FRAMES, SECONDS)
    after = counters(chrome)
    gone_s = after["Timestamp"] - before["Timestamp"]
    busy_s = after["TaskDuration"] - before["TaskDuration"]
    return {
        "busy_share": round(busy_s / gone_s, 4),
        "busy_of_a_60th": round(60 * busy_s / count, 4),
        "frames_a_second": round(count / gone_s, 1),
        "frame_ms_median": round(middle_ms, 1),
        "frame_ms_p95": round(most_ms, 1),
    }


def counters(chrome: CDPSession) -> dict[str, float]:
    found = chrome.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in found}


if __name__ == "__main__":
    main()
