"""A study as a whole: the same bytes whoever does it, and no file, kill or death in its way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from biocoach.review.study.conduct import Outcome, conduct
from biocoach.review.study.crew import KILLS, Alone, Crew, CrewError, Done, OnDask, elsewhere, local
from biocoach.review.study.parts import PARTS, Parts
from biocoach.review.study.source import Folder, Item
from biocoach.store import FolderLock
from tests.cli.support import call, one_line_of_trouble
from tests.review.study.cluster import cluster
from tests.review.study.makers import Held, bytes_of, fill, text_of

ROOT = Path(__file__).parents[3]
NOBODY = 65_534


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("recordings")
    fill(place / "all", place)
    return place / "all"


@pytest.fixture(scope="module")
def alone(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    out = tmp_path_factory.mktemp("alone") / "out"
    return out, conduct(Folder(recordings), out, Alone())


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("few")
    for name, content in {"a": text_of(1), "b": text_of(2), "c": b"", "d": text_of(1)}.items():
        (place / f"{name}.txt").write_bytes(content)
    return place


@pytest.fixture(scope="module")
def once(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("once") / "out"
    conduct(Folder(few), out, Alone())
    return out


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnDask]:
    with local(2, 1500, tmp_path_factory.mktemp("scratch")) as crew:
        yield crew


def rows(out: Path, name: str = "recordings") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


# ---- the same bytes


def test_one_process_or_two_workers_write_the_same_bytes(
    recordings: Path, alone: tuple[Path, Outcome], two: OnDask, tmp_path: Path
) -> None:
    with local(1, 1500, tmp_path) as one:
        conduct(Folder(recordings), tmp_path / "one", one)
    found = conduct(Folder(recordings), tmp_path / "two", two)
    assert found.known == 0
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two") == bytes_of(alone[0])


class Backwards:
    """Does the last first."""

    def work(self, items: Iterable[Item]) -> Iterator[Done]:
        return Alone().work(reversed(list(items)))


def test_the_order_of_the_work_changes_nothing(few: Path, once: Path, tmp_path: Path) -> None:
    conduct(Folder(few), tmp_path / "out", Backwards())
    assert bytes_of(tmp_path / "out") == bytes_of(once)


# ---- what is in them


def test_broken_files_are_rows_with_a_reason_and_never_in_the_cohort(
    alone: tuple[Path, Outcome],
) -> None:
    out, found = alone
    broken = [row for row in rows(out) if row["recording"].startswith("broken/")]
    assert len(broken) == 7
    assert all(row["status"] == "refused" and row["why"] for row in broken)
    assert all(row["beats"] is None and row["length_s"] is None for row in broken)
    read = [row for row in rows(out) if row["status"] == "read" and not row["simulated"]]
    whole = [f for f in found.figures if f["part"] == "detector" and not f["site"] + f["strap"]]
    assert {f["n"] for f in whole} == {len(read)}
    hours = sum(row["length_s"] for row in read) / 3600
    assert found.report["hours"] == pytest.approx(hours, abs=0.001)
    assert found.report["simulated_left_out"] == 1


@contextmanager
def without_rights() -> Iterator[Path]:
    """A folder to be looked at by somebody whom rights bind; they don't bind root."""
    who = os.geteuid()
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        try:
            yield Path(place)
        finally:
            os.seteuid(who)


def test_what_can_t_be_looked_at_is_a_row_too() -> None:
    """Names that lead nowhere, and a folder that is closed."""
    with without_rights() as place:
        for name in ("closed", "open", ".hidden"):
            (place / name).mkdir()
            (place / name / "a.txt").write_bytes(text_of(1))
        for name, leads in {"gone": "away", "itself": "itself", "long": "x" * 300}.items():
            (place / name).symlink_to(leads)
        (place / "open" / "all").symlink_to("..")
        (place / "closed").chmod(0)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        assert [f"{item.id}: {item.why}" for item in Folder(place).items()] == [
            "closed: can't be opened: Permission denied",
            "gone: can't be opened: No such file or directory",
            "itself: can't be opened: Too many levels of symbolic links",
            "long: can't be opened: File name too long",
            "open/a.txt: ",
        ]


def test_the_same_beats_count_once(alone: tuple[Path, Outcome]) -> None:
    (again,) = [row for row in rows(alone[0]) if row["recording"] == "b/again.txt"]
    assert again["status"] == "same"
    assert "a/one.txt" in again["why"]
    told = {row["recording"] for row in rows(alone[0], "activations")}
    assert "a/one.txt" in told
    assert "b/again.txt" not in told


