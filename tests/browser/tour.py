"""Every screen of the page, one after the other, in whatever language it speaks.

What the live socket says comes from the wire fixtures, which tests/wire holds to the server's own
code: so each phase is there at once and the same each time. All else is asked of a real server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from biocoach.store.bundle import unpack
from biocoach.syncing.items import ITEMS
from tests.browser.answering import VALE, answer_to
from tests.browser.pseudo import Words
from tests.browser.support import INPUTS, origin
from tests.wire.__main__ import FOLDER

Json = dict[str, Any]
# How many answers of the server are still to come, so that no picture is taken of a page half-way.
ASKING = """
window.asking = 0;
const {fetch} = window;
window.fetch = async (...what) => {
  window.asking += 1;
  try { return await fetch(...what); } finally { setTimeout(() => { window.asking -= 1; }); }
};
"""
# A socket that says what the test tells it, and each second that it is still there.
SOCKET = """
window.WebSocket = class {
  constructor() { window.wire = this; this.n = 0; }
  send() { if (window.story && !window.silent) this.hear(window.story); }
  close() {}
  hear(message) { this.n = message.n; this.onmessage?.({data: JSON.stringify(message)}); }
};
window.tell = message => { window.story = message; window.wire.hear(message); };
setInterval(() => {
  const {wire} = window;
  if (!window.story || window.silent || !wire) return;
  wire.hear({type: "delta", n: wire.n + 1, set: {}, push: {}});
}, 1000);
"""
LETTER = "partner-letter"
HELD = "grounding-5-4-3-2-1"


@dataclass
class Tour:
    """``look`` is called on each screen, with its view (a file of src/views) and its own name."""

    page: Page
    words: Words
    look: Callable[[str, str], None]
    routes: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)
    n: int = 0

    def say(self, key: str) -> str:
        return self.words[key]

    def button(self, key: str, within: Locator | Page | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.say(key))

    def named(self, key: str) -> Locator:
        """The first button whose name begins so, before what it is about."""
        begins = re.escape(self.say(key).partition("{")[0])
        return self.page.get_by_role("button", name=re.compile(f"^{begins}")).first

    def heading(self, key: str) -> Locator:
        return self.page.get_by_role("heading", name=self.say(key), exact=True).first

    def open(self, address: str) -> None:
        self.page.add_init_script(ASKING)
        self.page.add_init_script(SOCKET)
        self.page.route(f"**{INPUTS}", kept)
        self.page.goto(address)

    def tell(self, fixture: str, **slices: Json | None) -> Json:
        """A snapshot, with some of its slices changed."""
        message = json.loads((FOLDER / f"snapshot-{fixture}.json").read_text("utf-8"))
        for name, change in slices.items():
            was = message["state"].get(name)
            message["state"][name] = was | change if was and change is not None else change
        self.n += 1000
        message["n"] = self.n
        self.page.wait_for_function("() => Boolean(window.wire)")
        self.page.evaluate("message => window.tell(message)", message)
        state: Json = message["state"]
        return state

    def tell_what_is(self) -> None:
        """The server's own state, as its socket would tell it."""
        self.page.wait_for_function("() => Boolean(window.wire)")
        told = self.page.evaluate("async () => (await fetch('/api/state')).json()")
        self.n += 1000
        self.page.evaluate("message => window.tell(message)", told | {"n": self.n})

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", f"#/{place}")

    def see(self, view: str, name: str, sign: Locator | None = None) -> None:
        """Wait for the sign of it, and look."""
        if sign is not None:
            expect(sign).to_be_visible()
        self.page.wait_for_function("() => !window.asking")
        self.page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        place = self.page.evaluate("location.hash").lstrip("#/")
        first, _, rest = place.partition("/")
        self.routes.add((first or "live") + ("/id" if rest else ""))
        self.views.add(view)
        self.look(view, name)


def kept(route: Route) -> None:
    route.fulfill(json={"ok": True, "number": 1})


# ---- the screens


