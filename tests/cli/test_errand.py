"""``biocoach errand`` as a user runs it, with a virtual strap; its logic is in test_errands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from biocoach.clock import SystemClock
from biocoach.store import FolderLock, Vault, data_folder, make_folders, open_store
from tests.cli.support import call, lines, one_line_of_trouble, run

FAST = "virtual:speed=20000"  # an errand of some hours in the time that a command takes


def errand(home: Path, *words: str, source: str = FAST) -> dict[str, Any]:
    done = call(home, "errand", *words, "--source", source, "--json")
    assert done.returncode == 0, done.stderr
    (found,) = lines(done)
    return found


def test_there_and_back_in_three_processes(tmp_path: Path) -> None:
    begun = run(tmp_path, "errand", "start", "--source", FAST)
    assert begun.returncode == 0, begun.stderr
    assert "biocoach errand fetch" in begun.stdout
    away = run(tmp_path, "errand", "status", "--source", FAST)
    assert "under way" in away.stdout
    assert "On the strap: recording" in away.stdout
    back = run(tmp_path, "errand", "fetch", "--source", FAST)
    assert back.returncode == 0, back.stderr
    assert " beats over " in back.stdout
    assert "kept as session" in back.stdout
    assert back.stderr == ""  # progress is for terminals


def test_what_scripts_read(tmp_path: Path) -> None:
    begun = errand(tmp_path, "start")
    assert begun["brought"] == []
    away = errand(tmp_path, "status")
    assert away["errand"]["id"] == begun["errand"]["id"] == away["strap"]["id"]
    assert away["strap"]["recording"] is True
    (brought,) = errand(tmp_path, "fetch")["brought"]
    assert brought["holds"] == "beats"
    assert brought["new"] is True
    assert brought["left"] is None
    assert brought["started_utc"] == begun["errand"]["started_utc"]
    after = errand(tmp_path, "status")
    assert after["errand"]["session"] == brought["session"]
    assert after["strap"] == {"recording": False, "id": "", "stored": []} | {
        "id": after["strap"]["id"]
    }
    folder = data_folder(tmp_path / "data" / "biocoach", simulated=True)
    key = Vault(folder).open(plain=True)
    journal = open_store(folder, key, writer="t", clock=SystemClock())  # type: ignore[arg-type]
    assert [row.session for row in journal.sessions()] == [brought["session"]]
    journal.close()
    assert not (tmp_path / "data" / "biocoach" / "journal.db").exists()  # only the simulated one


def test_an_errand_under_way_is_fetched_before_the_next(tmp_path: Path) -> None:
    errand(tmp_path, "start")
    again = call(tmp_path, "errand", "start", "--source", FAST)
    assert again.returncode == 1
    assert "errand fetch" in one_line_of_trouble(again)
    replaced = errand(tmp_path, "start", "--replace", "--yes")
    assert len(replaced["brought"]) == 1
    assert errand(tmp_path, "status")["strap"]["recording"] is True


def test_a_trial_says_whether_the_strap_keeps_beats(tmp_path: Path) -> None:
    good = errand(tmp_path, "start", "--trial")
    assert good["keeps_beats"] is True
    bad = errand(tmp_path, "start", "--trial", source=FAST + ",fault=heart_rate_file")
    assert (bad["keeps_beats"], bad["holds"]) == (False, "rates")
    told = call(tmp_path, "errand", "start", "--trial", "--source", FAST)
    assert "keeps beats" in told.stdout
    assert errand(tmp_path, "status")["errand"] is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [("start_refused", "106"), ("battery_low", "209"), ("taken", "busy")],
)
def test_what_the_strap_refuses_is_one_line(tmp_path: Path, fault: str, said: str) -> None:
    done = call(tmp_path, "errand", "start", "--source", f"virtual:fault={fault}")
    assert done.returncode == 1
    assert said in one_line_of_trouble(done)


def test_a_heart_rate_file_is_said_to_be_one(tmp_path: Path) -> None:
    source = FAST + ",fault=heart_rate_file"
    errand(tmp_path, "start", source=source)
    told = call(tmp_path, "errand", "fetch", "--source", source)
    assert "heart rates, no beats" in told.stdout
    assert "nothing can be said" in told.stdout


def test_nothing_to_fetch(tmp_path: Path) -> None:
    done = call(tmp_path, "errand", "fetch", "--source", FAST)
    assert done.returncode == 1
    assert "No errand" in one_line_of_trouble(done)


@pytest.mark.parametrize(
    "words",
    [
        ("start", "--replace"),
        ("start", "--replace", "--yes", "--trial"),
        ("fetch", "--source", "tea"),
        ("fetch", "--source", "replay:x.jsonl"),
        ("brew",),
    ],
)
def test_wrong_use(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert call(tmp_path, "errand", *words).returncode == 2


def test_while_a_page_serves_the_record_it_does_it(tmp_path: Path) -> None:
    folder = data_folder(tmp_path / "data" / "biocoach", simulated=True)
    make_folders(folder)
    with FolderLock(folder):
        done = call(tmp_path, "errand", "start", "--source", FAST)
    assert done.returncode == 1
    assert "is running with this data folder" in one_line_of_trouble(done)


def test_a_real_record_wants_its_passphrase_and_a_strap(tmp_path: Path) -> None:
    locked = call(tmp_path, "errand", "status", "--source", "ble:none")
    assert "--passphrase-file" in one_line_of_trouble(locked)
    (tmp_path / "words").write_text("a quiet river\n")
    opened = ("--passphrase-file", "words")
    unknown = call(tmp_path, "errand", "status", *opened)
    assert "biocoach straps" in one_line_of_trouble(unknown)
    gone = run(tmp_path, "errand", "status", "--source", "ble:none", *opened)
    assert gone.returncode == 1
    assert "No errand yet." in gone.stdout
    assert "Bluetooth" in one_line_of_trouble(gone)
    told = lines(run(tmp_path, "errand", "status", "--source", "ble:none", *opened, "--json"))
    assert told == [{"errand": None, "strap": None, "why": "no_adapter"}]
    (tmp_path / "words").write_text("another river\n")
    wrong = call(tmp_path, "errand", "status", *opened)
    assert "neither as its passphrase" in one_line_of_trouble(wrong)
