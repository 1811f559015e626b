"""Records and replies from outside, spoilt at every depth - sealed bytes, what is signed, the
manifest, the lines - and how each is taken: whole, or refused in one plain line.

What was taken is looked at as its reader would: every view of the read-only page answers.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from biocoach.cli.accepting import accepting
from biocoach.cli.bring_record import taken_whole
from biocoach.cli.reading_desk import Client, opened
from biocoach.cli.reading_house import ReadingHouse
from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock, iso_utc
from biocoach.settings import Settings
from biocoach.sharing.people import (
    IDENTITY,
    RECIPIENTS,
    Person,
    identity_in,
    keep_people,
    note_sent,
)  # fmt: skip
from biocoach.sharing.replies import ANSWERS, ReplyError, lines_of_draft, open_reply
from biocoach.sharing.taking import ReadError
from biocoach.store import Journal, memory_store
from biocoach.store.bundle import Kind, Manifest
from biocoach.store.codec import canonical
from biocoach.store.seal import identity_of, new_identity, seal
from biocoach.store.taking_in import TransferError, take_in
from biocoach.store.transfer import ended, lines_of
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.reading_app import ReadingPorts, create_reading_app
from tests.dashboard.support import NOW_S, RUN_SECRET, SECRET, SmallHouse
from tests.faults.doors import CLOCK, filled, listed
from tests.faults.hostile_files import Target
from tests.faults.imports import mutant
from tests.faults.knocks import Knock, put_directly
from tests.faults.spoiling import spoilt, spoilt_lines

SENDER, READER = new_identity(), new_identity()
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
BEATS_KEPT = 60  # one of so many: a fold takes a millisecond for each second
PORT = 8765


@cache
def record() -> tuple[str, ...]:
    """A week of a simulated person, thinned: every kind of entry and of fact that travels."""
    clock = StoryClock(BEGAN)
    with closing(memory_store(writer="tests", clock=clock)) as journal:
        make(
            journal, clock, Wish(folder=Path("none"), seed=7, weeks=1, start=BEGAN), lambda *_: None
        )
        session = journal.sessions()[0].session
        day = BEGAN.date().isoformat()
        note = {"at_s": 5.0, "text": "quiet", "rev": "1"}
        moments = {"written_utc": iso_utc(BEGAN), "changed_utc": iso_utc(BEGAN)}
        journal.put_fact(f"beside:{session}:note:n1", note | moments)
        total = {"scale": "gad-7", "day": day, "total": 9, "note": "", "rev": "1"}
        journal.put_fact("total:t1", total)
        journal.put_fact("check_in", {"session": session, "date": day})
        journal.put_fact("arc", {"moves": [{"phase": "stabilising", "by": "Kim", "day": day}]})
        return tuple(ended(_thinned(lines_of(journal, simulated=True))))


def _thinned(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        found = json.loads(line)
        entry = found.get("entry")
        if "end" in found or (entry and _is_beat(entry) and number % BEATS_KEPT):
            continue
        if found.get("fact") != "fit":  # it stays with its person
            yield canonical({"entry": entry | {"at_s": entry["at_s"] / 20}} if entry else found)


def _is_beat(entry: Any) -> bool:
    return entry["body"]["kind"] in ("reading", "motion")


def spoilt_record(data: bytes, dice: random.Random) -> bytes:
    if dice.random() < 0.05:
        return mutant(data, dice)
    return "\n".join(spoilt_lines(data.decode().split("\n"), dice)).encode("utf-8", "replace")


def _taken_in(data: bytes) -> bool:
    """As ``biocoach import`` does with a whole record."""
    with closing(memory_store(writer="tests", clock=CLOCK)) as journal:
        try:
            taken_whole(journal, data.decode("utf-8", "replace").split("\n"))
        except TransferError as error:
            _one_line(error)
            return False
        assert journal.verify().problems == ()
        return True


# ---- bundles


def manifest(kind: Kind, **told: Any) -> Any:
    good = Manifest(
        id="b1", kind=kind, made_utc="2026-01-31T09:00:00.000Z", sender=SENDER.address,
        name="Robin", to=(READER.address,), simulated=True, period=("2026-01-05", "2026-01-31"),
        chosen=(("sessions", 2),),
    )  # fmt: skip
    return replace(good, **told).told()


def _bundle() -> tuple[bytes, ...]:
    return ("\n".join([canonical(manifest(Kind.RECORD)), *record()]).encode(),)


def _reply() -> tuple[bytes, ...]:
    changes: list[dict[str, Any]] = [
        {"ladder": "l", "step": "s", "reason": "too far", "way": "hold"},
        {"ladder": "l", "step": "s", "reason": "a quiet week", "support": "ask"},
        {"ladder": "l", "step": "s", "reason": "long", "planned_s": 900},
        {"ladder": "l", "step": "s", "reason": "first", "place": 0},
        {"ladder": "l", "step": "s", "reason": "easy", "expected_suds": 20},
    ]
    ladders = next(json.loads(x)["value"] for x in record() if '"fact":"ladders"' in x)["ladders"]
    there = {"ladder": ladders[0]["id"], "step": ladders[0]["steps"][0]["id"]}
    changes = [change | there for change in changes]
    session = next(json.loads(x)["entry"]["session"] for x in record() if '"entry"' in x)
    notes = [{"session": session, "at_s": 5.0, "text": "quiet"}]
    draft = {"notes": notes, "practise": "Two evenings", "changes": changes}
    told = manifest(Kind.REPLY, of="b0", period=("", ""), chosen=())
    return ("\n".join([canonical(told), *lines_of_draft(draft)]).encode(),)


def spoilt_bundle(data: bytes, dice: random.Random) -> bytes:
    """Lines with their manifest, sealed again by the sender, who is the one that means ill."""
    first, *lines = data.decode().split("\n")
    how = dice.random()
    if how < 0.1:
        first = canonical(_plain(spoilt(json.loads(first), dice)))
    elif how < 0.85:
        lines = spoilt_lines(lines, dice)
    content = [line.encode("utf-8", "replace").decode() for line in (first, *lines)]
    sealed = seal(content, SENDER, [READER.address])
    return mutant(sealed, dice) if how > 0.95 else sealed


def _plain(value: Any) -> Any:
    """Without what is no JSON; the tests of the sealing try those."""
    return json.loads(json.dumps(value).replace("NaN", "0").replace("Infinity", "1"))


def _read(data: bytes) -> bool:
    """As ``biocoach read`` does, and then every view of its page."""
    with tempfile.TemporaryDirectory() as folder, closing(_own(READER)) as own:
        file = Path(folder) / "shared.biocoach"
        file.write_bytes(data)
        try:
            clients = opened([file], own, CLOCK, Settings(), new_key=False, tell=lambda *_: None)
        except ReadError as error:
            _one_line(error)
            return False
        try:
            _look_at(clients, own, Path(folder))
        finally:
            for client in clients:
                client.journal.close()
        return True


def _look_at(clients: list[Client], own: Journal, folder: Path) -> None:
    house = ReadingHouse(clients, own, CLOCK, Hub(), folder)
    guard = Guard(secret=SECRET, run_secret=RUN_SECRET, port=PORT, now_s=lambda: NOW_S)
    ports = ReadingPorts(
        hub=Hub(), reading=house, reader=house.readings, library=SmallHouse(),
        worksheets=house.worksheets, measures=house.measures, margin=house.margin,
        ladders=house.ladders, note_drafts=house.note_drafts,
    )  # fmt: skip
    app = create_reading_app(ports, guard, folder / "none")
    routes, _, _ = listed(app)
    names = [row.session for row in clients[0].journal.sessions()][:3] or ["a"]
    headers = (("Host", f"127.0.0.1:{PORT}"), ("Cookie", f"biocoach_{PORT}={guard.cookie_value}"))
    # The analysis is a child's work of seconds, and a child can't bring its parent down.
    gets = [path for method, path in routes if method == "GET" and not path.endswith("/hrv")]
    paths = dict.fromkeys(filled(path, quote(name, "")) for path in gets for name in names)
    knocks = [
        Knock(method="GET", target=path, headers=headers) for path in paths if "\n" not in path
    ]
    for knock, found in zip(knocks, put_directly(app, knocks), strict=True):
        assert found.status < 500, f"{knock.target}: {found.body.decode()}"
    asyncio.run(house._desk.closing())
    house.readings.close()


def _own(identity: Any) -> Journal:
    own = memory_store(writer="tests", clock=CLOCK)
    own.put_fact(IDENTITY, identity.kept())
    return own


def _replied(data: bytes) -> bool:
    """As ``biocoach reply`` does, each item accepted and each put off."""
    with closing(memory_store(writer="tests", clock=CLOCK)) as own:
        take_in(own, record())
        own.put_fact(IDENTITY, READER.kept())
        vale = Person(name="Dr Vale", address=SENDER.address, added="2026-01-05")
        keep_people(own, RECIPIENTS, (vale,))
        assert identity_of(own.fact(IDENTITY)) is not None
        sent = Manifest(
            id="b0", kind=Kind.RECORD, made_utc=iso_utc(BEGAN),
            sender=identity_in(own).address, name="", to=(SENDER.address,),
        )  # fmt: skip
        note_sent(own, sent, vale)
        try:
            came = open_reply(own, data)
        except ReplyError as error:
            _one_line(error)
            return False
        asyncio.run(_answered(own, came.id, [item["id"] for item in came.value["items"]]))
        return True


async def _answered(own: Journal, reply: str, items: list[str]) -> None:
    desk, readings = accepting(own, CLOCK, Settings(), simulated=True)
    try:
        for item in items:
            for answer in reversed(ANSWERS):
                await desk.answer(reply, item, answer)
    finally:
        readings.close()


def _one_line(error: Exception) -> None:
    assert "\n" not in str(error)


def _record() -> tuple[bytes, ...]:
    return ("\n".join(record()).encode(),)


def harmless(data: bytes) -> bytes:
    """Sealed as it is, to see that the samples are taken before they are spoilt."""
    return seal(data.decode().split("\n"), SENDER, [READER.address])


def inflated(piece: bytes, times: int) -> bytes:
    """Deflated bytes that become very many."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


RECORDS: dict[str, Target] = {
    "record": Target(samples=_record, spoil=spoilt_record, take=_taken_in),
    "bundle": Target(samples=_bundle, spoil=spoilt_bundle, take=_read),
    "reply": Target(samples=_reply, spoil=spoilt_bundle, take=_replied),
}
