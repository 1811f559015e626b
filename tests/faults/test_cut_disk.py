"""The model of a disk that loses its power: what POSIX promises of each call, and no more."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("a disk as POSIX has it", allow_module_level=True)

from tests.faults.durable.cut_disk import SHARES, CutDisk
from tests.faults.durable.cut_nodes import write_out
from tests.faults.durable.tracing import Call


def states(calls: list[Call], root: Path) -> set[bytes | None]:
    """What a file ``a`` may hold after the calls and a cut."""
    found: set[bytes | None] = set()
    for seed in range(200):
        after = root.with_name(f"after-{len(calls)}-{seed}")
        disk = CutDisk(root)
        for call in calls:
            disk.take(call)
        disk.after_cut(random.Random(seed), after)
        found.add((after / "a").read_bytes() if (after / "a").exists() else None)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a").write_bytes(b"old")
    return tmp_path / "disk"


def call(name: str, path: Path, **more: object) -> Call:
    return Call(name=name, path=str(path), **more)  # type: ignore[arg-type]


def test_what_was_synced_is_there(root: Path) -> None:
    write = call("pwrite64", root / "a", data=b"new", number=0)
    assert states([write], root) == {b"old", b"new"}
    assert states([write, call("fsync", root / "a")], root) == {b"new"}


def test_each_sector_of_a_write_is_there_or_not(root: Path) -> None:
    write = call("pwrite64", root / "a", data=b"n" * 1024, number=0)
    found = states([write], root)
    assert {b"old", b"n" * 1024, b"n" * 512} <= found
    assert b"old" + bytes(509) + b"n" * 512 in found
    assert b"n" * 512 + bytes(512) in found  # the length without the data


def test_a_new_length_may_not_be_there(root: Path) -> None:
    assert states([call("ftruncate", root / "a", number=1)], root) == {b"old", b"o"}


def test_a_rename_is_sure_once_its_folder_is_synced(root: Path) -> None:
    calls = [
        call("openat", root / "a.new", flags="O_WRONLY|O_CREAT|O_EXCL"),
        call("write", root / "a.new", data=b"new", number=-1),
        call("fsync", root / "a.new"),
        call("rename", root / "a.new", to=str(root / "a")),
    ]
    assert states(calls, root) == {b"old", b"new"}
    assert states([*calls, call("fsync", root)], root) == {b"new"}


def test_a_name_that_was_taken_away_may_be_there_still(root: Path) -> None:
    calls = [call("unlink", root / "a")]
    assert states(calls, root) == {b"old", None}
    assert states([*calls, call("fsync", root)], root) == {None}


# ---- names: second ones, other folders, folders that move and go


def trees(calls: list[Call], root: Path) -> set[frozenset[str]]:
    """Which names there may be below the root after the calls and a cut."""
    found = set[frozenset[str]]()
    for seed in range(60):
        with TemporaryDirectory() as name:
            disk, after = CutDisk(root), Path(name) / "after"
            for call in calls:
                disk.take(call)
            disk.after_cut(random.Random(seed), after)
            found.add(frozenset(str(path.relative_to(after)) for path in after.rglob("*")))
    return found


def names(*them: str) -> frozenset[str]:
    return frozenset(them)


def test_a_second_name_is_of_the_same_file(root: Path) -> None:
    calls = [
        call("link", root / "a", to=str(root / "b")),
        call("fsync", root),
        call("pwrite64", root / "b", data=b"new", number=0),
        call("fsync", root / "b"),
        call("unlink", root / "b"),
    ]
    assert states(calls[:-1], root) == {b"new"}
    assert trees(calls[:-1], root) == {names("a", "b")}
    assert trees(calls, root) == {names("a", "b"), names("a")}
    assert states(calls, root) == {b"new"}


def test_a_second_name_is_sure_once_its_folder_is_synced(root: Path) -> None:
    calls = [call("link", root / "a", to=str(root / "b")), call("unlink", root / "a")]
    assert trees(calls, root) == {names("a"), names("a", "b"), names("b"), names()}
    synced = [calls[0], call("fsync", root), calls[1]]
    assert trees(synced, root) == {names("a", "b"), names("b")}


def test_two_names_are_still_one_file_after_the_cut(root: Path, tmp_path: Path) -> None:
    disk = CutDisk(root)
    disk.take(call("link", root / "a", to=str(root / "b")))
    disk.take(call("fsync", root))
    disk.after_cut(random.Random(1), tmp_path / "after")
    assert (tmp_path / "after" / "a").samefile(tmp_path / "after" / "b")
    again = CutDisk(tmp_path / "after")
    again.take(call("pwrite64", tmp_path / "after" / "a", data=b"new", number=0))
    again.take(call("fsync", tmp_path / "after" / "b"))
    again.after_cut(random.Random(1), tmp_path / "later")
    assert (tmp_path / "later" / "a").read_bytes() == b"new"


def test_a_rename_between_two_names_of_one_file_does_nothing(root: Path) -> None:
    linked = [call("link", root / "a", to=str(root / "b")), call("fsync", root)]
    calls = [*linked, call("rename", root / "a", to=str(root / "b")), call("fsync", root)]
    assert trees(calls, root) == {names("a", "b")}


def test_what_moves_to_another_folder_may_be_in_both_or_in_none(root: Path) -> None:
    made = [call("mkdir", root / "f"), call("fsync", root)]
    moved = [*made, call("rename", root / "a", to=str(root / "f" / "a"))]
    gone, there = names("f", "f/a"), names("a", "f")
    assert trees(moved, root) == {there, gone, there | gone, names("f")}
    assert trees([*moved, call("fsync", root / "f")], root) == {gone, there | gone}
    assert trees([*moved, call("fsync", root)], root) == {gone, names("f")}
    both = [*moved, call("fsync", root / "f"), call("fsync", root)]
    assert trees(both, root) == {gone}


def test_a_folder_takes_along_what_is_in_it(root: Path) -> None:
    calls = [
        call("mkdir", root / "f"),
        call("openat", root / "f" / "x", flags="O_CREAT"),
        call("fsync", root / "f"),
        call("fsync", root),
        call("rename", root / "f", to=str(root / "g")),
        call("openat", root / "g" / "y", flags="O_CREAT"),
        call("fsync", root / "g"),
    ]
    old, new = names("a", "f", "f/x", "f/y"), names("a", "g", "g/x", "g/y")
    assert trees(calls, root) == {old, new}
    assert trees([*calls, call("fsync", root)], root) == {new}


def test_a_folder_whose_name_is_not_synced_is_lost_with_all_in_it(root: Path) -> None:
    calls = [
        call("mkdir", root / "f"),
        call("openat", root / "f" / "x", flags="O_CREAT"),
        call("fsync", root / "f"),
    ]
    assert trees(calls, root) == {names("a"), names("a", "f", "f/x")}


def test_of_a_folder_that_goes_any_part_may_be_there_still(root: Path) -> None:
    made = [
        call("mkdir", root / "f"),
        call("openat", root / "f" / "x", flags="O_CREAT"),
        call("fsync", root / "f"),
        call("fsync", root),
    ]
    gone = [*made, call("unlink", root / "f" / "x"), call("rmdir", root / "f")]
    assert trees(gone, root) == {names("a"), names("a", "f"), names("a", "f", "f/x")}
    assert trees([*gone, call("fsync", root)], root) == {names("a")}


def test_an_open_file_that_lost_a_name_is_written_under_its_other_one(root: Path) -> None:
    calls = [
        call("link", root / "a", to=str(root / "b")),
        call("unlink", root / "b"),
        call("openat", root / "b", flags="O_CREAT"),
        call("pwrite64", root / "b", data=b"new", number=0, gone=True),
        call("fsync", root / "b", gone=True),
    ]
    assert states(calls, root) == {b"new"}


def test_a_call_that_is_not_known_is_said(root: Path) -> None:
    disk = CutDisk(root)
    with pytest.raises(NotImplementedError):
        disk.take(call("truncate", root / "a"))
    with pytest.raises(NotImplementedError):
        disk.take(call("rename", root / "a", to=str(root.parent / "elsewhere")))
    disk.take(call("truncate", root.parent / "elsewhere"))


# ---- against a real file system

NAMES = ("a", "b", "f", "f/a", "f/b", "g", "g/a", "f/g", "g/f")
DEEDS = ("write", "link", "rename", "unlink", "mkdir", "rmdir", "fsync", "ftruncate")
Steps = list[tuple[str, str, str, bytes]]
STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.binary(min_size=1, max_size=700),
    ),
    max_size=30,
)


def really(root: Path, step: tuple[str, str, str, bytes]) -> list[Call]:
    """Do it below the root; the calls that it took. Raises OSError where it may not be done."""
    name, one, other, data = step
    path, to = root / one, root / other
    match name:
        case "write":
            path.write_bytes(data)
            opened = call("openat", path, flags="O_CREAT|O_TRUNC")
            return [opened, call("write", path, data=data, number=-1)]
        case "ftruncate":
            with path.open("r+b") as file:
                file.truncate(len(data))
            return [call("ftruncate", path, number=len(data))]
        case "link":
            os.link(path, to)
        case "rename":
            path.rename(to)
        case "unlink":
            path.unlink()
        case "mkdir":
            path.mkdir()
        case "rmdir":
            path.rmdir()
        case _:
            path.stat()
    return [call(name, path, to=str(to))]


def lived(root: Path, steps: Steps) -> CutDisk:
    """``steps`` on the real file system and on the model; what the first refuses is left out."""
    root.mkdir()
    disk = CutDisk(root)
    for step in steps:
        try:
            calls = really(root, step)
        except OSError:
            continue
        for one in calls:
            disk.take(one)
    return disk


def seen(root: Path) -> dict[str, bytes | None]:
    paths = {str(path.relative_to(root)): path for path in root.rglob("*")}
    return {name: path.read_bytes() if path.is_file() else None for name, path in paths.items()}


def twins(root: Path) -> set[tuple[str, str]]:
    """The files that have two names."""
    files = [path for path in root.rglob("*") if path.is_file()]
    pairs = ((a, b) for a in files for b in files if a.samefile(b))
    return {(str(a.relative_to(root)), str(b.relative_to(root))) for a, b in pairs}


def are_the_same(after: Path, root: Path) -> None:
    assert seen(after) == seen(root)
    assert twins(after) == twins(root)


@given(steps=STEPS)
@settings(max_examples=40)
def test_where_all_came_through_it_is_as_on_a_real_disk(steps: Steps) -> None:
    with TemporaryDirectory() as place:
        root, after = Path(place) / "disk", Path(place) / "after"
        disk = lived(root, steps)
        write_out(disk._top, after, random.Random(1), 1.0)
        are_the_same(after, root)


@given(steps=STEPS, share=st.sampled_from(SHARES), seed=st.integers(0, 1000))
@settings(max_examples=40)
def test_what_was_all_synced_is_as_on_a_real_disk(steps: Steps, share: float, seed: int) -> None:
    with TemporaryDirectory() as place:
        root, after = Path(place) / "disk", Path(place) / "after"
        disk = lived(root, steps)
        for path in (root, *root.rglob("*")):
            disk.take(call("fsync", path))
        write_out(disk._top, after, random.Random(seed), share)
        are_the_same(after, root)


@given(steps=STEPS, share=st.sampled_from(SHARES), seed=st.integers(0, 1000))
@settings(max_examples=40)
def test_no_cut_makes_up_what_was_never_there(steps: Steps, share: float, seed: int) -> None:
    """Every byte after it was written once, or is a zero of a length that grew."""
    with TemporaryDirectory() as place:
        root, after = Path(place) / "disk", Path(place) / "after"
        disk = lived(root, steps)
        write_out(disk._top, after, random.Random(seed), share)
        known = {0}.union(*(data for *_, data in steps))
        assert all(set(content or b"") <= known for content in seen(after).values())
