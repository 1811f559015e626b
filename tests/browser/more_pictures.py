"""Screens beyond those of the docs, for ``python -m tests.browser.pictures FOLDER``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.support import Served, go_to, origin, tell, wait_for_messages
from tests.browser.test_first_run import answer
from tests.cli.support import run
from tests.devices.air import Air
from tests.hard_day import hard_ending
from tests.many_days import many_days

# Practices, each with the step that is shown, from 0.
STEPS_SHOWN = {
    "slow-paced-4-6": 1,
    "grounding-5-4-3-2-1": 2,
    "butterfly-hug": 2,
    "progressive-muscle-relaxation": 1,
    "resourcing": 3,
    "i-statement": 4,
    "comfort-kit": 0,
    "learn-window": 0,
}
# Sheets that are there already, with what stands in them.
SHEETS_SHOWN: tuple[tuple[str, dict[str, object]], ...] = (
    ("moment", {"intensity": 70, "urge": "text", "acted": False}),
    ("moment", {"intensity": 50, "urge": "check", "acted": True}),
    (
        "protest",
        {
            "trigger": "They answered after three hours",
            "urges": ["messages", "cold"],
            "urge": 80,
            "acted": False,
            "instead": "Walked to the harbour and back",
            "intensity": 65,
        },
    ),
    (
        "separation-ahead",
        {
            "who": "R.",
            "whole_days": True,
            "first_day": "2030-01-07",
            "last_day": "2030-01-10",
            "goodbye": "See you on Thursday. Travel well.",
            "helps": "A walk, then the long film",
        },
    ),
)
ASKED_FIRST = "progressive-muscle-relaxation"


def done(folder: Path, *words: str) -> None:
    made = run(folder, *words)
    assert made.returncode == 0, made.stderr


def hard_days(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """The day of a hard ending, and the day after it."""
    for name, days_ago, heading in (("rest", 0, "Rest today"), ("check-in", 1, "How are you")):
        folder = home / name
        hard_ending(folder / "data" / "biocoach", days_ago=days_ago)
        served = Served(folder, "serve", "--plain")
        page.goto(served.address)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        taken(name)
        served.stop()


def after_many_days(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """What was learnt, and recovery over all practices."""
    folder = home / "many"
    many_days(folder / "data" / "biocoach")
    served = Served(folder, "serve", "--plain")
    page.goto(served.address)
    go_to(page, "Settings")
    expect(page.get_by_role("heading", name="How often it was distress")).to_be_visible()
    taken("learnt")
    go_to(page, "Review")
    expect(page.get_by_role("heading", name="Half-way back, over all practices")).to_be_visible()
    taken("over-time")
    served.stop()


def straps(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """The first minutes with a strap, and one that is lost in a session."""
    air = Air("--h10", "13")
    air.do("add TICKR 30")
    folder = home / "straps"
    folder.mkdir()
    served = Served(folder, "serve", "--plain", bus=air.bus)
    page.goto(served.address)
    answer(page, hard="No", therapist="Yes")
    page.get_by_role("button", name="Go on").click()
    use = page.get_by_role("button", name="Use Polar H10 12345678")
    expect(use).to_be_visible()
    taken("straps-found")
    use.click()
    expect(page.get_by_text("It can feel movement.")).to_be_visible()
    taken("strap-connected")
    go_to(page, "Settings")
    page.get_by_role("button", name="Look for straps").click()
    expect(page.get_by_text("your strap ·")).to_be_visible()
    taken("strap-settings")
    tell(page, kind="mark", mark="baseline")
    air.do("vanish")
    go_to(page, "Live")
    expect(page.get_by_text("The connection to your strap was lost.")).to_be_visible()
    taken("strap-lost")
    served.stop()
    air.end()


def errand(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """A strap on an errand, and what it brought."""
    folder = home / "errand"
    folder.mkdir()
    served = Served(folder, "serve", "--source", "virtual:unscripted,speed=40")
    page.goto(served.address)
    page.locator("summary", has_text="Take the strap on an errand").click()
    taken("errand-before")
    page.get_by_role("button", name="Start recording on the strap", exact=True).click()
    fetch = page.get_by_role("button", name="Fetch it", exact=True)
    expect(fetch).to_be_visible()
    taken("errand-away")
    wait_for_messages(page, 30)
    fetch.click()
    expect(page.get_by_text("Kept: ")).to_be_visible()
    taken("errand-back")
    page.get_by_role("link", name="See it in Review").click()
    expect(page.get_by_role("table").first).to_be_visible()
    taken("errand-review")
    go_to(page, "Review")
    taken("recordings")
    served.stop()


def practices(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """The shelves, what stands before a practice, and a step of each kind."""
    folder = home / "practices"
    folder.mkdir()
    served = Served(folder, "serve", "--source", "virtual:unscripted,scenario=calm")
    page.goto(served.address)
    go_to(page, "Practices")
    expect(page.get_by_role("heading", name="TIPP")).to_be_visible()
    taken("practices")
    for practice in ("tipp", "own-pace", "guided-imagery"):
        page.goto(f"{served.url}#/practices/{practice}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        taken(f"practice-{practice}")
    for practice, steps in STEPS_SHOWN.items():
        page.goto(f"{served.url}#/practices/{practice}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if practice == ASKED_FIRST:
            page.get_by_role("button", name="None of them").click()
        page.get_by_role("button", name="Begin").click()
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
        taken(f"step-{practice}")
        page.get_by_role("button", name="Stop").click()
    served.stop()


def a_year(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """Ten weeks of a simulated person: their ladder, their progress, their practices."""
    folder = home / "year"
    folder.mkdir()
    done(folder, "year", "--weeks", "10")
    served = Served(folder, "serve", "--source", "virtual:unscripted,scenario=calm")
    page.goto(served.address)
    for view, heading in (("Ladder", "My ladder"), ("Progress", "Progress"), ("Review", "Review")):
        go_to(page, view)
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        expect(page.get_by_text("One moment")).to_be_hidden()
        taken(f"year-{view.lower()}")
    served.stop()


def worksheets(page: Page, home: Path, taken: Callable[[str], None]) -> None:
    """Shelves, a sheet of each look, a moment, totals and weeks, and a time apart."""
    folder = home / "worksheets"
    many_days(folder / "data" / "biocoach")
    served = Served(folder, "serve", "--plain")
    page.goto(served.address)
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    for form, answers in SHEETS_SHOWN:
        kept(page, form, answers)
    for day, total in (("2026-01-05", 16), ("2026-02-02", 13), ("2026-03-09", 9)):
        post(page, "measures", {"scale": "gad-7", "day": day, "total": total, "note": ""})
    page.reload()
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("m")
    page.keyboard.press("7")
    taken("moment")
    page.keyboard.press("Escape")
    for form in ("thought-record", "trigger-map", "gad-7", "partner-letter"):
        page.goto(f"{served.url}/#/worksheets/new%2F{form}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        taken(f"sheet-{form}")
    page.get_by_role("button", name="Yes, I have read this").click()
    page.get_by_label("To whom?").fill("R.")
    taken("sheet-partner-letter-open")
    go_to(page, "Worksheets")
    expect(page.get_by_role("heading", name="Go on where you were")).to_be_visible()
    taken("worksheets")
    page.get_by_role("link", name="Protest").last.click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    taken("sheet-kept")
    go_to(page, "Progress")
    expect(page.get_by_role("img", name="GAD-7: totals over time.")).to_be_visible()
    expect(page.get_by_role("img", name="Bars by week")).to_be_visible()
    taken("progress")
    served.stop()


def kept(page: Page, form: str, answers: dict[str, object]) -> None:
    post(page, "worksheets", {"form": form, "link": None, "answers": answers, "keep": True})


def post(page: Page, where: str, body: dict[str, object]) -> None:
    url = origin(page)
    sent = page.context.request.post(f"{url}/api/{where}", data=body, headers={"origin": url})
    assert sent.ok, sent.text()


EVERYTHING = (hard_days, straps, errand, practices, worksheets, after_many_days, a_year)
