"""Nothing lost, no one in, on the page: words on paper, backups, another passphrase, erasing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from biocoach.store import Vault
from biocoach.store.backup import backups_in
from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import Served, crisis_works, go_to
from tests.hard_day import hard_ending
from tests.own_keyring import NAME as OWN_KEYRING
from tests.own_keyring import kept_in
from tests.store.test_vault import DictKeyring

OLD, NEW = "a quiet green door", "a loud yellow door"


@pytest.fixture
def locked(start: Start, tmp_path: Path, watch: Watch) -> Served:
    """An encrypted record with one session in it."""
    watch.expected += [
        "status of 409",
        "status of 404",
        "status of 403",
    ]  # wrong words are tried on purpose
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=9, passphrase=OLD)
    return start("serve")


def unlock(page: Page, given: str) -> None:
    page.get_by_label("Passphrase", exact=True).fill(given)
    page.get_by_role("button", name="Open", exact=True).click()


def card(page: Page) -> Locator:
    go_to(page, "Settings")
    found = page.get_by_role("region", name="Keeping your record safe")
    expect(found).to_be_visible()
    return found


def make_words(page: Page, watch: Watch) -> str:
    safe = card(page)
    safe.get_by_role("button", name="Make recovery words").click()
    safe.get_by_role("textbox", name="Passphrase").fill("not this one")
    safe.get_by_role("button", name="Show the words").click()
    expect(safe.get_by_role("alert").filter(has_text="open this record")).to_be_visible()
    safe.get_by_role("textbox", name="Passphrase").fill(OLD)
    safe.get_by_role("button", name="Show the words").click()
    expect(safe.get_by_role("heading", name="Recovery words")).to_be_focused()
    words = safe.locator("ol > li").all_inner_texts()
    watch.look(page, "recovery-words")
    safe.get_by_role("button", name="I have written them down").click()
    safe.get_by_label("Word 3").fill("zoo")
    safe.get_by_label("Word 10").fill(words[9])
    safe.get_by_role("button", name="Keep these words").click()
    expect(safe.get_by_role("alert").filter(has_text="another word")).to_be_visible()
    safe.get_by_label("Word 3").fill(words[2].upper())
    watch.look(page, "recovery-give")
    safe.get_by_role("button", name="Keep these words").click()
    expect(safe.get_by_text("From now on these twelve words open your record.")).to_be_visible()
    return " ".join(words)


@LAPTOP
def test_twelve_words_open_what_the_passphrase_no_longer_does(
    locked: Served, page: Page, watch: Watch
) -> None:
    page.goto(locked.address)
    unlock(page, OLD)
    words = make_words(page, watch)
    expect(page.get_by_role("region", name="Keeping your record safe").locator("ol")).to_have_count(
        0
    )
    watch.expect_away()
    locked.kill()
    locked.again()  # the page comes back by itself
    expect(page.get_by_text("Your twelve recovery words open the record, too.")).to_be_visible()
    watch.look(page, "unlock-either")
    crisis_works(page)
    unlock(page, words.replace(" ", "\t"))
    safe = card(page)
    safe.get_by_role("button", name="Change the passphrase").click()
    safe.get_by_label("The passphrase now").fill(words)
    safe.get_by_label("The new passphrase").fill(NEW)
    safe.get_by_label("The same passphrase again").fill(NEW)
    watch.look(page, "new-passphrase")
    safe.get_by_role("button", name="Use the new passphrase").click()
    expect(safe.get_by_text("Your record has a new passphrase.")).to_be_visible()
    locked.kill()
    locked.again()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    unlock(page, OLD)
    expect(page.get_by_role("alert")).to_contain_text("open this record")
    unlock(page, NEW)
    expect(page.get_by_role("navigation").first).to_be_visible()


@LAPTOP
def test_a_lost_keyring_costs_nothing_once_there_are_words(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    home, ring = tmp_path / "home0", DictKeyring()
    hard_ending(home / "data" / "biocoach", days_ago=9, keyring=ring)
    words = {f"biocoach {name}": word for name, word in ring.words.items()}
    kept_in(home).write_text(json.dumps(words))
    served = start("serve", keyring=OWN_KEYRING)
    page.goto(served.address)  # nothing is asked
    card(page)
    expect(page.get_by_role("button", name="Make a backup now")).to_be_enabled()
    go_to(page, "Live")
    expect(page.get_by_role("region", name="A second way in")).to_be_visible()
    watch.look(page, "second-way-in")
    page.get_by_role("link", name="Go to Settings").click()
    safe = card(page)
    expect(safe.get_by_text("this computer keeps the key")).to_be_visible()
    told = shown_words(safe)
    give_back(safe, told)
    go_to(page, "Live")
    expect(page.get_by_role("region", name="A second way in")).to_be_hidden()
    watch.expect_away()
    served.kill()
    kept_in(home).unlink()
    served.again()
    expect(page.get_by_text("This computer has lost the key to your record.")).to_be_visible()
    watch.look(page, "unlock-words")
    page.get_by_label("The twelve words, in their order").fill(" ".join(told))
    page.get_by_role("button", name="Open", exact=True).click()
    go_to(page, "Review")
    expect(page.get_by_role("link", name="They drive to the shop")).to_be_visible()
    assert json.loads(kept_in(home).read_text()) == words, "the keyring has the key again"


def shown_words(safe: Locator) -> list[str]:
    safe.get_by_role("button", name="Make recovery words").click()
    safe.get_by_role("button", name="Show the words").click()
    words = safe.locator("ol > li")
    expect(words).to_have_count(12)
    return words.all_inner_texts()


def give_back(safe: Locator, words: list[str]) -> None:
    safe.get_by_role("button", name="I have written them down").click()
    for place in (3, 10):
        safe.get_by_label(f"Word {place}", exact=True).fill(words[place - 1])
    safe.get_by_role("button", name="Keep these words").click()
    expect(safe.get_by_text("From now on these twelve words open your record.")).to_be_visible()


@PHONE
def test_a_session_and_then_everything_is_erased(locked: Served, page: Page, watch: Watch) -> None:
    page.goto(locked.address)
    unlock(page, OLD)
    safe = card(page)
    # The session ended before there was any backup: one was made at the start.
    expect(safe.get_by_role("listitem")).to_have_count(1)
    safe.get_by_role("button", name="Make a backup now").click()
    expect(safe.get_by_text("the copy was checked")).to_be_visible()
    watch.look(page, "safe")
    erases_the_session(page)
    safe = card(page)
    expect(safe.get_by_role("button", name="Make a backup now")).to_be_enabled()
    (backup,) = backups_in(locked.base)
    assert backup.erased > 0
    safe.get_by_role("button", name="Erase…").click()
    expect(safe.get_by_role("heading", name="Erase everything")).to_be_focused()
    safe.get_by_role("textbox", name="Passphrase").fill(OLD)
    safe.get_by_role("button", name="Erase everything").click()
    expect(safe.get_by_role("alert").filter(has_text="Tick the box first")).to_be_visible()
    safe.get_by_label("Yes, I want all of it gone").check()
    watch.look(page, "erase-all")
    watch.expect_away()
    safe.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Choose a passphrase")).to_be_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert {path.name for path in locked.base.iterdir()} <= {
        "lock", "page-secret", "run-secret", "serving.json", "practices", "worksheets",
    }  # fmt: skip
    page.get_by_label("Passphrase", exact=True).fill(NEW)
    page.get_by_label("The same passphrase again").fill(NEW)
    page.get_by_role("button", name="Lock my record with it").click()
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_visible()


def erases_the_session(page: Page) -> None:
    go_to(page, "Review")
    page.get_by_role("link", name="They drive to the shop").click()
    page.get_by_role("button", name="Erase this session").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Erase this session").click()
    page.get_by_role("button", name="Erase it").click()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


@PHONE
def test_a_bad_day_pressed_twice_left_halfway_and_in_two_windows(
    locked: Served, page: Page, watch: Watch
) -> None:
    """Nothing is changed by what was left; nothing is done twice by what was pressed twice."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(locked.address)
    unlock(page, OLD)
    safe = card(page)
    words = shown_words_by(safe, OLD)
    page.reload()  # in the middle of the words
    safe = card(page)
    expect(safe.locator("ol")).to_have_count(0)
    again = shown_words_by(safe, OLD)
    assert words != again
    page.go_back()
    page.go_forward()
    expect(safe.get_by_role("button", name="Make recovery words")).to_be_visible()
    assert not Vault(locked.base).has_recovery()
    safe.get_by_role("button", name="Erase…").click()
    safe.get_by_role("textbox", name="Passphrase").fill(OLD)
    safe.get_by_role("button", name="Erase everything").click()
    told = safe.get_by_role("alert").filter(has_text="Tick the box first")
    expect(told).to_be_visible()
    safe.get_by_label("Yes, I want all of it gone").check()
    expect(told).to_be_hidden()
    watch.look(page, "erase-all-narrow")
    safe.get_by_role("button", name="Keep it").click()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    go_to(page, "Review")
    page.get_by_role("link", name="They drive to the shop").click()
    page.get_by_role("button", name="Erase this session").click()
    watch.look(page, "erase-session-narrow")
    page.get_by_role("button", name="Erase it").dblclick()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def shown_words_by(safe: Locator, passphrase: str) -> list[str]:
    safe.get_by_role("button", name="Make recovery words").click()
    safe.get_by_role("textbox", name="Passphrase").fill(passphrase)
    safe.get_by_role("button", name="Show the words").click()
    words = safe.locator("ol > li")
    expect(words).to_have_count(12)
    return words.all_inner_texts()
