"""What is done to a record beside appending: each of it is done or not, and may be done again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biocoach.store import Journal, Key, Reader, open_store
from biocoach.store.codec import to_json
from biocoach.store.erasing import scrub
from biocoach.types import Debrief
from tests.store.support import CLOCK, begin, closed, entry, ratings

CANARY = "canary-of-the-coal-mine"
PICTURE = CANARY.encode() * 2_000
SAID = "words:breath"
KINDS = 150  # ratings in a session


@dataclass(frozen=True, slots=True)
class Deed:
    """``parts``: each a transaction or more of its own, done or not. ``takes``: the canary is
    nowhere on the disk once all was done."""

    parts: tuple[Callable[[Journal], Any], ...]
    takes: bool = False

    def do(self, journal: Journal) -> None:
        for part in self.parts:
            part(journal)


def _replace(journal: Journal) -> None:
    journal.replace_fact(SAID, {"text": "other words", "rev": "b"})
    journal.scrub_log()


def _erase_fact(journal: Journal) -> None:
    journal.erase_fact(SAID)
    journal.scrub_log()


def _attach(journal: Journal) -> None:
    if "new" not in journal.attachments():
        journal.attach("new", "audio/webm", PICTURE)


def _detach(journal: Journal) -> None:
    journal.detach({"old"})
    journal.scrub_log()


def _erase_session(journal: Journal) -> None:
    journal.erase_session("s1")


def _write(journal: Journal) -> None:
    """The canary is in the write-ahead log too. Written once, however often it is done."""
    if not journal.has_session("s9"):
        journal.append([begin("s9"), entry(Debrief(happened=CANARY), session="s9")])


def _erase_written(journal: Journal) -> None:
    journal.erase_session("s9")


def _say(journal: Journal) -> None:
    journal.replace_fact("words:walk", {"text": CANARY, "rev": "c"})


def note_sent(journal: Journal) -> None:
    """As where a clinic has a copy: it may have each line, and has every other for sure."""
    with closing(journal.outgoing()) as outgoing:
        lines = range(1, outgoing.head().seq + 1)
        outgoing.note_sent(lines)
        outgoing.note_given(lines[::2])


def _note_taken(journal: Journal) -> None:
    with closing(journal.outgoing()) as outgoing:
        outgoing.note_taken([1, 2])
        outgoing.doubt()


def _take_back(journal: Journal) -> None:
    journal.replace_fact("words:walk", {"text": "others", "rev": "d"})
    journal.scrub_log()


_TAKES = (_erase_session, _replace, _detach)
DEEDS: dict[str, Deed] = {
    "erase a session": Deed((_erase_session,)),
    "erase a person": Deed((lambda journal: journal.erase_person("me"),)),
    "replace a fact": Deed((_replace,)),
    "erase a fact": Deed((_erase_fact,)),
    "attach": Deed((_attach,)),
    "detach": Deed((_detach,)),
    "put a fact": Deed((lambda journal: journal.put_fact("fit", {"age": "adult", "new": True}),)),
    "sum up": Deed((lambda journal: journal.put_summary("s2", {"length_s": 2.0}),)),
    "note what is sent": Deed((note_sent,)),
    "note what is taken": Deed((_note_taken,)),
    "vacuum": Deed((lambda journal: scrub(journal._database),)),
    "erase all of it": Deed(_TAKES, takes=True),
    "write and erase": Deed((_write, *_TAKES, _erase_written), takes=True),
    "say and take back": Deed((*_TAKES, _say, _take_back), takes=True),
}


def seen(journal: Reader) -> dict[str, Any]:
    """All that a reader sees of the record."""
    names = [row.session for row in journal.sessions()]
    return {
        "sessions": {n: [(e.number, to_json(e.body)) for e in journal.read(n)] for n in names},
        "summaries": journal.summaries(),
        "facts": {n: f for n, f in journal.facts("").items() if n != "attachment"},
        "attachments": {n: journal.attachment(n) for n in journal.attachments()},
        "synced": journal._database.run("SELECT seq, sure FROM synced ORDER BY seq"),
    }


def prepare(folder: Path, key: Key) -> None:
    """A record with a canary in a session, a fact and a picture of the person ``me``; it is joined
    to a clinic."""
    journal = open_store(folder, key, writer="before", clock=CLOCK)
    for name in ("s1", "s2"):
        heavy = entry(Debrief(happened=CANARY if name == "s1" else "nothing"), session=name)
        journal.append([begin(name), *ratings(KINDS, name), heavy, closed(name)])
        journal.put_summary(name, {"length_s": 1.0})
    journal.put_fact(SAID, {"text": CANARY, "rev": "a"})
    journal.put_fact("fit", {"age": "adult"})
    journal.attach("old", "image/png", PICTURE)
    journal.attach("other", "image/png", b"nothing")
    note_sent(journal)
    journal.close()


def copy(template: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    return folder


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
