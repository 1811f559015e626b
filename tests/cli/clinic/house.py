"""A clinic's whole server over a real database, asked without a network: people's browsers and
clients' computers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyotp
from starlette.testclient import TestClient

from biocoach.cli.clinic.desk import ClinicDesk
from biocoach.cli.clinic.devices import Devices
from biocoach.cli.clinic.members import Members
from biocoach.cli.clinic.summing import Sums
from biocoach.cli.contents import Contents
from biocoach.store import Journal
from biocoach.store.clinic import ClinicEngine
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.owning import found_clinic
from biocoach.syncing.items import ITEMS
from biocoach.syncing.wire import told
from dashboard.clinic.app import ClinicPorts, create_clinic_app
from dashboard.clinic.passkeys import Passkeys
from dashboard.clinic.signing_in import SigningIn
from dashboard.clinic.sittings import Sittings
from tests.fakes import FakeClock
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, batches, hello, rows_of

Json = dict[str, Any]
HOST, ORIGIN = "clinic.test", "https://clinic.test"
PASSWORD = "quiet boats at noon"
DAYS = 3  # of the record that is sent
TODAY = date(2026, 11, 26)


@dataclass
class House:
    engine: ClinicEngine
    clock: FakeClock = field(default_factory=FakeClock)
    came: list[tuple[Holder, str]] = field(default_factory=list)
    host: str = HOST  # as browsers send it

    def __post_init__(self) -> None:
        self.origin = f"https://{self.host}"
        self.members = members = Members(self.engine)
        self.sittings = Sittings(self.clock.now_s, members.still)
        self.desk = ClinicDesk(self.engine, self.clock)
        passkeys = Passkeys(self.host.partition(":")[0], self.origin, "By the river")
        self.app = create_clinic_app(
            ClinicPorts(
                host=self.host, members=members, desk=self.desk, library=Contents(),
                devices=Devices(self.engine, lambda who, what: self.came.append((who, what))),
                signing_in=SigningIn(members, passkeys, self.clock.now_s, self.wall_s),
                sittings=self.sittings, now_s=self.clock.now_s,
            )
        )  # fmt: skip

    def wall_s(self) -> float:
        return self.clock.wall().timestamp()

    def browser(self) -> TestClient:
        same = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        return TestClient(self.app, base_url=self.origin, headers=same)

    def computer(self, token: str = "") -> TestClient:
        shown = {"authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, base_url=self.origin, headers=shown)

    def enrolled(self, code: str, name: str) -> TestClient:
        """Somebody takes up their place by a password, and is signed in."""
        page = self.browser()
        invited = page.post("/api/sign-in/invited", json={"code": code}).json()
        totp = pyotp.TOTP(invited["secret"]).at(int(self.wall_s()))
        chosen = {"code": code, "name": name, "password": PASSWORD, "totp": totp}
        answer = page.post(
            "/api/sign-in/enrol/password", json=chosen | {"secret": invited["secret"]}
        )
        assert answer.status_code == 200, answer.text
        return page

    def sum_up(self) -> list[str]:
        """What is done between two requests; what was said of it."""
        said: list[str] = []
        sums = Sums(self.engine, lambda: TODAY, said.append)
        for holder, journal in dict.fromkeys(self.came):
            sums.up(holder.member, holder.client, journal)
        self.came.clear()
        return said


@dataclass
class People:
    """By the river: Ines looks after it, Tess sees Bo, Otto sees nobody, Ruth supervises Tess."""

    house: House
    base: Base

    def __post_init__(self) -> None:
        secret = found_clinic(self.base.owner, "By the river", "Ines")[1]
        self.ines = self.house.enrolled(secret.shown, "Ines")
        roles = {"Tess": "therapist", "Otto": "therapist", "Ruth": "supervisor"}
        self.codes = {name: self._invited(name, role) for name, role in roles.items()}
        self.bo = self.ines.post("/api/clients", json={"name": "Bo"}).json()["id"]
        ids = {one["name"]: one["id"] for one in self.ines.get("/api/people").json()["members"]}
        self.ids = ids
        given = {"member": ids["Tess"], "yes": True}
        assert self.ines.post(f"/api/clients/{self.bo}/assigned", json=given).json()["ok"]
        over = {"supervisor": ids["Ruth"], "yes": True}
        assert self.ines.post(f"/api/people/{ids['Tess']}/supervised", json=over).json()["ok"]
        self.token = self.joins()

    # Who is not asked for in a test does not come: a password costs its time on purpose.

    @cached_property
    def tess(self) -> TestClient:
        return self.house.enrolled(self.codes["Tess"], "Tess")

    @cached_property
    def otto(self) -> TestClient:
        return self.house.enrolled(self.codes["Otto"], "Otto")

    @cached_property
    def ruth(self) -> TestClient:
        return self.house.enrolled(self.codes["Ruth"], "Ruth")

    @cached_property
    def bo_page(self) -> TestClient:
        code = self.ines.post(f"/api/clients/{self.bo}/person", json={}).json()["code"]
        return self.house.enrolled(code, "Bo")

    def _invited(self, name: str, role: str) -> str:
        said = {"name": name, "roles": [role]}
        return str(self.ines.post("/api/people", json=said).json()["code"])

    def joins(self) -> str:
        code = self.ines.post(f"/api/clients/{self.bo}/devices", json={}).json()["code"]
        said = {"speaks": 1, "code": code, "device": "laptop"}
        answer = self.house.computer().post("/sync/join", json=said).json()
        assert (answer["clinic"], answer["therapist"], answer["alias"]) == (
            "By the river", "Tess", "Bo",
        )  # fmt: skip
        return str(answer["token"])

    def sends(self, journal: Journal, items: tuple[str, ...] = ITEMS) -> None:
        computer = self.house.computer(self.token)
        assert computer.post("/sync/hello", json=told(hello(items))).status_code == 200
        for lines in batches(journal, rows_of(journal, items)):
            answer = computer.post("/sync/lines", json=told(lines))
            assert answer.status_code == 200, answer.text

    def at(self, rest: str) -> str:
        return f"/record/{self.bo}/{JOURNAL}/{rest}"
