"""``biocoach worksheets`` as somebody types it who writes one of their own."""

from __future__ import annotations

from pathlib import Path

from biocoach.exposure.shipped_forms import shipped_forms, texts
from tests.cli.support import call, lines, run
from tests.exposure.form_maker import GOOD


def test_what_there_is_and_where_own_files_go(tmp_path: Path) -> None:
    done = call(tmp_path, "worksheets", "--data-dir", "d")
    assert done.returncode == 0
    assert all(name in done.stdout for name in shipped_forms().forms)
    assert str(Path("d") / "worksheets" / "en") in done.stdout
    assert not (tmp_path / "d").exists()


def test_own_files_are_listed_and_broken_ones_named_with_their_line(tmp_path: Path) -> None:
    folder = tmp_path / "d" / "worksheets" / "en"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text(GOOD, encoding="utf-8")
    (folder / "b.toml").write_text('id = "b"\ntitle = 5\n', encoding="utf-8")
    done = run(tmp_path, "worksheets", "--data-dir", "d")
    assert done.returncode == 1
    assert "Look back  (yours)" in done.stdout
    assert "b.toml, line 2: 'title'" in done.stderr
    (found,) = lines(call(tmp_path, "worksheets", "--data-dir", "d", "--json"))
    assert [row["id"] for row in found["worksheets"] if row["mine"]] == ["look-back"]
    assert [(p["file"], p["line"]) for p in found["problems"]] == [("b.toml", 2)]


def test_a_file_is_checked_before_it_is_put_there(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "taken.toml").write_text(texts("forms")["journal.toml"], encoding="utf-8")
    assert call(tmp_path, "worksheets", "good.toml").returncode == 0
    taken = call(tmp_path, "worksheets", "taken.toml")
    assert (taken.returncode, "is taken" in taken.stderr) == (1, True)
    gone = call(tmp_path, "worksheets", "gone.toml")
    assert (gone.returncode, "not a file" in gone.stderr) == (1, True)
