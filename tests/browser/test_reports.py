"""The packet on the page: what to talk about stays, the first page is read, the file is saved."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.sheets import until_so
from tests.browser.support import Served, go_to
from tests.cli.support import run

SOURCE = "virtual:unscripted,scenario=calm"
TALK = "The evening when S. came home late"


@LAPTOP
def test_a_packet_is_looked_at_before_it_is_saved(
    page: Page, start: Start, watch: Watch, tmp_path: Path
) -> None:
    home = tmp_path / "home0"
    home.mkdir()
    made = run(home, "year", "--weeks", "2")
    assert made.returncode == 0, made.stderr
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    go_to(page, "Progress")
    page.get_by_role("link", name="Make a packet for your therapist").click()
    talk = page.get_by_label("What I want to talk about")
    expect(page.get_by_text("No one reads this until you share it.")).to_be_visible()
    page.get_by_role("button", name="I might hurt myself").click()
    page.get_by_role("button", name="Go back").click()
    talk.fill(TALK)
    page.get_by_role("button", name="Show the first page").click()
    first = page.get_by_role("region", name="The first page")
    expect(first).to_contain_text(TALK)
    expect(first).to_contain_text("SIMULATED")
    expect(first.get_by_role("heading", level=3)).to_have_count(9)
    watch.look(page, "reports")
    for name, begins in (("Save as PDF", b"%PDF"), ("Save as a web page", b"<!doctype html>")):
        with page.expect_download() as saved:
            page.get_by_role("link", name=name).click()
        assert Path(saved.value.path()).read_bytes().startswith(begins)
    watch.expected.append("status of 404")  # how the page learns that the file is gone
    expect(page.get_by_text("It is not encrypted: whoever has the file")).to_be_visible()
    page.get_by_role("button", name="Make one file with the raw data").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the file").click()
    assert saved.value.suggested_filename == "packet-simulated.zip"
    with zipfile.ZipFile(saved.value.path()) as packed:
        assert packed.testzip() is None
        assert {"packet.pdf", "packet.html", "packet.json"} <= {*packed.namelist()}
        assert len(packed.read("raw/sessions.csv").splitlines()) > 3
        assert TALK in packed.read("packet.html").decode()
    expect(page.get_by_text("Your browser has the file now.")).to_be_visible()
    until_so(page, f"return (await (await fetch('api/drafts/talk')).text()).includes('{TALK}');")
    page.reload()
    expect(talk).to_have_value(TALK)


@LAPTOP
def test_days_the_wrong_way_round_are_told(page: Page, served: Served, watch: Watch) -> None:
    watch.expected.append("status of 409")
    page.goto(served.address)
    go_to(page, "Progress")
    page.get_by_role("link", name="Make a packet for your therapist").click()
    page.get_by_label("First day").evaluate("one => { one.max = ''; }")
    page.get_by_label("First day").fill("2026-02-02")
    page.get_by_label("Last day").evaluate("one => { one.min = ''; }")
    page.get_by_label("Last day").fill("2026-02-01")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Show the first page").click()
    expect(page.get_by_role("alert").filter(has_text="before the first")).to_be_visible()
