"""Files of one's own: they appear, change and go; a broken one is named and the rest is used."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from biocoach.coach.dropped import Dropped
from biocoach.coach.practice import Library
from biocoach.coach.shipped import shipped, texts
from biocoach.own_files import FILE_MAX_BYTES, FILES_MAX

LOOK = texts()["orienting.toml"].replace('id = "orienting"', 'id = "my-look"')
NOTHING = Library(practices={}, problems=())


def folder(tmp_path: Path, **files: str) -> Dropped:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return Dropped(tmp_path, NOTHING)


def test_a_file_appears_changes_and_goes(tmp_path: Path) -> None:
    dropped = folder(tmp_path)
    assert dropped.look() is True
    assert dropped.library.practices == {}
    path = tmp_path / "mine.toml"
    path.write_text(LOOK, encoding="utf-8")
    assert dropped.look() is True
    assert set(dropped.library.practices) == {"my-look"} == dropped.mine
    assert dropped.look() is False  # nothing changed, so nothing is read
    path.write_text(LOOK.replace('id = "my-look"', 'id = "other-look"'), encoding="utf-8")
    assert dropped.look() is True
    assert set(dropped.library.practices) == {"other-look"}
    path.unlink()
    assert dropped.look() is True
    assert dropped.library.practices == {}


def test_a_missing_folder_has_no_files(tmp_path: Path) -> None:
    dropped = Dropped(tmp_path / "nowhere", NOTHING)
    dropped.look()
    assert dropped.library == NOTHING


def test_no_file_takes_the_place_of_what_comes_with_biocoach(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(texts()["orienting.toml"], encoding="utf-8")
    dropped = Dropped(tmp_path, shipped())
    dropped.look()
    assert dropped.mine == frozenset()
    assert [(p.file, p.why) for p in dropped.library.problems] == [
        ("a.toml", "the id 'orienting' is taken")
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"id = ", "not TOML"),
        (b"title = 'x'\n\xff", "not UTF-8"),
        (b"#" * (FILE_MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_broken_file_is_named_and_the_rest_is_used(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    dropped = folder(tmp_path, good=LOOK)
    dropped.look()
    assert set(dropped.library.practices) == {"my-look"}
    (problem,) = dropped.library.problems
    assert problem.file == "broken.toml"
    assert why in problem.why


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + LOOK.replace("\n", "\r\n").encode())
    dropped = folder(tmp_path)
    dropped.look()
    assert dropped.library.problems == ()
    assert dropped.mine == {"my-look"}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders there")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "lost.toml").symlink_to(tmp_path / "nowhere")
    dropped = folder(tmp_path, good=LOOK)
    dropped.look()
    assert dropped.mine == {"my-look"}
    assert {p.file for p in dropped.library.problems} == {"pipe.toml", "folder.toml", "lost.toml"}


def test_too_many_files_are_said(tmp_path: Path) -> None:
    for number in range(FILES_MAX + 5):
        (tmp_path / f"{number:03}.toml").write_text("id = ", encoding="utf-8")
    dropped = folder(tmp_path)
    dropped.look()
    assert len(dropped.library.problems) == FILES_MAX + 1
    assert f"{FILES_MAX + 5} files" in dropped.library.problems[-1].why


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_no_text_or_not_one_line_is_shown_as_far_as_it_can_be(
    tmp_path: Path,
) -> None:
    (tmp_path / os.fsdecode(b"\xff.toml")).write_text("id = ")
    (tmp_path / "a\nb.toml").write_text("id = ")
    dropped = folder(tmp_path, good=LOOK)
    dropped.look()
    assert dropped.mine == {"my-look"}
    assert {p.file for p in dropped.library.problems} == {"\ufffd.toml", "a\ufffdb.toml"}


def test_a_folder_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("not a folder")
    dropped = Dropped(tmp_path / "en", NOTHING)
    dropped.look()
    (problem,) = dropped.library.problems
    assert (problem.file, problem.line) == ("", 1)
    assert problem.why.startswith("the folder can't be read: ")
    (tmp_path / "en").unlink()
    assert dropped.look() is True
    assert dropped.library.problems == ()


def test_a_file_that_may_be_read_again_is(tmp_path: Path) -> None:
    """Another right, or an older copy of the same size and time, changes neither of these."""
    path = tmp_path / "mine.toml"
    dropped = folder(tmp_path, mine=LOOK)
    dropped.look()
    was = path.stat()
    other = tmp_path / "other"
    other.write_text(LOOK.replace("my-look", "my-loop"), encoding="utf-8")
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(path)
    assert dropped.look() is True
    assert dropped.mine == {"my-loop"}
