"""A folder of recordings of every sort, the good, the broken and the same; and a source of items
that a test holds in its hand: a worker that reads one waits until the test lets it."""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from biocoach.review.study.source import Item
from biocoach.store import Key, NoKeyring, Vault, open_store
from biocoach.store.transfer import lines_of
from tests.fakes import FakeClock
from tests.many_days import many_days
from tests.signal.hearts import heart

TABLES = ("recordings", "activations", "recoveries", "cohort")


def text_of(seed: int, length_s: float = 420) -> bytes:
    """RR text with a rise, now and then."""
    rr = heart(length_s, lambda t: 85.0 if 330 < t < 380 else 64.0, seed=seed, breath_ms=15)
    return "".join(f"{value:.1f}\n" for value in rr).encode()


def table_of(seeds: tuple[int, ...]) -> bytes:
    """Labelled beats of some people in one packed table."""
    lines = ["record,beat_s,symbol"]
    for seed in seeds:
        at_s = 0.0
        for value in heart(360, seed=seed):
            at_s += value / 1000
            lines.append(f"p{seed},{at_s:.3f},N")
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def record_of(place: Path) -> bytes:
    """A whole record, as it is exported."""
    many_days(place)
    key = Vault(place, NoKeyring()).open(None, plain=True)
    assert isinstance(key, Key)
    journal = open_store(place, key, writer="test", clock=FakeClock())
    text = "".join(f"{line}\n" for line in lines_of(journal))
    journal.close()
    return text.encode()


def capture_of(simulated: bool) -> bytes:
    head = {"biocoach_capture": 1, "started_utc": "2026-01-31T09:00:00Z", "simulated": simulated}
    beat = "10" if simulated else "00"
    lines = [json.dumps(head | {"device": {"name": "Polar H10 1234"}})]
    for second in range(1, 200):
        lines.append(json.dumps({"at_s": second, "notify": "2a37", "hex": f"1040{beat}04"}))
    return "\n".join(lines).encode() + b"\n"


def fill(folder: Path, aside: Path) -> None:
    record = record_of(aside / "record")
    files = {
        "about.csv": b"path,person,site,strap\na,ann,north,\na/two.txt,,,H10\nb,,south,\n",
        "a/one.txt": text_of(1),
        "a/two.txt": text_of(2),
        "b/again.txt": text_of(1),
        "b/capture.jsonl": capture_of(simulated=False),
        "b/nobody.jsonl": capture_of(simulated=True),
        "b/record.jsonl": record,
        "b/table.csv.gz": table_of((5, 6)),
        "broken/changed.jsonl": record.replace(b'"me"', b'"you"', 1),
        "broken/cut.jsonl": record[: len(record) // 2],
        "broken/empty.txt": b"",
        "broken/half.gz": gzip.compress(text_of(3), mtime=0)[:-200],
        "broken/noise.bin": bytes(range(256)) * 40,
        "broken/words.txt": b"this is a letter\nto nobody\n",
        "broken/fit.fit": b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT" + b"\xff" * 100,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def bytes_of(folder: Path) -> dict[str, str]:
    names = [*(f"{name}.parquet" for name in TABLES), "report.json"]
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}


@dataclass
class Held:
    """A source of texts, some of them behind a pipe that the test holds."""

    place: Path
    texts: dict[str, bytes]
    behind: frozenset[str] = field(default_factory=frozenset)

    name = "held"

    def items(self) -> Iterator[Item]:
        for name, content in self.texts.items():
            path = self.place / name
            if not path.exists():
                os.mkfifo(path) if name in self.behind else path.write_bytes(content)
            digest = sha256(content).hexdigest()
            yield Item(id=name, opened_by="file", locator=str(path), sha256=digest)

    def give(self, name: str) -> None:
        """Returns once somebody reads it."""
        with (self.place / name).open("wb") as pipe:
            pipe.write(self.texts[name])

    def kill_its_reader(self, name: str) -> None:
        """Waits for a process to open it, and kills that process."""
        path = self.place / name
        with path.open("wb"):
            readers: list[int] = []
            while not readers:  # it has come in, and may not be listed yet
                readers = [pid for pid in _pids() if pid != os.getpid() and _has(pid, path)]
            (reader,) = readers
            os.kill(reader, signal.SIGKILL)
            while _has(reader, path):  # until the system has cleared it away
                pass


def _pids() -> Iterator[int]:
    return (int(found.name) for found in Path("/proc").iterdir() if found.name.isdigit())


def _has(pid: int, path: Path) -> bool:
    try:
        return any(link.readlink() == path for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