def test_site_person_and_strap_are_what_was_told(alone: tuple[Path, Outcome]) -> None:
    told = {r["recording"]: (r["person"], r["site"], r["strap"]) for r in rows(alone[0])}
    assert told["a/one.txt"] == ("ann", "north", "")
    assert told["a/two.txt"] == ("ann", "north", "H10")
    assert told["b/capture.jsonl"] == ("", "south", "Polar H10 1234")
    assert told["b/record.jsonl#day-3"][:2] == ("me", "south")


def test_a_line_that_names_no_file_tells_of_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"800")
    (tmp_path / "about.csv").write_text("path,person,site\n.,,here\n ,Ann,\n")
    (item,) = Folder(tmp_path).items()
    assert (item.told.person, item.told.site) == ("", "here")


def test_ways_back_of_a_record_are_four_kinds_and_never_one(
    alone: tuple[Path, Outcome],
) -> None:
    out, found = alone
    ways = [r for r in rows(out, "recoveries") if not r["left_out"] and r["where"] == "apart"]
    for used in (False, True):
        own = [way for way in ways if way["used"] is used]
        assert own
        (figure,) = [
            f for f in found.figures
            if (f["figure"], f["where"], f["used"]) == ("half_median", "apart", used)
        ]  # fmt: skip
        assert figure["n"] == len(own)
        assert figure["events"] == sum(way["half_s"] is not None for way in own)
    (after,) = [
        f for f in found.figures
        if (f["figure"], f["where"], f["used"]) == ("half_median", "after_reunion", True)
    ]  # fmt: skip
    assert (after["n"], after["why"], after["value"]) == (0, "too_few", None)


def test_nothing_tells_when_or_where_it_was_made(alone: tuple[Path, Outcome]) -> None:
    said = (alone[0] / "report.json").read_text(encoding="utf-8")
    assert str(alone[0]) not in said
    assert b"pytest" not in (alone[0] / "recordings.parquet").read_bytes()


# ---- going on


class Counting:
    def __init__(self, until: int) -> None:
        self.until, self.done = until, list[str]()

    def work(self, items: Iterable[Item]) -> Iterator[Done]:
        for item, found in Alone().work(items):
            if len(self.done) == self.until:
                raise CrewError("gone")
            self.done.append(item.id)
            yield item, found


def test_what_was_read_is_not_read_again(few: Path, once: Path, tmp_path: Path) -> None:
    first, second, third = Counting(1), Counting(99), Counting(99)
    with pytest.raises(CrewError):
        conduct(Folder(few), tmp_path, first)
    conduct(Folder(few), tmp_path, second)
    assert (first.done, second.done) == (["a.txt"], ["b.txt", "c.txt"])
    assert bytes_of(tmp_path) == bytes_of(once)
    assert conduct(Folder(few), tmp_path, third).worked == 0


def test_a_damaged_result_is_made_again(few: Path, once: Path) -> None:
    before = bytes_of(once)
    (one,) = [i for i in Folder(few).items() if i.id == "b.txt"]
    part = Parts(once).path(one.sha256)
    part.write_bytes(part.read_bytes()[:-9])
    assert conduct(Folder(few), once, Alone()).worked == 1
    assert bytes_of(once) == before


KILLED = """
import sys
from pathlib import Path
from biocoach.review.study.conduct import conduct
from biocoach.review.study.crew import Alone
from tests.review.study.test_conduct import held
conduct(held(Path(sys.argv[1])), Path(sys.argv[2]), Alone())
"""


def held(place: Path, behind: frozenset[str] = frozenset({"2"})) -> Held:
    return Held(place, {str(n): text_of(n, 330) for n in range(4)}, behind)


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds who reads a pipe in /proc")


@LINUX
def test_a_study_that_was_killed_goes_on(tmp_path: Path) -> None:
    place, out = tmp_path / "in", tmp_path / "out"
    place.mkdir()
    source = held(place)
    list(source.items())  # the pipe is there before anybody opens it
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(place), str(out)], cwd=ROOT)
    source.kill_its_reader("2")
    assert process.wait() == -signal.SIGKILL
    crew = Counting(99)
    giver = Thread(target=source.give, args=("2",))
    giver.start()
    conduct(source, out, crew)
    giver.join()
    assert crew.done == ["2", "3"]
    assert [row["status"] for row in rows(out)] == ["read"] * 4


