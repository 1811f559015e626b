"""A clinic's copy, on the page: seen item by item, joined, followed, changed, left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from biocoach.syncing.messages import Trouble
from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.support import Served, crisis_works, go_to
from tests.hard_day import hard_ending
from tests.syncing.authority import Authority
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.served_clinic import ServedClinic, serving

BANNER = "Harbour Clinic\N{RIGHT SINGLE QUOTATION MARK}s copy"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[ServedClinic]:
    with serving(MemoryClinic("code", "again"), Authority(tmp_path / "ca").tls()) as served:
        yield served


@pytest.fixture
def joining(start: Start, clinic: ServedClinic, tmp_path: Path, watch: Watch) -> Served:
    """The biocoach of somebody whose clinic gave them an address and its own authority."""
    watch.expected += ["status of 409"]  # wrong codes are tried on purpose
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=9)
    trust = str(tmp_path / "ca" / "authority.pem")
    return start("serve", "--plain", "--sync", clinic.url, "--sync-trust", trust)


def card(page: Page) -> Locator:
    go_to(page, "Settings")
    found = page.get_by_role("region", name="A copy at your clinic")
    expect(found).to_be_visible()
    return found


def join(page: Page, code: str) -> Locator:
    found = card(page)
    found.get_by_label("The code from your invitation").fill(code)
    found.get_by_role("button", name="Join, and let them read this").click()
    return found


def test_joined_followed_changed_and_left(
    joining: Served, clinic: ServedClinic, page: Page, watch: Watch
) -> None:
    page.goto(joining.address)
    mine = card(page)
    expect(mine.get_by_text(f"127.0.0.1:{clinic.port}. Nothing has been sent")).to_be_visible()
    usual = mine.get_by_role("checkbox", checked=True)
    expect(usual).to_have_count(3)
    expect(page.get_by_text(BANNER)).to_have_count(0)
    watch.look(page, "clinic-before")
    join(page, "wrong")
    expect(mine.get_by_role("alert").filter(has_text="This code opens nothing")).to_be_visible()
    assert clinic.clinic.clients == {}
    mine.get_by_label("Pinned notes").check()
    join(page, "code")
    expect(mine.get_by_role("heading", name="A copy at your clinic")).to_be_focused()
    expect(mine.get_by_text("Harbour Clinic, with Dr Vale.")).to_be_visible()
    line = page.get_by_role("region", name="What to know").get_by_text(BANNER)
    expect(line).to_contain_text("up to date")
    rows = next(iter(clinic.clinic.client.copies.values())).rows
    assert any(row.body for row in rows)
    watch.look(page, "clinic-joined")
    crisis_works(page)

    page.goto(f"{joining.url}/#/ladder")
    expect(page.get_by_text("Harbour Clinic can read this").first).to_be_visible()
    watch.look(page, "clinic-ladder")
    mine = card(page)
    mine.get_by_label("Your ladder").uncheck()
    mine.get_by_role("button", name="Let them read exactly this").click()
    expect(mine.get_by_text("copy follows with the next round")).to_be_visible()
    page.goto(f"{joining.url}/#/ladder")
    expect(page.get_by_text("No one reads this until you share it.").first).to_be_visible()
    mine = card(page)
    mine.get_by_role("button", name="Withdraw everything").click()
    expect(mine.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(line).to_contain_text("up to date")

    clinic.clinic.refuses = Trouble(code="full")
    mine.get_by_label("Sessions").check()
    mine.get_by_role("button", name="Let them read exactly this").click()
    expect(line).to_contain_text("disk is full")
    watch.look(page, "clinic-trouble")
    mine.get_by_role("button", name="Leave…").click()
    mine.get_by_role("button", name="Leave now").click()
    expect(mine.get_by_text("you have not left")).to_be_visible()
    watch.look(page, "clinic-leave")
    clinic.clinic.refuses = None
    mine.get_by_role("button", name="Leave all the same").click()
    expect(mine.get_by_label("The code from your invitation")).to_be_visible()
    assert clinic.clinic.gone[0].erased
    expect(page.get_by_text(BANNER)).to_have_count(0)


@LAPTOP
def test_without_an_address_nothing_of_it_is_seen(served: Served, page: Page) -> None:
    page.goto(served.address)
    go_to(page, "Settings")
    expect(page.get_by_role("heading", name="A phone in the same house")).to_be_visible()
    expect(page.get_by_text("clinic")).to_have_count(0)


@LAPTOP
def test_a_simulated_record_knows_no_clinic(
    start: Start, clinic: ServedClinic, page: Page, tmp_path: Path
) -> None:
    source = "virtual:unscripted,scenario=calm,speed=20"
    trust = str(tmp_path / "ca" / "authority.pem")
    served = start("serve", "--source", source, "--sync", clinic.url, "--sync-trust", trust)
    page.goto(served.address)
    go_to(page, "Settings")
    expect(page.get_by_role("heading", name="A phone in the same house")).to_be_visible()
    expect(page.get_by_role("region", name="A copy at your clinic")).to_have_count(0)
    assert clinic.clinic.calls == 0
