"""The docs' pictures, from a real page: ``python -m tests.browser.pictures [FOLDER]``.

Those that the docs show go to docs/pictures; with a FOLDER, more screens go there, phone and dark
ones as well, and docs/pictures stays as it is. Hearts and years are simulated, from fixed seeds.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import ARGS, PROGRAMS, WAIT_MS
from tests.browser.more_pictures import EVERYTHING, done
from tests.browser.support import (
    COUNT_MESSAGES,
    ROOT,
    SETTLED,
    SIZES,
    Served,
    go_apart,
    go_to,
    state,
    tell,
    wait_for_messages,
)

DOCS = ROOT / "docs" / "pictures"
SOURCE = "virtual:unscripted,scenario=separation,speed=20"
# In the docs: each picture, and what of the screen it shows; "" is all of the window.
SHEET = "article.sheet"
IN_DOCS = {"plan": "", "live": "", "offer": "", "review": "", "ladder": ""} | {
    "packet": SHEET,
    "packet-session": f'{SHEET}:has(figure):has(td:text-is("while apart"))',
}
ON_A_PHONE = ("live", "too-much", "crisis")  # in the docs as ``live-phone`` and so on
WIDE, COLOURS = 900, 128
MARGIN = 28  # of a sheet, which is drawn without
WEEKS = ("--weeks", "6", "--until", "2026-11-22")  # of a simulated person
DAYS = ("--since", "2026-10-26", "--until", "2026-11-22")
TALK = "The messages on Thursday. And whether the next step may be the evening."
LAPTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
PAPER: ViewportSize = {"width": 760, "height": 1080}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("folder", nargs="?", type=Path)
    extra = wanted.parse_args().folder
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        page = browser.new_page(viewport=LAPTOP)
        page.add_init_script(COUNT_MESSAGES)
        expect.set_options(timeout=WAIT_MS)
        served = Served(Path(home), "serve", "--source", SOURCE)
        page.goto(served.address)
        a_session(page, lambda name: take(page, name, extra))
        served.stop()
        too_much(page, Path(home), lambda name: take(page, name, extra))
        some_weeks(page, Path(home), lambda name: take(page, name, extra))
        if extra is not None:
            for screens in EVERYTHING:
                screens(page, Path(home), lambda name: take(page, name, extra))
        browser.close()


def a_session(page: Page, taken: Callable[[str], None]) -> None:
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    taken("plan")
    go_apart(page, "regulate", planned_s=600)
    tell(page, kind="rating", suds=40, presence="here")
    until(page, 460)
    taken("live")
    expect(page.get_by_role("button", name="Try it")).to_be_visible(timeout=60_000)
    until(page, 525)
    taken("offer")
    tell(page, kind="urge", urge="text", acted=False)
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name="Next").click()
    until(page, 600)
    page.get_by_role("button", name="Stop").click()
    tell(page, kind="rating", suds=60, presence="here")
    until(page, 820)
    tell(page, kind="rating", suds=35, presence="here")
    tell(page, kind="mark", mark="back", text="")
    until(page, 900)
    tell(page, kind="end", reason="ended")
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
    taken("debrief")
    debrief = {"happened": "They came back with milk and the paper", "probability_pct": 30}
    tell(page, kind="debrief", **debrief, suds=20, presence="here", learnt="The wave came and went")
    go_to(page, "Review")
    page.get_by_role("link", name="They drive to the shop").click()
    expect(page.get_by_role("table").first).to_be_visible()
    taken("review")


def too_much(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    folder = home / "too-much"
    folder.mkdir()
    served = Served(folder, "serve", "--source", SOURCE)
    page.goto(served.address)
    go_apart(page, "regulate", planned_s=600)
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Look around you")).to_be_focused()
    taken("too-much")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help now").get_by_role("link").first).to_be_visible()
    taken("crisis")
    served.stop()


def some_weeks(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """A ladder that was climbed for a while, and the packet's first page of the last weeks."""
    folder = home / "weeks"
    folder.mkdir()
    packet = folder / "packet.html"
    done(folder, "year", *WEEKS)
    done(folder, "report", "--simulated", *DAYS, "--talk", TALK, "--out", str(packet))
    served = Served(folder, "serve", "--source", "virtual:unscripted,scenario=calm")
    page.goto(served.address)
    go_to(page, "Ladder")
    expect(page.get_by_role("heading", level=1, name="My ladder")).to_be_visible()
    expect(page.get_by_text("Your ladders are coming")).to_be_hidden()
    taken("ladder")
    served.stop()
    page.goto(packet.as_uri())
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    taken("packet")
    taken("packet-session")
    page.emulate_media(media="screen")
    page.set_viewport_size(LAPTOP)


def until(page: Page, at_s: float) -> None:
    while state(page)["session"]["at_s"] < at_s:
        wait_for_messages(page, 2)


def take(page: Page, name: str, extra: Path | None) -> None:
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    if extra is None:
        for_docs(page, name)
        return
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            page.screenshot(path=extra / f"{name}-{size}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(LAPTOP)


def for_docs(page: Page, name: str) -> None:
    if name in IN_DOCS:
        part = IN_DOCS[name]
        picture = small((page.locator(part).first if part else page).screenshot())
        paper = ImageOps.expand(picture.convert("RGB"), MARGIN, "white").quantize(COLOURS)
        (paper if part else picture).save(DOCS / f"{name}.png", optimize=True)
    if name in ON_A_PHONE:
        page.set_viewport_size(PHONE)
        page.evaluate(SETTLED)
        small(page.screenshot()).save(DOCS / f"{name}-phone.png", optimize=True)
        page.set_viewport_size(LAPTOP)


def small(raw: bytes) -> Image.Image:
    """At most 900 wide and few colours, the rare rust among them: some tens of kilobytes."""
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    if picture.width > WIDE:
        high = round(picture.height * WIDE / picture.width)
        picture = picture.resize((WIDE, high), Image.Resampling.LANCZOS)
    return picture.quantize(COLOURS, kmeans=3)


if __name__ == "__main__":
    main()
