"""Totals over a real record: typed in, or from kept sheets; incomplete ones are unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli import measuring
from biocoach.exposure.shipped_forms import texts
from biocoach.store.backup import backups_in
from biocoach.store.days import daily, wants_anew
from biocoach.store.vault_file import Record, to_text
from biocoach.types import AgeBand
from dashboard.ports import Outcome
from tests.cli.note_support import KEYS, Writer, written_by
from tests.fakes import START

ITEMS = ("nervous", "control", "worry", "relax", "restless", "annoyed", "afraid")
ALL_ONES: dict[str, Any] = dict.fromkeys(ITEMS, "1")
CANARY = "canary-of-the-coal-mine"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    yield from written_by(tmp_path, KEYS["plain"])


def said(scale: str = "asa-27", day: str = "2026-01-30", total: Any = 30, note: str = "") -> Any:
    return {"scale": scale, "day": day, "total": total, "note": note}


def seen(writer: Writer) -> dict[str, Any]:
    found = writer.measures.measures()
    assert not isinstance(found, Outcome)
    return found


def gad_7(writer: Writer, points: str, **more: Any) -> str:
    answers: dict[str, Any] = dict(zip(ITEMS, points, strict=True))
    return writer.begins("gad-7", **answers, **more)


def test_gad_7_comes_from_its_kept_sheet(writer: Writer) -> None:
    name = gad_7(writer, "3210321")
    sheet = writer.sees(name)
    assert sheet["score"] == {"total": 12, "band": "moderate", "complete": True, "scale": "gad-7"}
    (total,) = seen(writer)["totals"]
    assert (total["id"], total["sheet"], total["rev"]) == (name, name, None)
    assert (total["scale"], total["total"], total["band"]) == ("gad-7", 12, "moderate")
    assert total["day"] == sheet["day"]


def test_an_incomplete_one_and_a_draft_have_no_total(writer: Writer) -> None:
    name = writer.begins("gad-7", nervous="3", control="3")
    assert writer.sees(name)["score"] == {
        "total": None,
        "band": "",
        "complete": False,
        "scale": "gad-7",
    }
    draft = writer.begins("gad-7", keep=False, **ALL_ONES)
    assert writer.sees(draft)["score"] is None
    assert seen(writer)["totals"] == []


def test_what_is_erased_by_itself_leaves_the_backups_too(writer: Writer) -> None:
    folder = writer.record.folder
    assert folder is not None
    (folder / "vault.json").write_text(to_text(Record(kind="plain")))
    told = writer.measures.add(said(note=CANARY))
    for day in (1, 2):
        daily(folder, KEYS["plain"], START + timedelta(days=day))
    assert not wants_anew(folder)
    assert writer.measures.erase(told["id"], told["rev"]) == {"ok": True}
    assert wants_anew(folder)
    daily(folder, KEYS["plain"], START + timedelta(days=3))
    assert len(backups_in(folder)) == 1
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert CANARY.encode() not in raw


def test_a_total_is_typed_in_changed_and_erased(writer: Writer) -> None:
    told = writer.measures.add(said(note=CANARY))
    assert told["ok"]
    (row,) = seen(writer)["totals"]
    assert (row["id"], row["rev"], row["note"]) == (told["id"], told["rev"], CANARY)
    assert (row["sheet"], row["band"]) == (None, "")
    again = writer.measures.change(told["id"], said(total=20), told["rev"])
    assert again["ok"]
    assert CANARY.encode() not in writer.on_disk()
    late = writer.measures.change(told["id"], said(total=10), told["rev"])
    assert late == {"ok": False, "why": "changed"}
    assert seen(writer)["totals"][0]["total"] == 20
    assert writer.measures.erase(told["id"], told["rev"])["why"] == "changed"
    assert writer.measures.erase(told["id"], again["rev"]) == {"ok": True}
    assert seen(writer)["totals"] == []
    assert writer.measures.erase(told["id"], again["rev"])["why"] == "not_there"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (said(scale="nobody"), "scale"),
        (said(total=82), "total"),
        (said(total=1.5), "total"),
        (said(total=float("nan")), "total"),
        (said(day="2026-02-01"), "day"),  # tomorrow
        (said(day="2026-02-30"), "day"),
        (said(day="20260130"), "day"),
        (said(day="yesterday"), "day"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    writer: Writer, wrong: Any, field: str
) -> None:
    found = writer.measures.add(wrong)
    assert (found["ok"], found["why"], found["field"]) == (False, "unfit", field)
    assert seen(writer)["totals"] == []


def test_grown_ups_scales_are_closed_to_the_young_and_their_totals_stay(writer: Writer) -> None:
    writer.measures.add(said())
    writer.is_aged(AgeBand.TEEN)
    assert writer.measures.add(said())["why"] == "not_for_age"
    scales = {scale["id"]: scale["open"] for scale in seen(writer)["scales"]}
    assert scales == {"asa-27": False, "who-5": True}


def test_changes_are_from_the_first_to_the_latest_and_unknown_where_nothing_is_published(
    writer: Writer,
) -> None:
    writer.measures.add(said("gad-7", "2025-11-01", 15))
    gad_7(writer, "1111111")
    writer.measures.add(said("asa-27", "2025-11-01", 60))
    writer.measures.add(said("asa-27", "2025-12-01", 20))
    found = seen(writer)["changes"]
    assert {name: (one["points"], one["change"]) for name, one in found.items()} == {
        "gad-7": (-8, "better"),
        "asa-27": (-40, "unknown"),
    }


def test_a_form_of_ones_own_gives_no_total_of_a_known_scale(writer: Writer) -> None:
    mine = texts("forms")["gad-7.toml"].replace('id = "gad-7"', 'id = "my-gad"')
    writer.drops(mine)
    writer.begins("my-gad", **ALL_ONES)
    assert seen(writer)["totals"] == []


def test_too_many_are_refused(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "TOTALS_MAX", 1)
    assert writer.measures.add(said())["ok"]
    assert writer.measures.add(said())["why"] == "full"


def test_the_weeks_are_of_sheets_and_sessions_of_this_record(writer: Writer) -> None:
    writer.begins("moment", urge="call", acted=True, intensity=60)
    writer.lived("s1", urges=5, acted=2)
    writer.lived("s2")
    writer.lived("s3", urges=50, acted=20, simulated=True)
    found = writer.measures.trends()
    assert not isinstance(found, Outcome)
    (week,) = found["weeks"]
    assert (week["week"], week["urges"], week["acted"]) == ("2026-01-26", 5, 2)
    assert (week["sessions"], week["unknown"]) == (2, 1)
    assert (week["moments"]["n"], week["moments"]["acted"]) == (1, 1)
    assert found["simulated"] is False
