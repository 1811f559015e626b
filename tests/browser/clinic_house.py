"""A clinic for a browser: the whole server in this process, over TLS, with people and a record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from starlette.testclient import TestClient

from biocoach.clock import SystemClock
from biocoach.store import Journal, Key, NoKeyring, Vault, data_folder, open_store
from biocoach.store.clinic import ClinicEngine
from dashboard.clinic.sittings import COOKIE
from tests.browser.conftest import ARGS, PROGRAMS
from tests.cli.clinic.house import House, People
from tests.fakes import FakeClock
from tests.postgres import fresh
from tests.syncing.authority import Authority
from tests.syncing.served_clinic import OnASocket

CLOCK = SystemClock()
# Beside Bo, who shares a year. One more than are seen without a field to find one in.
NAMES = (
    "Ada",
    "Cleo",
    "Dara",
    "Emil",
    "Finn",
    "Greta",
    "Hanna",
    "Ivo with a rather long name here",
)


def believing(chromium: Browser, public: str) -> Browser:
    """It believes the certificate of this key as if the world did, which passkeys ask for."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = [one for one in ARGS if "host-resolver" not in one]
    arguments += [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        f"--ignore-certificate-errors-spki-list={public}",
    ]
    return chromium.browser_type.launch(executable_path=program, args=arguments)


class ClinicHouse:
    """``people`` came over the same server that the browser sees."""

    def __init__(self, house: House, people: People, browser: Browser) -> None:
        self.house, self.people, self.browser = house, people, browser
        self.url = house.origin

    def signed_in(self, context: BrowserContext, who: TestClient | None) -> None:
        """As them from here on; None: as nobody."""
        context.clear_cookies()
        if who is not None:
            cookie: Any = {"name": COOKIE, "value": who.cookies[COOKIE], "url": f"{self.url}/"}
            context.add_cookies([cookie | {"secure": True, "httpOnly": True}])

    def invitation(self) -> str:
        """To somebody who has not come yet; it goes on being good until it is taken up."""
        said = {"name": "Uma", "roles": ["therapist", "supervisor"]}
        code = self.people.ines.post("/api/people", json=said).json()["code"]
        return f"{self.url}/#invite/{code}"


@contextmanager
def a_clinic(chromium: Browser, folder: Path, home: Path) -> Iterator[ClinicHouse]:
    """``home``: of a simulated person who practised; theirs is the record that Bo shares."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await house.app(scope, receive, send)

    tls, public = _certified(folder)
    for base in fresh():
        engine = ClinicEngine(base.app)
        served = OnASocket(app, tls)
        clock = FakeClock()
        clock.set_wall(CLOCK.wall())
        house = House(engine, clock=clock, host=f"localhost:{served.port}")
        people = People(house, base)
        _peopled(house, people, _record(home))
        browser = believing(chromium, public)
        yield ClinicHouse(house, people, browser)
        browser.close()
        served.stop()
        house.desk.close()
        engine.close()


def _certified(folder: Path) -> tuple[Any, str]:
    import ssl

    pem, public = Authority(folder / "ca").certified(host="localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, public


def _record(home: Path) -> Journal:
    folder = data_folder(home / "data" / "biocoach", simulated=True)
    key = Vault(folder, NoKeyring()).open(None)
    assert isinstance(key, Key)
    return open_store(folder, key, writer="test", clock=FakeClock())


def _peopled(house: House, people: People, record: Journal) -> None:
    people.sends(record)
    record.close()
    assert house.sum_up() == []
    given = {"member": people.ids["Tess"], "yes": True}
    for name in NAMES:
        client = people.ines.post("/api/clients", json={"name": name}).json()["id"]
        assert people.ines.post(f"/api/clients/{client}/assigned", json=given).json()["ok"]
    assert people.bo_page.get(people.at("api/sessions")).status_code == 200