def first_steps(tour: Tour) -> None:
    """Before there is anything, and an empty record."""
    page = tour.page
    tour.see("Waiting", "waiting", tour.heading("waiting.title"))
    tour.tell("new")
    tour.see("Unlock", "new", tour.heading("unlock.new_title"))
    tour.tell("locked")
    tour.see("Unlock", "locked", tour.heading("unlock.title"))
    tour.tell("first-run")
    tour.see("FitFirst", "first-run", tour.heading("fit.title"))
    tour.tell("no-strap")
    tour.see("Live", "plan-no-strap", tour.heading("plan.title"))
    for place, view, sign in (
        ("ladder", "Ladder", tour.heading("ladder.empty_title")),
        ("review", "Review", tour.heading("review.empty_title")),
        ("progress", "Progress", tour.heading("progress.title")),
        ("reports", "Reports", tour.heading("reports.title")),
        ("share", "Share", tour.heading("share.to_whom")),
        ("worksheets", "Worksheets", tour.heading("worksheets.title")),
        ("settings", "Settings", tour.heading("settings.title")),
        ("practices", "Practices", page.locator(".shelf").first),
    ):
        tour.go(place)
        tour.see(view, f"{place}-empty", sign)
    tour.go("practices/slow-paced-4-6")
    tour.see("Practices", "one-practice", page.get_by_text(tour.say("practice.steps"), exact=True))
    tour.go("practices/tipp")
    tour.see("Practices", "one-closed", page.get_by_text(tour.say("practice.steps"), exact=True))
    for form in ("thought-record", "trigger-map", LETTER):
        tour.go(f"worksheets/new%2F{form}")
        tour.see("Worksheets", f"sheet-{form}", page.locator("main h1"))
    tour.go("worksheets/new%2Fgad-7")
    tour.see("Worksheets", "sheet-gad-7", page.locator("main fieldset").first)


def a_session(tour: Tour) -> None:
    """Each phase and policy, and what comes over it."""
    page = tour.page
    tour.go("")
    for name in ("plan", "simulated"):
        tour.tell(name)
        tour.see("Live", name, tour.heading("plan.title"))
    for why in ("rest_today", "enough_today", "ladder_waits"):
        tour.tell("plan", app={"may_practise": why})
        tour.see("Live", why.replace("_", "-"), tour.heading(f"may_not.{why}"))
    tour.tell("planned")
    tour.see("Live", "planned", tour.button("ready.begin"))
    tour.tell("baseline")
    tour.see("Live", "baseline", tour.heading("baseline.title"))
    for policy in ("regulate", "delay", "ask", "ratings"):
        tour.tell(f"apart-{policy}")
        tour.see("Live", f"apart-{policy}", tour.button("apart.back"))
    tour.tell("apart-observe")
    tour.see("Live", "apart-observe", tour.heading("still.title"))
    tour.tell("apart-regulate", session={"time_over_due": True, "checkpoint_due": True})
    tour.see("Live", "time-over", page.get_by_text(tour.say("apart.over")))
    tour.tell("offer")
    tour.see("Live", "offer", tour.button("offer.take"))
    tour.button("numbers.show").first.click()
    tour.see("Live", "offer-numbers", tour.button("numbers.hide").first)
    tour.button("numbers.hide").first.click()
    tour.tell("practice")
    tour.see("Live", "practice-breath", tour.button("practice.stop"))
    tour.tell("practice", practice={"id": HELD, "step": 2})
    tour.see("Live", "practice-grounding", tour.button("practice.stop"))
    tour.tell("far-away", practice=None)
    tour.see("Live", "far-away", tour.button("apart.back"))
    tour.tell("end-gently", practice=None)
    tour.see("Live", "end-gently", tour.heading("question.gently_title"))
    tour.tell("too-much")
    tour.see("Live", "too-much", tour.heading("too_much.title"))
    tour.tell("apart-regulate")
    expect(tour.button("apart.back")).to_be_visible()
    tour.tell("back")
    tour.see("Live", "back", tour.button("back.debrief"))
    tour.tell("debrief")
    tour.see("Live", "debrief", tour.heading("debrief.title"))
    tour.tell("plan", session={"id": "s2"})
    tour.see("Live", "aftercare", tour.heading("aftercare.title"))
    tour.button("aftercare.done").click()


def what_goes_wrong(tour: Tour) -> None:
    page = tour.page
    tour.tell("strap-lost")
    tour.see("Live", "strap-lost", page.get_by_text(tour.say("reason.out_of_range")))
    tour.tell("apart-regulate", app={"recording": False, "recording_why": "disk_full"}, now=None)
    tour.see("Live", "not-recording", tour.button("apart.back"))
    tour.tell("apart-regulate")
    page.evaluate("window.silent = true")
    tour.see("Live", "lost", page.get_by_text(tour.say("banner.lost")))
    page.evaluate("window.silent = false")
    tour.tell("plan")
    expect(page.get_by_text(tour.say("banner.lost"))).to_be_hidden()


def over_it(tour: Tour) -> None:
    """What opens over whatever is there."""
    page = tour.page
    page.keyboard.press("?")
    tour.see("Crisis", "crisis", tour.button("crisis.close"))
    tour.button("crisis.close").click()
    page.keyboard.press("m")
    tour.see("Worksheets", "moment", tour.button("moment.not_now"))
    tour.button("moment.not_now").click()
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    tour.see("Hidden", "hidden", tour.button("hidden.return"))
    tour.button("hidden.return").click()


