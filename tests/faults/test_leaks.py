"""What was written stays in the record: not in a log, a crash, a file beside it, a process list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from biocoach.cli.crash import places
from tests.faults.crashing import IN_A_ROUTE, IN_THE_SESSION
from tests.faults.lived_in import PASSPHRASE, Lived, lived_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
CANARY = "Quillwater-5583"
NOTES = "/api/sessions/{}/notes"
INPUTS = "/api/sessions/current/inputs"


def say(lived: Lived, method: str, path: str, body: Any) -> int:
    url = lived.url + path
    return requests.request(method, url, json=body, headers=lived.headers, timeout=60).status_code


def words(what: str) -> str:
    return f"{CANARY} {what}"


def write_everywhere(lived: Lived, session: str) -> dict[str, int]:
    """Each kind of field that a person can write into, with words that are known again."""
    ladder = requests.get(f"{lived.url}/api/ladder", headers=lived.headers, timeout=60).json()
    step = ladder["ladders"][0]["steps"][0]["id"]
    contact = {"name": words("contact"), "phone": "1234567"}
    own = {"phrases": [{"id": "p", "text": words("phrase")}]}
    asks: list[tuple[str, str, Any]] = [
        ("POST", NOTES.format(session), {"at_s": 3.0, "text": words("note")}),
        ("PUT", "/api/settings/contacts", {"contacts": [contact]}),
        ("PUT", "/api/own", own),
        ("PUT", "/api/drafts/talk", {"words": {"talk": words("talk")}, "rev": ""}),
        ("PUT", "/api/drafts/plan", {"words": {"feared": words("feared")}, "rev": ""}),
        ("PUT", "/api/ladder/arc", {"phase": "processing", "by": words("by")}),
        ("POST", f"/api/ladder/{step}/overrule", {"reason": words("reason"), "by": words("by")}),
        ("POST", "/api/worksheets", {"form": "journal", "answers": {"text": words("sheet")}}),
        ("POST", INPUTS, {"kind": "mark", "mark": "note", "text": words("mark")}),
        ("POST", "/api/share/people/look", {"address": words("address")}),
        ("POST", "/api/measures", {"scale": "gad-7", "day": words("day"), "total": 3}),
        ("POST", "/api/unlock", {"passphrase": words("passphrase")}),
        ("GET", f"/api/sessions/{CANARY}", None),
        ("GET", f"/api/{CANARY}?q={CANARY}", None),
    ]
    return {f"{method} {path}": say(lived, method, path, body) for method, path, body in asks}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    home = tmp_path_factory.mktemp("home")
    with lived_in(home, module="tests.faults.crashing", browser="true") as found:
        yield found


def test_nothing_of_it_comes_out(lived: Lived) -> None:
    code = lived.address.rpartition("=")[2]
    came = requests.get(lived.address, timeout=60)
    assert came.status_code == 200
    assert code not in came.text
    assert code not in came.headers.get("location", "")
    cookie = lived.guard.cookie_value
    assert cookie in came.headers["set-cookie"]
    sessions = requests.get(f"{lived.url}/api/sessions", headers=lived.headers, timeout=60).json()
    session = sessions[0]["id"]
    told = write_everywhere(lived, session)
    assert sum(status == 200 for status in told.values()) >= 5, told
    assert all(status < 500 for status in told.values()), told

    fallen = {"at_s": 3.0, "text": f"{IN_A_ROUTE} {CANARY}"}
    assert say(lived, "POST", NOTES.format(session), fallen) == 500
    note = {"kind": "mark", "mark": "note", "text": f"{IN_THE_SESSION} {CANARY}"}
    assert say(lived, "POST", INPUTS, note) == 500
    long = {"at_s": 3.0, "text": CANARY * 200_000}
    assert say(lived, "POST", NOTES.format(session), long) == 413

    place = Path("/proc") / str(lived.process.pid)
    running = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    limits = (place / "limits").read_text()
    doorways = list(lived.home.rglob("biocoach-*.html"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in doorways)
    out, trouble = lived.said()
    assert "SpilledError" in trouble, "the crash was not told at all"
    assert "KeyError" in trouble
    secrets = [CANARY, code, cookie, PASSPHRASE]
    assert [word for word in secrets if word in trouble + out] == []
    assert [word for word in secrets if word.encode() in running] == []
    assert [line.split()[4:6] for line in limits.splitlines() if "core" in line] == [["0", "0"]]
    _on_no_disk(lived.home, CANARY)


def _on_no_disk(home: Path, word: str) -> None:
    found = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name == "journal.db" for path in found)
    hits = [path for path in found if word.encode() in path.read_bytes()]
    temporary = Path(os.environ.get("TMPDIR", "/tmp"))
    hits += [
        path
        for path in temporary.iterdir()
        if path.is_file() and path.stat().st_size < 50_000_000 and _holds(path, word)
    ]
    assert hits == []


def _holds(path: Path, word: str) -> bool:
    try:
        return word.encode() in path.read_bytes()
    except OSError:
        return False


def test_a_crash_tells_where_and_of_what_kind_alone() -> None:
    def inner() -> None:
        raise KeyError(CANARY)

    try:
        try:
            inner()
        except KeyError as error:
            raise ExceptionGroup(CANARY, [ValueError(CANARY), error]) from error
    except ExceptionGroup as group:
        told = places(group)
    assert CANARY not in told
    assert "in inner" in told
    assert told.count("builtins.ValueError") == 1
    assert told.splitlines()[-1].endswith("ExceptionGroup") or "KeyError" in told


def test_the_trial_would_see_it(lived: Lived, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"x")
    (tmp_path / "left").write_text(words("here"))
    with pytest.raises(AssertionError):
        _on_no_disk(tmp_path, CANARY)


def test_without_the_quiet_a_crash_does_tell(tmp_path: Path) -> None:
    with lived_in(tmp_path, module="tests.faults.crashing_aloud") as lived:
        url = f"{lived.url}/api/sessions"
        session = requests.get(url, headers=lived.headers, timeout=60).json()[0]["id"]
        fallen = {"at_s": 3.0, "text": f"{IN_A_ROUTE} {CANARY}"}
        assert say(lived, "POST", NOTES.format(session), fallen) == 500
        assert CANARY in lived.said()[1]
