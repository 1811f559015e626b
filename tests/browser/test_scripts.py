"""What somebody wrote, a strap is called or a file holds is text on every screen and never runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from biocoach.review.packet.document import packet
from biocoach.review.packet.html import as_html
from biocoach.review.packet.words import words
from tests.browser.conftest import Watch
from tests.browser.payloads import COUNT, payloads, plant
from tests.browser.pseudo import english
from tests.browser.support import Served
from tests.browser.test_screens import (  # noqa: F401 - fixtures
    WEB,
    all_of_it,
    context,
    servers,
)
from tests.browser.tour import views_of_the_page
from tests.review.packet import support

TRACES = """() => ({
  hit: window.__hit ?? "", csp: window.__csp ?? [],
  elements: [...document.querySelectorAll("script:not([src]), iframe, object, embed, base, marquee,"
    + " [onerror], [onload], [onfocus], [ontoggle], [onbegin], [onstart], a[href^=javascript]")]
    .map(one => one.outerHTML.slice(0, 100)),
  shown: document.body.innerText + [...document.querySelectorAll("input, textarea")]
    .map(one => one.value).join(" "),
})"""


def told_to(those: list[str]) -> Callable[[Dialog], None]:
    def tell(dialog: Dialog) -> None:
        those.append("a dialog")
        dialog.dismiss()

    return tell


def traces(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(TRACES)
    return found


def test_two_hundred_scripts_on_every_screen_are_text(
    context: BrowserContext,  # noqa: F811
    servers: tuple[Served, Served, Served],  # noqa: F811
    watch: Watch,
) -> None:
    context.add_init_script(plant())
    context.on("dialog", told_to(watch.bad))
    shown: Counter[str] = Counter()
    marks = [f"+'{n} '" for n in range(COUNT)]

    def look(page: Page, view: str, name: str) -> None:
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = traces(page)
        watch.bad += [f"{name}: {kind}: {found[kind]}" for kind in ("hit", "csp") if found[kind]]
        watch.bad += [f"{name}: made of words: {one}" for one in found["elements"]]
        shown[view] += sum(mark in found["shown"] for mark in marks)

    all_of_it(context, english(), look, *servers)
    assert set(shown) <= views_of_the_page(WEB)
    full = {view for view, count in shown.items() if count >= 20}
    assert {"Live", "Ladder", "Progress", "Review", "Session", "Practices"} <= full, shown


def test_the_trial_sees_one_that_runs(chromium: Browser) -> None:
    """A page that takes words for its own: most of those that are not spoilt do run there."""
    page = chromium.new_page()
    page.set_content("<div id=a></div>")
    page.evaluate(
        "all => { window.__hit = ''; for (const one of all) {"
        " const made = document.createElement('div'); document.body.append(made);"
        " made.append(document.createRange().createContextualFragment(one)); } }",
        payloads()[:12],
    )
    page.wait_for_function("(window.__hit ?? '').trim().split(' ').length > 4")
    assert traces(page)["elements"]
    page.close()


@pytest.mark.parametrize("first_only", [False, True])
def test_in_the_packet_they_are_text_too(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, first_only: bool
) -> None:
    """The file is opened without any server's policy: nothing but its own escaping holds."""
    monkeypatch.setattr(support, "LONG", " ".join(payloads()))
    file = tmp_path / "packet.html"
    with ThreadPoolExecutor(1) as beside:  # this thread has a loop of Playwright's
        made = beside.submit(
            lambda: as_html(packet(support.hostile()), words(), first_only=first_only)
        )
        file.write_text(made.result(), "utf-8")
    asked: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda one: asked.append(one.url))
    page.on("dialog", told_to(asked))
    page.goto(file.as_uri())
    found = traces(page)
    page.close()
    assert found["hit"] == ""
    assert found["elements"] == []
    assert asked == [file.as_uri()]
    assert sum(f"+'{n} '" in found["shown"] for n in range(COUNT)) >= (5 if first_only else 60)
