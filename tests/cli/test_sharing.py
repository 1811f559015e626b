"""A record is shared, read, answered, and the answer taken: as the two people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from biocoach.cli.doorway import CLOCK
from biocoach.cli.reading_desk import Client, opened
from biocoach.cli.reading_house import ReadingHouse
from biocoach.clock import iso_utc
from biocoach.settings import Settings
from biocoach.sharing.people import identity_in
from biocoach.sharing.replies import lines_of_draft
from biocoach.sharing.taking import ReadError
from biocoach.store import Journal, Key, Vault, open_store
from biocoach.store.bundle import Kind, Manifest, pack, unpack
from biocoach.store.codec import canonical
from biocoach.store.seal import Address, Identity, new_identity
from biocoach.store.transfer import ended
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.reading_app import ALLOWED, ReadingPorts, create_reading_app, reading_routers
from dashboard.routes import entry
from tests.cli.support import Done, call, one_line_of_trouble, run

CANARY = "<script>alert(1)</script>"


def open_own(folder: Path) -> Journal:
    key = Vault(folder).open(plain=True)
    assert isinstance(key, Key)
    return open_store(folder, key, writer="test", clock=CLOCK)


def address_in(home: Path, data: Path, *more: str) -> str:
    done = call(home, "key", "--data-dir", data, "--json", *more)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["address"])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A home, with the record of a simulated person who has shared all of it with a therapist."""
    home = tmp_path_factory.mktemp("home")
    client, therapist = home / "client", home / "therapist"
    done = call(home, "year", "--weeks", "2", "--seed", "7", "--data-dir", client)
    assert done.returncode == 0, done.stderr
    address = address_in(home, therapist, "--plain")
    done = share(home, "--to", address, "--name", "Dr Vale", "--redact", "S.", "--only", "sessions",
                 "--only", "ladder", "--only", "moments", "--words")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "S. " not in done.stderr.replace("Dr. ", "")
    assert "erase doesn't reach it" in done.stderr
    return home, client, therapist


def share(home: Path, *more: str | Path, out: str = "all.biocoach") -> Done:
    return call(home, "share", "--out", home / out, "--as", "Robin", "--yes", "--force",
                "--simulated", "--data-dir", home / "client", *more)  # fmt: skip


def reading(home: Path, therapist: Path, *files: Path, new_key: bool = False) -> list[Client]:
    own = open_own(therapist)
    try:
        return opened(files or [home / "all.biocoach"], own, CLOCK, Settings(), new_key=new_key,
                      tell=lambda *_: None)  # fmt: skip
    finally:
        own.close()


def test_what_was_shared_is_read_and_nothing_else(story: tuple[Path, Path, Path]) -> None:
    home, client, therapist = story
    found = reading(home, therapist)
    names = set(found[0].journal.facts(""))
    assert {name.split(":")[0] for name in names} <= {"ladders", "arc", "sheet", "check_in"}
    assert found[0].name == "Robin"
    own = open_own(client / "simulated")
    assert len(found[0].journal.sessions()) == len(own.sessions())
    own.close()
    again = call(home, "share", "--list", "--json", "--simulated", "--data-dir", client)
    told = json.loads(again.stdout)
    assert told["known"][0]["name"] == "Dr Vale"
    assert told["known"][0]["used"]
    assert told["sent"][0]["chosen"]["sessions"] == len(found[0].journal.sessions())
    for path in therapist.iterdir():  # nothing readable is on the therapist's disk
        assert path.is_dir() or b"Robin shared" not in path.read_bytes()
        assert path.is_dir() or b"phone face down" not in path.read_bytes()


def test_without_saying_so_no_sheet_and_no_note_leaves(story: tuple[Path, Path, Path]) -> None:
    home, _, therapist = story
    assert share(home, "--to", "Dr Vale", out="usual.biocoach").returncode == 0
    [client] = reading(home, therapist, home / "usual.biocoach")
    assert not client.journal.facts("sheet:")
    assert not client.journal.facts("beside:")


def test_a_slip_in_the_address_is_seen(story: tuple[Path, Path, Path]) -> None:
    home, _, therapist = story
    address = address_in(home, therapist, "--plain")
    done = share(home, "--to", address[:-1] + ("b" if address[-1] == "a" else "a"), "--name", "X")
    assert done.returncode == 1
    assert "slip" in done.stderr
    taken = share(home, "--to", new_identity().address.line, "--name", "dr vale")
    assert "another address" in taken.stderr


