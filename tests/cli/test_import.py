"""``biocoach import``, and the same while the page is served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from biocoach.store import Journal, Key, open_store
from tests.cli.served import ROOT, serving
from tests.cli.support import call, environment, lines, one_line_of_trouble, run
from tests.fakes import FakeClock
from tests.fit_maker import activity
from tests.review.support import HEAD
from tests.signal.hearts import heart

RR = [round(v) for v in heart(900, lambda t: 84.0 if 400 <= t < 600 else 64.0)]
PLAIN = ("--plain", "--data-dir", "record")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {
        "run.fit": activity(RR),
        "morning.txt": "\n".join(map(str, RR[:-5])).encode(),
        "again.csv": ("rr_ms\n" + "\n".join(map(str, RR[:-5]))).encode(),
        "broken.fit": activity(RR)[:1500],
        "letter.txt": b"Dear diary\n",
        "made up.jsonl": (HEAD[:-1] + ', "simulated": true}\n').encode()
        + b'{"at_s": 1, "notify": "2a37", "hex": "103c0004"}\n' * 30,
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def journal(home: Path) -> Journal:
    return open_store(home / "record", Key(None), writer="t", clock=FakeClock())


def test_each_file_has_its_line_and_the_same_twice_adds_nothing(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    done = run(tmp_path, "import", *PLAIN, *files)
    assert done.returncode == 1
    said = done.stdout.splitlines()
    assert [line.partition(": ")[2].partition(",")[0] for line in said] == [
        "kept", "kept", "already there", "kept",
    ]  # fmt: skip
    assert "unknown day" in said[1]
    assert "breaks off" in said[3]
    refused = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in refused] == ["letter.txt", "made up.jsonl"]
    assert "nobody's heart" in refused[1]
    again = run(tmp_path, "import", *PLAIN, "--json", "run.fit", "letter.txt")
    assert (again.returncode, again.stderr) == (1, "")
    first, second = lines(again)
    assert (first["new"], first["format"], second["why"]) == (False, "fit", "refused")
    with_all = journal(tmp_path)
    assert len(with_all.sessions()) == 3
    assert with_all.verify().problems == ()
    with_all.close()


def test_it_opens_with_the_passphrase_and_says_when_it_needs_one(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    (tmp_path / "word").write_text("correct horse battery\n")
    assert "--passphrase-file" in one_line_of_trouble(call(tmp_path, "import", "run.fit"))
    with_word = ("import", "--passphrase-file", "word", "run.fit")
    assert call(tmp_path, *with_word).returncode == 0
    assert "already there" in call(tmp_path, *with_word).stdout
    assert "--passphrase-file" in one_line_of_trouble(call(tmp_path, "import", "run.fit"))


def test_wrong_use_is_said(tmp_path: Path, files: dict[str, Path]) -> None:
    assert call(tmp_path, "import").returncode == 2
    assert call(tmp_path, "import", "--format", "exe", "run.fit").returncode == 2
    assert "rr_ms" in one_line_of_trouble(
        call(tmp_path, "import", *PLAIN, "--format", "csv", "morning.txt")
    )
    (tmp_path / "link.fit").symlink_to("run.fit")
    (tmp_path / "nowhere.fit").symlink_to("gone.fit")
    assert call(tmp_path, "import", *PLAIN, "link.fit").returncode == 0
    assert "No such file" in one_line_of_trouble(call(tmp_path, "import", *PLAIN, "nowhere.fit"))
    assert "folder" in one_line_of_trouble(call(tmp_path, "import", *PLAIN, "."))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs hardware: no pipes on this system")
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "/dev/zero"):
        assert "pipe or a device" in one_line_of_trouble(call(tmp_path, "import", *PLAIN, name))


@pytest.mark.skipif(os.name != "posix", reason="needs hardware: kill -9")
def test_killed_half_way_it_leaves_nothing_that_counts(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    """At the n-th commit, by the journal's own size: no time is asked."""
    command = [sys.executable, "-c", KILLED, str(tmp_path / "run.fit")]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path) | {"PYTHONPATH": str(ROOT)}, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    half = journal(tmp_path)
    assert [row.closed for row in half.sessions()] == [False]
    half.close()
    assert "kept" in call(tmp_path, "import", *PLAIN, "run.fit").stdout
    whole = journal(tmp_path)
    assert [row.closed for row in whole.sessions()] == [True]
    assert whole.verify().problems == ()
    whole.close()


