"""The gate on every route, as listed by the app: a new route is tested at its birth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from biocoach.types import End
from dashboard.app import routers
from dashboard.gate import ANSWER_PATH, MEDIA_PATH, UPLOAD_KIND, UPLOAD_PATH, UPLOADS
from dashboard.guard import CODE_LIFE_S, Guard, keep_run_secret, new_code, run_secret
from tests.dashboard.support import HOST, NOW_S, ORIGIN, PORT, RUN_SECRET, SECRET, Site

OPEN = {"/api/health", "/enter"}
INPUTS = "/api/sessions/current/inputs"
BAD_HOSTS = [
    "", "evil.example", f"evil.example:{PORT}", "127.0.0.1", "localhost", f"127.0.0.1:{PORT + 1}",
    f"127.0.0.1:{PORT}.evil.example", f"127.0.0.2:{PORT}", f"0.0.0.0:{PORT}",
    f"user@127.0.0.1:{PORT}",
    f"localhost.evil.example:{PORT}", f"[::]:{PORT}", f"127.1:{PORT}", f"2130706433:{PORT}",
    f"127.0.0.1:{PORT}, evil.example", f" 127.0.0.1:{PORT}x", f"127.0.0.1:0{PORT}",
]  # fmt: skip
BAD_ORIGINS = [
    "null", "http://evil.example", f"https://127.0.0.1:{PORT}", "http://127.0.0.1",
    f"http://127.0.0.1:{PORT + 1}", f"http://127.0.0.1:{PORT}.evil.example", "file://", "",
    f"http://evil.example:{PORT}", f"{ORIGIN}/x", f"http://user@127.0.0.1:{PORT}", "chrome-extension://a",
]  # fmt: skip


def routes(site: Site) -> list[tuple[str, str]]:
    """(method, path) of every HTTP route; a path's parts filled in."""
    found = [
        (method, route.path.replace("{name}", "a"))
        for router in routers(site.ports)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    assert len(found) >= 15, "the routes could not be listed"
    return [*found, ("GET", "/"), ("GET", "/api/openapi.json")]


def sockets(site: Site) -> list[str]:
    found = [
        route.path
        for router in routers(site.ports)
        for route in router.routes
        if isinstance(route, APIWebSocketRoute)
    ]
    assert found, "the sockets could not be listed"
    return found


def ask(client: TestClient, method: str, path: str, **headers: str) -> int:
    body: dict[str, str] | None = None if method in ("GET", "HEAD") else {}
    if path in UPLOADS:
        kind = {"content-type": UPLOAD_KIND}
        return client.post(path, content=b"800", headers=kind | headers).status_code
    return client.request(method, path, json=body, headers=headers).status_code


def test_without_a_cookie_only_health_and_the_entry_answer(site: Site) -> None:
    client = site.stranger()
    for method, path in routes(site):
        status = ask(client, method, path, origin=ORIGIN)
        if path in OPEN:
            assert status in (200, 403), path  # 403: /enter without a code
        else:
            assert status == 401, (method, path)


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_another_host_is_refused_everywhere(site: Site, host: str) -> None:
    client = site.friend()
    for method, path in routes(site):
        assert ask(client, method, path, host=host) == 421, (method, path)


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_another_origin_is_refused_everywhere(site: Site, origin: str) -> None:
    client = site.friend()
    for method, path in routes(site):
        assert ask(client, method, path, origin=origin) == 403, (method, path)
    assert not site.house.given


def test_a_change_needs_an_origin(site: Site) -> None:
    client = site.friend()
    del client.headers["origin"]
    for method, path in routes(site):
        status = ask(client, method, path)
        assert (status == 403) == (method not in ("GET", "HEAD")) or path in OPEN, (method, path)


def test_a_change_asked_for_by_another_site_is_refused(site: Site) -> None:
    client = site.friend()
    for method, path in routes(site):
        if method not in ("GET", "HEAD"):
            assert ask(client, method, path, **{"sec-fetch-site": "cross-site"}) == 403


def test_a_change_is_json_and_small(site: Site) -> None:
    client = site.friend()
    form = client.post(INPUTS, data={"kind": "end"})
    assert form.status_code == 415
    huge = client.post(INPUTS, json={"kind": "mark", "mark": "note", "text": "x" * 2_000_000})
    assert huge.status_code == 413
    assert not site.house.given


def test_a_body_of_untold_length_is_counted_as_it_comes(site: Site) -> None:
    """Sent in chunks, without a Content-Length."""
    note = b'{"kind":"mark","mark":"note","text":"' + b"x" * 2_000_000 + b'"}'
    pieces = (note[at : at + 65_536] for at in range(0, len(note), 65_536))
    headers = {"content-type": "application/json"}
    answer = site.friend().post(INPUTS, content=pieces, headers=headers)
    assert answer.status_code == 413
    assert "more than fits" in answer.text
    small = iter([b'{"kind":', b'"end"}'])
    assert site.friend().post(INPUTS, content=small, headers=headers).json()["ok"]
    assert [type(body) for body in site.house.given] == [End]


def upload(
    site: Site, body: bytes | Iterator[bytes], kind: str = UPLOAD_KIND, path: str = UPLOAD_PATH
) -> int:
    headers = {"content-type": kind}
    return site.friend().post(path, content=body, headers=headers).status_code


def test_a_file_passes_at_its_address_only_and_as_one_kind_only(site: Site) -> None:
    big = b"800\n" * 500_000
    assert upload(site, big) == 200
    assert site.house.brought == [big]
    for kind in (
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "image/png",
        "",
    ):
        for path in UPLOADS:
            assert upload(site, b"800", kind, path) == 415
    for path in (INPUTS, "/api/sessions/a/marks", "/api/own", f"{MEDIA_PATH}/a", f"{MEDIA_PATH}/"):
        headers = {"content-type": UPLOAD_KIND}
        assert site.friend().post(path, content=b"{}", headers=headers).status_code == 415
    assert len(site.house.brought) == 1


def test_a_recording_is_at_most_a_hundred_megabytes_a_picture_six_an_answer_four() -> None:
    assert UPLOADS == {
        UPLOAD_PATH: 100_000_000,
        MEDIA_PATH: 6_000_000,
        ANSWER_PATH: 4_000_000,
    }


@pytest.mark.parametrize("path", UPLOADS)
def test_a_file_that_is_larger_is_refused(site: Site, path: str) -> None:
    """Told beforehand, or counted as it comes."""
    piece, most = bytes(1_000_000), UPLOADS[path]
    assert upload(site, iter([piece] * (most // len(piece) + 1)), path=path) == 413
    headers = {"content-type": UPLOAD_KIND, "content-length": str(most + 1)}
    answer = site.friend().post(path, content=b"", headers=headers)
    assert (answer.status_code, answer.json()) == (413, {"detail": "That is more than fits here."})
    assert not site.house.brought


@pytest.mark.parametrize("origin", [*BAD_ORIGINS, None])
def test_a_socket_from_elsewhere_is_refused(site: Site, origin: str | None) -> None:
    client = site.friend()
    del client.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    for path in sockets(site):
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(f"ws://{HOST}{path}", headers=headers),
        ):
            pass


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_socket_to_another_host_is_refused(site: Site, host: str) -> None:
    client = site.friend()
    for path in sockets(site):
        headers = {"host": host}
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(f"ws://{HOST}{path}", headers=headers),
        ):
            pass


def test_a_socket_without_the_cookie_is_refused(site: Site) -> None:
    client = site.stranger()
    for path in sockets(site):
        headers = {"origin": ORIGIN, "host": HOST}
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(f"ws://{HOST}{path}", headers=headers),
        ):
            pass


def test_every_answer_carries_the_policy(site: Site) -> None:
    for client in (site.stranger(), site.friend()):
        for _method, path in routes(site):
            policy = client.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy


def guard(
    *, secret: bytes = SECRET, run_secret: bytes = RUN_SECRET, port: int = PORT, late_s: float = 0
) -> Guard:
    return Guard(secret=secret, run_secret=run_secret, port=port, now_s=lambda: NOW_S + late_s)


def test_a_code_opens_once(site: Site) -> None:
    code = new_code(RUN_SECRET, NOW_S)
    assert site.stranger().get("/enter", params={"code": code}).status_code == 200
    assert site.stranger().get("/enter", params={"code": code}).status_code == 403


def test_a_used_code_stays_used_after_a_restart() -> None:
    """The next run signs with a secret of its own; the cookie's secret stays."""
    code = new_code(RUN_SECRET, NOW_S)
    assert guard().redeem(code)
    assert not guard(run_secret=bytes(32)).redeem(code)


def test_the_run_s_secret_is_its_owner_s_alone(tmp_path: Path) -> None:
    keep_run_secret(tmp_path, RUN_SECRET)
    assert run_secret(tmp_path) == RUN_SECRET
    assert [p.stat().st_mode & 0o777 for p in tmp_path.iterdir()] == [0o600]


def test_the_way_in_goes_on_by_itself_from_any_page(site: Site) -> None:
    """A redirect would still count as asked for by the page before, and be refused."""
    page = site.stranger()
    elsewhere = {"sec-fetch-site": "cross-site"}
    code = new_code(RUN_SECRET, NOW_S)
    came = page.get("/enter", params={"code": code}, headers=elsewhere)
    assert '<meta http-equiv="refresh" content="0; url=/">' in came.text
    assert came.headers["cache-control"] == "no-store"
    assert page.get("/", headers={"sec-fetch-site": "same-origin"}).status_code == 200
    assert page.get("/", headers=elsewhere).status_code == 403


@pytest.mark.parametrize("code", ["", "1.2.3", "x", "9" * 400, "²." * 3, "1799999999.aa.é"])
def test_a_made_up_code_is_refused(site: Site, code: str) -> None:
    assert site.stranger().get("/enter", params={"code": code}).status_code == 403


def test_an_old_code_is_refused() -> None:
    code = new_code(RUN_SECRET, NOW_S)
    assert not guard(late_s=CODE_LIFE_S + 1).redeem(code)


def test_the_cookie_survives_a_restart_and_belongs_to_its_port(site: Site) -> None:
    client = site.friend()
    assert guard(run_secret=bytes(32)).knows(dict(client.cookies))
    assert not guard(port=PORT + 1).knows(dict(client.cookies))
    assert not guard(secret=bytes(32)).knows(dict(client.cookies))
    code = new_code(RUN_SECRET, NOW_S)
    cookie = client.get("/enter", params={"code": code}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
