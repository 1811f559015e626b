"""docs/practitioner.md is walked: each word that its first evening tells to press is pressed, in
its order, on the real page. A word that it does not quote, or quotes later, fails."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, Start, missing
from tests.browser.support import ROOT, go_to
from tests.browser.test_first_run import PASSPHRASE, answer
from tests.devices.air import Air

PAGE = (ROOT / "docs/practitioner.md").read_text(encoding="utf-8")
EVENING = PAGE.partition("## The first evening")[2].partition("\n## ")[0]
FAST = "virtual:unscripted,scenario=calm,speed=60"
STRAP = "Polar H10 12345678"


class Guide:
    """The quotations of the first evening, one after the other."""

    def __init__(self, page: Page, since: str = "") -> None:
        self._page = page
        bold = re.findall(r"\*\*(.+?)\*\*", EVENING, re.S)
        self._left = [" ".join(one.replace("_", "").split()) for one in bold]
        if since:
            self.says(since)

    def says(self, words: str) -> str:
        """``words``, where the page quotes them after what it was asked for last."""
        assert words in self._left, (words, self._left)
        self._left = self._left[self._left.index(words) + 1 :]
        return words

    def sees(self, words: str) -> None:
        expect(self._page.get_by_text(self.says(words)).first).to_be_visible(timeout=60_000)

    def presses(self, words: str) -> None:
        self.button(words).click(timeout=60_000)

    def button(self, words: str) -> Locator:
        found: Locator = self._page.get_by_role("button", name=re.compile(f"^{self.says(words)}"))
        return found.first


@pytest.fixture
def air() -> Iterator[Air]:
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        missing("needs Linux and dbus-daemon (apt-get install dbus)")
    plain = Air("--h10", "13")
    yield plain
    plain.end()


@LAPTOP
def test_from_the_first_start_to_a_ladder(start: Start, page: Page, air: Air) -> None:
    page.goto(start("serve", bus=air.bus).address)
    guide = Guide(page)
    guide.sees("Choose a passphrase")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    guide.presses("Lock my record with it")
    guide.sees("First, does this fit you?")
    answer(page, hard="No", therapist="No")
    guide.presses("Go on")
    expect(guide.button("First, try it with a virtual strap")).to_be_visible()
    guide.sees("Your strap")
    guide.presses(f"Use {STRAP}")
    expect(page.get_by_text(f"{STRAP} is connected.")).to_be_visible()
    go_to(page, guide.says("Settings"))
    guide.sees("Your people")
    guide.presses("Add a person")
    go_to(page, guide.says("Ladder"))
    guide.presses("Begin with this")
    guide.presses("Practise this step")
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()


@LAPTOP
def test_from_the_ladder_to_what_did_happen(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    guide = Guide(page, since="Your people")
    go_to(page, guide.says("Ladder"))
    guide.presses("Begin with this")
    guide.presses("Practise this step")
    page.get_by_label("What are you afraid will happen?").fill("I will not stand it")
    guide.presses("This is my plan")
    guide.presses("Begin the quiet minutes")
    guide.presses("They left")
    guide.presses("They are back")
    guide.presses("Go to the debrief")
    guide.presses("Keep it")
    go_to(page, "Review")
    expect(page.get_by_role("link", name="Alone in one room")).to_be_visible()
