"""Every screen of a clinic's server, as all other screens are looked at: one server for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.clinic_house import NAMES, ClinicHouse, a_clinic
from tests.browser.clinic_tour import addresses_of_a_clinic, all_of_a_clinic, views_of_a_clinic
from tests.browser.conftest import WAIT_MS, Watch
from tests.browser.looks import for_few, in_another_language, in_each_width, on_a_phone
from tests.browser.pseudo import WRITTEN, Words, content, english, pseudo, speak, texts
from tests.browser.support import ROOT
from tests.browser.tour import Tour

WEB = ROOT / "dashboard" / "web"
PEOPLE = ("Ines", "Tess", "Otto", "Ruth", "Bo", "Uma", "Vera", "By the river", "laptop", *NAMES)


@pytest.fixture(scope="module")
def clinic(
    chromium: Browser, year: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClinicHouse]:
    with a_clinic(chromium, tmp_path_factory.mktemp("clinic"), year) as found:
        yield found


@pytest.fixture
def context(clinic: ClinicHouse, watch: Watch) -> Iterator[BrowserContext]:
    found = clinic.browser.new_context(viewport={"width": 1280, "height": 800})
    found.set_default_timeout(WAIT_MS)
    found.on("weberror", lambda error: watch.saw(f"page error: {error.error}"))
    found.on("console", watch.console)
    watch.expected += ["status of 401", "status of 403"]  # nobody is signed in; a code is wrong
    yield found
    found.close()


def toured(
    context: BrowserContext, words: Words, clinic: ClinicHouse, look: Callable[[Page, str], None]
) -> Tour:
    page = context.new_page()
    tour = Tour(page, words, lambda _view, name: look(page, name))
    all_of_a_clinic(tour, clinic)
    return tour


def test_a_clinic_in_every_width_and_theme(
    context: BrowserContext, clinic: ClinicHouse, watch: Watch
) -> None:
    def look(page: Page, name: str) -> None:
        watch.bad += [*in_each_width(page, name), *for_few(page, name)]

    tour = toured(context, english(), clinic, look)
    assert views_of_a_clinic(WEB) <= tour.views, "a view without a picture"
    assert {one.removesuffix("/id") for one in tour.routes} >= addresses_of_a_clinic(WEB)


def test_every_word_of_a_clinic_comes_from_the_language(
    context: BrowserContext, clinic: ClinicHouse, watch: Watch
) -> None:
    words = pseudo(english())
    speak(context, words)
    people = clinic.people
    tess = people.tess
    sessions = tess.get(people.at("api/sessions")).json()
    places = ["ladder", "measures", "worksheets", f"sessions/{sessions[0]['id']}"]
    told = [sessions, *(tess.get(people.at(f"api/{place}")).json() for place in places)]
    known = {*content(), *PEOPLE, *texts(told, WRITTEN)}

    def look(page: Page, name: str) -> None:
        on_a_phone(page)
        known.update(texts(page.evaluate("window.told ?? []")))
        watch.bad += in_another_language(page, name, known)

    toured(context, words, clinic, look)
