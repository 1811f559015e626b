"""A hard ending: rest on that day, also after a reload; on the next one, a small question."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import Served, crisis_works
from tests.hard_day import hard_ending


def started_after(start: Start, tmp_path: Path, days_ago: int) -> Served:
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=days_ago)
    return start("serve", "--plain")


@LAPTOP
def test_today_is_for_rest(start: Start, page: Page, watch: Watch, tmp_path: Path) -> None:
    page.goto(started_after(start, tmp_path, 0).address)
    expect(page.get_by_role("heading", name="Rest today")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Rest today")).to_be_visible()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_hidden()
    watch.look(page, "rest")


@PHONE
def test_the_day_after_begins_with_a_question(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    page.goto(started_after(start, tmp_path, 1).address)
    question = page.get_by_role("form", name="How are you today?")
    expect(question).to_be_visible()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_hidden()
    crisis_works(page)
    watch.look(page, "check-in")
    question.get_by_role("button", name="Help now").click()
    page.get_by_role("dialog", name="Help now").get_by_role("button", name="Go back").click()
    question.get_by_role("radio", name="Far away").check()
    question.get_by_role("slider", name="Distress now").fill("75")
    question.get_by_label("One line, if you like").fill("I slept little")
    question.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="Go gently today")).to_be_focused()
    watch.look(page, "check-in-hard")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_focused()
    page.reload()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    expect(question).to_be_hidden()


@LAPTOP
def test_the_question_may_be_left(start: Start, page: Page, tmp_path: Path) -> None:
    page.goto(started_after(start, tmp_path, 1).address)
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    expect(page.get_by_role("form", name="How are you today?")).to_be_hidden()
