"""Recordings are chosen or dropped, told of in plain words, and said more of afterwards."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import by_keyboard, go_to
from tests.fit_maker import STARTED, activity
from tests.hard_day import hard_ending
from tests.signal.hearts import heart

RR = [round(v) for v in heart(900, lambda t: 84.0 if 400 <= t < 600 else 64.0)]
NAMES = ("run.fit", "the same.fit", "morning.txt", "broken.fit", "letter.txt")
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const zone = document.getElementById("bring").closest("section");
  const how = { dataTransfer: data, bubbles: true, cancelable: true };
  zone.dispatchEvent(new DragEvent("dragover", how));
  zone.dispatchEvent(new DragEvent("drop", how));
}"""


def files() -> list[FilePayload]:
    whole = activity(RR)
    other = activity(RR[100:], STARTED - timedelta(days=1))
    text = "\n".join(map(str, RR[:-7])).encode()
    contents = (whole, whole, text, other[:1500], b"Dear diary\n")
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        for name, data in zip(NAMES, contents, strict=True)
    ]


@pytest.fixture
def review(start: Start, page: Page, tmp_path: Path) -> Page:
    """At the list of sessions of somebody who has practised once."""
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=9)
    page.goto(start("serve", "--plain").address)
    go_to(page, "Review")
    page.get_by_role("button", name="Bring in recordings").press("Enter")
    expect(page.get_by_role("heading", name="Bring in recordings")).to_be_visible()
    return page


def chosen(page: Page, payloads: list[FilePayload]) -> None:
    with page.expect_file_chooser() as chooser:
        by_keyboard(page, page.get_by_role("button", name="Choose files"))
        page.keyboard.press("Enter")
    chooser.value.set_files(payloads)


@LAPTOP
def test_files_are_brought_in_by_choice_and_by_drop(review: Page, watch: Watch) -> None:
    watch.expected += ["422"]
    page = review
    chosen(page, files())
    items = page.get_by_role("list", name="Files").get_by_role("listitem")
    expect(items).to_have_count(len(NAMES))
    words = ("Kept: ", "is here already", "does not tell when it began", "breaks off", "Not kept: ")
    for number, word in enumerate(words):
        expect(items.nth(number)).to_contain_text(NAMES[number])
        expect(items.nth(number)).to_contain_text(word)
    rows = page.get_by_role("link").filter(has_text="Recorded elsewhere")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("When it was recorded is not known")
    assert "unknown" not in rows.first.inner_text()
    page.evaluate(DROP, ["dropped.csv", "rr_ms\n" + "\n".join(map(str, RR[:-9]))])
    expect(items.nth(len(NAMES))).to_contain_text("Kept, ")
    watch.look(page, "bring-in")
    items.first.get_by_role("link", name="Open “run.fit”").click()
    expect(page.get_by_role("heading", name="Recorded elsewhere")).to_be_visible()


@PHONE
def test_when_they_left_is_said_afterwards(review: Page, watch: Watch) -> None:
    watch.expected += ["409"]
    page = review
    chosen(page, files()[:1])
    page.get_by_role("link", name="Open “run.fit”").click()
    card = page.get_by_role("region", name="Were you apart then?")
    expect(card).to_contain_text("The recording goes from")
    watch.look(page, "afterwards")
    left, back = (STARTED + timedelta(minutes=m) for m in (6, 9))
    card.get_by_label("When did they leave?").fill(local(left))
    card.get_by_label("When were they back?").fill("03:33")
    card.get_by_role("button", name="Keep").press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("not in this recording")
    card.get_by_label("When were they back?").fill(local(back))
    card.get_by_role("button", name="Keep").press("Enter")
    added = card.get_by_role("listitem")
    expect(added).to_have_count(2)
    expect(added.nth(0)).to_contain_text("They left")
    expect(added.nth(1)).to_contain_text("They are back")
    expect(page.get_by_role("heading", name="Were you apart then?")).to_be_focused()
    more(page)
    expect(page.get_by_role("row").filter(has_text="They left (added afterwards)")).to_be_visible()
    expect(
        page.get_by_role("row").filter(has_text="Note: the bus came (added afterwards)")
    ).to_be_visible()
    watch.look(page, "afterwards-said")
    card.get_by_role("button", name="Take back “They left”").click()
    expect(card.get_by_label("When did they leave?")).to_be_visible()
    expect(added).to_have_count(3)


def more(page: Page) -> None:
    """A note and a rating."""
    card = page.get_by_role("region", name="Were you apart then?")
    at = local(STARTED + timedelta(minutes=7))
    card.get_by_role("button", name="Add a note, a rating or quiet minutes").click()
    card.get_by_label("When was it?").fill(at)
    card.get_by_role("button", name="Keep").click()
    expect(card.get_by_role("alert")).to_contain_text("write the note first")
    card.get_by_label("Note", exact=True).fill("the bus came")
    card.get_by_role("button", name="Keep").click()
    expect(card.get_by_role("listitem")).to_have_count(3)
    card.get_by_role("button", name="Add a note, a rating or quiet minutes").click()
    card.get_by_label("How distressed I was").check()
    card.get_by_label("When was it?").fill(at)
    card.get_by_role("slider", name="Distress then").press("ArrowRight")
    card.get_by_role("button", name="Keep").click()
    expect(card.get_by_role("listitem").filter(has_text="Distress 55")).to_be_visible()


def local(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"


@LAPTOP
def test_an_undated_one_is_told_of_in_minutes(review: Page) -> None:
    page = review
    chosen(page, files()[2:3])
    page.get_by_role("link", name="Open “morning.txt”").click()
    card = page.get_by_role("region", name="Were you apart then?")
    expect(card).to_contain_text("15 minutes long")
    card.get_by_label("When did they leave?").fill("6,5")
    card.get_by_role("button", name="Keep").click()
    expect(card.get_by_role("listitem")).to_contain_text("6:30")


@LAPTOP
def test_what_a_file_says_is_text_and_nothing_else(review: Page, watch: Watch) -> None:
    """Its name, its device, a note in it: none of them runs."""
    page, nasty = review, "<img src=x onerror=alert(1)>"
    head = {
        "biocoach_capture": 1, "started_utc": "2026-01-20T18:00:00Z", "device": {"name": nasty},
    }  # fmt: skip
    lines = [head, {"at_s": 0.5, "mark": "note", "text": nasty}]
    lines += [{"at_s": n, "notify": "2a37", "hex": "103c0004"} for n in range(1, 60)]
    data = "\n".join(map(json.dumps, lines)).encode()
    chosen(page, [{"name": f"{nasty}.jsonl", "mimeType": "", "buffer": data}])
    page.get_by_role("link", name="Open “").click()
    expect(page.get_by_role("row").filter(has_text=f"Note: {nasty}")).to_be_visible()
    assert page.locator("img").count() == 0