def listening() -> set[str]:
    """Where this process and its children listen, IPv4 and IPv6."""
    own = psutil.Process()
    found = [c for p in (own, *own.children(recursive=True)) for c in p.net_connections("inet")]
    return {c.laddr.ip for c in found if c.status == psutil.CONN_LISTEN}


def test_nothing_listens_to_the_network(two: OnDask) -> None:
    assert two
    assert listening() == {"127.0.0.1"}


# ---- workers that die


@LINUX
def test_what_kills_workers_is_named_and_what_was_beside_it_is_read(
    two: OnDask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*bad* kills every worker that opens it; *once* only its first."""
    monkeypatch.setattr("biocoach.review.study.crew.TRIES", 2)
    source = Held(
        tmp_path,
        {"bad": text_of(11, 330), "once": text_of(12, 330)}
        | {f"z{n}": text_of(20 + n, 330) for n in range(2)},
        frozenset({"bad", "once"}),
    )
    list(source.items())

    def kill() -> None:
        source.kill_its_reader("once")
        for _ in range(3):  # beside others, then twice by itself
            source.kill_its_reader("bad")
        source.give("once")

    killer = Thread(target=kill)
    killer.start()
    found = conduct(source, tmp_path / "out", two)
    killer.join()
    told = {row["recording"]: (row["status"], row["why"]) for row in rows(tmp_path / "out")}
    assert told.pop("bad") == ("failed", KILLS)
    assert set(told.values()) == {("read", "")}
    assert found.report["recordings"]["failed"] == 1


def test_workers_of_another_version_are_not_used(
    two: OnDask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biocoach.review.study.work.__version__", "another")
    source = held(tmp_path, frozenset())
    with pytest.raises(CrewError, match="another biocoach"):
        conduct(source, tmp_path / "out", two)


def test_a_cluster_that_runs_already_writes_the_same_bytes_until_it_goes(
    few: Path, once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biocoach.review.study.crew.PATIENCE_S", 3)
    with cluster(tmp_path) as there, elsewhere(there.address) as crew:
        conduct(Folder(few), tmp_path / "out", crew)
        assert bytes_of(tmp_path / "out") == bytes_of(once)
        there.scheduler.kill()
        there.scheduler.wait()
        with pytest.raises(CrewError, match="the scheduler is gone"):
            conduct(Folder(few), tmp_path / "again", crew)


def test_a_scheduler_without_workers_is_one_line(few: Path, tmp_path: Path) -> None:
    with (
        cluster(tmp_path, workers=0) as there,
        elsewhere(there.address) as crew,
        pytest.raises(CrewError, match="nobody works"),
    ):
        conduct(Folder(few), tmp_path / "out", crew)


def test_no_scheduler_is_one_line() -> None:
    with pytest.raises(CrewError, match="no scheduler answers"), elsewhere("tcp://nowhere"):
        pass


# ---- the command


def test_the_command_says_what_came_out(few: Path, tmp_path: Path) -> None:
    done = call(tmp_path, "study", few, "--to", "out", "--scheduler", "none")
    assert done.returncode == 0, done.stderr
    assert "too few to say" in done.stdout
    told = call(tmp_path, "study", few, "--to", "out", "--scheduler", "none", "--json")
    assert json.loads(told.stdout) == json.loads((tmp_path / "out/report.json").read_text())
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_two_studies_into_one_folder_are_told_apart(few: Path, tmp_path: Path) -> None:
    parts = tmp_path / "out" / PARTS
    parts.mkdir(parents=True)
    with FolderLock(parts):
        done = call(tmp_path, "study", few, "--to", "out", "--scheduler", "none")
    assert "another study" in one_line_of_trouble(done)
    assert [*parts.iterdir()] == [parts / "lock"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("missing", "--to", "out"), "is not a folder"),
        ((".", "--to", "out"), "lies in"),
        (("in", "--to", "full"), "holds other things"),
        (("in", "--to", "out", "--scheduler", "http://x"), "--scheduler"),
        (("in", "--to", "itself"), "can't be written"),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "itself").symlink_to("itself")
    done = call(tmp_path, "study", *words)
    assert done.returncode != 0
    assert says in one_line_of_trouble(done)


def crews() -> list[Crew]:
    """That they are what ``conduct`` asks for is mypy's to say."""
    return [Alone(), Backwards(), Counting(1)]