def a_file_for_a_therapist(tour: Tour) -> None:
    """Somebody new, every word of what leaves, the file, and what they answered."""
    page, ask = tour.page, tour.page.context.request

    def told(place: str) -> Json:
        """What the server says here is the person's own."""
        found: Json = ask.get(f"{origin(page)}/api/share{place}").json()
        page.evaluate("told => { window.told = [told, ...(window.told ?? [])] }", found)
        return found

    tour.go("share")
    page.get_by_label(tour.say("share.address")).fill(VALE.address.line)
    tour.button("share.look").click()
    page.evaluate("told => { window.told = told }", [VALE.address.fingerprint, "[name 1]"])
    page.get_by_label(tour.say("share.name")).fill("Dr. Vale")
    told("")
    tour.see("Share", "share-new", tour.button("share.add"))
    tour.button("share.add").click()
    expect(page.get_by_role("radio")).to_be_checked()
    page.locator("main input[type=date]").first.fill("")
    with page.expect_response("**/api/share") as begun:
        tour.button("share.see_button").click()
    place = f"/files/{begun.value.json()['id']}"
    tour.button("share.make").click()
    saved = page.get_by_role("link", name=tour.say("share.save"))
    expect(saved).to_be_visible()
    bundle = unpack(ask.get(f"{origin(page)}/api/share{place}/shared.biocoach").body(), VALE)
    ladder = ask.get(f"{origin(page)}/api/ladder").json()["ladders"][0]
    answer = answer_to(bundle, ladder["id"], ladder["steps"][0])
    came = {"name": "a", "mimeType": "", "buffer": answer}
    page.locator("main input[type=file]").set_input_files(came)  # type: ignore[arg-type]
    expect(page.get_by_role("article")).to_be_visible()
    for one in ("", place, "/answers"):
        told(one)
    tour.see("Share", "share-file", saved)


def a_year(tour: Tour) -> None:
    """What there is after many weeks: a ladder half-way up, totals, and the record itself."""
    page = tour.page
    tour.tell("plan")
    expect(tour.heading("plan.title")).to_be_visible()
    tour.see("Live", "year-plan", page.get_by_label(tour.say("plan.from_ladder")))
    tour.go("ladder")
    tour.see("Ladder", "year-ladder", page.locator("[data-ladder]").first)
    tour.named("ladder.change_what").click()
    tour.see("Ladder", "year-step", tour.button("ladder.leave").first)
    tour.button("ladder.leave").first.click()
    tour.go("progress")
    tour.see("Progress", "year-progress", page.locator("main svg").first)
    page.locator("main details.folded").evaluate("e => { e.open = true }")
    with page.expect_response("**/api/reports/note") as drafted:
        tour.button("drafted.draft").click()
    page.evaluate("told => { window.told = told }", drafted.value.json())  # in the record's words
    tour.see("Progress", "year-note", page.get_by_label(tour.say("drafted.yours")))
    tour.go("reports")
    tour.button("reports.make").click()
    tour.see("Reports", "year-reports", tour.heading("reports.first"))
    a_file_for_a_therapist(tour)
    tour.go("review")
    rows = page.locator("main a[href*='#/review/']")
    tour.see("Review", "year-review", rows.first)
    rows.first.click()
    tour.see("Session", "year-session", page.locator("main .uplot").first)
    with page.expect_response("**/then-and-now") as laid:
        page.get_by_role("button", name=tour.say("then.show"), exact=True).click()
    told = laid.value.json()  # names of programs and rules are no words of a language
    page.evaluate("told => { window.told = told }", told["settings"] | told["program"])
    tour.see("Session", "then-and-now", page.locator("section[aria-labelledby=then] table"))
    for place, view in (
        ("practices", "Practices"),
        ("worksheets", "Worksheets"),
        ("settings", "Settings"),
    ):
        tour.go(place)
        tour.see(view, f"year-{place}", page.locator("main h2").first)
    tour.button("take_out.open").click()
    page.get_by_label(tour.say("take_out.days"), exact=True).check()
    tour.see("Settings", "take-out", tour.button("take_out.make"))
    tour.button("take_out.make").click()
    tour.see("Settings", "take-out-ready", page.get_by_role("link", name=tour.say("take_out.save")))


def reading(tour: Tour) -> None:
    """What a therapist sees of a shared record."""
    page = tour.page
    tour.tell_what_is()
    tour.go("clients")
    tour.see("Clients", "read-clients", tour.heading("clients.title"))
    with page.expect_response("**/api/reading/open"):
        tour.named("clients.read_who").click()
    tour.tell_what_is()
    rows = page.locator("main a[href*='#/review/']")
    tour.see("Review", "read-review", rows.first)
    rows.first.click()
    tour.see("Session", "read-session", page.locator("main .uplot").first)
    tour.go("progress")
    tour.see("Progress", "read-progress", page.locator("main svg").first)
    tour.go("ladder")
    tour.see("ReadLadder", "read-ladder", tour.heading("nav.ladder"))


