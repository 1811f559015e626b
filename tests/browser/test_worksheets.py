"""Worksheets: every shipped one by keyboard, drafts that nothing loses, two windows, erasing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.own_card import CANARY
from tests.browser.sheets import (
    begin,
    fill_by_keyboard,
    listed,
    sheets,
    too_wide,
    until_sheet,
)
from tests.browser.support import Served, axe_finds, by_keyboard, crisis_works, go_to, origin
from tests.browser.test_words_and_keys import HURT
from tests.hard_day import SESSION, hard_ending
from tests.many_days import many_days

CHILD = {
    "pacemaker": False,
    "atrial_fibrillation": False,
    "heart_slowing": False,
    "pregnancy": False,
    "age": "under_13",
    "hard_times": False,
    "with_therapist": True,
}


@pytest.fixture
def shelves(page: Page, served: Served) -> Page:
    page.goto(served.address)
    go_to(page, "Worksheets")
    expect(page.get_by_role("heading", name="Thoughts")).to_be_visible()
    return page


def unfold(page: Page, shelf: str) -> None:
    """Not before the page has given the focus to its heading."""
    expect(page.get_by_role("heading", name="Worksheets", exact=True)).to_be_focused()
    page.locator("summary", has_text=shelf).press("Enter")


# ---- every one of them


@LAPTOP
def test_every_worksheet_by_keyboard_from_start_to_kept(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    forms = listed(page)["forms"]
    assert len(forms) > 20
    all_filled(page, served, watch, forms)


@PHONE
def test_every_child_s_worksheet_by_keyboard(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    url = origin(page)
    put = page.context.request.put(f"{url}/api/settings/fit", data=CHILD, headers={"origin": url})
    assert put.ok
    page.reload()
    expect(page.get_by_role("heading", name="How I feel")).to_be_visible()
    expect(page.get_by_role("button", name="Moment")).to_have_count(0)
    forms = listed(page)["forms"]
    assert {form["id"] for form in forms} >= {"child-feeling", "child-brave-plan"}
    all_filled(page, served, watch, forms)
    feeling = sheets(page, "child-feeling")[0]["answers"]
    assert feeling["face"] == 0
    begin(page, served, "child-feeling")
    faces = page.get_by_role("group", name="Which face are you now?")
    faces.get_by_text("very good", exact=True).click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    assert sheets(page, "child-feeling")[0]["answers"]["face"] == 100


def all_filled(page: Page, served: Served, watch: Watch, forms: list[dict[str, object]]) -> None:
    for form in forms:
        begin(page, served, str(form["id"]))
        expect(page.get_by_role("heading", level=1, name=str(form["title"]))).to_be_focused()
        fill_by_keyboard(page)
        expect(page.get_by_text("Kept on")).to_be_visible()
        (kept,) = sheets(page, str(form["id"]))
        assert kept["state"] == "kept", form["id"]
        assert kept["answers"], form["id"]
        watch.bad += axe_finds(page, f"sheet-{form['id']}")
        page.get_by_role("button", name="Change it").click()
        expect(page.get_by_role("button", name="Done")).to_be_visible()
        watch.bad += axe_finds(page, f"sheet-{form['id']}-change")
        watch.bad += [f"{form['id']}: wider than {w}" for w in too_wide(page)]


@LAPTOP
def test_the_shelves_and_what_is_kept(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    expect(page.get_by_text("Nothing yet. Choose a worksheet above")).to_be_visible()
    assert too_wide(page) == []
    watch.look(page, "worksheets")
    begin(page, served, "journal")
    page.get_by_label("What is on your mind?").fill("The sea was grey")
    until_sheet(page, "journal", "sheet.answers.words === 'The sea was grey'")
    go_to(page, "Worksheets")
    drafts = page.get_by_role("region", name="Go on where you were")
    expect(drafts.get_by_role("link")).to_contain_text("The sea was grey")
    drafts.get_by_role("link").click()
    expect(page.get_by_label("What is on your mind?")).to_have_value("The sea was grey")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    go_to(page, "Worksheets")
    expect(drafts).to_have_count(0)
    kept = page.get_by_role("region", name="What you have kept")
    expect(kept).to_contain_text("The sea was grey")
    kept.get_by_role("link", name="Journal").click()
    expect(page.get_by_text("The sea was grey")).to_be_visible()


@LAPTOP
def test_what_is_missing_is_said_where_it_is(page: Page, served: Served, shelves: Page) -> None:
    begin(page, served, "protest")
    page.get_by_role("button", name="Keep it").click()
    first = page.get_by_label("What happened just before?")
    expect(first).to_be_focused()
    expect(page.get_by_text("This waits for an answer that fits.").first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="fields wait for an answer")).to_be_visible()
    page.keyboard.type("A late reply")
    expect(page.get_by_role("textbox", name="What did you do instead?")).to_have_count(0)
    acted = page.get_by_role("group", name="Did you do it, or a part of it?")
    acted.get_by_role("radio", name="No").press("Space")
    expect(page.get_by_role("textbox", name="What did you do instead?")).to_be_visible()
    expect(page.get_by_role("textbox", name="What did you do?")).to_have_count(0)
    until_sheet(page, "protest", "sheet.answers.acted === false")


@LAPTOP
def test_crisis_card_and_text_that_stays_text(page: Page, served: Served, shelves: Page) -> None:
    begin(page, served, "journal")
    page.get_by_label("What is on your mind?").fill(HURT)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text(HURT)).to_be_visible()
    assert not page.evaluate("'hurt' in window")
    page.get_by_role("button", name="Change it").click()
    page.get_by_role("button", name="I might hurt myself").first.click()
    card = page.get_by_role("dialog", name="Help now")
    expect(card).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    go_to(page, "Worksheets")
    expect(page.get_by_role("region", name="What you have kept")).to_contain_text("Journal")
    expect(page.get_by_text("No time apart is planned.")).to_be_visible()
    crisis_works(page)


# ---- nothing typed is lost


@LAPTOP
def test_a_draft_survives_a_reload_and_a_killed_server(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    begin(page, served, "journal")
    words = page.get_by_label("What is on your mind?")
    words.press_sequentially("First ")
    expect(page).not_to_have_url(f"{served.url}/#/worksheets/new%2Fjournal")
    expect(words).to_be_focused()
    words.press_sequentially("words")
    page.reload()
    expect(words).to_have_value("First words")
    watch.expect_away()
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    words.press("End")
    page.keyboard.type(", and more")
    expect(page.get_by_text("Not in your record yet. It stays here")).to_be_visible()
    served.again()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    until_sheet(page, "journal", "sheet.answers.words === 'First words, and more'")
    expect(page.get_by_text("Kept as a draft, as you type.")).to_be_visible()
    assert len(sheets(page, "journal")) == 1


@LAPTOP
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can fill another's disk")
def test_a_full_disk_is_told_and_what_was_typed_is_kept_later(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    watch.expected += ["409"]
    begin(page, served, "journal")
    served.disk(full=True)
    page.get_by_label("What is on your mind?").fill("stay")
    expect(page.get_by_role("alert").filter(has_text="write now")).to_be_visible()
    served.disk(full=False)
    until_sheet(page, "journal", "sheet.answers.words === 'stay'")


@LAPTOP
def test_two_windows_lose_no_words(page: Page, served: Served, shelves: Page, watch: Watch) -> None:
    watch.expected += ["409"]
    begin(page, served, "journal")
    here = page.get_by_label("What is on your mind?")
    here.fill("We met.")
    until_sheet(page, "journal", "sheet.answers.words === 'We met.'")
    other = page.context.new_page()
    other.goto(page.url)
    there = other.get_by_label("What is on your mind?")
    expect(there).to_have_value("We met.")
    there.fill("We met. From there.")
    other.get_by_label("What do you need today?").fill("Sleep")
    until_sheet(other, "journal", "sheet.answers.need === 'Sleep'")
    here.fill("We met. From here.")
    until_sheet(page, "journal", "sheet.answers.words.includes('From here.')")
    answers = sheets(page, "journal")[0]["answers"]
    assert answers == {"words": "We met. From there.\n\nWe met. From here.", "need": "Sleep"}
    expect(page.get_by_text("Another window has changed this sheet too.")).to_be_visible()
    expect(page.get_by_label("What do you need today?")).to_have_value("Sleep")


@LAPTOP
def test_erased_in_another_window_is_said_and_may_be_kept_anew(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    watch.expected += ["404", "409"]
    begin(page, served, "journal")
    words = page.get_by_label("What is on your mind?")
    words.fill("one")
    until_sheet(page, "journal", "sheet.answers.words === 'one'")
    erase = f"{origin(page)}/api/worksheets/{sheets(page, 'journal')[0]['id']}"
    rev = sheets(page, "journal")[0]["rev"]
    headers = {"origin": origin(page)}
    assert page.context.request.delete(erase, data={"rev": rev}, headers=headers).ok
    words.fill("one two")
    expect(page.get_by_role("alert").filter(has_text="erased in another window")).to_be_visible()
    assert sheets(page, "journal") == []
    page.get_by_role("button", name="Keep it as a new sheet").click()
    until_sheet(page, "journal", "sheet.answers.words === 'one two'")


@LAPTOP
def test_erasing_asks_once_and_leaves_nothing(page: Page, served: Served, shelves: Page) -> None:
    def there() -> bool:
        files = (path for path in served.base.rglob("*") if path.is_file())
        return CANARY.encode() in b"".join(path.read_bytes() for path in files)

    begin(page, served, "journal")
    page.get_by_label("What is on your mind?").fill(CANARY)
    until_sheet(page, "journal", f"sheet.answers.words === '{CANARY}'")
    assert there()
    erase = page.get_by_role("button", name="Erase this sheet")
    by_keyboard(page, erase)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(erase).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Erase", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Worksheets", exact=True)).to_be_visible()
    assert listed(page)["sheets"] == []
    assert not there()


# ---- rows, links, own files, rest


@PHONE
def test_rows_are_added_moved_and_removed_by_keyboard(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    begin(page, served, "trigger-map")
    add = page.get_by_role("button", name="Add to: Triggers")
    for words in ("A late reply", "A packed bag"):
        add.press("Enter")
        expect(page.get_by_label("What happens?").last).to_be_focused()
        page.keyboard.type(words)
    watch.look(page, "worksheet-rows")
    up = page.get_by_role("button", name="Move up: A packed bag")
    by_keyboard(page, up)
    page.keyboard.press("Enter")
    expect(page.get_by_label("What happens?").first).to_have_value("A packed bag")
    until_sheet(page, "trigger-map", "sheet.answers.triggers?.[0]?.what === 'A packed bag'")
    gone = page.get_by_role("button", name="Remove: A packed bag")
    gone.press("Enter")
    page.get_by_role("button", name="Erase", exact=True).press("Enter")
    expect(add).to_be_focused()
    until_sheet(page, "trigger-map", "sheet.answers.triggers?.length === 1")


@LAPTOP
def test_writing_about_a_separation_links_and_lists(
    page: Page, served: Served, shelves: Page, watch: Watch
) -> None:
    page.goto(f"{served.url}/#/review/{SESSION}")
    page.get_by_role("button", name="Write about this separation").click()
    page.get_by_label("Worksheet").select_option(label="Thought record")
    watch.look(page, "session-write")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", name="Thought record")).to_be_focused()
    page.get_by_label("What happened?").fill("They drove off")
    until_sheet(page, "thought-record", f"sheet.link.session === '{SESSION}'")
    page.get_by_role("link", name="The separation that this belongs to").click()
    about = page.get_by_role("list", name="One sheet about this")
    expect(about.get_by_role("link", name="Thought record")).to_be_visible()
    expect(about).to_contain_text("They drove off")


@LAPTOP
def test_an_activation_is_written_about(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    many_days(tmp_path / "home0" / "data" / "biocoach")
    served = start("serve", "--plain")
    page.goto(served.address)
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    rows = page.context.request.get(f"{served.url}/api/sessions").json()
    session = next(row["id"] for row in rows if row["activations"] > 0)
    page.goto(f"{served.url}/#/review/{session}")
    page.get_by_role("button", name="Write about the activation at").first.click()
    page.get_by_label("Worksheet").select_option(label="Thought record")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("What happened?").fill("The door")
    until_sheet(page, "thought-record", f"sheet.link.session === '{session}'")
    assert sheets(page, "thought-record")[0]["link"]["activation"] > 0
    page.get_by_role("link", name="The activation that this belongs to").click()
    table = page.get_by_role("table").filter(has_text="The door")
    expect(table.get_by_role("link", name="Thought record")).to_be_visible()
    watch.look(page, "activation-write")


@PHONE
def test_a_plan_is_lived_with(page: Page, served: Served, shelves: Page, watch: Watch) -> None:
    """The card of one's own life leads to the latest sheet, and a new one can be begun."""
    begin(page, served, "support-map")
    page.get_by_role("button", name="Add to: People").click()
    page.keyboard.type("Ana")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    go_to(page, "Worksheets")
    unfold(page, "Your own life")
    card = page.get_by_role("listitem").filter(has_text="Yours, of").filter(has_text="People")
    expect(card).to_contain_text("Ana")
    watch.look(page, "worksheets-life")
    card.get_by_role("link", name="People around me", exact=True).click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    go_to(page, "Worksheets")
    unfold(page, "Your own life")
    card.get_by_role("link", name="Begin a new one").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_visible()
    expect(page.locator("li [data-place]")).to_have_count(0)


