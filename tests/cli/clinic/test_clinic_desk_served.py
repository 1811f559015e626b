"""Who sees what at a clinic: asked over the whole server, with a real database beneath."""

from __future__ import annotations

import json

import pyotp
import pytest

from biocoach.store import Journal, memory_store
from biocoach.store.bounds import Bounds
from biocoach.store.taking_in import take_in
from biocoach.store.transfer import lines_of
from biocoach.syncing.wire import Bodies, Leave, told
from biocoach.types import Mark, MarkKind
from dashboard.clinic.sittings import IDLE_S
from tests.cli.clinic.house import DAYS, HOST, PASSWORD, House, People
from tests.fakes import FakeClock
from tests.store.clinic.support import JOURNAL
from tests.store.support import begin, closed, entry


def test_a_record_comes_in_is_summed_up_and_read(
    house: House, people: People, lived: Journal
) -> None:
    (row,) = people.tess.get("/api/clients").json()["clients"]
    assert (row["journal"], row["digest"], row["opened_utc"]) == (None, None, None)
    people.sends(lived)
    assert house.sum_up() == []
    (row,) = people.tess.get("/api/clients").json()["clients"]
    assert (row["name"], row["journal"]) == ("Bo", JOURNAL)
    assert row["digest"]["sessions"] == DAYS
    sessions = people.tess.get(people.at("api/sessions")).json()
    assert len(sessions) == DAYS
    review = people.tess.get(people.at(f"api/sessions/{sessions[0]['id']}")).json()
    assert review["series"]["hr_bpm"]
    assert people.tess.get(people.at("")).text.startswith("<!doctype html>")
    for path in ("progress", "recovery", "practices/helps"):
        told = people.tess.get(people.at(f"api/{path}")).json()["heart_slowing"]
        assert told == {"of": DAYS, "with": 1}, path  # of the record, whatever the reader answered
    assert people.tess.get("/api/clients").json()["clients"][0]["opened_utc"]


def test_a_record_without_its_last_slash_leads_to_it(
    house: House, people: People, lived: Journal
) -> None:
    people.sends(lived)
    bare = people.at("").removesuffix("/")
    for asked in (bare, f"{bare}?next=//evil.test"):
        found = people.tess.get(asked, follow_redirects=False)
        assert (found.status_code, found.headers["location"]) == (307, f"{bare}/")
    assert people.tess.get(bare).text.startswith("<!doctype html>")
    assert house.browser().get(bare, follow_redirects=False).status_code == 401
    nowhere = ("/record//evil.test", f"/record/{people.bo}/%2F%2Fevil.test", f"/record/{people.bo}")
    for path in (*nowhere, f"/record/{people.bo}/a%0d%0aset-cookie:x=y", "/record/x"):
        assert people.tess.get(path, follow_redirects=False).status_code == 404, path
    assert people.otto.get(bare, follow_redirects=False).status_code == 404
    assert people.tess.post(bare, json={}, follow_redirects=False).status_code in (403, 405)


def test_nobody_looks_on_while_a_session_runs(people: People) -> None:
    """Its lines come in at once, so that none is lost; what they say waits for its end."""
    running = memory_store(writer="bo", clock=FakeClock())
    running.append([begin("s"), entry(Mark(kind=MarkKind.APART), session="s", number=1)])
    people.sends(running)
    export = f"/api/clients/{people.bo}/export/{JOURNAL}"
    assert people.tess.get(people.at("api/sessions")).json() == []
    refused = people.tess.get(people.at("api/sessions/s"))
    assert (refused.status_code, refused.json()["why"]) == (409, "not_over")
    assert '"entry"' not in people.tess.get(export).text
    running.append([closed("s")])
    people.sends(running)
    assert people.tess.get(people.at("api/sessions/s")).status_code == 200
    assert people.tess.get(export).text.count('"entry"') == 3
    running.close()


def test_who_may_not_finds_nothing(people: People, lived: Journal) -> None:
    people.sends(lived)
    for page in (people.otto, people.ines):
        assert page.get(people.at("api/sessions")).status_code == 404
        assert page.get(f"/api/clients/{people.bo}/export/{JOURNAL}").status_code == 404
        assert (
            page.post(f"/api/clients/{people.bo}/erase", json={"sure": "erase"}).status_code == 404
        )
    assert people.otto.get("/api/clients").json()["clients"] == []
    assert people.otto.get(f"/api/clients/{people.bo}").status_code == 404
    for page in (people.ruth, people.bo_page):
        assert len(page.get(people.at("api/sessions")).json()) == DAYS
    for page in (people.tess, people.ruth, people.bo_page):
        for path in ("/api/people", "/api/audit"):
            assert page.get(path).status_code == 404
        assert page.post("/api/clients", json={"name": "Mine"}).status_code == 404
        assert page.post("/api/people", json={"name": "X", "roles": ["admin"]}).status_code == 404
    assert (
        people.tess.post(f"/api/clients/{people.bo}/erase", json={"sure": "erase"}).status_code
        == 404
    )