KILLED = """
import os, signal, sys
from biocoach import keeping
from biocoach.cli.app import app
from biocoach.store import Journal

keeping.BATCH, append = 100, Journal.append
calls = []
def dying(self, new):
    calls.append(append(self, new))
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
Journal.append = dying
app(["import", "--plain", "--data-dir", "record", sys.argv[1]])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs hardware: a signal to oneself")
def test_stopped_by_hand_it_says_so_in_one_line(tmp_path: Path, files: dict[str, Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED.replace("SIGKILL", "SIGINT"), str(tmp_path / "run.fit")],
        cwd=tmp_path, env=environment(tmp_path) | {"PYTHONPATH": str(ROOT)}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert "stopped" in one_line_of_trouble(done)
    assert "kept" in call(tmp_path, "import", *PLAIN, "run.fit").stdout


def test_while_it_is_served_the_page_brings_them_in(tmp_path: Path, files: dict[str, Path]) -> None:
    with serving(tmp_path, "serve", *PLAIN) as page:
        page.until(lambda s: s.get("session"))
        trouble = one_line_of_trouble(call(tmp_path, "import", *PLAIN, "run.fit"))
        assert "on its page" in trouble
        kept = page.upload(files["run.fit"].read_bytes())
        assert (kept["ok"], kept["new"], kept["started_utc"]) == (
            True,
            True,
            "2026-01-20T18:00:00.000Z",
        )
        assert page.upload(files["run.fit"].read_bytes())["new"] is False
        assert page.upload(files["letter.txt"].read_bytes())["why"] == "refused"
        assert "nobody's heart" in page.upload(files["made up.jsonl"].read_bytes())["words"]
        assert page.upload(b"")["why"] == "refused"
        (row,) = page.get("/api/sessions")
        assert row["elsewhere"]["format"] == "fit"
        marks = f"/api/sessions/{kept['session']}/marks"
        assert page.send(marks, {"at_s": 350, "mark": "apart"})["ok"]
        said = page.send(marks, {"at_s": 500, "mark": "back"})
        assert page.send(marks, {"at_s": 600, "mark": "apart"})["why"] == "wrong_order"
        found = page.get(f"/api/sessions/{kept['session']}")
        (rise,) = found["activations"]
        assert rise["recovery"]["where"] == "after_reunion"
        assert page.send(f"{marks}/withdraw", {"number": said["number"]})["ok"]
        live = page.get("/api/state")["state"]["session"]["id"]
        note = {"at_s": 0, "mark": "note", "text": "x"}
        assert page.send(f"/api/sessions/{live}/marks", note)["why"] == "not_a_recording"
    store = journal(tmp_path)
    assert store.verify().problems == ()
    store.close()


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path, files: dict[str, Path]) -> None:
    with serving(tmp_path, "serve", *PLAIN) as page:
        page.until(lambda s: s.get("session"))
        page.upload_half(files["run.fit"].read_bytes())
        assert page.upload(files["morning.txt"].read_bytes())["ok"]  # one at a time: it is over
        assert len(page.get("/api/sessions")) == 1


def test_a_simulated_capture_goes_to_the_simulated_record(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    with serving(tmp_path, "serve", "--source", "virtual:unscripted", "--data-dir", "d") as page:
        page.until(lambda s: s.get("session"))
        kept = page.upload(files["made up.jsonl"].read_bytes())
        assert kept["ok"], kept
        assert "real recording" in page.upload(files["run.fit"].read_bytes())["words"]
        (row,) = page.get("/api/sessions")
        assert row["simulated"]


def test_the_same_bytes_have_the_same_lines(tmp_path: Path, files: dict[str, Path]) -> None:
    """Only the session's name differs between two records."""
    names = count()
    said = []
    for _ in range(2):
        folder = f"record{next(names)}"
        done = call(tmp_path, "import", "--plain", "--data-dir", folder, "--json", "run.fit")
        said.append(lines(done)[0] | {"session": ""})
    assert json.dumps(said[0]) == json.dumps(said[1])
