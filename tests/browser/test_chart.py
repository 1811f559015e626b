"""A session's chart: read by keys alone, written on, its table; and one without a heart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from biocoach.store import Key, data_folder, open_store
from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.sheets import too_wide
from tests.browser.support import Served, by_keyboard, origin, plan, tell
from tests.fakes import FakeClock
from tests.ladder_days import climbed
from tests.many_days import many_days

WORDS = "The door fell shut"
MOMENT = re.compile(r"At \d+:\d\d\. .*Heart (\d+ a minute|unknown)")


@pytest.fixture
def practised(start: Start, tmp_path: Path) -> Served:
    """Of somebody who practised on many days."""
    many_days(tmp_path / "home0" / "data" / "biocoach")
    return start("serve", "--plain")


def review(page: Page, served: Served, session: str) -> None:
    page.goto(served.address)
    expect(page.get_by_role("banner")).to_be_visible()
    page.goto(f"{served.url}#/review/{session}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def chart(page: Page) -> Locator:
    return page.get_by_role("group", name="Chart. Plus and minus zoom")


def reading(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text=MOMENT)


@LAPTOP
def test_read_and_written_on_by_keys_alone(page: Page, practised: Served, watch: Watch) -> None:
    review(page, practised, "day-1")
    by_keyboard(page, chart(page))
    page.keyboard.press("Shift+ArrowRight")
    expect(reading(page)).to_contain_text("At 0:0")
    before = reading(page).inner_text()
    page.keyboard.press("Shift+ArrowRight")
    expect(reading(page)).not_to_have_text(before)
    goes_to_the_activation(page)
    page.keyboard.press("Enter")
    why = page.locator("[id^=activation-]").first
    expect(why).to_be_focused()
    expect(why).to_contain_text("beats a minute above")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chart(page)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    note = page.get_by_label("Your note on")
    expect(note).to_be_focused()
    page.keyboard.type(WORDS)
    expect(page.get_by_text("Kept.", exact=True)).to_be_visible()
    watch.look(page, "chart-note")
    by_keyboard(page, page.get_by_role("button", name="Done"))
    page.keyboard.press("Enter")
    expect(chart(page)).to_be_focused()
    written = page.get_by_role("group", name="Written later")
    expect(written).to_contain_text(WORDS)
    expect(written).to_contain_text(re.compile(r"Note 1 on \d+:\d\d, written on "))
    by_keyboard(page, page.locator("summary", has_text="The chart as a table"))
    page.keyboard.press("Enter")
    the_table_has_all_of_it(page)
    watch.look(page, "chart-table")
    assert too_wide(page) == []


def goes_to_the_activation(page: Page) -> None:
    for _ in range(40):
        if "Activation:" in reading(page).inner_text():
            return
        page.keyboard.press("PageDown")
    raise AssertionError("Page Down never comes to the activation")


def the_table_has_all_of_it(page: Page) -> None:
    table = page.get_by_role("table", name=re.compile("Minute by minute"))
    note = re.compile(rf"Note 1, written on .*: {WORDS}")
    expect(table.get_by_role("row").filter(has_text=note)).to_have_count(1)
    for part in ("Activation: heart from", "They left", "Practised"):
        expect(table).to_contain_text(part)
    expect(table.get_by_role("columnheader", name="How much was read")).to_be_visible()
    minutes = table.locator("tr:not(.event) th[scope=row]").all_inner_texts()
    assert minutes == [f"{n}:00" for n in range(len(minutes))]
    assert len(minutes) == 13


@PHONE
def test_touched_and_pinned_from_the_table(page: Page, practised: Served, watch: Watch) -> None:
    review(page, practised, "day-2")
    over = chart(page).locator(".u-over").first
    expect(over).to_be_visible()
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(0, 0)
    expect(reading(page)).to_be_visible()
    page.locator("summary", has_text="The chart as a table").click()
    page.get_by_role("button", name="Write a note on 2:00").click()
    expect(page.get_by_label("Your note on 2:00")).to_be_focused()
    page.get_by_label("Your note on 2:00").fill(WORDS)
    page.get_by_role("button", name="Done").click()
    written = page.get_by_role("group", name="Written later")
    expect(written).to_contain_text("Note 1 on 2:00")
    watch.look(page, "chart-phone")
    assert too_wide(page) == []
    page.reload()
    expect(written).to_contain_text(WORDS)
    written.get_by_role("button", name="Change note 1").click()
    written.get_by_role("button", name="Erase this note").click()
    written.get_by_role("button", name="Erase", exact=True).click()
    expect(written).to_have_count(0)
    left = page.context.request.get(f"{origin(page)}/api/sessions/day-2/notes").json()
    assert left == {"notes": []}


@LAPTOP
def test_what_another_window_wrote_stays(page: Page, practised: Served, watch: Watch) -> None:
    review(page, practised, "day-1")
    url, path = origin(page), "/api/sessions/day-1/notes"
    ask = page.context.request
    headers = {"origin": url}
    made = ask.post(url + path, data={"at_s": 60, "text": "one"}, headers=headers).json()
    page.reload()
    page.get_by_role("button", name="Change note 1").click()
    theirs = {"at_s": 60, "text": "theirs", "rev": made["rev"]}
    assert ask.put(f"{url}{path}/{made['id']}", data=theirs, headers=headers).ok
    watch.expected.append("409")
    page.get_by_label("Your note on 1:00").fill("mine")
    expect(page.get_by_label("Your note on 1:00")).to_have_value("theirs\nmine")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("group", name="Written later")).to_contain_text("mine")
    assert [n["text"] for n in ask.get(url + path).json()["notes"]] == ["theirs\nmine"]


@LAPTOP
def test_a_click_on_an_activations_sign_opens_it(page: Page, practised: Served) -> None:
    review(page, practised, "day-2")
    over = chart(page).locator(".u-over").first
    expect(over).to_be_visible()
    found = page.context.request.get(f"{origin(page)}/api/sessions/day-2").json()
    (activation, *_) = found["activations"]
    box = over.bounding_box()
    assert box is not None
    share = (activation["onset_s"] - 1) / (found["series"]["t_s"][-1] - 1)
    page.mouse.click(box["x"] + share * box["width"], box["y"] + 8)
    expect(page.locator(f"#activation-{activation['number']}")).to_be_focused()
    page.get_by_role("button", name="Back to the chart").click()
    expect(chart(page)).to_be_focused()


@PHONE
def test_under_observe_while_apart_it_waits_and_the_half_typed_note_is_kept(
    page: Page, practised: Served
) -> None:
    review(page, practised, "day-1")
    page.get_by_text("The chart as a table").click()
    page.get_by_role("button", name="Write a note on 1:00").first.click()
    page.get_by_role("textbox", name="Your note on 1:00").fill(WORDS)
    assert tell(page, **plan("observe"))["ok"]
    assert tell(page, kind="mark", mark="apart")["ok"]
    expect(page.get_by_text("While this step stays still")).to_be_visible()
    expect(page.get_by_role("heading", name="Review")).to_be_focused()
    expect(page.locator("main canvas, main svg, main table")).to_have_count(0)
    expect(page.get_by_role("button", name="They are back")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Too much")).to_be_in_viewport()
    page.goto(f"{practised.url}#/review")
    expect(page.get_by_text("While this step stays still")).to_be_visible()
    expect(page.get_by_role("link", name="They")).to_have_count(0)
    page.goto(f"{practised.url}#/review/day-1")
    page.get_by_role("button", name="They are back").click()
    expect(page.get_by_text(WORDS).first).to_be_visible()


@PHONE
def test_one_kept_by_ratings_alone_shows_them(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    climbed(tmp_path / "home0" / "data" / "biocoach", rated=True)
    served = start("serve", "--plain")
    review(page, served, "rated")
    ratings = page.get_by_role("region", name="Your ratings in this session")
    expect(ratings).to_contain_text("kept by ratings alone. Nothing is known of the heart.")
    expect(ratings.locator("svg circle")).to_have_count(2)
    expect(ratings.locator("svg line.bar")).to_have_count(1)
    expect(page.locator("canvas")).to_have_count(0)
    ratings.locator("summary").click()
    expect(ratings.get_by_role("table")).to_contain_text("Distress 70, presence: Far away")
    ratings.get_by_role("button", name=re.compile("Write a note on")).first.click()
    page.get_by_label("Your note on").fill(WORDS)
    watch.look(page, "ratings-alone")
    page.get_by_role("button", name="Done").click()
    expect(ratings.locator("svg rect.pin")).to_have_count(1)
    watch.expect_away()  # the page is left open
    served.stop()
    gone_with_its_session(served, "rated")


def gone_with_its_session(served: Served, session: str) -> None:
    """What ``erase --session`` stands on: nothing of the note is left in the file."""
    folder = data_folder(served.base, simulated=False)
    journal = open_store(folder, Key(None), writer="test", clock=FakeClock())
    assert list(journal.facts("beside:")) != []
    journal.erase_session(session)
    assert list(journal.facts("beside:")) == []
    journal.close()
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert WORDS.encode() not in kept