@LAPTOP
def test_a_link_is_chosen_from_the_sessions(page: Page, served: Served, shelves: Page) -> None:
    begin(page, served, "journal")
    page.get_by_label("What is on your mind?").fill("That day")
    which = page.get_by_label("Was it in a session?")
    expect(which.get_by_role("option")).to_have_count(2)
    which.select_option(index=1)
    until_sheet(page, "journal", f"sheet.answers.session?.session === '{SESSION}'")


@LAPTOP
def test_a_file_of_one_s_own_is_there_and_a_broken_one_is_named(
    page: Page, served: Served, shelves: Page
) -> None:
    folder = Path(listed(page)["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    own = (
        'id = "mine"\ntitle = "Mine"\nshelf = "self"\nabout = "For me. It is short."\n'
        'minutes = 1\nages = ["adult"]\n[[fields]]\nid = "a"\nkind = "line"\nlabel = "One line"\n'
        '[[sources]]\nauthor = "R"\nyear = 2026\nwhere = "by hand"\n'
    )
    (folder / "mine.toml").write_text(own, encoding="utf-8")
    (folder / "broken.toml").write_text("id = [", encoding="utf-8")
    page.reload()
    files = page.get_by_role("region", name="Worksheets of your own")
    expect(files).to_contain_text("broken.toml")
    card = page.get_by_role("link", name=re.compile("^Mine"))
    expect(card).to_contain_text("For me.")
    card.click()
    page.get_by_label("One line").fill("kept")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    (folder / "mine.toml").unlink()
    page.reload()
    expect(page.get_by_text("kept", exact=True)).to_be_visible()


@PHONE
def test_no_worksheet_after_a_hard_ending(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=0)
    served = start("serve", "--plain")
    page.goto(served.address)
    go_to(page, "Worksheets")
    expect(page.get_by_text("no worksheet today. Rest comes first.")).to_be_visible()
    unfold(page, "Thoughts")
    expect(page.get_by_role("heading", name="Thought record")).to_be_visible()
    expect(page.get_by_role("link", name="Thought record")).to_have_count(0)
    watch.look(page, "worksheets-rest")
    begin(page, served, "thought-record")
    expect(page.get_by_text("no worksheet today. Rest comes first.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    begin(page, served, "journal")
    expect(page.get_by_label("What is on your mind?")).to_be_visible()
    page.goto(f"{served.url}/#/review/{SESSION}")
    expect(page.get_by_role("button", name="Write about this separation")).to_be_visible()
    crisis_works(page)
