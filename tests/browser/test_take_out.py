"""Taking one's data out on the page: what is saved opens, and nothing of it stays behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.pseudo import english
from tests.browser.support import Served, go_to
from tests.cli.support import run

SOURCE = "virtual:unscripted,scenario=calm"
PATH = "/api/reports/exports/"


@pytest.fixture
def practised(start: Start, tmp_path: Path) -> Served:
    home = tmp_path / "home0"
    home.mkdir()
    made = run(home, "year", "--weeks", "2")
    assert made.returncode == 0, made.stderr
    return start("serve", "--source", SOURCE)


def saved(page: Page) -> tuple[str, Path]:
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the file").click()
    return download.value.suggested_filename, Path(download.value.path())


@LAPTOP
def test_tables_of_the_whole_record_are_saved_and_open(
    page: Page, practised: Served, watch: Watch
) -> None:
    page.goto(practised.address)
    go_to(page, "Review")
    page.get_by_role("link", name="Take your data out").click()
    card = page.get_by_role("region", name="Take your data out")
    expect(card).to_contain_text("It is not encrypted: whoever has the file can read it.")
    expect(card).to_contain_text("Simulated")
    expect(card.get_by_label("Tables for a spreadsheet")).to_be_checked()
    name, path = saved(page)
    assert name == "tables-simulated.zip"
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        assert {"sessions.csv", "activations.csv"} <= {*packed.namelist()}
        assert len(packed.read("sessions.csv").splitlines()) > 3
    watch.expected.append("status of 404")  # how the page learns that it is gone
    expect(card).to_contain_text("Your browser has the file now. No copy of it is kept here.")
    expect(card.get_by_role("link", name="Save the file")).to_have_count(0)


@LAPTOP
def test_one_session_s_beats(page: Page, practised: Served, watch: Watch) -> None:
    watch.expected.append("status of 404")
    page.goto(practised.address)
    go_to(page, "Review")
    page.locator("main a[href*='#/review/']").first.click()
    page.get_by_role("link", name=english()["take_out.this"]).click()
    card = page.get_by_role("region", name="Take your data out")
    expect(card.get_by_label("This session:")).to_be_checked()
    card.get_by_label("Heart beats for Kubios").check()
    name, path = saved(page)
    assert name == "heart-beats-simulated.zip"
    with zipfile.ZipFile(path) as packed:
        texts = packed.namelist()
        assert texts
        assert len({text.removesuffix(".txt")[:15] for text in texts}) == 1  # of one beginning
    expect(card).to_contain_text("Your browser has the file now.")


@LAPTOP
def test_days_without_a_session_are_told_and_what_is_left_is_dropped(
    page: Page, practised: Served
) -> None:
    page.goto(practised.address)
    go_to(page, "Settings")
    page.get_by_role("button", name="Choose what to take out").click()
    page.get_by_label("Some days").check()
    page.get_by_label("First day").fill("2099-01-01")
    page.get_by_role("button", name="Make the file").click()
    told = page.get_by_role("alert").filter(has_text="There is nothing of that kind")
    expect(told).to_be_visible()
    page.get_by_label("All of it").check()
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("link", name="Save the file")).to_be_visible()
    with page.expect_request(lambda asked: asked.method == "DELETE" and PATH in asked.url):
        go_to(page, "Review")