def client_app(home: Path, therapist: Path, clients: list[Client]) -> tuple[TestClient, Journal]:
    own = open_own(therapist)
    hub = Hub()
    house = ReadingHouse(clients, own, CLOCK, hub, therapist)
    guard = Guard(secret=b"s" * 32, run_secret=b"r" * 32, port=8765, now_s=lambda: 0.0)
    ports = ReadingPorts(
        hub=hub, reading=house, reader=house.readings, library=_Library(),
        worksheets=house.worksheets, measures=house.measures, margin=house.margin,
        ladders=house.ladders, note_drafts=house.note_drafts,
    )  # fmt: skip
    asked = TestClient(
        create_reading_app(ports, guard), base_url="http://127.0.0.1:8765",
        headers={"origin": "http://127.0.0.1:8765", "content-type": "application/json"},
        cookies={guard.cookie_name: guard.cookie_value},
    )  # fmt: skip
    routes = {
        (method, getattr(route, "path", ""))
        for one in (entry.router(guard), *reading_routers(ports))
        for route in one.routes
        for method in getattr(route, "methods", [])
    }
    assert {(m, p) for m, paths in ALLOWED.items() for p in paths} <= routes
    return asked, own


class _Library:
    def crisis_lines(self) -> list[dict[str, object]]:
        return []


def test_read_only_and_the_way_back(story: tuple[Path, Path, Path]) -> None:
    home, client, therapist = story
    clients = reading(home, therapist)
    page, own = client_app(home, therapist, clients)
    for path in ("sessions", "ladder", "measures", "worksheets", "recovery", "trends", "practices"):
        assert page.get(f"/api/{path}").status_code == 200, path
    for path in (
        "share",
        "share/answers",
        "own",
        "settings/fit",
        "settings/contacts",
        "phone",
        "straps",
        "separations",
    ):
        assert page.get(f"/api/{path}").status_code == 403, path
    assert page.put("/api/ladder/arc", json={"phase": "processing", "by": "x"}).status_code == 403
    assert page.post("/api/sessions/current/inputs", json={}).status_code == 403
    session = page.get("/api/sessions").json()[0]["id"]
    assert page.get(f"/api/sessions/{session}").status_code == 200
    assert page.post(f"/api/sessions/{session}/notes", json={"at_s": 5, "text": CANARY}).json()[
        "ok"
    ]
    ladder = page.get("/api/ladder").json()["ladders"][0]
    step = ladder["steps"][0]["id"]
    changes = [
        {"ladder": ladder["id"], "step": step, "reason": "too far", "way": "hold"},
        {"ladder": ladder["id"], "step": step, "reason": "a quiet week", "support": "ask"},
        {"ladder": ladder["id"], "step": step, "reason": "long", "planned_s": 40_000},
    ]
    odd = [{**changes[0], "way": "advance"}]
    assert page.put("/api/reading/draft", json={"practise": "", "changes": odd}).status_code == 409
    draft = {"practise": "Two evenings", "changes": changes}
    assert page.put("/api/reading/draft", json=draft).json()["ok"]
    own.close()  # killed: what was written is in the therapist's own record
    page, own = client_app(home, therapist, clients)
    assert len(page.get("/api/reading").json()["draft"]["notes"]) == 1
    made = page.post("/api/reading/reply", json={}).json()
    own.close()
    taken = home / "renamed to anything"
    (home / made["file"]).rename(taken)
    more = ("--simulated", "--data-dir", client)
    asked = call(home, "reply", taken, *more)
    assert "[waits]" in asked.stdout
    assert "From Dr Vale" in asked.stdout
    _accepts(home, client, taken, session, step)


