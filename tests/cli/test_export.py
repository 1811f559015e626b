"""``biocoach export`` and the way back, as a user runs them."""

from __future__ import annotations

import gzip
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from biocoach.cli.own_record import own_record
from biocoach.clock import SystemClock
from biocoach.store import Journal
from tests.cli.support import call, lines, one_line_of_trouble, run

OUT = ("export", "--simulated", "--data-dir", "year")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small year, with a picture, a note beside a session, and one fact that never leaves."""
    home = tmp_path_factory.mktemp("export")
    year = ("year", "--seed", "5", "--weeks", "2", "--until", "2026-03-01", "--data-dir", "year")
    assert call(home, *year).returncode == 0
    with opened(home, "year") as journal:
        name = journal.sessions()[0].session
        note = {"at_s": 9.0, "text": "=now", "written_utc": "2026-03-01T09:00:00.000Z"}
        journal.put_fact(f"beside:{name}:note:n1", note | {"changed_utc": note["written_utc"]})
        journal.attach("p1", "image/png", bytes(range(256)))
        journal.put_fact("secret:identity", {"key": "canary"})
    assert call(home, *OUT, "--format", "json", "--out", "record.jsonl").returncode == 0
    return home


class opened:  # noqa: N801  as a ``with`` reads
    """The simulated record of a folder."""

    def __init__(self, home: Path, folder: str) -> None:
        self._record = own_record(
            home / folder, SystemClock(), passphrase=None, served="", simulated=True
        )

    def __enter__(self) -> Journal:
        return self._record.__enter__()

    def __exit__(self, *why: object) -> None:
        self._record.__exit__(None, None, None)


def sessions(home: Path) -> list[str]:
    with opened(home, "year") as journal:
        return [row.session for row in journal.sessions()]


# ---- the whole record, out and in


def test_the_record_comes_back_to_the_byte(home: Path, tmp_path: Path) -> None:
    first = (home / "record.jsonl").read_bytes()
    assert b"canary" not in first
    done = run(tmp_path, "import", home / "record.jsonl", "--data-dir", "new")
    assert (done.returncode, done.stderr) == (0, "")
    out = ("export", "--format", "json", "--out", "again.jsonl")
    again = run(tmp_path, *out, "--simulated", "--data-dir", "new")
    assert (again.returncode, again.stderr) == (0, "")
    assert (tmp_path / "again.jsonl").read_bytes() == first


def test_a_packed_one_comes_back_too(home: Path, tmp_path: Path) -> None:
    done = call(home, *OUT, "--format", "json", "--out", tmp_path / "r.jsonl.gz")
    assert done.returncode == 0
    plain = gzip.decompress((tmp_path / "r.jsonl.gz").read_bytes())
    assert plain == (home / "record.jsonl").read_bytes()
    found = lines(call(tmp_path, "import", "r.jsonl.gz", "--json", "--data-dir", "new"))[0]
    assert (found["ok"], found["simulated"]) == (True, True)
    assert found["sessions"] == len(sessions(home))


def test_only_an_empty_record_takes_one_in(home: Path) -> None:
    said = one_line_of_trouble(call(home, "import", "record.jsonl", "--data-dir", "year"))
    assert "already" in said


def broken(whole: bytes) -> dict[str, bytes]:
    rows = whole.splitlines(keepends=True)
    head, *middle, _ = rows
    hostile = [head, b'{"fact": "secret:identity", "value": {}}\n', *middle]
    deep = [head, b"[" * 100_000 + b"\n"]
    return {
        "cut": b"".join(rows[:-3]),
        "cut in a line": whole[:-200],
        "altered": whole.replace(b'"suds":', b'"suds" :', 1),
        "turned round": b"".join([head, *middle[::-1], rows[-1]]),
        "newer": whole.replace(b'"biocoach_record":1', b'"biocoach_record":99', 1),
        "hostile": b"".join(hostile),
        "hostile and signed": signed(hostile),
        "deep": signed(deep),
        "no text": head + b"\xff\xfe\n" + b"".join(middle),
        "twice": whole + whole,
    }


def signed(rows: list[bytes]) -> bytes:
    body = b"".join(rows)
    end = {"end": len(rows), "sha256": sha256(body).hexdigest()}
    return body + json.dumps(end, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize("name", [*broken(b'{"biocoach_record":1}\n{}\n{}\n')])
def test_what_is_not_whole_is_refused_and_nothing_is_written(
    home: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "r.jsonl").write_bytes(broken((home / "record.jsonl").read_bytes())[name])
    one_line_of_trouble(call(tmp_path, "import", "r.jsonl", "--data-dir", "deep/new"))
    assert [p.name for p in tmp_path.iterdir()] == ["r.jsonl"]


def test_without_a_passphrase_nothing_is_left_either(home: Path, tmp_path: Path) -> None:
    real = b'{"biocoach_record":1,"simulated":false}\n'
    (tmp_path / "r.jsonl").write_bytes(real)
    said = one_line_of_trouble(call(tmp_path, "import", "r.jsonl", "--data-dir", "new"))
    assert "--passphrase-file" in said
    (tmp_path / "word").write_text("a long passphrase\n")
    key = ("--passphrase-file", "word")
    one_line_of_trouble(call(tmp_path, "import", "r.jsonl", "--data-dir", "new", *key))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.jsonl", "word"]


def test_a_folder_keeps_what_was_in_it(home: Path, tmp_path: Path) -> None:
    """A refused record takes nothing away: no letter that lies there, and no other record."""
    whole = (home / "record.jsonl").read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(whole[:-200])
    place = tmp_path / "new" / "simulated"
    place.mkdir(parents=True)
    (place / "letter.txt").write_text("Dear diary")
    one_line_of_trouble(call(tmp_path, "import", "cut.jsonl", "--data-dir", "new"))
    assert [p.name for p in place.iterdir()] == ["letter.txt"]
    assert call(tmp_path, "import", home / "record.jsonl", "--data-dir", "new").returncode == 0
    one_line_of_trouble(call(tmp_path, "import", "cut.jsonl", "--data-dir", "new"))
    with opened(tmp_path, "new") as journal:
        assert len(journal.sessions()) == len(sessions(home))


def test_a_record_is_given_alone_and_is_no_recording(home: Path) -> None:
    done = call(home, "import", "record.jsonl", "record.jsonl", "--data-dir", "new")
    assert done.returncode == 2
    assert "alone" in one_line_of_trouble(done)
    assert "a whole record" in one_line_of_trouble(call(home, "analyze", "record.jsonl"))


# ---- files for other programs


def test_tables_as_a_folder_and_packed(home: Path, tmp_path: Path) -> None:
    done = call(home, *OUT, "--format", "csv", "--out", tmp_path / "tables")
    assert done.returncode == 0
    assert "not encrypted" in done.stdout
    found = {p.relative_to(tmp_path / "tables").as_posix() for p in tmp_path.rglob("*.csv")}
    assert {"sessions.csv", "activations.csv", "notes.csv"} <= found
    beats = sorted(name for name in found if name.startswith("beats/"))
    assert len(beats) == len(sessions(home))
    analysed = lines(call(tmp_path / "tables", "analyze", "--json", beats[0]))[0]
    assert analysed["format"] == "csv"
    assert analysed["coverage"] > 0.9
    assert "'=now" in (tmp_path / "tables/notes.csv").read_text()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "tables").iterdir())
    assert call(home, *OUT, "--format", "csv", "--out", tmp_path / "t.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "t.zip") as packed:
        assert packed.testzip() is None
        for name in found:
            assert packed.read(name) == (tmp_path / "tables" / name).read_bytes()


def test_one_session_in_one_file(home: Path, tmp_path: Path) -> None:
    name = sessions(home)[0]
    for kind, suffix in (("kubios", "txt"), ("edf", "edf")):
        out = tmp_path / f"one.{suffix}"
        done = call(home, *OUT, "--format", kind, "--session", name, "--out", out, "--json")
        assert lines(done)[0] == {
            "out": str(out), "format": kind, "sessions": 1, "files": 1, "simulated": True,
        }  # fmt: skip
        assert out.stat().st_mode & 0o077 == 0
    assert lines(call(tmp_path, "analyze", "--json", "one.txt"))[0]["format"] == "rr-text"


def test_a_period_takes_its_days_only(home: Path, tmp_path: Path) -> None:
    days = ("--since", "2026-02-23", "--until", "2026-03-01")
    assert call(home, *OUT, "--format", "csv", *days, "--out", tmp_path / "t").returncode == 0
    rows = (tmp_path / "t/sessions.csv").read_text().splitlines()[1:]
    assert 0 < len(rows) < len(sessions(home))
    assert call(home, *OUT, "--format", "json", *days, "--out", tmp_path / "r").returncode == 0
    kept = {row["entry"]["session"] for row in json_of(tmp_path / "r") if "entry" in row}
    assert len(kept) == len(rows)


def json_of(path: Path) -> list[dict[str, dict[str, str]]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


# ---- what goes wrong


def test_nothing_is_overwritten_that_was_not_written_here(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("Dear diary")
    for force in ((), ("--force",)):
        done = call(home, *OUT, "--format", "csv", "--out", mine, *force)
        assert "other things" in one_line_of_trouble(done)
    (tmp_path / "r.jsonl").write_text("mine")
    done = call(home, *OUT, "--format", "json", "--out", tmp_path / "r.jsonl")
    assert "--force" in one_line_of_trouble(done)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "r.jsonl"]
    assert (mine / "letter.txt").read_text() == "Dear diary"


def test_force_replaces_an_earlier_export_whole(home: Path, tmp_path: Path) -> None:
    out = (*OUT, "--format", "kubios", "--out", tmp_path / "rr")
    assert call(home, *out).returncode == 0
    (tmp_path / "rr/old.txt").write_text("800\n")
    assert "--force" in one_line_of_trouble(call(home, *out))
    assert call(home, *out, "--force").returncode == 0
    assert not (tmp_path / "rr/old.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["rr"]


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("--format", "pdf"), "csv, kubios", 2),
        (("--format", "csv", "--since", "2026-2-1"), "2026-01-31", 2),
        (("--format", "csv", "--since", "2026-W01-1"), "2026-01-31", 2),
        (("--format", "csv", "--until", "0001-01-01"), "1900", 2),
        (("--format", "csv", "--session", "nobody"), "no such session", 1),
        (("--format", "csv", "--since", "2099-01-01"), "no session is of those days", 1),
    ],
)
def test_a_wrong_wish_is_one_clear_line(
    home: Path, tmp_path: Path, words: tuple[str, ...], said: str, code: int
) -> None:
    done = call(home, *OUT, *words, "--out", tmp_path / "x")
    assert done.returncode == code
    assert said in one_line_of_trouble(done)
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_folder_makes_no_record(home: Path, tmp_path: Path) -> None:
    (tmp_path / "reply.biocoach").write_bytes(b"x")
    for words in (("export", "--format", "csv", "--out", "x"), ("reply", "reply.biocoach")):
        for more in ((), ("--simulated",), ("--plain",)):
            done = call(tmp_path, *words, *more, "--data-dir", "yaer")
            assert done.returncode == 1
            assert "no record here" in one_line_of_trouble(done)
    assert [p.name for p in tmp_path.iterdir()] == ["reply.biocoach"]
