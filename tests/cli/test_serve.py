"""`biocoach serve` and `demo` as processes: addresses, second starts, ports, keys, kills."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.browser.support import free_port
from tests.cli.served import INPUTS, PLAN, serving
from tests.cli.support import one_line_of_trouble, run


def test_the_demo_streams_and_stops(tmp_path: Path) -> None:
    with serving(tmp_path, "demo", "--speed", "60") as page:
        state = page.until(lambda s: (s.get("now") or {}).get("hr_bpm"))
        assert state["app"]["simulated"]
        assert not state["app"]["plain"]
        assert state["session"]["simulated"]
        assert page.get("/api/practices")


def test_a_port_in_use_is_said_and_the_next_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving(tmp_path, "demo", "--port", str(port)) as page:
            assert page.port > port
            assert f"Port {port} is in use; using {page.port}." in page.said


def test_a_locked_record_asks_the_page(tmp_path: Path) -> None:
    with serving(tmp_path, "serve") as page:
        state = page.until(lambda s: s["app"].get("vault") == "new")
        assert state["app"]["locked"]
        short = page.send("/api/unlock", {"passphrase": "short"})
        assert short == {"ok": False, "why": "too_short"}
        assert page.send("/api/unlock", {"passphrase": "a quiet river"})["ok"]
        state = page.until(lambda s: not s["app"]["locked"])
        assert state["app"]["fit"] is None
        assert page.send(INPUTS, PLAN) == {"ok": False, "why": "fit_first"}
        page.send("/api/settings/fit", FIT, "PUT")
        page.until(lambda s: s["app"].get("fit") and s.get("session"))
    with serving(tmp_path, "serve") as page:
        page.until(lambda s: s["app"].get("vault") == "passphrase")
        wrong = page.send("/api/unlock", {"passphrase": "another river"})
        assert wrong == {"ok": False, "why": "wrong_passphrase"}
        assert page.send("/api/unlock", {"passphrase": "a quiet river"})["ok"]
        state = page.until(lambda s: not s["app"]["locked"] and s.get("session"))
        assert state["app"]["fit"]["age"] == "adult"
    folder = tmp_path / "data" / "biocoach"
    assert not (folder / "journal.db").read_bytes().startswith(b"SQLite format 3")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir() if p.is_file()} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in folder.rglob("*") if p.is_dir()} <= {0o700}


def test_a_passphrase_file_opens_without_asking_and_a_wrong_one_says_so(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("a quiet river\n")
    with serving(tmp_path, "serve", "--passphrase-file", "pass") as page:
        page.until(lambda s: not s["app"]["locked"] and s.get("session"))
    (tmp_path / "pass").write_text("another river\n")
    alone = ("serve", "--no-browser", "--port", str(free_port()))
    done = run(tmp_path, *alone, "--passphrase-file", "pass")
    assert done.returncode == 1
    assert "passphrase" in one_line_of_trouble(done)
    assert done.stdout == ""  # an address that nobody will answer is not told
    plain = run(tmp_path, *alone, "--plain")
    assert plain.returncode == 1
    assert "encrypted" in one_line_of_trouble(plain)


def test_a_plain_record_says_so_for_ever(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--plain") as page:
        state = page.until(lambda s: not s["app"]["locked"])
        assert state["app"]["plain"]
    with serving(tmp_path, "serve") as page:
        assert page.until(lambda s: not s["app"]["locked"])["app"]["plain"]


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    source = "virtual:unscripted"
    with serving(tmp_path, "serve", "--source", source, ends=-signal.SIGKILL) as page:
        page.until(lambda s: s.get("now"))
        assert page.send(INPUTS, PLAN)["ok"]
        assert page.send(INPUTS, {"kind": "mark", "mark": "baseline"})["ok"]
        assert page.send(INPUTS, {"kind": "rating", "suds": 33})["ok"]
        before = page.until(lambda s: s["session"]["phase"] == "baseline")
        os.kill(page.process.pid, signal.SIGKILL)
    with serving(tmp_path, "serve", "--source", source) as page:
        state = page.until(lambda s: s.get("now") and s["session"]["phase"] == "baseline")
        assert state["session"]["id"] == before["session"]["id"]
        assert state["session"]["plan"]["step"]["title"] == "A walk"
        assert state["session"]["at_s"] >= before["session"]["at_s"]
        assert [r["suds"] for r in state["events"]["ratings"]] == [33]
        assert len(state["trace"]) >= int(before["session"]["at_s"])
        review = page.get(f"/api/sessions/{state['session']['id']}")
        assert [r["suds"] for r in review["ratings"]] == [33]


def test_answers_can_be_changed_right_after_an_ending(tmp_path: Path) -> None:
    """The next session is not open yet then, and begins with the new answers."""
    with serving(tmp_path, "serve", "--plain") as page:
        page.until(lambda s: not s["app"]["locked"] and s.get("session"))
        for therapist in (True, False) * 4:
            assert page.send(INPUTS, {"kind": "end"})["ok"]
            kept = page.send("/api/settings/fit", FIT | {"with_therapist": therapist}, "PUT")
            assert kept["ok"], kept
        refused = page.send(INPUTS, PLAN | {"planned_s": 7200})
        assert refused == {"ok": False, "why": "too_long_alone"}


def test_with_only_a_story_the_folder_above_it_is_private_too(tmp_path: Path) -> None:
    with serving(tmp_path, "demo", "--speed", "60") as page:
        page.until(lambda s: s.get("session"))
    base = tmp_path / "data" / "biocoach"
    modes = {p.stat().st_mode & 0o777 for p in (base, base / "simulated")}
    assert modes == {0o700}


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_file_is_no_data_folder(tmp_path: Path, command: str) -> None:
    (tmp_path / "notes").write_text("mine\n")
    done = run(tmp_path, command, "--no-browser", "--data-dir", "notes")
    assert done.returncode == 1
    trouble = one_line_of_trouble(done)
    assert "notes" in trouble
    assert "not a folder" in trouble
    assert "--data-dir" in trouble
    assert (tmp_path / "notes").read_text() == "mine\n"


@pytest.mark.parametrize("source", ["tea", "replay:", "virtual:tea"])
def test_a_source_that_means_nothing_is_wrong_use(tmp_path: Path, source: str) -> None:
    done = run(tmp_path, "serve", "--no-browser", "--source", source)
    assert done.returncode == 2
    one_line_of_trouble(done)


def test_a_capture_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", "--no-browser", "--source", "replay:none.jsonl")
    assert done.returncode == 1
    assert "none.jsonl" in one_line_of_trouble(done)


FIT = {
    "pacemaker": False, "atrial_fibrillation": False, "heart_slowing": False, "pregnancy": False,
    "age": "adult", "hard_times": False, "with_therapist": False,
}  # fmt: skip


def test_what_is_taken_out_of_a_sheet_is_nowhere_in_the_folder(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--source", "virtual:unscripted", "--plain") as page:
        page.until(lambda state: state["session"].get("phase") == "plan")
        sheet = "/api/practices/dear-man/words"
        rev = ""
        for words in ({"describe": "CANARY"}, {"describe": "something else"}):
            rev = page.send(sheet, {"words": words, "rev": rev}, "PUT")["rev"]
        kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert any(b"something else" in content for content in kept)
        assert not any(b"CANARY" in content for content in kept)
