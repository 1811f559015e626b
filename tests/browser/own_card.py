"""The card of one's own things, and what a person does at it."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.support import Served, axe_finds, by_keyboard, go_to, origin

# A thousand times at most, each at a new picture of the screen.
AGAIN = """async like => {
  for (let n = 0; n < 1000; n += 1) {
    if (await (async () => { %s })()) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
}"""
CANARY = "canary-of-the-coal-mine"


def own_things(page: Page, served: Served) -> Locator:
    page.goto(served.address)
    go_to(page, "Practices")
    card = page.get_by_role("region", name="My own things")
    expect(card.get_by_role("button", name="Add a phrase")).to_be_visible()
    return card


def kept(page: Page) -> dict[str, Any]:
    """What the record has now."""
    found: dict[str, Any] = page.context.request.get(f"{origin(page)}/api/own").json()
    return found


def until(page: Page, ready: str, like: str = "") -> None:
    """Asks the server until it is so: what is typed is kept a moment later."""
    own = "const own = await (await fetch('api/own')).json();"
    assert page.evaluate(AGAIN % f"{own} return {ready};", like), f"never so: {ready}"


def look(page: Page, watch: Watch, where: str) -> None:
    """Laptop, phone, and a small phone: nothing is wider than the screen."""
    watch.look(page, where)
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": 360, "height": 740})
    watch.bad += axe_finds(page, f"{where}-small")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        watch.bad.append(f"{where}: wider than 360")
    page.set_viewport_size(before)


def photo(width: int = 3000, height: int = 2000) -> bytes:
    """A JPEG as a phone makes it: with a place and a camera's name in it."""
    exif = Image.Exif()
    exif[0x010F] = CANARY  # the maker
    exif.get_ifd(0x8825)[1] = "N"  # the place
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(
        out, "JPEG", exif=exif.tobytes()
    )
    assert CANARY.encode() in out.getvalue()
    return out.getvalue()


def bring(page: Page, card: Locator, button: str, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        by_keyboard(page, card.get_by_role("button", name=button))
        page.keyboard.press("Enter")
    chooser.value.set_files(FilePayload(name=name, mimeType="", buffer=content))
