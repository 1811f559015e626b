"""Worksheets of one's own: they appear and go; a broken one is named and the rest is used."""

from __future__ import annotations

from pathlib import Path

from biocoach.exposure.dropped_forms import DroppedForms, forms_folder
from biocoach.exposure.form import FormLibrary
from biocoach.exposure.shipped_forms import shipped_forms, texts
from tests.exposure.form_maker import GOOD


def test_the_folder_is_made_and_a_file_appears_and_goes(tmp_path: Path) -> None:
    dropped = DroppedForms(forms_folder(tmp_path), FormLibrary(forms={}, problems=()))
    assert dropped.look() is True
    dropped.make()
    assert dropped.folder.is_dir()
    path = dropped.folder / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert dropped.look() is True
    assert dropped.mine == {"look-back"}
    assert dropped.look() is False
    path.unlink()
    assert dropped.look() is True
    assert dropped.library.forms == {}


def test_a_broken_file_is_named_with_its_line_and_the_rest_is_used(tmp_path: Path) -> None:
    dropped = DroppedForms(tmp_path, shipped_forms())
    (tmp_path / "bad.toml").write_text(GOOD.replace("minutes = 5", "minutes = 500"))
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "taken.toml").write_text(texts("forms")["journal.toml"])
    dropped.look()
    assert dropped.mine == {"look-back"}
    assert [(p.file, p.line) for p in dropped.library.problems] == [
        ("bad.toml", 5),
        ("taken.toml", 1),
    ]


def test_a_folder_that_cannot_be_made_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "worksheets").write_text("a file in its place")
    dropped = DroppedForms(forms_folder(tmp_path), shipped_forms())
    dropped.make()
    dropped.look()
    assert dropped.mine == frozenset()
    (problem,) = dropped.library.problems
    assert "can't be read" in problem.why
