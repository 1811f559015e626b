"""Every screen: in three widths and both themes, on the narrowest phone, with text twice as large;
and in a language that nobody speaks. One browser page, and two servers, for all of them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import tour as screens
from tests.browser.conftest import Start, Watch, guarded
from tests.browser.looks import for_few, in_another_language, in_each_width, on_a_phone
from tests.browser.pseudo import (
    WRITTEN,
    Words,
    content,
    english,
    pseudo,
    speak,
    texts,
)
from tests.browser.support import ROOT, Served, origin
from tests.browser.tour import Tour
from tests.cli.support import run
from tests.wire.__main__ import FOLDER

WEB = ROOT / "dashboard" / "web"
SOURCE = "virtual:unscripted,scenario=calm"
BUNDLE = "robin.biocoach"


@pytest.fixture
def context(chromium: Browser, watch: Watch, start: Start) -> Iterator[BrowserContext]:
    watch.expected.append("status of 409")  # a clinic says no
    found = guarded(chromium, watch, "laptop")
    yield found
    found.close()


def all_of_it(
    context: BrowserContext,
    words: Words,
    look: Callable[[Page, str, str], None],
    empty: Served,
    practised: Served,
    shared: Served,
) -> Tour:
    """Through all screens. The tour says where it has been."""
    page = context.new_page()
    tour = Tour(page, words, lambda view, name: look(page, view, name))
    tour.open(empty.address)
    screens.first_steps(tour)
    screens.a_session(tour)
    screens.what_goes_wrong(tour)
    screens.over_it(tour)
    screens.a_clinics_copy(tour)
    tour.go("")
    screens.the_day_after(tour)
    page.goto(practised.address)
    screens.a_year(tour)
    page.goto(shared.address)
    screens.reading(tour)
    return tour


@pytest.fixture
def servers(start: Start, year: Path, tmp_path: Path) -> tuple[Served, Served, Served]:
    """Somebody new, somebody who practised, and the therapist who reads what that one shared."""
    for name in ("home1", "client"):  # who is served has not shared with anybody yet
        shutil.copytree(year, tmp_path / name)
    (tmp_path / "home2").mkdir()
    shared_with(tmp_path / "home2", tmp_path / "client")
    serve = ("serve", "--source", SOURCE)
    return start(*serve), start(*serve), start("read", BUNDLE, "--plain")


def shared_with(therapist: Path, client: Path) -> None:
    key = run(therapist, "key", "--plain", "--json")
    assert key.returncode == 0, key.stderr
    address = json.loads(key.stdout)["address"]
    to = ("--to", address, "--name", "Dr Vale", "--as", "Robin", "--out", therapist / BUNDLE)
    sealed = run(client, "share", "--simulated", "--redact", "S.", "--yes", *to)
    assert sealed.returncode == 0, sealed.stderr


def test_in_every_width_and_theme(
    context: BrowserContext, servers: tuple[Served, Served, Served], watch: Watch
) -> None:
    def look(page: Page, view: str, name: str) -> None:
        watch.bad += [*in_each_width(page, name), *for_few(page, name)]

    watch.expected.append("status of 401")  # the phone that is cut off
    tour = all_of_it(context, english(), look, *servers)
    screens.cut_off(tour)
    assert tour.views == screens.views_of_the_page(WEB), "a view without a picture"
    assert tour.routes == screens.routes_of_the_page(WEB), "an address without a picture"


def test_every_word_comes_from_the_language(
    context: BrowserContext, servers: tuple[Served, Served, Served], watch: Watch, tmp_path: Path
) -> None:
    """In a made-up language, a third longer, on a phone: nothing English, nothing cut."""
    words = pseudo(english())
    speak(context, words)
    fixtures = [json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")]
    known = content() | {*texts(fixtures, WRITTEN), str(tmp_path)}
    asked: set[str] = set()

    def look(page: Page, view: str, name: str) -> None:
        on_a_phone(page)
        if origin(page) not in asked:
            asked.add(origin(page))
            known.update(texts(told_by(page), WRITTEN))
        known.update(texts(packets(page)))
        known.update(texts(page.evaluate("window.told ?? []")))
        watch.bad += in_another_language(page, name, known)

    all_of_it(context, words, look, *servers)


ASKED_FOR = "performance.getEntriesByType('resource').map(one => one.name)"


def packets(page: Page) -> list[object]:
    """A packet speaks the language of its own content file, wherever it is looked at."""
    names = {name for name in page.evaluate(ASKED_FOR) if "/api/reports/" in name}
    return [page.context.request.get(name).json() for name in sorted(names)]


def told_by(page: Page) -> list[object]:
    """What a server tells of the person's own record."""
    ask = page.context.request
    sessions = ask.get(f"{origin(page)}/api/sessions").json()
    first = [f"sessions/{row['id']}" for row in sessions[:1]]
    places = ["ladder", "practices", "worksheets", "own", "measures", "reading", *first]
    return [sessions, *(ask.get(f"{origin(page)}/api/{place}").json() for place in places)]