def _accepts(home: Path, client: Path, file: Path, session: str, step: str) -> None:
    more = ("--simulated", "--data-dir", client)
    none = call(home, "reply", file, "--accept", "1", "--not-now", "2", "--accept", "9", *more)
    assert none.returncode == 1
    assert "item 9" in one_line_of_trouble(none)
    asked = json.loads(call(home, "reply", file, "--json", *more).stdout)
    assert [item["answer"] for item in asked["items"]] == [""] * 5  # all or none
    done = call(home, "reply", file, "--accept", "1", "--accept", "3", "--accept", "4",
                "--not-now", "2", *more)  # fmt: skip
    assert done.returncode == 0, done.stderr
    own = open_own(client / "simulated")
    own.put_fact("fit", {**(own.fact("fit") or {}), "with_therapist": False})
    own.close()
    beyond = call(home, "reply", file, "--accept", "5", *more)
    assert beyond.returncode == 1
    assert "without a therapist" in beyond.stderr
    twice = call(home, "reply", file, "--json", *more)
    answers = [item["answer"] for item in json.loads(twice.stdout)["items"]]
    assert answers == ["accepted", "not_now", "accepted", "accepted", ""]
    assert call(home, "reply", file, "--accept", "1", *more).returncode == 1  # once is enough
    own = open_own(client / "simulated")
    notes = own.facts(f"beside:{session}:note:")
    assert [(note["text"], note["by"]) for note in notes.values()] == [(CANARY, "Dr Vale")]
    ladders = own.fact("ladders")
    assert ladders is not None
    steps = {row["id"]: row for one in ladders["ladders"] for row in one["steps"]}
    assert steps[step]["support"] == "ask"
    assert [(o["by"], o["reason"]) for o in ladders["decided"]["overrules"]] == [
        ("Dr Vale", "too far")
    ]
    own.close()


def forged_reply(client: Address, by: Identity, of: str) -> bytes:
    manifest = Manifest(id="r1", kind=Kind.REPLY, made_utc=iso_utc(CLOCK.wall()),
                        sender=by.address, name="Dr Vale", to=(client,), of=of)  # fmt: skip
    return pack(manifest, lines_of_draft({"notes": [], "practise": "x", "changes": []}), by)


def test_a_reply_of_a_stranger_or_for_another_record(story: tuple[Path, Path, Path]) -> None:
    home, client, therapist = story
    own, theirs = open_own(client / "simulated"), open_own(therapist)
    mine, vale = identity_in(own), identity_in(theirs)
    shared = (own.fact("shared") or {})["sent"][0]["id"]
    own.close()
    theirs.close()
    for sealed, why in (
        (forged_reply(mine.address, new_identity(), shared), "have not shared with"),
        (forged_reply(mine.address, vale, "another"), "has not shared with them"),
        (forged_reply(new_identity().address, vale, shared), "another address"),
        ((home / "all.biocoach").read_bytes(), "another address"),
        (b"PK\x03\x04", "not a file that biocoach"),
    ):
        file = home / "forged.biocoach"
        file.write_bytes(sealed)
        done = call(home, "reply", file, "--simulated", "--data-dir", client)
        assert done.returncode == 1
        assert why in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_another_key_under_a_known_name_is_loud(story: tuple[Path, Path, Path]) -> None:
    home, _, therapist = story
    reading(home, therapist)
    own = open_own(therapist)
    to = identity_in(own).address
    own.close()
    stranger = new_identity()
    manifest = Manifest(id="b9", kind=Kind.RECORD, made_utc=iso_utc(CLOCK.wall()),
                        sender=stranger.address, name="Robin", to=(to,))  # fmt: skip
    file = home / "other.biocoach"
    file.write_bytes(
        pack(manifest, ended([canonical({"biocoach_record": 1, "simulated": False})]), stranger)
    )
    with pytest.raises(ReadError, match="STOP"):
        reading(home, therapist, file)
    done = call(home, "read", file, "--data-dir", therapist, "--plain", "--no-browser")
    assert done.returncode == 1
    assert "STOP" in done.stderr


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["{}"],
        ["[" * 5000],
        ['{"biocoach_record":1,"simulated":false}', '{"fact":"own","value":{}}'],
        ['{"biocoach_record":1,"simulated":true}'],
        ['{"biocoach_record":99,"simulated":false}'],
    ],
)
@pytest.mark.parametrize("close", [True, False])
def test_a_hostile_bundle_is_one_plain_line(
    story: tuple[Path, Path, Path], lines: list[str], close: bool
) -> None:
    home, _, therapist = story
    own = open_own(therapist)
    to = identity_in(own).address
    own.close()
    sender = new_identity()
    manifest = Manifest(id="b9", kind=Kind.RECORD, made_utc=iso_utc(CLOCK.wall()),
                        sender=sender.address, name="../../etc", to=(to,))  # fmt: skip
    file = home / "hostile.biocoach"
    file.write_bytes(pack(manifest, ended(lines) if close else lines, sender))
    with pytest.raises(ReadError) as error:
        reading(home, therapist, file)
    assert "\n" not in str(error.value)


