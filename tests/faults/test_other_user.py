"""Another user of the same machine: not one byte of the folder, and no route, is theirs."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.faults.doors import filled
from tests.faults.knocks import Knock, as_bytes
from tests.faults.lived_in import PASSPHRASE, ROOT, Lived, lived_in

OWNER, OTHER = 61_001, 61_002
INPUTS = "/api/sessions/current/inputs"
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can be two users"
)


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    """Served by a user of its own, who has made all that leaves traces in the folder."""
    home = Path(tempfile.mkdtemp(prefix="at-home-"))
    home.chmod(0o755)  # as homes are on many systems
    try:
        python = python_for_all(home)
        with lived_in(home, user=OWNER, browser="true", python=python) as found:
            _busy(found)
            yield found
    finally:
        shutil.rmtree(home, ignore_errors=True)


def all_open(paths: Sequence[str]) -> bool:
    return all(opens(path, os.O_RDONLY) for path in paths)


def python_for_all(home: Path) -> str:
    """An interpreter that users without rights can run, with the packages of this one; it may be
    another, as this one often lies in root's own folder."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = sysconfig.get_paths()["purelib"]
    candidates = (Path(sys.executable).resolve(), Path("/usr/bin") / version)
    for base in (str(path) for path in candidates if path.exists()):
        needed = (base, f"{packages}/fastapi/__init__.py", str(ROOT / "biocoach/__init__.py"))
        if as_other(partial(all_open, needed)) is True:
            place = home / "python"
            subprocess.run([base, "-m", "venv", "--without-pip", place], check=True)
            [site] = place.glob("lib/python*/site-packages")
            (site / "here.pth").write_text(f"{packages}\n{ROOT}\n")
            return str(place / "bin" / "python")
    pytest.skip("no interpreter here that another user can run")


def _busy(lived: Lived) -> None:
    """A packet, an export, a recording: all that is made on the way lies somewhere."""
    for path, body in (
        ("/api/reports", {}),
        ("/api/reports/exports", {"format": "csv"}),
        (INPUTS, {"kind": "mark", "mark": "note", "text": "x"}),
    ):
        answer = requests.post(lived.url + path, json=body, headers=lived.headers, timeout=60)
        assert answer.status_code in (200, 409), path
    kind = {"content-type": "application/octet-stream"}
    beats = b"\n".join(b"%d" % (800 + n % 40) for n in range(400))
    url = f"{lived.url}/api/recordings"
    assert requests.post(url, data=beats, headers=lived.headers | kind, timeout=90).ok


def as_other(work: Callable[[], Any]) -> Any:
    """What ``work`` finds as the other user, in a child that is nobody else any more."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(OTHER)
            os.setuid(OTHER)
            told = json.dumps(work()).encode()
        except BaseException as error:  # noqa: BLE001 - told to the parent
            told = json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode()
        with os.fdopen(writes, "wb") as pipe:
            pipe.write(told)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


def opens(path: str, flags: int) -> bool:
    try:
        os.close(os.open(path, flags))
    except OSError:
        return False
    return True


def is_seen(path: str) -> bool:
    try:
        return Path(path).exists()
    except PermissionError:
        return False


def test_every_file_is_its_owner_s_alone(lived: Lived) -> None:
    folder = lived.folder
    found = [folder, *folder.rglob("*")]
    names = {path.name for path in found}
    assert {
        "journal.db",
        "vault.json",
        "lock",
        "serving.json",
        "page-secret",
        "run-secret",
    } <= names
    assert {"journal.db-wal", "journal.db-shm"} <= names
    assert any(name.startswith("biocoach-") for name in names), "no doorway"
    for path in found:
        wanted = 0o700 if path.is_dir() else 0o600
        assert path.stat().st_mode & 0o777 == wanted, path
        assert path.stat().st_uid == OWNER, path


def test_another_user_reads_not_one_byte_and_writes_none(lived: Lived) -> None:
    paths = [str(path) for path in (lived.folder, *lived.folder.rglob("*"))]
    process = f"/proc/{lived.process.pid}"
    private = [f"{process}/{name}" for name in ("environ", "mem", "maps", "fd", "cwd/.", "root/.")]
    made = str(lived.folder / "planted")

    def trying() -> dict[str, list[str]]:
        return {
            "read": [p for p in (*paths, *private) if opens(p, os.O_RDONLY)],
            "written": [p for p in paths if opens(p, os.O_WRONLY)],
            "made": [made] if opens(made, os.O_CREAT | os.O_WRONLY) else [],
            "seen": [p for p in paths[1:] if is_seen(p)],
        }

    assert as_other(trying) == {"read": [], "written": [], "made": [], "seen": []}


def test_what_it_left_elsewhere_is_closed_too(lived: Lived) -> None:
    places = [Path(tempfile.gettempdir()), Path("/dev/shm"), Path("/var/tmp"), lived.home]
    own = [
        str(path)
        for place in places
        if place.is_dir()
        for path in place.iterdir()
        if path.lstat().st_uid == OWNER and path.is_file()
    ]
    assert as_other(lambda: [p for p in own if opens(p, os.O_RDONLY)]) == []


def test_the_process_list_tells_no_secret(lived: Lived) -> None:
    shown = as_other(lambda: Path(f"/proc/{lived.process.pid}/cmdline").read_text())
    assert "serve" in shown
    code = lived.address.rpartition("=")[2]
    for word in (code, lived.guard.cookie_value, PASSPHRASE):
        assert word not in shown


def test_every_route_and_socket_is_shut(lived: Lived) -> None:
    told = requests.get(f"{lived.url}/api/openapi.json", headers=lived.headers, timeout=60).json()
    routes = [(m.upper(), path) for path, some in told["paths"].items() for m in some]
    assert len(routes) > 90
    port, origin = lived.port, lived.url

    def trying() -> dict[str, int]:
        found = {}
        for method, path in [*routes, ("GET", "/"), ("GET", "/index.html")]:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            kind = "octet-stream" if path.endswith(("recordings", "media", "open")) else "json"
            headers = {"origin": origin, "content-type": f"application/{kind}"}
            asked.request(method, filled(path), b"{}" if method != "GET" else None, headers)
            found[f"{method} {path}"] = asked.getresponse().status
            asked.close()
        return found

    statuses = as_other(trying)
    assert "failed" not in statuses, statuses
    open_ones = {name: status for name, status in statuses.items() if status != 401}
    assert open_ones == {"GET /api/health": 200, "GET /enter": 403}
    assert as_other(lambda: _socket_status(port, origin)) == 403


def _socket_status(port: int, origin: str) -> int:
    import socket

    host = origin.removeprefix("http://")
    headers = (("Host", host), ("Origin", origin))
    with socket.create_connection(("127.0.0.1", port), 20) as asked:
        asked.sendall(as_bytes(Knock(method="WS", target="/ws", headers=headers)))
        return int(asked.recv(200).split(b" ")[1])


def test_the_trial_would_see_an_open_door(tmp_path: Path) -> None:
    if isinstance(found := as_other(lambda: True), dict):
        pytest.skip(f"nobody can be somebody else here: {found['failed']}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        left = folder / "left"
        left.write_text("x")
        left.chmod(0o644)
        assert as_other(lambda: opens(str(left), os.O_RDONLY)) is True
        left.chmod(0o600)
        assert as_other(lambda: opens(str(left), os.O_RDONLY)) is False
