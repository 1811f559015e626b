"""A phone in the same house: real sockets, real TLS, a real record."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from biocoach.cli.networks import addresses_here, host_of
from biocoach.cli.phone_fact import FACT, kept_of
from biocoach.cli.phones import PhoneDesk
from biocoach.store import PHONE, NoKeyring, StoreError, Trouble, Vault
from dashboard.guard import CODE_LIFE_S
from dashboard.hub import Subscription
from dashboard.ports import Outcome
from tests.cli.phone_support import HERE, PASSPHRASE, Caller, Home, listening, paired
from tests.fakes import PATIENCE_S, until

ONE_DAY = timedelta(days=1)
CODE_LIFE = timedelta(seconds=CODE_LIFE_S)
Steps = Callable[[PhoneDesk], Awaitable[None]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def during(home: Home, steps: Steps) -> None:
    """While the record is open."""

    async def all_of_it() -> None:
        async with home.open() as desk, asyncio.timeout(PATIENCE_S):
            await steps(desk)

    asyncio.run(all_of_it())


def sockets() -> set[str]:
    return listening() if sys.platform == "linux" else set()


async def refused(address: str) -> bool:
    """Nobody listens there."""
    try:
        async with httpx2.AsyncClient(verify=False, trust_env=False) as client:
            await client.get(address)
    except httpx2.ConnectError:
        return True
    return False


# ---- on and off


def test_off_is_the_beginning_and_nothing_listens(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        told = {"state": "off", "asks": "passphrase", "addresses": [HERE], "phones": []}
        assert await desk.view() == told
        assert sockets() == before
        assert not (home.folder / PHONE).exists()

    before = sockets()
    during(home, steps)
    assert home.told[-1] == {"state": "off", "paired": 0, "doors": 0}


def test_on_listens_at_that_address_alone_and_off_nowhere(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        before = sockets()
        phone = await paired(home, desk)
        assert len(sockets() - before) == (1 if sys.platform == "linux" else 0)
        assert all(place.startswith("0100007F:") for place in sockets() - before)
        live = await phone.live()
        assert not (await desk.turn_off()).why
        assert sockets() == before
        with pytest.raises(ConnectionClosed) as told:
            await live.recv()
        assert told.value.rcvd is not None
        assert told.value.rcvd.code == 1001  # it may come back
        assert await refused(phone.address)
        assert (await desk.view())["state"] == "off"

    during(home, steps)
    assert home.told[-1] == {"state": "off", "paired": 1, "doors": 1}


def test_turning_on_and_pairing_each_ask_for_the_passphrase(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        before = sockets()
        for wrong in ("", "a loud yellow door", PASSPHRASE[:-1]):
            assert await desk.turn_on(wrong, HERE) == Outcome(why="wrong_passphrase")
        assert sockets() == before
        assert not (await desk.turn_on(PASSPHRASE, HERE)).why
        assert await desk.pair("a loud yellow door", "Mine") == Outcome(why="wrong_passphrase")
        assert isinstance(await desk.pair(PASSPHRASE, "Mine"), dict)

    during(home, steps)


def test_a_record_that_is_not_encrypted_is_refused(home: Home) -> None:
    home.plain()

    async def steps(desk: PhoneDesk) -> None:
        before = sockets()
        assert (await desk.view())["asks"] == "plain"
        assert await desk.turn_on("", HERE) == Outcome(why="plain")
        assert await desk.pair("", "Mine") == Outcome(why="plain")
        assert sockets() == before

    during(home, steps)


def test_a_simulated_record_may_be_tried_without_a_passphrase(home: Home) -> None:
    home.plain()
    home.simulated = True

    async def steps(desk: PhoneDesk) -> None:
        assert (await desk.view())["asks"] == "nothing"
        phone = await paired(home, desk)
        assert await phone.status() == 200

    during(home, steps)


def test_where_the_keyring_opens_it_a_passphrase_is_chosen_first(home: Home) -> None:
    home.by_keyring()

    async def steps(desk: PhoneDesk) -> None:
        assert (await desk.view())["asks"] == "choose"
        assert await desk.turn_on("short", HERE) == Outcome(why="too_short")
        assert not (await desk.turn_on(PASSPHRASE, HERE)).why
        assert (await desk.view())["asks"] == "passphrase"
        assert await desk.pair("another door", "Mine") == Outcome(why="wrong_passphrase")
        assert isinstance(await desk.pair(PASSPHRASE, "Mine"), dict)

    during(home, steps)
    lost = Vault(home.folder, NoKeyring())
    assert lost.check(PASSPHRASE) is None


def test_no_passphrase_is_set_on_the_way_to_a_refusal(home: Home) -> None:
    home.by_keyring()

    async def steps(desk: PhoneDesk) -> None:
        assert await desk.turn_on(PASSPHRASE, "192.168.1.20") == Outcome(why="no_network")
        assert (await desk.view())["asks"] == "choose"

    during(home, steps)


def test_only_an_address_of_this_computer_is_served_on(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        before = sockets()
        for address in ("0.0.0.0", "8.8.8.8", "192.168.1.20", "", "::"):
            assert await desk.turn_on(PASSPHRASE, address) == Outcome(why="no_network")
        home.here = []
        assert await desk.turn_on(PASSPHRASE, HERE) == Outcome(why="no_network")
        assert await desk.pair(PASSPHRASE, "Mine") == Outcome(why="no_network")
        assert sockets() == before

    during(home, steps)


def test_it_stays_on_over_a_restart_and_the_phone_stays_paired(home: Home) -> None:
    phones: list[Caller] = []

    async def first(desk: PhoneDesk) -> None:
        phones.append(await paired(home, desk))

    async def later(desk: PhoneDesk) -> None:
        view = await desk.view()
        assert view["state"] == "on"
        assert view["address"] == phones[0].address
        again = Caller(home, view["address"])
        again.web.cookies = phones[0].web.cookies
        assert await again.status() == 200

    before = sockets()
    during(home, first)
    assert sockets() == before  # the record is closed, so there is no door
    during(home, later)


def test_a_port_that_is_taken_moves_it_to_the_next(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        assert not (await desk.turn_off()).why
        port = int(phone.address.rpartition(":")[2])
        async with await asyncio.start_server(lambda *_: None, HERE, port):
            assert not (await desk.turn_on(PASSPHRASE, HERE)).why
            address = (await desk.view())["address"]
            assert address != phone.address
            moved = Caller(home, address)
            moved.web.cookies = phone.web.cookies
            assert await moved.status() == 200

    during(home, steps)


# ---- networks


def test_in_another_network_it_is_off_until_it_is_back(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        before = sockets()
        phone = await paired(home, desk)
        live = await phone.live()
        home.here = [ip_address("127.0.9.1")]
        await home.looks()
        assert sockets() == before
        assert (await desk.view())["state"] == "elsewhere"
        with pytest.raises(ConnectionClosed):
            await live.recv()
        home.here = [ip_address(HERE)]
        await home.looks()
        assert await phone.status() == 200

    during(home, steps)
    assert {"state": "elsewhere", "paired": 1, "doors": 1} in home.told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_another_address_of_the_same_network_is_bound_anew(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        old = (await desk.view())["fingerprint"]
        home.here = [ip_address("127.0.0.2")]
        await home.looks()
        assert await refused(phone.address)
        view = await desk.view()
        assert view["address"].startswith("https://127.0.0.2:")
        assert view["fingerprint"] != old
        assert home.told[-1]["doors"] == 2  # so that the card asks anew
        moved = Caller(home, view["address"])
        told = await desk.pair(PASSPHRASE, "Mine again")
        assert isinstance(told, dict)
        assert await moved.enter(told["code"]) == 200
        assert await moved.status() == 200

    during(home, steps)


@pytest.mark.skipif(not addresses_here(), reason="this machine has no address at home")
def test_the_real_address_of_this_machine(home: Home) -> None:
    """As the system tells it, without anything put in its place."""
    home.here = addresses_here()
    address = str(home.here[0])

    async def steps(desk: PhoneDesk) -> None:
        assert not (await desk.turn_on(PASSPHRASE, address)).why
        told = await desk.pair(PASSPHRASE, "Mine")
        assert isinstance(told, dict)
        view = await desk.view()
        port = int(view["address"].rpartition(":")[2])
        assert view["address"] == f"https://{host_of(home.here[0], port)}"
        phone = Caller(home, view["address"])
        assert await phone.enter(told["code"]) == 200
        assert await phone.status() == 200

    during(home, steps)


def test_without_a_socket_it_says_trouble_and_tries_again(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        await desk.turn_off()
        (home.folder / PHONE).unlink()
        (home.folder / PHONE).mkdir()  # no certificate can lie there
        await desk.turn_on(PASSPHRASE, HERE)
        assert (await desk.view())["state"] == "trouble"
        (home.folder / PHONE).rmdir()
        await home.looks()
        assert (await desk.view())["state"] == "on"
        assert not await refused(phone.address)

    during(home, steps)


# ---- pairing


def test_a_wrong_a_used_and_an_old_code_open_nothing(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        told = await desk.pair(PASSPHRASE, "Yours")
        assert isinstance(told, dict)
        assert told["address"] == f"{phone.address}/enter?code={told['code']}"
        other = Caller(home, phone.address)
        assert await other.enter("aaaaa-aaaaa") == 403
        assert await other.enter(told["code"]) == 200
        assert await Caller(home, phone.address).enter(told["code"]) == 403
        late = await desk.pair(PASSPHRASE, "Late")
        assert isinstance(late, dict)
        home.clock.set_wall(home.clock.wall() + CODE_LIFE)
        assert await Caller(home, phone.address).enter(late["code"]) == 403
        assert [p["name"] for p in (await desk.view())["phones"]] == ["Mine", "Yours"]

    during(home, steps)


def test_a_code_ends_when_it_leaves_the_screen(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        told = await desk.pair(PASSPHRASE, "Yours")
        assert isinstance(told, dict)
        assert not (await desk.end_pairing()).why
        assert await Caller(home, phone.address).enter(told["code"]) == 403
        assert await phone.status() == 200

    during(home, steps)


def test_a_picture_on_another_page_is_no_guess(home: Home) -> None:
    """Any site in a browser of this network can ask for one, as often as it likes."""

    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        told = await desk.pair(PASSPHRASE, "Yours")
        assert isinstance(told, dict)
        other = Caller(home, phone.address)
        for dest in ("image", "iframe", "empty", "script"):
            elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-dest": dest}
            found = await other.web.get(told["address"], headers=elsewhere)
            assert found.status_code == 403
        assert await other.enter(told["code"]) == 200

    during(home, steps)


def test_a_code_ends_with_the_door(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        told = await desk.pair(PASSPHRASE, "Yours")
        assert isinstance(told, dict)
        await desk.turn_off()
        await desk.turn_on(PASSPHRASE, HERE)
        assert await Caller(home, phone.address).enter(told["code"]) == 403

    during(home, steps)


def test_the_cookie_is_for_this_door_alone_and_out_of_a_script_s_reach(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        await desk.turn_on(PASSPHRASE, HERE)
        told = await desk.pair(PASSPHRASE, "Mine")
        assert isinstance(told, dict)
        phone = Caller(home, (await desk.view())["address"])
        answer = await phone.web.get("/enter", params={"code": told["code"]})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-biocoach-")
        assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= {*cookie.split("; ")}
        assert "Domain" not in cookie

    during(home, steps)


def test_the_record_keeps_no_token(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        (cookie,) = phone.web.cookies.jar
        assert home.journal is not None
        kept = home.journal.fact(FACT)
        assert cookie.value is not None
        assert cookie.value not in str(kept)
        assert cookie.value not in str(await desk.view())
        assert kept_of(kept).phones[0].token not in str(await desk.view())
        assert kept_of(kept).password not in str(await desk.view())

    during(home, steps)


# ---- revoking


def test_a_revoked_phone_is_cut_off_at_once_and_the_other_stays(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        mine, yours = await paired(home, desk), await paired(home, desk, "Yours")
        live, other = await mine.live(), await yours.live()
        gone = (await desk.view())["phones"][0]
        assert gone["name"] == "Mine"
        assert not (await desk.revoke(gone["id"])).why
        with pytest.raises(ConnectionClosed) as told:
            await live.recv()
        assert told.value.rcvd is not None
        assert told.value.rcvd.code == 4401
        assert await mine.status() == 401
        with pytest.raises(InvalidStatus):
            await mine.live()
        await other.send('{"type": "snapshot?"}')
        assert "snapshot" in str(await other.recv())
        assert await yours.status() == 200
        assert await desk.revoke(gone["id"]) == Outcome(why="not_there")

    during(home, steps)


def test_the_live_state_comes_without_a_socket_too_and_ends_as_well(home: Home) -> None:
    """For Safari, which opens no WebSocket there."""

    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        async with phone.web.stream("GET", "/api/live") as told:
            assert told.headers["content-type"].startswith("text/event-stream")
            lines = told.aiter_lines()
            first = json.loads((await anext(lines)).removeprefix("data: "))
            assert first["type"] == "snapshot"
            assert await anext(lines) == ""
            home.site.hub.publish({"app": {"locked": False, "n": 1}}, {})
            second = json.loads((await anext(lines)).removeprefix("data: "))
            assert second["set"]["app"]["n"] == 1
            (row,) = (await desk.view())["phones"]
            await desk.revoke(row["id"])
            assert [line async for line in lines] == [""]
        assert await phone.status("/api/live") == 401

    during(home, steps)


def test_a_phone_that_does_not_listen_is_cut_off_as_well(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream whose reader has stopped reading: nothing more can be said to it."""
    hub, here = home.site.hub, list[Subscription]()
    join, leave = hub.join, hub.leave

    def joined() -> Subscription:
        here.append(join())
        return here[-1]

    def left(page: Subscription) -> None:
        leave(page)
        here.remove(page)

    monkeypatch.setattr(hub, "join", joined)
    monkeypatch.setattr(hub, "leave", left)

    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        port = int(phone.address.rpartition(":")[2])
        cookies = "; ".join(f"{c.name}={c.value}" for c in phone.web.cookies.jar)
        reader, writer = await asyncio.open_connection(HERE, port, ssl=home.trusting())
        head = f"GET /api/live HTTP/1.1\r\nhost: {HERE}:{port}\r\ncookie: {cookies}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"snapshot")
        transport = writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        for _ in range(500):  # more than fits into what lies between the two
            hub.publish({"app": {"locked": False, "much": "." * 100_000}}, {})
            await asyncio.sleep(0)
        assert here[0].waiting
        (row,) = (await desk.view())["phones"]
        await desk.revoke(row["id"])
        await until(lambda: not here)
        transport.resume_reading()
        while await reader.read(65_536):
            pass  # what was on its way; then the end
        writer.close()

    during(home, steps)


