"""``biocoach report``: a file that is never overwritten, of the record that was asked for."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from biocoach.cli.own_record import own_record
from biocoach.clock import SystemClock
from biocoach.review.sessions import made_by
from biocoach.settings import Settings
from tests.cli.support import call, one_line_of_trouble, run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a simulated person practised for two weeks."""
    home = tmp_path_factory.mktemp("home")
    made = call(home, "year", "--weeks", "2", "--until", "2026-02-01")
    assert made.returncode == 0, made.stderr
    return home


DAYS = ("--simulated", "--since", "2026-01-19", "--until", "2026-02-01")


def test_a_pdf_as_a_user_makes_it(home: Path) -> None:
    done = run(home, "report", *DAYS, "--talk", "The door", "--out", "a.pdf")
    assert done.returncode == 0, done.stderr
    pages = PdfReader(io.BytesIO((home / "a.pdf").read_bytes())).pages
    assert "The door" in pages[0].extract_text()
    if sys.platform != "win32":
        assert (home / "a.pdf").stat().st_mode & 0o777 == 0o600
    assert f"{len(pages) - 3} sessions" in done.stdout


def test_all_three_files_and_the_numbers(home: Path) -> None:
    html = call(home, "report", *DAYS, "--out", "b.html")
    assert html.returncode == 0, html.stderr
    assert "<h1>For your therapist</h1>" in (home / "b.html").read_text("utf-8")
    assert call(home, "report", *DAYS, "--out", "b.json").returncode == 0
    told = call(home, "report", *DAYS, "--json")
    document = json.loads(told.stdout)
    assert document == json.loads((home / "b.json").read_text("utf-8"))
    assert document["schema"] == "biocoach.packet.v1"
    assert document["span"]["since"] == "2026-01-19"
    assert document["sessions"]


def test_everything_with_its_raw_data_in_one_file(home: Path) -> None:
    """The raw data are those of an export, of the packet's sessions alone; no worksheet is there,
    since nobody chose it."""
    done = call(home, "report", *DAYS, "--talk", "The door", "--out", "whole.zip")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("sessions; it is not encrypted; whoever has it can read it\n")
    assert call(home, "report", *DAYS, "--talk", "The door", "--out", "same.html").returncode == 0
    out = ("export", "--simulated", "--format", "csv", "--out", "tables.zip")
    assert call(home, *out).returncode == 0
    with ZipFile(home / "whole.zip") as whole, ZipFile(home / "tables.zip") as tables:
        document = json.loads(whole.read("packet.json"))
        assert whole.read("packet.html") == (home / "same.html").read_bytes()
        assert whole.read("packet.pdf").startswith(b"%PDF")
        raw = {name.removeprefix("raw/") for name in whole.namelist() if name.startswith("raw/")}
        for what in ("beats", "seconds"):
            named = sorted(name for name in raw if name.startswith(f"{what}/"))
            assert len(named) == len(document["sessions"]) > 3
            assert [whole.read(f"raw/{name}") for name in named] == [tables.read(n) for n in named]
        assert b"not evidence of truthfulness" in whole.read("raw/README.txt")
        shown = sum(len(one["activations"]) for one in document["sessions"])
        assert whole.read("raw/activations.csv").count(b"\n") == 1 + shown > 1
        assert tables.read("sheets.csv").count(b"\n") > 1
        for name in ("sheets", "answers", "measures"):
            assert whole.read(f"raw/{name}.csv").count(b"\n") == 1, name  # the head alone
    if sys.platform != "win32":
        assert (home / "whole.zip").stat().st_mode & 0o777 == 0o600


def test_days_without_a_session_have_no_raw_data(home: Path) -> None:
    days = ("--simulated", "--since", "2025-01-01", "--until", "2025-01-02")
    assert call(home, "report", *days, "--out", "none.zip").returncode == 0
    with ZipFile(home / "none.zip") as whole:
        assert whole.namelist() == ["packet.pdf", "packet.html", "packet.json"]


