"""The docs are tested: every command of the README runs, every file that is named is there."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import environment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
COMMANDS = [
    line.split("#")[0].strip() for block in BLOCK.findall(README) for line in block.splitlines()
]
MAY_FAIL = {"straps", "doctor"}  # they say so where a machine has no Bluetooth
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]


def test_no_page_has_the_marks_of_a_merge() -> None:
    marks = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.M)
    pages = [*DOCS, ROOT / "CHANGELOG.md"]
    assert [page.name for page in pages if marks.search(page.read_text(encoding="utf-8"))] == []


def test_no_line_of_code_leans_on_a_page_that_is_not_there() -> None:
    """In comments and evidence: a page is named by its path in this tree."""
    named = re.compile(r"[\w./-]*\b(?:docs|design)/[\w-]+\.md")
    lost = [
        f"{path.relative_to(ROOT)}: {name}"
        for part in ("biocoach", "dashboard", "devices")
        for path in sorted((ROOT / part).rglob("*.py"))
        if "node_modules" not in path.parts
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).is_file()
    ]
    assert lost == []


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    """In their order, in one empty folder and home, as a new user would type them."""
    assert len(COMMANDS) >= 10
    page: subprocess.Popen[str] | None = None
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[0] == "biocoach"
        if words[1] in ("serve", "demo"):
            if page is not None:
                stop(page)
            page = start(tmp_path, words[1:])
            continue
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in ((0, 1) if words[1] in MAY_FAIL else (0,)), (command, done.stderr)
        assert "Traceback" not in done.stderr
    assert page is not None
    stop(page)


def start(home: Path, words: list[str]) -> subprocess.Popen[str]:
    page = subprocess.Popen(
        [sys.executable, "-m", "biocoach", *words],
        cwd=home,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert page.stdout is not None
    said = []
    for line in page.stdout:
        said.append(line)
        if "/enter?code=" in line:
            return page
    raise AssertionError(f"{words} ended: {said}")


def stop(page: subprocess.Popen[str]) -> None:
    page.send_signal(signal.SIGINT)
    said, _ = page.communicate(timeout=60)
    assert "Traceback" not in said


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_the_two_commands_are_the_script_s() -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    assert "./run test" in README
    assert "test)" in script
    assert "check)" in script


def test_no_lock_names_a_registry() -> None:
    for name in ("run", "requirements.lock", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"://|--(extra-)?index-url|--find-links", text), name
    assert '"resolved"' not in (ROOT / "dashboard/web/package-lock.json").read_text("utf-8")
