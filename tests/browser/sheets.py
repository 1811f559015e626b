"""What a person does at worksheets, by keyboard alone, and what the record then has."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.own_card import until
from tests.browser.support import Served, origin

TABS_MAX = 400
# What has the focus, and to which field of the form it belongs.
FOCUSED = """() => {
  const e = document.activeElement;
  const field = e.closest("[data-place]");
  return {
    tag: e.tagName, type: e.type ?? "", words: e.textContent.trim(), value: e.value ?? "",
    said: e.getAttribute("aria-label") ?? "",
    place: field?.dataset.place ?? "", kind: field?.dataset.kind ?? "",
    most: e.max ?? "", rows: field?.querySelectorAll("li").length ?? 0,
  };
}"""
WIDTHS = (1280, 390, 320)


def begin(page: Page, served: Served, form: str, *, read: bool = False) -> None:
    """``read``: what it asks first was read."""
    page.goto(f"{served.url}/#/worksheets/new%2F{form}")
    expect(page.get_by_role("link", name="All worksheets")).to_be_visible()
    if read:
        page.get_by_role("button", name="Yes, I have read this").click()


def fill_by_keyboard(page: Page) -> None:
    """From wherever the focus is, every field once, to *Keep it*."""
    done: set[str] = set()
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["words"] in ("Keep it", "Yes, I have read this"):
            page.keyboard.press("Enter")
            if here["words"] == "Keep it":
                return
        elif here["place"] and here["place"] not in done and act(page, here):
            done.add(here["place"])
    raise AssertionError("Tab never comes to Keep it")


def act(page: Page, here: dict[str, Any]) -> bool:
    """One answer; False where this is no place for one."""
    keys = page.keyboard
    if here["tag"] == "TEXTAREA":
        keys.press("End")
        keys.type("It is, x ? m")
    elif here["type"] == "range":
        keys.press("6")
    elif here["type"] in ("radio", "checkbox"):
        keys.press("Space")
    elif here["type"] == "number":
        keys.type("2")
    elif here["type"] == "date":
        keys.type("01052027")
    elif here["type"] == "datetime-local":
        keys.type("01052027\t0900AM")
    elif here["kind"] == "rows" and here["rows"] == 0 and here["said"].startswith("Add to"):
        keys.press("Enter")
        return answer_where_it_goes(page)
    else:
        return False
    return True


def answer_where_it_goes(page: Page) -> bool:
    """A row was added, and its first field has the focus."""
    page.wait_for_function("() => document.activeElement.closest('li [data-place]') !== null")
    return act(page, page.evaluate(FOCUSED))


def listed(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.context.request.get(f"{origin(page)}/api/worksheets").json()
    return found


def sheets(page: Page, form: str) -> list[dict[str, Any]]:
    """The newest first, each with its answers."""
    rows = [row for row in listed(page)["sheets"] if row["form"] == form]
    ask = page.context.request.get
    return [ask(f"{origin(page)}/api/worksheets/{row['id']}").json() for row in rows]


def until_sheet(page: Page, form: str, ready: str) -> None:
    """Until ``ready`` is true of the newest ``sheet`` of a form."""
    look = f"""const all = (await (await fetch("api/worksheets")).json()).sheets;
      const row = all.find((one) => one.form === "{form}");
      const sheet = row ? await (await fetch(`api/worksheets/${{row.id}}`)).json() : null;
      return sheet !== null && ({ready});"""
    until_so(page, look)


def until_so(page: Page, look: str) -> None:
    asked = """async () => {
      for (let n = 0; n < 1000; n += 1) {
        if (await (async () => { %s })()) return true;
        await new Promise(requestAnimationFrame);
      }
      return false;
    }"""
    assert page.evaluate(asked % look), f"never so: {look}"


def too_wide(page: Page) -> list[int]:
    """The widths at which something does not fit."""
    size = page.viewport_size
    assert size is not None
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(width)
    page.set_viewport_size(size)
    return found


__all__ = ["begin", "fill_by_keyboard", "listed", "sheets", "too_wide", "until", "until_sheet"]