@contextmanager
def checks_in(tour: Tour) -> Iterator[None]:
    """The server asks how it is on the day after a hard ending."""
    due = {"due": {"session": "s0"}}
    tour.page.route("**/api/check-in", lambda route: route.fulfill(json=due))
    yield
    tour.page.unroute("**/api/check-in")


CLINIC: Json = {
    "host": "clinic.example", "joined": True, "clinic": "Harbour Clinic", "behind": 0, "why": "",
    "items": ["sessions", "ladder"], "state": "up_to_date", "at_utc": "2026-03-01T10:42:00.000Z",
}  # fmt: skip
CLINIC_VIEW: Json = {
    "told": None, "all": list(ITEMS), "usual": ["sessions", "ladder", "measures"], "warning": "",
}  # fmt: skip
MEMBER: Json = {
    "url": "https://clinic.example", "clinic": "Harbour Clinic", "therapist": "Dr Vale",
    "alias": "Robin", "joined_utc": "2026-02-01T09:00:00.000Z",
    "forked_utc": "2026-02-20T09:00:00.000Z",
    "since": dict.fromkeys(CLINIC["items"], "2026-02-01T09:00:00.000Z"),
    "overruled": {"notes": "2026-02-20T09:00:00.000Z"},
}  # fmt: skip


def a_clinics_copy(tour: Tour) -> None:
    """The card in Settings: before, joined, away, not known any more, full, and the way out."""
    page, member = tour.page, list[Json | None]([None])
    own = {"told": [CLINIC["host"], CLINIC["clinic"], MEMBER["therapist"], MEMBER["alias"]]}

    def answered(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(json=CLINIC_VIEW | {"member": member[0]})
        else:
            why = "code" if route.request.url.endswith("join") else "away"
            route.fulfill(status=409, json={"ok": False, "why": why})

    page.route(re.compile(r"/api/clinic(/\w+)?$"), answered)
    tour.tell("plan", app={"clinic": CLINIC | {"joined": False, "items": [], "state": "off"}})
    tour.go("settings")
    page.evaluate("own => { window.told = own.told }", own)
    page.get_by_label(tour.say("clinic.code"), exact=True).fill("2MXH-V7VG")
    tour.button("clinic.join").click()
    tour.see("Settings", "clinic-before", page.get_by_text(tour.say("clinic.trouble.code")))
    member[0] = MEMBER
    for name, change in (
        ("joined", {}),
        ("away", {"state": "trouble", "why": "away"}),
        ("revoked", {"state": "stopped", "why": "token"}),
        ("full", {"state": "trouble", "why": "full"}),
    ):
        tour.tell("plan", app={"clinic": CLINIC | change})
        leave = tour.button("clinic.leave_open")
        expect(leave).to_be_visible()
        if name == "full":
            leave.click()
            tour.button("clinic.leave_yes").click()
            expect(page.get_by_text(tour.say("clinic.leave_unreached"))).to_be_visible()
        tour.see("Settings", f"clinic-{name}")
    page.unroute(re.compile(r"/api/clinic(/\w+)?$"))
    tour.tell("plan", app={"clinic": None})


def the_day_after(tour: Tour) -> None:
    with checks_in(tour):
        tour.tell("plan", session={"id": "s3"})
        tour.see("Live", "check-in", tour.heading("check_in.title"))


def cut_off(tour: Tour) -> None:
    """A phone that was taken out. Only a phone's page comes over TLS: what it asks for is taken
    from the computer's own door, and what belongs to the phone is refused."""
    page, here = tour.page, origin(tour.page)

    def answered(route: Route) -> None:
        url = route.request.url
        if url.endswith("/api/phone"):
            route.fulfill(status=401, json={})
        else:
            route.fulfill(response=page.context.request.get(url.replace("https", "http", 1)))

    page.route(f"{here.replace('http', 'https', 1)}/**", answered)
    page.goto(here.replace("http", "https", 1) + "/")
    tour.see("Unpaired", "unpaired", tour.heading("phone.gone_title"))


def routes_of_the_page(web: Path) -> set[str]:
    """Every address that the page knows, by its own table."""
    source = (web / "src/lib/route.svelte.ts").read_text("utf-8")
    names = re.findall(r'"(\w+)"', re.search(r"type View = ([^;]+);", source)[1])  # type: ignore[index]
    ids = re.findall(r'"(\w+)"', re.search(r"WITH_IDS[^=]*= \[([^\]]+)\]", source)[1])  # type: ignore[index]
    return {*names, *(f"{name}/id" for name in ids)}


def views_of_the_page(web: Path) -> set[str]:
    return {path.stem for path in (web / "src/views").glob("*.svelte")}