def test_whoever_was_taken_off_sees_nothing_from_then_on(people: People, lived: Journal) -> None:
    people.sends(lived)
    assert people.tess.get(people.at("api/sessions")).status_code == 200
    off = {"member": people.ids["Tess"], "yes": False}
    assert people.ines.post(f"/api/clients/{people.bo}/assigned", json=off).json()["ok"]
    assert people.tess.get("/api/clients").json()["clients"] == []
    found = people.tess.get(people.at("api/sessions"))
    assert found.status_code in (403, 404) or found.json() == []
    assert people.ruth.get("/api/clients").json()["clients"] == []


def test_whoever_was_shut_out_is_out_at_once(house: House, people: People) -> None:
    assert people.tess.get("/api/me").status_code == 200
    assert people.ines.post(f"/api/people/{people.ids['Tess']}/disable", json={}).json()["ok"]
    house.clock.advance(20)
    assert people.tess.get("/api/me").status_code == 401
    assert people.tess.get("/api/clients").status_code == 401


def test_each_look_is_noted_where_the_client_sees_it(
    house: House, people: People, lived: Journal
) -> None:
    people.sends(lived)
    for _ in range(3):  # one look: it is still open
        people.tess.get(people.at("api/sessions"))
    people.ruth.get(people.at("api/sessions"))
    people.tess.get(f"/api/clients/{people.bo}/export/{JOURNAL}")
    about = people.bo_page.get(f"/api/clients/{people.bo}").json()
    looks = [(d["member"], d["deed"]) for d in reversed(about["deeds"])]
    assert [one for one in looks if one[1] in ("opened", "exported")] == [
        ("Tess", "opened"), ("Ruth", "opened"), ("Tess", "exported"),
    ]  # fmt: skip
    house.clock.advance(IDLE_S + 1)
    assert people.bo_page.get("/api/me").status_code == 401  # idle: signed out by itself


def test_the_audit_closes_and_tells_an_admin_all(people: People, lived: Journal) -> None:
    people.sends(lived)
    people.tess.get(people.at("api/sessions"))
    found = people.ines.get("/api/audit").json()
    assert found["whole"]
    said = {(one["member"], one["deed"]) for one in found["deeds"]}
    assert {("Tess", "opened"), ("Ines", "invited"), ("Tess", "signed_in")} <= said
    earlier = people.ines.get(f"/api/audit?before={found['deeds'][-1]['n']}").json()["deeds"]
    assert all(one["n"] < found["deeds"][-1]["n"] for one in earlier)


def test_what_is_taken_out_can_be_taken_in_again(people: People, lived: Journal) -> None:
    people.sends(lived)
    for page in (people.bo_page, people.tess):
        text = page.get(f"/api/clients/{people.bo}/export/{JOURNAL}").text
        fresh = memory_store(writer="test", clock=FakeClock())
        take_in(fresh, iter(text.splitlines()), Bounds())
        assert [row.session for row in fresh.sessions()] == [r.session for r in lived.sessions()]
        mine = [line for line in lines_of(lived) if '"entry"' in line]
        assert [line for line in text.splitlines() if '"entry"' in line] == mine
        assert "fact" not in json.loads(text.splitlines()[2])  # the fit never left the computer
        fresh.close()


def test_a_client_erases_their_copy(house: House, people: People, lived: Journal) -> None:
    people.sends(lived)
    house.sum_up()
    assert people.tess.get(people.at("api/sessions")).json()
    erased = people.bo_page.post(f"/api/clients/{people.bo}/erase", json={"sure": "erase"})
    assert erased.json() == {"ok": True}
    assert people.tess.get(people.at("api/sessions")).status_code == 404
    (row,) = people.tess.get("/api/clients").json()["clients"]
    assert (row["journal"], row["digest"]) == (None, None)
    with people.base.root() as root:
        for table in ("lines", "sessions", "summaries", "thin_reviews", "digests", "journals"):
            found = root.execute(f"SELECT count(*) FROM clinic.{table}").fetchone()
            assert found == (0,), table
    assert people.ines.get("/api/audit").json()["whole"]
    hello = house.computer(people.token).post("/sync/leave", json=told(Leave(erase=False)))
    assert (hello.status_code, hello.json()["why"]) == (401, "token")


def test_withdrawn_is_gone_at_once(house: House, people: People, lived: Journal) -> None:
    people.sends(lived)
    people.sends(lived, ("ladder",))
    with people.base.root() as root:
        query = "SELECT count(*) FROM clinic.lines WHERE body IS NOT NULL AND session <> ''"
        assert root.execute(query).fetchone() == (0,)
    about = people.tess.get(f"/api/clients/{people.bo}").json()
    items = {one["item"]: one for one in about["items"]}
    assert items["sessions"]["withdrawn_utc"]
    assert not items["sessions"]["agreed_utc"]
    assert items["ladder"]["agreed_utc"]


