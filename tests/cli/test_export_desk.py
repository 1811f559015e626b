"""Taking out on the page: real records, plain and encrypted; nothing of it stays anywhere."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.export_desk import ExportDesk
from biocoach.cli.packet_made import material_of
from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock
from biocoach.review.packet.document import packet
from biocoach.review.packet.material import span_of
from biocoach.review.packet.reading import Readers
from biocoach.settings import Settings
from biocoach.store import Journal, Key, memory_store, open_store
from biocoach.store.sealed_file import SealedFile
from biocoach.store.taking_in import take_in
from biocoach.types import Begin, Entry, Fit, InputBody, Mark, MarkKind, Plan, Step, Support
from dashboard.ports import Leaving, Outcome
from tests.fakes import FakeClock

START = datetime(2026, 1, 5, tzinfo=UTC)
KEYS = {"plain": Key(None), "encrypted": Key(bytes(range(32)))}
Json = dict[str, Any]
GONE = Outcome(why="not_there")


@pytest.fixture(scope="module", params=KEYS)
def journal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Journal]:
    folder = tmp_path_factory.mktemp("record")
    clock = StoryClock(START)
    found = open_store(folder, KEYS[request.param], writer="t", clock=clock)
    make(found, clock, Wish(folder=folder, seed=7, weeks=2, start=START), lambda *_: None)
    yield found
    found.close()


@pytest.fixture
def desk(journal: Journal) -> Iterator[ExportDesk]:
    desk = ExportDesk(Settings())
    asyncio.run(desk.opened(journal, simulated=True))
    yield desk
    asyncio.run(desk.closing())


def finished(desk: ExportDesk, name: str) -> Json:
    """Waits for the thread itself, not for a time."""
    work = desk._one.named(name)
    assert work is not None
    assert work.thread is not None
    work.thread.join()
    found = desk.view(name)
    assert isinstance(found, dict)
    return found


def begun(
    desk: ExportDesk, kind: str, session: str = "", since: date | None = None
) -> tuple[str, Json]:
    name = desk.begin(kind, session, since, None)["id"]
    return name, finished(desk, name)


def taken(desk: ExportDesk, name: str) -> bytes:
    found = desk.take(name)
    assert isinstance(found, Leaving)
    whole = b"".join(found.chunks)
    assert len(whole) == found.size
    return whole


@pytest.mark.parametrize(
    ("kind", "file", "ending"),
    [
        ("csv", "tables-simulated.zip", ".csv"),
        ("kubios", "heart-beats-simulated.zip", ".txt"),
        ("edf", "edf-simulated.zip", ".edf"),
    ],
)
def test_files_in_one_packed_file(desk: ExportDesk, kind: str, file: str, ending: str) -> None:
    name, found = begun(desk, kind)
    assert (found["state"], found["name"]) == ("ready", file)
    assert found["done"] == found["of"] == found["sessions"] > 3
    with zipfile.ZipFile(io.BytesIO(taken(desk, name))) as packed:
        assert packed.testzip() is None
        assert len(packed.namelist()) == found["files"]
        assert any(inner.endswith(ending) for inner in packed.namelist())


def test_the_whole_record_goes_into_another_one(desk: ExportDesk, journal: Journal) -> None:
    name, found = begun(desk, "json")
    assert found["done"] == found["of"] > 3
    lines = gzip.decompress(taken(desk, name)).decode().splitlines()
    with closing(memory_store(writer="t", clock=FakeClock())) as other:
        assert take_in(other, lines).sessions == len(journal.sessions())


def test_a_clinic_s_file_is_one_document(desk: ExportDesk) -> None:
    name, found = begun(desk, "fhir")
    assert (found["name"], found["files"]) == ("clinic-simulated.json", 1)
    assert json.loads(taken(desk, name))["resourceType"] == "Bundle"


def test_a_packet_with_the_raw_data_of_its_sessions_alone(
    desk: ExportDesk, journal: Journal
) -> None:
    names = [row.session for row in journal.sessions()][:2]
    name = desk.begin_packet(packet_of(journal, *names))["id"]
    found = finished(desk, name)
    assert (found["name"], found["sessions"]) == ("packet-simulated.zip", 2)
    with zipfile.ZipFile(io.BytesIO(taken(desk, name))) as packed:
        assert len(packed.namelist()) == found["files"]
        assert {"packet.pdf", "packet.html", "packet.json"} <= {*packed.namelist()}
        sessions = packed.read("raw/sessions.csv").decode()
        told = [row.session for row in journal.sessions() if row.session in sessions]
        assert told == names
    gone = desk.begin_packet(packet_of(journal, names[0]) | {"sessions": [{"id": "nobody"}]})["id"]
    assert finished(desk, gone)["why"] == "not_there"


def test_one_session_or_some_days(desk: ExportDesk, journal: Journal) -> None:
    one, told = begun(desk, "kubios", journal.sessions()[0].session)
    assert told["sessions"] == 1
    assert taken(desk, one)
    _, late = begun(desk, "csv", since=(START + timedelta(days=8)).date())
    _, every = begun(desk, "csv")
    assert 0 < late["sessions"] < every["sessions"]


def test_it_is_taken_once(desk: ExportDesk) -> None:
    name, _ = begun(desk, "kubios")
    assert taken(desk, name)
    assert desk.take(name) == desk.view(name) == desk.drop(name) == GONE


def test_dropped_replaced_or_the_record_closed_it_is_gone(
    desk: ExportDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[SealedFile] = []
    real = SealedFile.close

    def close(file: SealedFile) -> None:
        closed.append(file)
        real(file)

    monkeypatch.setattr(SealedFile, "close", close)
    first, _ = begun(desk, "kubios")
    second, _ = begun(desk, "kubios")
    assert (desk.view(first), len(closed)) == (GONE, 1)
    assert (desk.drop(second), desk.drop(second), len(closed)) == (Outcome(), GONE, 2)
    third, _ = begun(desk, "kubios")
    asyncio.run(desk.closing())
    assert (desk.view(third), desk.take(third), len(closed)) == (GONE, GONE, 3)


def test_while_it_is_made_it_can_be_dropped_and_the_record_closed(journal: Journal) -> None:
    desk = ExportDesk(Settings())
    assert desk.begin("csv", "", None, None) == {"ok": False, "why": "locked"}
    asyncio.run(desk.opened(journal, simulated=True))
    name = desk.begin("json", "", None, None)["id"]
    assert desk.drop(name) == Outcome()
    name = desk.begin("csv", "", None, None)["id"]
    asyncio.run(desk.closing())
    assert desk.view(name) == GONE


def test_what_can_not_be_taken_out_says_why(desk: ExportDesk) -> None:
    late, soon = date(2026, 1, 9), date(2026, 1, 8)
    assert desk.begin("csv", "", late, soon) == {"ok": False, "why": "no_days"}
    name, found = begun(desk, "csv", "nobody")
    assert (found["state"], found["why"]) == ("failed", "not_there")
    assert desk.take(name) == Outcome(why="not_ready")
    _, found = begun(desk, "csv", since=date(2099, 1, 1))
    assert (found["state"], found["why"]) == ("failed", "nothing")


def test_a_disk_without_room_is_said(desk: ExportDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device that is always full, where there is one."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here that is always full")
    real = SealedFile.__init__

    def onto_a_full_disk(file: SealedFile) -> None:
        real(file)
        file._file.close()
        file._file = full.open("w+b", buffering=0)  # type: ignore[assignment]

    monkeypatch.setattr(SealedFile, "__init__", onto_a_full_disk)
    _, found = begun(desk, "csv")
    assert (found["state"], found["why"]) == ("failed", "no_room")


OBSERVED = Plan(step=Step(id="a", title="A", support=Support.OBSERVE), planned_s=600)


def say(journal: Journal, *bodies: InputBody) -> None:
    for number, body in enumerate(bodies):
        entry = Entry(
            person="me", writer="t", session="open", boot_id="b", at_s=float(number),
            wall_utc="2026-02-01T09:00:00.000Z", body=body, settings_hash="", number=number,
        )  # fmt: skip
        journal.append([entry])


def packet_of(journal: Journal, *names: str) -> Json:
    """The packet of everything, told of these sessions alone."""
    now = (START + timedelta(days=14)).astimezone()
    span = span_of(START.date(), now.date(), now.date())
    assert span is not None
    with closing(journal.reader()) as reader:
        material = material_of(reader, span, now, simulated=True, talk="", settings=Settings())
        with closing(Readers(reader, Settings(), [])) as readers:
            found = packet(replace(material, read=readers.read))
    return found | {"sessions": [one for one in found["sessions"] if one["id"] in names]}


def test_a_step_that_became_still_since_keeps_its_heart() -> None:
    """What was made before it began could hold its first beats."""
    with closing(memory_store(writer="t", clock=FakeClock())) as journal:
        desk = ExportDesk(Settings())
        asyncio.run(desk.opened(journal, simulated=False))
        name, found = begun(desk, "json")
        assert found["state"] == "ready"
        begin = Begin(seed=7, settings_hash="", fit=Fit())
        say(journal, begin, OBSERVED, Mark(kind=MarkKind.APART))
        assert desk.take(name) == Outcome(why="still_review")
        name, found = begun(desk, "json")
        assert (found["state"], found["why"]) == ("failed", "still_review")
        asyncio.run(desk.closing())