def test_a_record_that_was_brought_in_is_told_whole(home: Path, tmp_path: Path) -> None:
    """No page has opened it yet; and where summaries are old or gone, they are made first."""
    out = ("export", "--simulated", "--format", "json", "--out", tmp_path / "r.jsonl")
    assert call(home, *out).returncode == 0
    whole = json.loads(call(home, "report", *DAYS, "--json").stdout)
    new = ("--data-dir", tmp_path / "new")
    assert call(tmp_path, "import", "r.jsonl", *new).returncode == 0
    wanted = made_by(Settings())
    with own_record(
        tmp_path / "new", SystemClock(), passphrase=None, served="", simulated=True
    ) as journal:
        names = [row.session for row in journal.sessions() if row.closed]
        assert {journal.summaries()[name]["made_by"] for name in names} == {wanted}
        for name in names:
            journal.put_summary(name, {"id": name, "made_by": "0:another"})
    assert json.loads(call(tmp_path, "report", *DAYS, *new, "--json").stdout) == whole


def test_nothing_is_overwritten_without_force(home: Path) -> None:
    file = home / "mine.html"
    file.write_text("mine", encoding="utf-8")
    done = call(home, "report", *DAYS, "--out", "mine.html")
    assert (done.returncode, file.read_text("utf-8")) == (1, "mine")
    assert "--force" in one_line_of_trouble(done)
    assert call(home, "report", *DAYS, "--out", "mine.html", "--force").returncode == 0
    assert file.read_text("utf-8") != "mine"


def test_a_progress_note_as_text(home: Path) -> None:
    done = call(home, "report", *DAYS, "--note", "soap", "--talk", "The door", "--out", "n.txt")
    assert done.returncode == 0, done.stderr
    text = (home / "n.txt").read_text("utf-8")
    assert "The client wants to talk about: “The door”. [1]" in text
    assert "\n[1] the client's own words: The door\n" in text
    assert text.index("Subjective") < text.index("Objective") < text.index("[Your own")
    marks = [n for n in range(1, 40) if f" [{n}]\n" in text]
    assert marks == [n for n in range(1, 40) if f"\n[{n}] " in text]
    assert "Self-monitoring; not evidence" in text


WRONG = [
    (["--note", "essay", "--out", "a.txt"], 2, "dap or soap"),
    (["--note", "dap", "--out", "a.pdf"], 2, ".txt"),
    ([], 2, "--out"),
    (["--out", "a.doc"], 2, ".pdf or .html or .json"),
    (["--out", "n.pdf", "--since", "yesterday"], 2, "2026-01-31"),
    (["--out", "n.pdf", "--since", "20261105"], 2, "2026-01-31"),
    (["--out", "n.pdf", "--until", "2026-W01-1"], 2, "2026-01-31"),
    (["--out", "n.pdf", "--since", "0001-01-01"], 2, "1900"),
    (["--note", "dap", "--out", "n.txt", "--until", "9999-12-31"], 2, "2200"),
    (["--out", "n.json", "--talk", "\udcff\udcfe"], 2, "--talk"),
    (["--note", "dap", "--out", "n.txt", "--talk", "a\udcff"], 2, "--talk"),
    (["--out", "n.pdf", "--since", "2026-02-02", "--until", "2026-02-01"], 2, "before the first"),
    (["--out", "no/n.pdf"], 1, "make it first"),
    (["--out", "n.pdf"], 1, "no record here"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "status", "says"), WRONG)
def test_wrong_use_is_one_line(home: Path, arguments: list[str], status: int, says: str) -> None:
    done = call(home, "report", *arguments)
    assert done.returncode == status
    assert says in one_line_of_trouble(done)
    assert not (home / "n.pdf").exists()
    assert not list(home.rglob("data/biocoach/journal.db"))  # no record is made by asking for one