def test_turning_it_off_ends_the_live_state_too(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        async with phone.web.stream("GET", "/api/live") as told:
            lines = told.aiter_lines()
            await anext(lines)
            await desk.turn_off()
            assert [line async for line in lines] == [""]

    during(home, steps)


def test_it_is_cut_off_although_the_disk_refuses(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError(Trouble.DISK_FULL)

    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        monkeypatch.setattr(home.journal, "replace_fact", full)
        (row,) = (await desk.view())["phones"]
        assert await desk.revoke(row["id"]) == Outcome(why="not_recording")
        assert await phone.status() == 401
        assert await desk.turn_off() == Outcome(why="not_recording")
        assert await refused(phone.address)

    during(home, steps)


def test_a_phone_may_not_let_in_another_or_put_itself_back(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        (row,) = (await desk.view())["phones"]
        never = {"ok": False, "why": "on_computer"}
        assert await phone.post("/api/phone/pair", passphrase=PASSPHRASE, name="More") == never
        assert await phone.post("/api/phone/on", passphrase=PASSPHRASE, address=HERE) == never
        assert await phone.post("/api/phone/off") == never
        assert await phone.post(f"/api/phone/{row['id']}/revoke") == never
        assert (await phone.web.get("/api/phone")).json() == {"paired_as": "Mine"}

    during(home, steps)


def test_the_day_it_was_last_seen_is_kept(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        (row,) = (await desk.view())["phones"]
        assert row["added"] == row["seen"]
        home.clock.set_wall(home.clock.wall() + ONE_DAY)
        assert await phone.status() == 200
        while (await desk.view())["phones"] == [row]:
            await asyncio.sleep(0)
        (later,) = (await desk.view())["phones"]
        assert later["seen"] > later["added"]
        assert home.journal is not None
        assert kept_of(home.journal.fact(FACT)).phones[0].seen == later["seen"]

    during(home, steps)


# ---- TLS


def test_nothing_but_tls_is_answered_and_the_certificate_is_its_own(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        phone = await paired(home, desk)
        async with httpx2.AsyncClient(trust_env=False) as client:
            with pytest.raises(httpx2.TransportError):
                await client.get(phone.address.replace("https", "http"))
            with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(phone.address)
        port = int(phone.address.rpartition(":")[2])
        shown = await asyncio.to_thread(ssl.get_server_certificate, (HERE, port))
        assert shown.strip() in (home.folder / PHONE).read_text()

    during(home, steps)


def test_a_certificate_near_its_end_is_replaced_while_it_runs(home: Home) -> None:
    async def steps(desk: PhoneDesk) -> None:
        await paired(home, desk)
        old = (await desk.view())["fingerprint"]
        home.clock.set_wall(home.clock.wall() + 370 * ONE_DAY)
        await home.looks()
        view = await desk.view()
        assert view["state"] == "on"
        assert view["fingerprint"] != old

    during(home, steps)
