"""Every screen of a clinic's server, one after the other, in whatever language it speaks."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.clinic_house import ClinicHouse
from tests.browser.tour import ASKING, Tour


def opened(tour: Tour, address: str) -> None:
    """Anew, so that who is signed in is asked again."""
    tour.page.goto("about:blank")
    tour.page.goto(address)


def coming_in(tour: Tour, clinic: ClinicHouse) -> None:
    page = tour.page
    page.add_init_script(ASKING)
    clinic.signed_in(page.context, None)
    opened(tour, f"{clinic.url}/")
    tour.see("SignIn", "desk-sign-in", tour.heading("desk.sign_in"))
    page.get_by_label(tour.say("desk.name"), exact=True).fill("Nobody")
    page.get_by_label(tour.say("desk.password"), exact=True).fill("not that one")
    page.get_by_label(tour.say("desk.totp"), exact=True).fill("000000")
    tour.button("desk.by_password").click()
    tour.see("SignIn", "desk-not-signed-in", page.locator("[role=alert] p").first)
    opened(tour, f"{clinic.url}/#invite/{'A' * 20}")
    tour.see("Enrol", "desk-no-invitation", page.locator("[role=alert] p").first)
    opened(tour, clinic.invitation())
    tour.see("Enrol", "desk-invited", tour.button("desk.make_passkey"))
    tour.button("desk.password_instead").click()
    secret = page.locator("code.long")
    expect(secret).to_be_visible()
    page.evaluate("told => { window.told = [told] }", secret.inner_text())
    tour.see("Enrol", "desk-password", tour.button("desk.choose_password"))


def a_therapist(tour: Tour, clinic: ClinicHouse) -> None:
    page, people = tour.page, clinic.people
    clinic.signed_in(page.context, people.otto)
    opened(tour, f"{clinic.url}/#clients")
    tour.see("Caseload", "desk-nobody", page.get_by_text(tour.say("desk.no_clients")))
    clinic.signed_in(page.context, people.tess)
    opened(tour, f"{clinic.url}/#clients")
    tour.see("Caseload", "desk-clients", page.get_by_role("heading", name="Bo", exact=True))
    tour.go(f"client/{people.bo}")
    tour.see("Client", "desk-client", tour.heading("desk.items"))


def a_record(tour: Tour, clinic: ClinicHouse) -> None:
    """What a therapist sees of it, where it is not as in a shared file."""
    page = tour.page
    opened(tour, clinic.url + clinic.people.at(""))
    tour.see("Clients", "desk-record", tour.heading("clients.title"))
    tour.named("clients.read_who").click()
    page.locator("main a[href*='#/review/']").first.click()
    tour.see("Session", "desk-session", page.locator("main .uplot").first)
    tour.go("ladder")
    tour.see("ReadLadder", "desk-ladder", tour.heading("nav.ladder"))


def words_of(tour: Tour, key: str, name: str) -> str:
    return tour.say(key).replace("{name}", name)


def a_client(tour: Tour, clinic: ClinicHouse) -> None:
    page, people = tour.page, clinic.people
    clinic.signed_in(page.context, people.bo_page)
    opened(tour, f"{clinic.url}/#clients")
    tour.see("Caseload", "desk-mine", tour.heading("desk.mine"))
    tour.go(f"client/{people.bo}")
    expect(tour.heading("desk.devices_own")).to_be_visible()
    tour.button("desk.erase_open").click()
    tour.button("desk.erase_yes").click()
    tour.see("Client", "desk-erase", page.locator("[role=alert] p").first)


def an_admin(tour: Tour, clinic: ClinicHouse) -> None:
    page, people = tour.page, clinic.people
    clinic.signed_in(page.context, people.ines)
    opened(tour, f"{clinic.url}/#people")
    expect(tour.heading("desk.members")).to_be_visible()
    page.get_by_label(tour.say("desk.name"), exact=True).fill("Vera")
    tour.button("desk.invite").click()
    page.get_by_role("button", name=words_of(tour, "desk.shut_out_ask", "Otto")).click()
    code = page.locator("code.long").first
    expect(tour.heading("desk.code")).to_be_visible()
    page.evaluate("told => { window.told = told }", page.locator("code.long").all_inner_texts())
    tour.see("People", "desk-people", tour.heading("desk.code"))
    tour.go(f"client/{people.bo}")
    tour.button("desk.invite_device").click()
    expect(tour.heading("desk.code")).to_be_visible()
    page.evaluate("told => { window.told = [told] }", code.inner_text())
    tour.see("Client", "desk-code", tour.heading("desk.code"))
    tour.go("audit")
    tour.see("Audit", "desk-audit", page.get_by_role("table"))


def all_of_a_clinic(tour: Tour, clinic: ClinicHouse) -> None:
    for part in (coming_in, a_therapist, a_record, a_client, an_admin):
        part(tour, clinic)


def views_of_a_clinic(web: Path) -> set[str]:
    """What its page shows in its main part, and what a record's pages show beside that."""
    source = (web / "src/desk/Desk.svelte").read_text("utf-8")
    main = source[source.index("<main") : source.index("</main>")]
    return set(re.findall(r"<([A-Z]\w+)", main)) - {"Refusal"}


def addresses_of_a_clinic(web: Path) -> set[str]:
    source = (web / "src/lib/desk.ts").read_text("utf-8")
    names = re.findall(r'"(\w+)"', re.search(r"view: ([^;]+);", source)[1])  # type: ignore[index]
    return {*names} - {"first"}
