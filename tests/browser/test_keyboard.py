"""Three ways through biocoach with a keyboard alone."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start
from tests.browser.keyboard import READ, Keys
from tests.browser.support import until_server

PASSPHRASE = "a quiet river"
TWO_MINUTES_S = 120


@LAPTOP
def test_from_an_empty_folder_to_the_quiet_minutes(start: Start, page: Page) -> None:
    """In less than two minutes of a person's time, as ``keyboard`` counts it."""
    page.goto(start("serve").address)
    keys = Keys(page)
    button = page.get_by_role
    keys.to(page.get_by_label("Passphrase", exact=True))
    keys.type(PASSPHRASE)
    keys.press("Tab")
    keys.type(PASSPHRASE)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_focused()
    group = partial(page.get_by_role, "group")
    keys.choose(group(name="Your age"), "18 or older")
    keys.choose(group(name="One or more of these?"), "No")
    keys.choose(group(name="Are you doing this with"), "Yes")
    keys.do(button("button", name="Go on"))
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_focused()
    keys.do(button("button", name="First, try it with a virtual strap"))
    expect(page.get_by_text("An example, to see how it goes.")).to_be_visible()
    expect(page.get_by_role("heading", name="Another room")).to_be_focused()
    keys.do(button("button", name="Begin the quiet minutes"))
    quiet = page.get_by_role("heading", name="A few quiet minutes")
    expect(quiet).to_be_focused()
    keys.read.update(page.get_by_text("Sit as you like.").evaluate(READ))
    assert keys.faults == []
    assert keys.seconds < TWO_MINUTES_S, (keys.pressed, keys.words, keys.seconds)


PANIC = "virtual:unscripted,scenario=panic,speed=60"
# What a screen reader is told: each change of a live region's words.
LISTEN = """() => {
  window.told = [];
  const live = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
  const tell = region => {
    const text = region.checkVisibility() ? region.innerText.trim() : "";
    if (text && region.told !== text) window.told.push(text);
    region.told = text;
  };
  document.querySelectorAll(live).forEach(tell);
  window.told.length = 0;
  new MutationObserver(changes => {
    const regions = new Set();
    for (const {target, addedNodes} of changes) {
      const e = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      if (e?.closest(live)) regions.add(e.closest(live));
      for (const node of addedNodes) {
        if (node.matches?.(live)) regions.add(node);
        node.querySelectorAll?.(live).forEach(region => regions.add(region));
      }
    }
    regions.forEach(tell);
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


@PHONE
def test_a_separation_and_its_review(start: Start, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(start("serve", "--source", PANIC).address)
    keys = Keys(page)
    button = partial(page.get_by_role, "button")
    keys.to(page.get_by_label("What will you practise?"))
    keys.type("Another room")
    keys.to(page.get_by_label("What are you afraid will happen?"))
    keys.type("I will not bear it")
    keys.to(page.get_by_label("Distress you expect at the hardest moment"))
    keys.press("ArrowLeft")
    keys.do(button(name="This is my plan"))
    keys.do(button(name="Begin the quiet minutes"))
    expect(page.get_by_role("heading", name="A few quiet minutes")).to_be_focused()
    page.evaluate(LISTEN)
    expect(button(name="They left")).to_be_enabled(timeout=60_000)
    keys.do(button(name="They left"))
    rates_and_feels_an_urge(page, keys)
    answers_the_offer(page, keys)
    until_server(page, "state.session.at_s > 900")
    told = page.evaluate("window.told")
    keys.press("b")
    expect(page.get_by_role("heading", name="Back together")).to_be_focused()
    keys.do(button(name="Go to the debrief"))
    expect(page.get_by_role("heading", name="How did it go?")).to_be_focused()
    keys.to(page.get_by_label("What did happen?"))
    keys.type("They came back")
    keys.do(button(name="Keep it"))
    reviews(page, keys)
    assert keys.faults == []
    assert max(map(told.count, told)) <= 2, told


def rates_and_feels_an_urge(page: Page, keys: Keys) -> None:
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
    keys.to(page.get_by_role("slider", name="Distress"))
    keys.press("ArrowRight", "ArrowRight")
    keys.do(page.get_by_role("button", name="Keep this"))
    until_server(page, "state.events.ratings.length === 1")
    page.evaluate("document.activeElement.blur()")
    keys.press("t")
    keys.do(page.get_by_role("button", name="No", exact=True))
    until_server(page, "state.events.urges.length === 1")


def answers_the_offer(page: Page, keys: Keys) -> None:
    take = page.get_by_role("button", name="Try it")
    expect(take).to_be_visible(timeout=60_000)
    keys.do(take)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    keys.press("Enter", "Escape")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    until_server(page, "state.practice === null")


def reviews(page: Page, keys: Keys) -> None:
    """Through the whole record, to the list, and back into it."""
    record = page.get_by_role("heading", name="Another room", level=1)
    expect(record).to_be_focused()
    expect(page.get_by_role("table").first).to_be_visible()
    assert len(keys.through()) > 5
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    keys.do(page.get_by_role("link", name="All practices"))
    expect(page.get_by_role("heading", name="Review", level=1)).to_be_focused()
    keys.do(page.locator("main a[href*='review/']").first)
    expect(record).to_be_focused()
    expect(page.get_by_role("table").first).to_be_visible()
    assert len(keys.through()) > 5
