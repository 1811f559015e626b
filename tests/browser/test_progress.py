"""Totals and weeks as pictures and tables; times apart and their calendar file; a letter."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.sheets import begin, sheets, too_wide, until_so
from tests.browser.support import Served, by_keyboard, go_apart, go_to, origin
from tests.ladder_days import LIVED, climbed
from tests.many_days import CUT, WORDS, many_days

GAD_7 = "Feeling nervous, anxious or on edge"


def progress(page: Page, served: Served) -> None:
    page.goto(served.address)
    go_to(page, "Progress")
    expect(page.get_by_role("heading", name="Add a total from elsewhere")).to_be_visible()


def add(page: Page, scale: str, day: str, total: str) -> None:
    form = page.get_by_role("region", name="Add a total from elsewhere")
    form.get_by_label("Questionnaire").select_option(scale)
    form.get_by_label("Day").fill(day)
    form.get_by_label("Total", exact=True).fill(total)
    form.get_by_label("Total", exact=True).press("Enter")


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


@LAPTOP
def test_totals_as_a_chart_and_a_table(page: Page, served: Served, watch: Watch) -> None:
    progress(page, served)
    add(page, "gad-7", "2026-01-05", "22")
    alert = page.get_by_role("alert").filter(has_text="from 0 to 21")
    expect(alert).to_be_visible()
    for day, total in (("2026-01-05", "15"), ("2026-02-05", "9")):
        add(page, "gad-7", day, total)
        expect(page.get_by_text("Kept: GAD-7.")).to_be_visible()
        until_so(page, f"return (await (await fetch('api/measures')).text()).includes('{day}');")
    gad = card(page, "GAD-7")
    expect(gad.get_by_role("img", name="GAD-7: totals over time.")).to_be_visible()
    expect(gad.locator("circle")).to_have_count(2)
    expect(gad.locator("rect.within")).to_have_count(1)
    expect(gad).to_contain_text("4 points or more apart: that is more than chance alone.")
    assert not re.search(r"better|worse|well done|improve", gad.inner_text())
    gad.get_by_text("The totals as a table").click()
    rows = gad.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("mild")
    gad.get_by_text("Where this comes from").click()
    expect(gad).to_contain_text("Gyani, Shafran, Layard and Clark (2013)")
    watch.look(page, "progress")
    assert too_wide(page) == []
    gad.get_by_role("button", name=re.compile("Erase the total 9")).click()
    gad.get_by_role("button", name="Erase", exact=True).click()
    expect(gad.locator("circle")).to_have_count(1)
    expect(gad).to_contain_text("One total so far.")


@LAPTOP
def test_a_scale_without_bands_shows_none(page: Page, served: Served) -> None:
    progress(page, served)
    add(page, "ecr-r-anxiety", "2026-01-05", "3.5")
    ecr = card(page, "ECR-R, fear of being left")
    expect(ecr.locator("circle")).to_have_count(1)
    expect(ecr.locator("line.band")).to_have_count(0)
    ecr.get_by_text("The totals as a table").click()
    expect(ecr.get_by_role("columnheader", name="word")).to_have_count(0)


@PHONE
def test_gad_7_is_filled_in_and_adds_up(page: Page, served: Served, watch: Watch) -> None:
    progress(page, served)
    page.get_by_role("link", name="Fill in GAD-7").click()
    expect(page.get_by_role("heading", name="GAD-7")).to_be_focused()
    for group in page.get_by_role("group").filter(has_text="Several days").all()[1:]:
        group.get_by_role("radio", name="Several days").check()
    watch.look(page, "gad-7")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("It adds up to 7 of 21.")).to_be_visible()
    expect(page.get_by_text("It is their word for a number, not for you")).to_be_visible()
    page.get_by_role("link", name="See it over time").click()
    expect(card(page, "GAD-7").locator("circle")).to_have_count(1)
    begin(page, served, "gad-7")
    page.get_by_role("group", name=GAD_7).get_by_role("radio", name="Not at all").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("so there is no number")).to_be_visible()
    assert sheets(page, "gad-7")[0]["score"]["total"] is None


@LAPTOP
def test_weeks_tell_urge_and_act_apart(page: Page, served: Served, watch: Watch) -> None:
    progress(page, served)
    weeks = page.get_by_role("region", name="Urge and act, by week")
    expect(weeks.locator("rect.gap").first).to_be_visible()
    unknown, told = (weeks.locator(f"rect.{kind}").count() for kind in ("gap", "act"))
    url = origin(page)
    for acted in (True, False, False):
        answers = {"urge": "text", "acted": acted, "intensity": 60}
        body = {"form": "moment", "link": None, "answers": answers, "keep": True}
        sent = page.context.request.post(
            f"{url}/api/worksheets", data=body, headers={"origin": url}
        )
        assert sent.ok
    page.reload()
    expect(weeks.locator("rect.act")).to_have_count(told + 1)
    expect(weeks.locator("rect.gap")).to_have_count(unknown - 1)
    weeks.get_by_text("The weeks as a table").click()
    expect(weeks.get_by_role("row").nth(1)).to_contain_text("3 times · acted on 1 of 3")
    watch.look(page, "weeks")


@PHONE
def test_the_ladder_is_a_staircase_by_time_step_and_support(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    climbed(tmp_path / "home0" / "data" / "biocoach")
    page.goto(start("serve", "--plain").address)
    go_to(page, "Progress")
    stairs = page.get_by_role("region", name="When M. is away")
    expect(stairs.locator(".chart svg")).to_be_visible()
    expect(stairs.locator(".chart g")).to_have_count(len(LIVED))
    expect(stairs.locator(".chart path.flag")).to_have_count(2)
    expect(stairs.locator(".chart path.much")).to_have_count(2)
    expect(stairs.locator(".chart line.ahead")).to_have_count(2)
    stairs.get_by_text("The practices as a table").click()
    table = stairs.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(len(LIVED))  # a phone has no row of heads
    for words in ("tried, not done · Too much · first time on this stair", "done · first time"):
        expect(table).to_contain_text(words)
    assert not re.search(r"streak|score of|%|well done", stairs.inner_text())
    watch.look(page, "staircase")
    assert too_wide(page) == []
    page.get_by_label("Step", exact=True).select_option(label="They sit in another room")
    expect(stairs.locator(".chart g")).to_have_count(2)
    expect(page.get_by_text("the step “They sit in another room”")).to_be_visible()
    page.get_by_label("Support", exact=True).select_option(label="Stay still")
    expect(page.get_by_text("No step of a ladder was practised in what is shown.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Support", exact=True)).to_have_value("observe")
    expect(page.get_by_text("the step “They sit in another room” · Stay still")).to_be_visible()
    page.get_by_label("Support", exact=True).select_option(label="Any support")
    page.get_by_label("Time", exact=True).select_option(label="From … to …")
    day = datetime.now(UTC).astimezone().date() - timedelta(days=69)
    page.get_by_label("From", exact=True).fill(day.isoformat())
    page.get_by_label("From", exact=True).blur()
    expect(stairs.locator(".chart g")).to_have_count(1)
    expect(stairs.locator(".chart path.flag")).to_have_count(0)
    assert f"from={day.isoformat()}" in page.url


@LAPTOP
def test_words_and_picture_are_always_of_the_same_choice(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    """Also where the server stands still after a choice; and what the address invents is said."""
    climbed(tmp_path / "home0" / "data" / "biocoach")
    served = start("serve", "--plain")
    page.goto(served.address)
    go_to(page, "Progress")
    signs = page.get_by_role("region", name="When M. is away").locator(".chart g")
    expect(signs).to_have_count(len(LIVED))
    said = page.get_by_role("status").filter(has_text="Shown:")
    watch.expect_away()
    page.route("**/api/progress?*", lambda route: route.abort())
    page.get_by_label("Step", exact=True).select_option(label="They sit in another room")
    expect(page.get_by_role("alert").filter(has_text="What was shown before stays")).to_be_visible()
    expect(said).to_contain_text("All steps")
    expect(signs).to_have_count(len(LIVED))
    page.unroute("**/api/progress?*")
    page.get_by_label("Time", exact=True).select_option(label="All the time")
    expect(said).to_contain_text("the step “They sit in another room”")
    expect(signs).to_have_count(2)
    expect(page.get_by_text("What was shown before stays")).to_have_count(0)
    page.goto(f"{origin(page)}/#/progress?ladder=gone&step=gone")
    expect(said).to_contain_text("a step that is not there any more")
    expect(page.get_by_label("Step", exact=True)).to_have_value("gone")
    page.get_by_label("Step", exact=True).select_option(label="All steps")
    expect(signs).to_have_count(len(LIVED))


@LAPTOP
def test_the_way_back_has_four_kinds_and_no_middle_of_a_few(
    start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    many_days(tmp_path / "home0" / "data" / "biocoach")
    page.goto(start("serve", "--plain").address)
    go_to(page, "Progress")
    way = page.get_by_role("region", name="Half-way back, step by step")
    expect(way.get_by_role("radio")).to_have_count(4)
    alone = way.get_by_role("radio", name="While apart, no practice (")
    expect(alone).to_be_checked()
    shown = way.locator(".steps svg")
    expect(shown).to_have_count(1)
    asked = page.context.request.get(f"{origin(page)}/api/progress").json()
    for used, name in ((False, "no practice"), (True, "with a practice")):
        way.get_by_role("radio", name=f"While apart, {name} (").focus()
        page.keyboard.press("Space")
        (group,) = [g for g in asked["groups"] if (g["where"], g["used"]) == ("apart", used)]
        (step,) = group["steps"]
        expect(way.locator(".steps svg > circle")).to_have_count(step["n"])
        expect(way.locator(".steps path.cut")).to_have_count(step["not_by_end"])
        too_few = step["n"] < asked["needed"]
        expect(way.locator(".steps line.middle")).to_have_count(0 if too_few else 1)
        expect(way.locator(".steps polyline")).to_have_count(0)
    total = sum(g["n"] for g in asked["groups"])
    assert total + sum(asked["left_out"].values()) == len(WORDS)
    assert sum(s["not_by_end"] for g in asked["groups"] for s in g["steps"]) <= len(CUT)
    by_keyboard(page, way.locator("summary"))
    page.keyboard.press("Enter")
    table = way.get_by_role("table")
    expect(table).to_contain_text("all that is shown")
    expect(table).to_contain_text("week of")
    watch.look(page, "way-back")
    assert too_wide(page) == []
    expect(way).to_contain_text("were planned without a ladder")
    expect(way.get_by_role("link", name="Which practice went with what")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("form", name="What is shown")).to_be_hidden()
    expect(page.get_by_text("Shown:")).to_be_visible()
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    cut = "getComputedStyle(document.querySelector('.steps > li')).breakInside"
    assert page.evaluate(cut) == "avoid"


@LAPTOP
def test_where_nothing_was_practised_it_says_what_to_do(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(tmp_path / "home0" / "data" / "biocoach", [])
    page.goto(start("serve", "--plain").address)
    go_to(page, "Progress")
    expect(page.get_by_role("heading", name="Nothing was practised yet")).to_be_visible()
    watch.look(page, "progress-empty")
    page.get_by_role("link", name="Go to the ladder").click()
    expect(page.get_by_role("heading", level=1, name="My ladder")).to_be_visible()


@LAPTOP
def test_under_observe_while_apart_progress_waits(page: Page, start: Start) -> None:
    page.goto(start("serve", "--source", "virtual:unscripted,scenario=calm,speed=40").address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    go_apart(page, "observe")
    expect(page.get_by_role("heading", name="Nothing to do here.")).to_be_visible()
    page.goto(f"{origin(page)}/#/progress?time=all")
    expect(page.get_by_text("While this step stays still")).to_be_visible()
    expect(page.locator("main svg, main canvas")).to_have_count(0)


@LAPTOP
def test_a_time_apart_is_announced_with_a_calendar_file(
    page: Page, served: Served, watch: Watch
) -> None:
    page.goto(served.address)
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    begin(page, served, "separation-ahead")
    page.get_by_role("textbox", name="From whom?").fill("R.")
    page.get_by_role("group", name="Is it about whole days?").get_by_label("Yes").check()
    page.get_by_role("textbox", name="First day").fill("2027-01-07")
    page.get_by_role("textbox", name="Last day").fill("2027-01-05")
    page.get_by_role("textbox", name="One short goodbye").fill("Till Thursday")
    page.get_by_role("button", name="Keep it").click()
    watch.expected += ["422", "409"]
    expect(page.get_by_role("textbox", name="Last day")).to_be_focused()
    page.get_by_role("textbox", name="Last day").fill("2027-01-08")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Calendar file").click()
    saved = waiting.value.path().read_text(encoding="utf-8")
    assert "DTSTART;VALUE=DATE:20270107" in saved
    assert "DTEND;VALUE=DATE:20270109" in saved
    go_to(page, "Worksheets")
    coming = page.get_by_role("list", name="Coming")
    expect(coming).to_contain_text("Till Thursday")
    expect(coming).to_contain_text("Announced")
    watch.look(page, "separations")
    assert too_wide(page) == []
    coming.get_by_role("button", name="Called off").click()
    expect(coming).to_have_count(0)
    expect(page.locator("summary", has_text="Past and called off")).to_be_focused()
    page.get_by_text("Past and called off").click()
    page.get_by_role("button", name="It is on again").click()
    expect(coming).to_contain_text("Announced")


@LAPTOP
def test_the_letter_is_one_page_in_black_on_white(page: Page, served: Served, watch: Watch) -> None:
    page.goto(served.address)
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    begin(page, served, "partner-letter", read=True)
    expect(page.get_by_label("What helps", exact=False).first).not_to_be_empty()
    page.get_by_label("To whom?").fill("R.")
    page.get_by_label("Something I am glad of in you").fill("You make me laugh. " * 12)
    page.get_by_role("group", name="What became of it?").get_by_label("I keep it").check()
    page.get_by_role("button", name="Keep it", exact=True).click()
    expect(page.get_by_text("Kept on")).to_be_visible()
    watch.look(page, "letter")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("I keep it to myself")).to_be_hidden()
    shown = page.get_by_text("You make me laugh.")
    assert shown.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.emulate_media(media="null")
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@LAPTOP
def test_medicine_that_slowed_the_heart_then_is_said_beside_results(
    start: Start, page: Page, tmp_path: Path
) -> None:
    """As each session said when it began; today's answers tell of none."""
    days = len(WORDS)
    many_days(tmp_path / "home0" / "data" / "biocoach", slowed=(days - 2, days - 1))
    page.goto(start("serve", "--plain").address)
    said = page.get_by_text(
        f"In 2 of the {days} sessions counted here, medicine that slows the heart was told of."
    )
    go_to(page, "Review")
    expect(page.get_by_role("region", name="Half-way back, over all practices")).to_be_visible()
    expect(said).to_be_visible()
    go_to(page, "Practices")
    expect(said).to_be_visible()
    go_to(page, "Progress")
    expect(said).to_be_visible()
    day = (datetime.now(UTC) - timedelta(days=4)).date().isoformat()
    page.goto(f"{origin(page)}/#/progress?time=own&to={day}")
    expect(page.get_by_text("Shown:")).to_be_visible()
    expect(page.get_by_text("medicine that slows the heart")).to_have_count(0)
