"""Sharing on the page: an address, every word that leaves, the file, and a therapist's answer."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from biocoach.clock import StoryClock
from biocoach.settings import Settings
from biocoach.sharing.taking import taken
from biocoach.store.bundle import Bundle, unpack
from tests.browser.answering import VALE, answer_to
from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.support import Served, go_to
from tests.cli.support import run

SOURCE = "virtual:unscripted,scenario=calm"


def opened(page: Page, served: Served) -> None:
    page.goto(served.address)
    go_to(page, "Settings")
    page.get_by_role("link", name="Share, or open an answer").click()
    expect(page.get_by_role("heading", name="Share with your therapist")).to_be_visible()


def add_vale(page: Page) -> None:
    page.get_by_label("Their address").fill(VALE.address.line[:-2])
    page.get_by_role("button", name="Show its fingerprint").click()
    expect(page.get_by_role("alert").filter(has_text="Look for a slip")).to_be_visible()
    page.get_by_label("Their address").fill(VALE.address.line)
    page.get_by_role("button", name="Show its fingerprint").click()
    expect(page.get_by_text(VALE.address.fingerprint, exact=True)).to_be_visible()
    expect(page.get_by_text("This record is simulated, so no passphrase is asked.")).to_be_visible()
    page.get_by_label("What you call them").fill("Dr Vale")
    page.get_by_role("button", name="We have compared it. Add them").click()
    expect(page.get_by_text("Dr Vale is on the list now.")).to_be_visible()
    expect(page.get_by_role("radio")).to_be_checked()


@LAPTOP
def test_from_an_address_to_an_accepted_answer(
    page: Page, start: Start, watch: Watch, tmp_path: Path
) -> None:
    watch.expected.append("status of 409")  # the address with a slip, and a file that is none
    home = tmp_path / "home0"
    home.mkdir()
    made = run(home, "year", "--weeks", "2")
    assert made.returncode == 0, made.stderr
    served = start("serve", "--source", SOURCE)
    opened(page, served)
    see = page.get_by_role("button", name="See exactly what leaves")
    expect(see).to_be_disabled()
    add_vale(page)
    choose(page)
    see.click()
    leaves = page.get_by_role("region", name="This would leave")
    expect(leaves).to_contain_text("Only Dr Vale could open it.")
    leaves.get_by_role("button", name="Show every word").click()
    watch.look(page, "share")
    seen = leaves.locator(".words li").all_inner_texts()
    assert len(seen) > 20
    expect(page.get_by_text("law may make them keep, report or disclose it")).to_be_visible()
    page.get_by_label("What you are called in it").fill("R.")  # another choice: look again
    expect(leaves).to_be_hidden()
    page.get_by_label("What you are called in it").fill("Robin")
    see.click()
    expect(leaves).to_contain_text("In it you are called: Robin")
    bundle = saved(page)
    has_what_was_seen(bundle, seen)
    expect(page.get_by_role("region", name="Shared so far")).to_contain_text("for Dr Vale")
    ladder, step = ladder_of(page)
    file = tmp_path / "answer.biocoach"
    file.write_bytes(answer_to(bundle, ladder, step))
    accepts(page, file, step)
    now = ladder_of(page)[1]
    assert now["planned_s"] == step["planned_s"] + 300
    assert now["expected_suds"] == step["expected_suds"]  # "not now" has changed nothing
    watch.look(page, "share-answer")


def choose(page: Page) -> None:
    for kind in ("Sessions", "Your ladder", "Totals of measures"):
        expect(page.get_by_role("checkbox", name=kind, exact=True)).to_be_checked()
    for kind in ("Pinned notes", "Moments"):
        expect(page.get_by_role("checkbox", name=kind, exact=True)).not_to_be_checked()
    page.get_by_label("First day").fill("")  # all of it, whatever day it is today
    page.get_by_label("Last day").fill("")
    page.get_by_text("sessions of these days are chosen").click()
    session = page.get_by_role("group").filter(has_text="of these days").get_by_role("checkbox")
    count = session.count()
    session.first.uncheck()
    expect(page.get_by_text(f"{count - 1} sessions of these days are chosen")).to_be_visible()
    names = page.get_by_role("group", name="Names to take out")
    names.get_by_label("Another name").fill("S.")
    names.get_by_role("button", name="Take it out").click()
    expect(names.get_by_role("button", name="Leave “S.” in")).to_be_visible()


def saved(page: Page) -> Bundle:
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as file:
        page.get_by_role("link", name="Save the file").click()
    assert file.value.suggested_filename == "shared.biocoach"
    return unpack(Path(file.value.path()).read_bytes(), VALE)


def has_what_was_seen(bundle: Bundle, seen: list[str]) -> None:
    whole = "\n".join(bundle.lines())
    for said in seen:
        for line in said.splitlines():
            assert json.dumps(line, ensure_ascii=False)[1:-1] in whole, line
    assert "S. " not in whole.replace("Dr. ", "")
    assert "[name" in whole
    assert bundle.manifest.name == "Robin"
    with closing(taken(bundle, StoryClock(datetime.now(UTC)), Settings())) as read:
        assert len(read.sessions()) == dict(bundle.manifest.chosen)["sessions"]
        assert not read.facts("sheet:")


def ladder_of(page: Page) -> tuple[str, dict[str, Any]]:
    found = page.evaluate("async () => (await fetch('api/ladder')).json()")
    ladder = found["ladders"][0]
    return ladder["id"], next(one for one in ladder["steps"] if not one["put_away"])


def accepts(page: Page, file: Path, step: dict[str, Any]) -> None:
    region = page.get_by_role("region", name="An answer from your therapist")
    choose_file = region.locator("input[type=file]")
    choose_file.set_input_files({"name": "x.biocoach", "mimeType": "", "buffer": b"PK"})
    expect(region.get_by_role("alert")).to_contain_text("not a file that biocoach has sealed")
    choose_file.set_input_files(file)
    expect(region.get_by_text("The answer is below.")).to_be_visible()
    items = region.get_by_role("article").get_by_role("listitem")
    expect(items).to_have_count(3)
    expect(items.nth(0)).to_contain_text("Two short evenings")
    expect(items.nth(1)).to_contain_text(f"Length of “{step['title']}”: from")
    suds = step["expected_suds"]
    expect(items.nth(2)).to_contain_text(f"from {suds} to {suds + 5}")
    items.nth(1).get_by_role("button", name="Accept").click()
    expect(items.nth(1).get_by_text("Accepted", exact=True)).to_be_visible()
    items.nth(2).get_by_role("button", name="Not now").click()
    expect(items.nth(2)).to_contain_text("It can still become a yes.")
