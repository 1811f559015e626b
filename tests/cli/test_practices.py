"""``biocoach practices`` as somebody types it who writes one of their own."""

from __future__ import annotations

from pathlib import Path

from biocoach.coach.shipped import shipped, texts
from tests.cli.support import call, lines

MINE = texts()["orienting.toml"].replace('id = "orienting"', 'id = "my-look"')


def test_what_there_is_and_where_own_files_go(tmp_path: Path) -> None:
    done = call(tmp_path, "practices", "--data-dir", "d")
    assert done.returncode == 0
    assert all(name in done.stdout for name in shipped().practices)
    assert str(Path("d") / "practices" / "en") in done.stdout


def test_own_files_are_listed_and_broken_ones_named_with_their_line(tmp_path: Path) -> None:
    folder = tmp_path / "d" / "practices" / "en"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text(MINE, encoding="utf-8")
    (folder / "b.toml").write_text('id = "b"\ntitle = 5\n', encoding="utf-8")
    done = call(tmp_path, "practices", "--data-dir", "d")
    assert done.returncode == 1
    assert "my-look" in done.stdout
    assert "b.toml, line 2: 'title'" in done.stderr
    (found,) = lines(call(tmp_path, "practices", "--data-dir", "d", "--json"))
    assert [p["id"] for p in found["practices"] if p["mine"]] == ["my-look"]
    assert [(p["file"], p["line"]) for p in found["problems"]] == [("b.toml", 2)]


def test_a_file_is_checked_before_it_is_put_there(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(MINE, encoding="utf-8")
    (tmp_path / "taken.toml").write_text(texts()["orienting.toml"], encoding="utf-8")
    assert call(tmp_path, "practices", "good.toml").returncode == 0
    taken = call(tmp_path, "practices", "taken.toml")
    assert (taken.returncode, "is taken" in taken.stderr) == (1, True)
    gone = call(tmp_path, "practices", "gone.toml")
    assert (gone.returncode, "not a file" in gone.stderr) == (1, True)
