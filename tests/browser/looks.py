"""How a screen is looked at: in three widths and both themes, on the narrowest phone, with text
twice as large, and in a language that nobody speaks. It tells what it finds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.fits import faults, out_of_reach, text_size
from tests.browser.pseudo import english, unsaid
from tests.browser.support import AXE, RULES, SCHEMES, SETTLED

WIDTHS = (1280, 768, 360)
HIGH = 800
NARROWEST, LARGE_TEXT = 320, 2.0
WITH_BAR = ("apart-", "offer", "time-over", "far-away", "not-recording", "lost")
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


def in_each_width(page: Page, name: str) -> list[str]:
    found = []
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HIGH})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            where = f"{name}-{width}-{scheme}"
            axe = page.evaluate(f"axe.run({RULES[scheme]}).then(found => found.violations)")
            for fault in axe:
                at = "; ".join(str(node["target"]) for node in fault["nodes"])
                found.append(f"{where}: {fault['id']}: {fault['help']} at {at}")
            picture(page, where)
        page.emulate_media(color_scheme="light")
        found += [f"{name}-{width}: {fault}" for fault in faults(page)]
    return found


def for_few(page: Page, name: str) -> list[str]:
    """The narrowest phone, and text twice as large on a usual one."""
    found = []
    for width, share in ((NARROWEST, 1.0), (WIDTHS[-1], LARGE_TEXT)):
        page.set_viewport_size({"width": width, "height": HIGH})
        text_size(page, share)
        where = f"{name}-{width}-x{share:g}"
        found += [f"{where}: {fault}" for fault in faults(page)]
        if name.startswith(WITH_BAR):
            found += [f"{where}: out of reach: {label}" for label in out_of_reach(page, BAR)]
        if share > 1:
            picture(page, where)
    text_size(page, 1.0)
    return found


BAR = [english()[key] for key in ("too_much.button", "apart.back")]


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look: BIOCOACH_PICTURES=folder."""
    folder = os.environ.get("BIOCOACH_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def on_a_phone(page: Page) -> None:
    """With all that folds open."""
    page.set_viewport_size({"width": WIDTHS[-1], "height": HIGH})
    page.evaluate(OPEN_ALL)
    page.evaluate(SETTLED)


def in_another_language(page: Page, name: str, known: Iterable[str]) -> list[str]:
    """``known``: texts that no language has, by a content file or a person."""
    found = [*unsaid(page, known), *faults(page)]
    picture(page, f"pseudo-{name}")
    return [f"{name}: {fault}" for fault in dict.fromkeys(found)]