def test_one_file_that_cant_be_read_leaves_the_others(story: tuple[Path, Path, Path]) -> None:
    home, _, therapist = story
    bad = home / "bad.biocoach"
    bad.write_bytes((home / "all.biocoach").read_bytes()[:-40])
    skipped: list[str] = []
    own = open_own(therapist)
    try:
        (client,) = opened(
            [bad, home / "all.biocoach"], own, CLOCK, Settings(), new_key=False,
            tell=lambda *_: None, skip=skipped.append,
        )  # fmt: skip
        with pytest.raises(ReadError, match="none of these"):
            opened([bad, bad], own, CLOCK, Settings(), new_key=False, tell=lambda *_: None)
    finally:
        own.close()
    client.journal.close()
    (why,) = skipped
    assert why.startswith("bad.biocoach: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("own", {"phrases": []}),
        ("sheet:1", {"form": 3}),
        ("sheet:1", []),
        ("total:1", {"scale": "gad-7", "day": "../..", "total": 3, "note": "", "rev": ""}),
        ("total:1", {"scale": "gad-7", "day": "2026-01-01", "total": "3", "note": "", "rev": ""}),
        ("ladders", {"ladders": [{"id": 3}]}),
        ("ladders", {"ladders": 7}),
        ("arc", {"phases": 7, "watched": 7}),
        ("beside:s:note:1", {"at_s": "0", "text": CANARY}),
        ("contacts", {"contacts": []}),
    ],
)
def test_facts_of_a_wrong_form_are_refused(
    story: tuple[Path, Path, Path], name: str, value: object
) -> None:
    home, _, therapist = story
    own = open_own(therapist)
    to = identity_in(own).address
    own.close()
    sender = new_identity()
    head = canonical({"biocoach_record": 1, "simulated": False})
    about = {"person": "", "writer": "", "boot_id": "", "at_s": 0.0}
    fact = canonical({"fact": name, "value": value, "wall_utc": "2026-01-01T00:00:00Z"} | about)
    manifest = Manifest(id="b9", kind=Kind.RECORD, made_utc=iso_utc(CLOCK.wall()),
                        sender=sender.address, name="Kim", to=(to,))  # fmt: skip
    file = home / "hostile.biocoach"
    file.write_bytes(pack(manifest, ended([head, fact]), sender))
    with pytest.raises(ReadError):
        reading(home, therapist, file)


def test_the_same_bundle_under_two_names_is_one_client(story: tuple[Path, Path, Path]) -> None:
    home, _, therapist = story
    other = home / "copy.biocoach"
    other.write_bytes((home / "all.biocoach").read_bytes())
    [client] = reading(home, therapist, home / "all.biocoach", other)
    assert client.before is None
    own = open_own(therapist)
    bundle = unpack(other.read_bytes(), identity_in(own))
    own.close()
    assert bundle.manifest.redacted == 1


WRONG = [
    (["--until", "20261105"], 2, "not a day"),
    (["--since", "2026-W01-1"], 2, "not a day"),
    (["--since", "2026-03-01", "--until", "2026-02-01"], 2, "before the first"),
    (["--only", "notes"], 2, "add --only sessions"),
    (["--session", "nope"], 1, "no such session"),
    (["--sheet", "nope"], 1, "nor such a worksheet"),
    (["--since", "2020-01-01", "--until", "2020-02-01", "--only", "sessions"], 1, "nothing"),
]


@pytest.mark.parametrize(("arguments", "status", "says"), WRONG)
def test_nothing_is_shared_by_a_slip(
    story: tuple[Path, Path, Path], arguments: list[str], status: int, says: str
) -> None:
    home, _, _ = story
    done = share(home, "--to", "Dr Vale", *arguments, out="slip.biocoach")
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert not (home / "slip.biocoach").exists()


def test_who_says_no_lets_nobody_in(story: tuple[Path, Path, Path]) -> None:
    home, client, _ = story
    other = address_in(home, home / "other", "--plain")
    words = ["share", "--out", "no.biocoach", "--simulated", "--data-dir", str(client)]
    done = run(home, *words, "--to", other, "--name", "Stranger")  # nobody answers: that is a no
    assert done.returncode != 0
    assert not (home / "no.biocoach").exists()
    listed = call(home, "share", "--list", "--simulated", "--data-dir", client)
    assert "Stranger" not in listed.stdout
