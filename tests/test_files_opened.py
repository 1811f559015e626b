"""Files are the same bytes on every system: whoever writes or reads text says its encoding, and
whoever writes it its newline. Without, Windows takes its country's encoding, and CR LF."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    ROOT / "hatch_build.py",
    *(p for name in ("biocoach", "devices") for p in sorted((ROOT / name).rglob("*.py"))),
    *(p for p in sorted((ROOT / "dashboard").rglob("*.py")) if "node_modules" not in p.parts),
]


NEEDED = {"read_text": {"encoding"}, "write_text": {"encoding", "newline"}}


def wrong(tree: ast.AST) -> list[int]:
    """Lines that leave it to the system."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if needed(call) - {word.arg for word in call.keywords}]


def needed(call: ast.Call) -> set[str]:
    is_method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "open":
        return NEEDED.get(name, set()) if is_method else set()
    given = call.args[0 if is_method else 1 :]
    mode = given[0].value if given and isinstance(given[0], ast.Constant) else None
    if is_method and not isinstance(mode, str):  # bytes, or another thing that is opened
        return set()
    letters = set(mode) if isinstance(mode, str) else set()
    if "b" in letters:
        return set()
    return {"encoding", "newline"} if letters & set("wax") else {"encoding"}


def test_text_has_its_encoding_and_its_newline() -> None:
    assert len(FILES) > 300
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in FILES
        if (lines := wrong(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        ("path.write_text(a, encoding='utf-8')", True),
        ("path.write_text(a, encoding='utf-8', newline='')", False),
        ("path.read_text()", True),
        ("path.open('w', encoding='utf-8')", True),
        ("path.open('w', encoding='utf-8', newline='\\n')", False),
        ("path.open(encoding='utf-8')", False),
        ("path.open('rb')", False),
        ("open(path)", True),
        ("open(path, 'wb')", False),
        ("vault.open(passphrase, plain=True)", False),
    ],
)
def test_the_rule_finds_what_it_is_for(code: str, *, is_wrong: bool) -> None:
    assert bool(wrong(ast.parse(code))) is is_wrong
