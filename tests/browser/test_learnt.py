"""What many days taught is shown, and can start again; recovery over them, in plain words."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.support import go_to
from tests.many_days import CUT, WORDS, many_days

ANSWERS = len(WORDS) - WORDS.count("-")


@LAPTOP
def test_what_many_days_taught(start: Start, page: Page, watch: Watch, tmp_path: Path) -> None:
    many_days(tmp_path / "home0" / "data" / "biocoach")
    page.goto(start("serve", "--plain").address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    go_to(page, "Settings")
    learnt = page.get_by_role("region", name="What biocoach learnt from you")
    expect(learnt).to_contain_text("Threshold: 2.75 (everybody starts at 2.5).")
    expect(learnt).to_contain_text(f"Of {ANSWERS} rises that you answered, 7 were distress: 64 %.")
    expect(learnt).to_contain_text("1 rise has no answer.")
    watch.look(page, "learnt")
    starts_again(page)
    over_time(page, watch)


@LAPTOP
def test_a_virtual_heart_teaches_nothing(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", "virtual:unscripted").address)
    go_to(page, "Settings")
    learnt = page.get_by_role("region", name="What biocoach learnt from you")
    expect(learnt).to_contain_text("Nothing is learnt from simulated practices.")
    expect(learnt.get_by_role("button")).to_have_count(0)


def starts_again(page: Page) -> None:
    learnt = page.get_by_role("region", name="What biocoach learnt from you")
    learnt.get_by_role("button", name="Start again from 2.5").click()
    expect(learnt).to_contain_text("Started again. It holds from the next practice on.")
    expect(learnt).to_contain_text("You started again on")
    expect(learnt).to_contain_text("Threshold: 2.5, where everybody starts.")
    expect(learnt).to_contain_text("nothing was learnt")
    expect(learnt).to_contain_text(f"Of {ANSWERS} rises that you answered")


def over_time(page: Page, watch: Watch) -> None:
    go_to(page, "Review")
    table = page.get_by_role("table", name="Half-way back, over all practices")
    alone = table.get_by_role("row", name="While apart, no practice")
    expect(alone).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(3)
    cells = table.get_by_role("cell")
    counts = [int(cells.nth(n).inner_text()) for n in (2, 3, 6, 7)]
    assert counts[0] + counts[2] == len(WORDS)
    assert counts[1] + counts[3] == len(CUT)
    watch.look(page, "over-time")
    page.get_by_role("link", name="To the shop").first.click()
    expect(page.get_by_role("table").first).to_contain_text("above where it had been")
    watch.look(page, "why-noted")
