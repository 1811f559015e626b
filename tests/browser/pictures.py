"""The README's pictures, from a real page: ``python -m tests.browser.pictures [FOLDER]``.

Laptop pictures go to docs/pictures; with a FOLDER, phone and dark ones go there as well.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGS, PROGRAMS
from tests.browser.support import (
    COUNT_MESSAGES,
    ROOT,
    SIZES,
    Served,
    go_apart,
    state,
    tell,
    wait_for_messages,
)

DOCS = ROOT / "docs" / "pictures"
SOURCE = "virtual:unscripted,scenario=separation,speed=20"
WIDE, COLOURS = 900, 128
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    extra = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        served = Served(Path(home), "serve", "--source", SOURCE)
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(COUNT_MESSAGES)
        page.goto(served.address)
        a_session(page, lambda name: take(page, name, extra))
        browser.close()
        served.stop()


def a_session(page: Page, taken: Callable[[str], None]) -> None:
    go_apart(page, "regulate", planned_s=600)
    tell(page, kind="rating", suds=40, presence="here")
    until(page, 460)
    taken("live")
    expect(page.get_by_role("button", name="Try it")).to_be_visible(timeout=60_000)
    until(page, 525)
    taken("offer")
    tell(page, kind="urge", urge="text", acted=False)
    page.get_by_role("button", name="Try it").click()
    until(page, 600)
    page.get_by_role("button", name="Stop").click()
    tell(page, kind="rating", suds=60, presence="here")
    until(page, 820)
    tell(page, kind="rating", suds=35, presence="here")
    tell(page, kind="mark", mark="back", text="")
    until(page, 900)
    tell(page, kind="end", reason="ended")
    debrief = {"happened": "They came back with milk and the paper", "probability_pct": 30}
    tell(page, kind="debrief", **debrief, suds=20, presence="here", learnt="The wave came and went")
    page.get_by_role("link", name="Review").click()
    page.get_by_role("link", name="They drive to the shop").click()
    expect(page.get_by_role("table").first).to_be_visible()
    taken("review")


def until(page: Page, at_s: float) -> None:
    while state(page)["session"]["at_s"] < at_s:
        wait_for_messages(page, 2)


def take(page: Page, name: str, extra: Path | None) -> None:
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    raw = page.screenshot()
    small(raw).save(DOCS / f"{name}.png", optimize=True)
    if extra is None:
        return
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=extra / f"{name}-{size}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size({"width": 1280, "height": 900})


def small(raw: bytes) -> Image.Image:
    """900 wide and few colours, the rare rust among them: some tens of kilobytes."""
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    high = round(picture.height * WIDE / picture.width)
    return picture.resize((WIDE, high), Image.Resampling.LANCZOS).quantize(COLOURS, kmeans=3)


if __name__ == "__main__":
    main()
