"""A clinic on a bad day: the database goes away, somebody leaves, somebody types what is not."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID

import pyotp
import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from biocoach.cli.clinic.desk import to_its_end
from biocoach.cli.clinic.summing import Summing, Sums
from biocoach.cli.clinic.telling import DEEDS_MOST
from biocoach.store import Journal
from biocoach.store.clinic import ClinicEngine
from biocoach.store.clinic.doors import Holder
from dashboard.clinic.sittings import CHECKED_S
from dashboard.ports import Outcome
from tests.cli.clinic.house import HOST, PASSWORD, TODAY, House, People
from tests.fakes import FakeClock
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL


def goes_away(people: People) -> None:
    with Base(folder=people.base.folder, name="postgres").root() as root:
        root.execute(f"ALTER DATABASE {people.base.name} ALLOW_CONNECTIONS false")
        root.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [people.base.name],
        )


def opened(people: People) -> int:
    about = people.bo_page.get(f"/api/clients/{people.bo}").json()
    return sum(one["deed"] == "opened" for one in about["deeds"])


def test_where_the_database_is_away_whoever_is_signed_in_hears_so(
    house: House, people: People
) -> None:
    assert people.tess.get("/api/me").status_code == 200
    goes_away(people)
    house.clock.advance(CHECKED_S)
    for path in ("/api/me", "/api/clients", people.at("")):
        answer = people.tess.get(path)
        assert (answer.status_code, answer.json()["why"]) == (503, "down"), path
    assert people.tess.get("/api/crisis").status_code == 200


def test_where_the_database_goes_away_under_an_open_record_it_says_so(
    house: House, people: People, lived: Journal
) -> None:
    people.sends(lived)
    record = house.desk._shelf.app(UUID(people.ids["Tess"]), UUID(people.bo), JOURNAL)
    assert not isinstance(record, Outcome)
    page = TestClient(record)
    assert page.get("/api/sessions").status_code == 200
    goes_away(people)
    for path in ("/api/sessions", "/api/progress", "/api/recovery"):
        answer = page.get(path)
        assert (answer.status_code, answer.json()["why"]) == (503, "down"), path


def test_a_record_that_is_not_open_any_more_is_not_shown_as_an_empty_one(
    people: People, lived: Journal
) -> None:
    people.sends(lived)
    assert people.tess.get(people.at("api/sessions")).json()
    off = {"member": people.ids["Tess"], "yes": False}
    assert people.ines.post(f"/api/clients/{people.bo}/assigned", json=off).json()["ok"]
    assert people.tess.get(people.at("api/sessions")).status_code == 404
    assert people.tess.get(people.at("")).status_code == 404


@pytest.mark.parametrize("journal", ["another", "a%00b", "%ff"])
def test_a_record_that_is_not_there_is_neither_taken_out_nor_noted(
    people: People, journal: str
) -> None:
    assert people.tess.get(f"/api/clients/{people.bo}/export/{journal}").status_code == 404
    about = people.tess.get(f"/api/clients/{people.bo}").json()
    assert "exported" not in [one["deed"] for one in about["deeds"]]


def enrols(house: House, page: TestClient, code: str, name: str) -> Any:
    invited = page.post("/api/sign-in/invited", json={"code": code}).json()
    assert invited["ok"], "the invitation was spent"
    totp = pyotp.TOTP(invited["secret"]).at(int(house.wall_s()))
    chosen = {"code": code, "name": name, "password": PASSWORD, "totp": totp}
    return page.post(
        "/api/sign-in/enrol/password", json=chosen | {"secret": invited["secret"]}
    ).json()


def test_a_name_that_is_taken_does_not_spend_the_invitation(house: House, people: People) -> None:
    assert people.tess.get("/api/me").status_code == 200
    people.ines.post(f"/api/people/{people.ids['Tess']}/disable", json={})
    page = house.browser()
    assert enrols(house, page, people.codes["Otto"], "Tess") == {"ok": False, "why": "taken"}
    assert enrols(house, page, people.codes["Otto"], "Otto")["ok"]


def test_an_invitation_is_there_until_it_is_taken_up_and_ends_what_was_before(
    house: House, people: People
) -> None:
    """A phone that was lost may be in other hands, so the old way in ends with the invitation."""
    assert people.tess.get("/api/me").status_code == 200
    assert people.otto.get("/api/me").status_code == 200
    people.ines.post(f"/api/people/{people.ids['Otto']}/disable", json={})
    code = people.ines.post(f"/api/people/{people.ids['Tess']}/again", json={}).json()["code"]
    page = house.browser()
    assert enrols(house, page, code, "Otto") == {"ok": False, "why": "taken"}
    assert house.members.credentials(people.ids["Tess"], "password") == []
    assert people.tess.get("/api/me").status_code == 200
    assert enrols(house, page, code, "Tess")["ok"]
    assert people.tess.get("/api/me").status_code == 401, "whoever has the old laptop is out"
    assert page.get("/api/me").status_code == 200


def test_nobody_shuts_the_book_of_others(people: People, lived: Journal) -> None:
    people.sends(lived)
    assert people.tess.get(people.at("api/sessions")).json()
    other = people.ines.post("/api/clients", json={"name": "Cleo"}).json()["id"]
    code = people.ines.post(f"/api/clients/{other}/person", json={}).json()["code"]
    cleo = people.house.enrolled(code, "Cleo")
    gone = cleo.post(f"/api/clients/{people.bo}/erase", json={"sure": "erase"})
    assert gone.status_code == 404
    assert people.tess.get(people.at("api/sessions")).json()
    assert opened(people) == 1


def test_a_look_at_the_list_is_told_to_whom_it_shows(people: People, lived: Journal) -> None:
    people.sends(lived)
    people.tess.get("/api/clients")
    people.otto.get("/api/clients")
    about = people.bo_page.get(f"/api/clients/{people.bo}").json()
    listed = [one["member"] for one in about["deeds"] if one["deed"] == "listed"]
    assert listed == ["Tess"]
    about = people.ines.get(f"/api/clients/{people.bo}").json()
    assert "listed" not in [one["deed"] for one in about["deeds"]]


def test_nobody_shuts_themself_out(people: People) -> None:
    ines = next(
        one["id"]
        for one in people.ines.get("/api/people").json()["members"]
        if "admin" in one["roles"]
    )
    answer = people.ines.post(f"/api/people/{ines}/disable", json={})
    assert answer.status_code == 404
    assert people.ines.get("/api/people").status_code == 200


def test_a_passkey_of_no_letters_is_none(house: House) -> None:
    page = house.browser()
    asked = page.post("/api/sign-in/passkey/begin", json={}).json()["challenge"]
    said = f'{{"challenge": "{asked}", "passkey": {{"id": "\\ud800"}}}}'
    answer = page.post(
        "/api/sign-in/passkey", content=said, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 403


def test_a_copy_that_makes_no_sense_does_not_end_the_summing_up_of_others() -> None:
    async def work() -> list[UUID]:
        done: list[UUID] = []
        both = asyncio.Event()
        loop = asyncio.get_running_loop()

        class Odd(Sums):
            def up(self, member: UUID, client: UUID, journal: str) -> None:
                done.append(client)
                if len(done) == 2:
                    loop.call_soon_threadsafe(both.set)
                raise KeyError("scale")  # as a total without one does

        summing = Summing(
            Odd(cast("ClinicEngine", None), lambda: TODAY, lambda _: None), FakeClock()
        )
        for n in (1, 2):
            own = Holder(
                device=UUID(int=n), client=UUID(int=n), member=UUID(int=n), clinic=UUID(int=1)
            )
            summing.came(own, JOURNAL)
        running = asyncio.create_task(summing.run())
        waiting = asyncio.create_task(both.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        return done

    assert asyncio.run(work()) == [UUID(int=1), UUID(int=2)]


def test_a_computer_that_hangs_up_is_no_trouble_of_the_server(house: House, people: People) -> None:
    async def work() -> None:
        shown = b"Bearer " + people.token.encode()
        headers = [(b"host", HOST.encode()), (b"content-type", b"application/json"),
                   (b"authorization", shown), (b"content-length", b"9")]  # fmt: skip
        scope = {"type": "http", "method": "POST", "path": "/sync/hello", "headers": headers,
                 "query_string": b"", "root_path": "", "client": ("::1", 1), "scheme": "https",
                 "http_version": "1.1", "raw_path": b"/sync/hello", "server": None}  # fmt: skip

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(_message: Message) -> None:
            pass

        await house.app(scope, receive, send)

    asyncio.run(work())


def test_a_copy_that_was_cut_off_by_a_change_does_not_look_whole() -> None:
    asked: list[int] = []

    def still() -> bool:
        asked.append(1)
        return len(asked) > 1

    cut, whole = (b"".join(to_its_end(iter(["a", "b", "end"]), still)) for _ in range(2))
    assert (cut, whole) == (b"a\nb\n", b"a\nb\nend\n")
    assert b"".join(to_its_end(iter([]), still)) == b""


def test_a_computer_is_taken_off_by_its_own_client_s_page_alone(people: People) -> None:
    (mine,) = people.ines.get(f"/api/clients/{people.bo}").json()["devices"]
    other = people.ines.post("/api/clients", json={"name": "Cleo"}).json()["id"]
    for page in (people.ines, people.tess, people.bo_page):
        at = f"/api/clients/{other}/devices/{mine['id']}"
        assert page.request("DELETE", at, json={}).status_code == 404
    at = f"/api/clients/{people.bo}/devices/{mine['id']}"
    assert people.tess.request("DELETE", at, json={}).status_code == 404
    assert people.bo_page.request("DELETE", at, json={}).json() == {"ok": True}


def test_earlier_deeds_are_a_page_away(people: People) -> None:
    for _ in range(DEEDS_MOST + 5):
        assert people.ines.post(f"/api/clients/{people.bo}/devices", json={}).json()["ok"]
    first = people.ines.get(f"/api/clients/{people.bo}").json()
    assert (len(first["deeds"]), first["earlier"]) == (DEEDS_MOST, True)
    last = first["deeds"][-1]["n"]
    more = people.ines.get(f"/api/clients/{people.bo}?before={last}").json()
    assert more["earlier"] is False
    assert all(one["n"] < last for one in more["deeds"])
    assert len(more["deeds"]) >= 5
