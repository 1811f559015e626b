"""A phone's door on a biocoach that is served: only while its record is open."""

from __future__ import annotations

import ssl
import sys
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from tests.at_home import HERE
from tests.cli.served import Served, serving
from tests.cli.test_serve import FIT

AT_HOME = "tests.at_home"
PASSPHRASE = "a quiet river"
NOBODY = "ble:00:00:00:00:00:00"  # a strap that is not near
PATIENCE_S = 30.0


def unlock(page: Served) -> dict[str, Any]:
    page.until(lambda s: "vault" in s["app"])
    assert page.send("/api/unlock", {"passphrase": PASSPHRASE})["ok"]
    return page.until(lambda s: not s["app"]["locked"] and "phone" in s["app"])


def opener(pem: Path, jar: CookieJar) -> urllib.request.OpenerDirector:
    trusted = ssl.create_default_context(cadata=pem.read_text().partition("-----BEGIN ENC")[0])
    return urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trusted), urllib.request.HTTPCookieProcessor(jar)
    )


def listening(pid: int) -> set[str]:
    """The ports on which a process listens, as the kernel tells them."""
    mine = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine}


@pytest.mark.skipif(sys.platform != "linux", reason="sockets are read from /proc")
def test_the_door_is_there_only_while_the_record_is_open(tmp_path: Path) -> None:
    pem = tmp_path / "data" / "biocoach" / "phone.pem"
    jar = CookieJar()
    with serving(tmp_path, "serve", module=AT_HOME) as page:
        unlock(page)
        page.send("/api/settings/fit", FIT, "PUT")
        assert len(listening(page.process.pid)) == 1
        wrong = {"passphrase": "another river", "address": HERE}
        assert page.send("/api/phone/on", wrong) == {"ok": False, "why": "wrong_passphrase"}
        assert page.send("/api/phone/on", wrong | {"passphrase": PASSPHRASE})["ok"]
        told = page.send("/api/phone/pair", {"passphrase": PASSPHRASE, "name": " Mine "})
        assert told["qr"].startswith("data:image/svg+xml")
        assert len(listening(page.process.pid)) == 2
        phone = opener(pem, jar)
        assert "biocoach" in phone.open(told["address"]).read().decode()
        url = told["address"].partition("/enter")[0]
        assert phone.open(f"{url}/api/state").status == 200
        app = page.until(lambda s: s["app"]["phone"]["paired"])["app"]
        assert app["phone"] == {"state": "on", "paired": 1, "doors": 1}
        assert [p["name"] for p in page.get("/api/phone")["phones"]] == ["Mine"]
    assert not any(word in page.trouble for word in (url, told["code"], "enter"))
    with serving(tmp_path, "serve", module=AT_HOME) as page:
        page.until(lambda s: s["app"].get("vault") == "passphrase")
        assert len(listening(page.process.pid)) == 1
        assert page.get("/api/phone")["asks"] == "locked"
        with pytest.raises(urllib.error.URLError, match="refused"):
            phone.open(f"{url}/api/state")
        unlock(page)
        page.until(lambda s: s["app"]["phone"]["state"] == "on")
        assert phone.open(f"{url}/api/state").status == 200
        page.send("/api/phone/off", {})
        assert len(listening(page.process.pid)) == 1
    assert not any("enter?code" in line and "https" in line for line in page.said)


def test_a_plain_record_is_refused_in_words(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--plain", module=AT_HOME) as page:
        page.until(lambda s: not s["app"]["locked"])
        asked = page.send("/api/phone/on", {"passphrase": "", "address": HERE})
        assert asked == {"ok": False, "why": "plain"}
        assert page.get("/api/phone")["asks"] == "plain"


def test_each_record_has_its_own_door(tmp_path: Path) -> None:
    """Trying it with a simulated strap opens nothing for the real record."""
    with serving(tmp_path, "serve", "--source", "virtual", module=AT_HOME) as page:
        page.until(lambda s: s.get("session"))
        assert page.send("/api/phone/on", {"passphrase": "", "address": HERE})["ok"]
        assert page.get("/api/phone")["state"] == "on"
    with serving(tmp_path, "serve", "--plain", module=AT_HOME) as page:
        page.until(lambda s: not s["app"]["locked"])
        assert page.get("/api/phone")["state"] == "off"


@pytest.mark.skipif(sys.platform != "linux", reason="sockets are read from /proc")
def test_a_phone_of_the_simulated_record_never_sees_the_real_one(tmp_path: Path) -> None:
    """Where nothing was asked for; the same process, the same address, the same port."""
    jar = CookieJar()
    folder = tmp_path / "data" / "biocoach"
    with serving(tmp_path, "serve", "--source", "virtual", module=AT_HOME) as page:
        page.until(lambda s: s.get("session"))
        told = let_in(page, "")
        phone = opener(folder / "simulated" / "phone.pem", jar)
        phone.open(told["address"]).read()
        url = told["address"].partition("/enter")[0]
        assert '"simulated":true' in phone.open(f"{url}/api/state").read().decode()
        with phone.open(f"{url}/api/live", timeout=PATIENCE_S) as live:
            assert page.send("/api/straps/choose", {"source": NOBODY})["ok"]
            heard = live.read().decode()
        assert '"simulated":false' not in heard
        assert '"vault"' not in heard
        page.until(lambda s: "vault" in s["app"])
        assert len(listening(page.process.pid)) == 1
        assert page.get("/api/phone")["phones"] == []
        assert page.send("/api/unlock", {"passphrase": PASSPHRASE})["ok"]
        page.until(lambda s: not s["app"]["locked"] and "phone" in s["app"])
        assert page.get("/api/phone")["state"] == "off"
        again = let_in(page, PASSPHRASE)
        assert again["address"].startswith(url)
        now = opener(folder / "phone.pem", jar)
        for path in ("/", "/api/state", "/api/live", "/api/phone", "/api/sessions"):
            with pytest.raises(urllib.error.HTTPError, match="401"):
                now.open(url + path)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            now.open(told["address"])


def let_in(page: Served, passphrase: str) -> dict[str, Any]:
    """Turned on; the code."""
    assert page.send("/api/phone/on", {"passphrase": passphrase, "address": HERE})["ok"]
    return page.send("/api/phone/pair", {"passphrase": passphrase, "name": "Mine"})