def test_a_computer_that_is_shut_out_hears_so(house: House, people: People) -> None:
    about = people.ines.get(f"/api/clients/{people.bo}").json()
    (device,) = about["devices"]
    gone = people.ines.delete(
        f"/api/clients/{people.bo}/devices/{device['id']}",
        headers={"content-type": "application/json"},
    )
    assert gone.json() == {"ok": True}
    answer = house.computer(people.token).post("/sync/bodies", json=told(Bodies(journal=JOURNAL)))
    assert (answer.status_code, answer.json()["why"]) == (401, "token")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://{HOST}"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"host": "clinic.test:444"}, 421),
        ({"host": "evil.test"}, 421),
        ({"content-type": "text/plain"}, 415),
        ({"content-length": "x"}, 413),
    ],
)
def test_another_page_gets_nothing(people: People, headers: dict[str, str], status: int) -> None:
    answer = people.tess.post("/api/sign-out", content=b"{}", headers={
        "content-type": "application/json"} | headers)  # fmt: skip
    assert answer.status_code == status
    assert people.tess.get("/api/me").status_code == 200


def test_a_browser_is_no_computer_and_a_computer_no_browser(house: House, people: People) -> None:
    page = house.browser()
    assert page.post("/sync/hello", json={}).status_code == 403
    assert house.computer(people.token).get("/api/clients").status_code == 401
    assert house.computer("x" * 40).post("/sync/hello", json={}).status_code == 401
    assert house.computer(people.token).post("/sync/hello", json={}).status_code == 400
    assert house.computer().post("/sync/hello", json={}).status_code == 401
    newer = house.computer(people.token).post("/sync/hello", json={"speaks": 9})
    assert (newer.status_code, newer.json()["why"]) == (426, "newer")
    for path in ("/api/clients", "/api/me", "/record/a/b/", "/record/a/b/api/sessions", "/api/x"):
        assert page.get(path).status_code == 401, path
    for path in ("/", "/clinic.html", "/icon.svg", "/api/health", "/api/crisis"):
        assert page.get(path).status_code == 200, path


OPENED = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}


def test_a_record_s_address_leads_whoever_is_signed_out_to_the_way_in(
    house: House, people: People, lived: Journal
) -> None:
    """And tells nothing by it: the same of a record that is there and of one that is not."""
    people.sends(lived)
    page, bare = house.browser(), people.at("").removesuffix("/")

    def opened(path: str, **changed: str) -> tuple[int, str | None]:
        found = page.get(path, headers=OPENED | changed, follow_redirects=False)
        assert "set-cookie" not in found.headers
        assert found.headers["cache-control"] == "no-store"
        assert found.status_code != 303 or found.content == b"{}"
        return found.status_code, found.headers.get("location")

    for path in (bare, f"{bare}/", f"{bare}/?next=//evil.test", f"/record/{people.bo}/nothing/"):
        assert opened(path) == (303, f"/#client/{people.bo}"), path
    assert opened("/record/nobody/nothing/") == (303, "/#client/nobody")
    for path in (
        people.at("api/sessions"), people.at("assets/page.js"), f"/record/{people.bo}", "/record/x",
        "/record//evil.test/", "/record/a%0d%0ab/c/", f"/record/{'x' * 65}/a/", "/api/clients",
    ):  # fmt: skip
        assert opened(path) == (401, None), path
    for other in ({"sec-fetch-mode": "cors"}, {"sec-fetch-dest": "iframe"}):
        assert opened(bare, **other) == (401, None)
    assert opened(bare, **{"sec-fetch-site": "cross-site"}) == (403, None)
    posted = page.post(bare, json={}, headers=OPENED | {"sec-fetch-site": "same-origin"})
    assert posted.status_code == 401
    assert people.otto.get(bare, headers=OPENED, follow_redirects=False).status_code == 404
    assert people.tess.get(f"{bare}/", headers=OPENED).text.startswith("<!doctype html>")


def test_every_answer_has_its_headers(house: House) -> None:
    answer = house.browser().get("/")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_cookie_is_for_this_server_alone(house: House, people: People) -> None:
    code = people.ines.post(f"/api/people/{people.ids['Otto']}/again", json={}).json()["code"]
    page = house.browser()
    invited = page.post("/api/sign-in/invited", json={"code": code}).json()
    totp = pyotp.TOTP(invited["secret"]).at(int(house.wall_s()))
    chosen = {"code": code, "name": "Otto", "password": PASSWORD, "totp": totp}
    answer = page.post("/api/sign-in/enrol/password", json=chosen | {"secret": invited["secret"]})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Secure"))
    assert page.post("/api/sign-out", json={}).status_code == 200
    assert page.get("/api/me").status_code == 401


def test_many_tries_slow_down(house: House) -> None:
    page = house.browser()
    said = {"name": "Tess", "password": "wrong wrong wrong", "totp": "000000"}
    answers = [page.post("/api/sign-in/password", json=said).status_code for _ in range(7)]
    assert answers == [403] * 5 + [429] * 2
    joins = [
        house.computer().post("/sync/join", json={"speaks": 1, "code": f"c{n}", "device": "d"})
        for n in range(12)
    ]
    assert [one.status_code for one in joins] == [403] * 10 + [429] * 2
