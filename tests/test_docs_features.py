"""The page of features has every row and every rule of care; it leans on what is there.

What a state says no test can know; that its modules and tests exist, and are no stubs, it can.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.data import ROOT

PAGE = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
AREAS = {"A": 9, "B": 9, "C": 7, "D": 11, "E": 3, "F": 5, "G": 3, "H": 2}
IDS = [f"{area}{number}" for area, last in AREAS.items() for number in range(1, last + 1)]
# Each rule of care and its claims, in their order.
CARE = {
    "bad-data": "no-prompt unknown coverage",
    "measured": "words own-word",
    "two-edges": "asked eyes-open twice not-counted",
    "settled": "three asked",
    "support": "four fades told-apart looking",
    "too-much": "one-key choices",
    "celebrate": "doing no",
    "fatigue": "budget snooze",
    "reassurance": "numerals other",
    "put-down": "bare two-a-day",
    "fit": "rhythm slowing pregnancy route danger alone",
    "crisis": "one-key numbers not-logged",
    "watching": "line no-match",
    "breath": "soft panic chosen",
    "stop": "body errands",
    "ending": "rest check-in",
    "wearer": "no-view passphrase hide alias",
    "leaves": "warning each-page",
    "children": "under-13 13-17",
    "inner": "therapist closing",
}
CLAIMS = [f"{rule}/{claim}" for rule, claims in CARE.items() for claim in claims.split()]
Function = ast.FunctionDef | ast.AsyncFunctionDef
STATE = re.compile(r"done|done, with a limit: \S.*|not done: \S.*")
TITLE = r"^\s*(?:it|test)(?:\.each\(.*\))?\(\s*(?P<mark>[\"'`]){}(?P=mark)"


class Row(NamedTuple):
    name: str
    what: str
    modules: list[str]
    tests: list[str]
    state: str


def rows(page: str) -> list[Row]:
    """The lines of all tables, their heads left out."""
    found = []
    for line in page.splitlines():
        if line.startswith("| ") and not line.startswith("| row "):
            name, what, modules, tests, state = (cell.strip() for cell in line.split("|")[1:-1])
            found.append(Row(name, what, coded(modules), coded(tests), state))
    return found


def coded(cell: str) -> list[str]:
    """Nothing stands in such a cell but names."""
    found = re.findall(r"`([^`]+)`", cell)
    assert cell == ", ".join(f"`{name}`" for name in found), cell
    return found


ROWS = rows(PAGE)
each = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


# ---- modules


def why_no_module(path: str) -> str:
    """What is wrong with it; nothing of a file with something in it, or of a package."""
    whole = ROOT / path
    if whole.is_dir():
        if not (whole / "__init__.py").is_file():
            return f"{path} is no package"
        files = sorted(whole.rglob("*.py"))
        return next(filter(None, map(why_stub, files)), "")
    if not whole.is_file() or whole.suffix not in (".py", ".ts", ".svelte"):
        return f"{path} is not there"
    return why_stub(whole)


def why_stub(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.name != "__init__.py" and len(text.split()) < 20:
        return f"{path.name} has next to nothing in it"
    if path.suffix != ".py":
        return ""
    return next((f"{path.name}: {name} is a stub" for name in stubs(ast.parse(text))), "")


def stubs(tree: ast.AST) -> Iterator[str]:
    """Functions that answer nothing where something is asked; protocols and overloads may."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and "Protocol" in map(last_name, node.bases):
            continue
        if isinstance(node, Function) and is_stub(node):
            yield node.name
        yield from stubs(node)


def is_stub(node: Function) -> bool:
    if {"overload", "abstractmethod"} & set(map(last_name, node.decorator_list)):
        return False
    raised = [n.exc for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc is not None]
    if "NotImplementedError" in map(last_name, raised):
        return True
    # Of what answers with nothing, nothing to do is a fine answer: there it is asked in vain.
    returns = node.returns is not None and ast.unparse(node.returns) != "None"
    body = [ast.dump(n) for n in node.body if not is_docstring(n)]
    return returns and body in ([], [ast.dump(DOTS)])


DOTS = ast.parse("...").body[0]


def is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


# ---- tests


def why_no_test(name: str) -> str:
    """What is wrong with it; nothing of a test that is there and runs."""
    path, _, title = name.partition("::")
    whole = ROOT / path
    if not whole.is_file():
        return f"{path} is not there"
    if whole.suffix == ".ts":
        return why_no_title(title, whole.read_text("utf-8"))
    found = functions(whole).get(title)
    if found is None or not title.startswith("test_"):
        return f"{path} has no test {title}"
    skipped = is_skipped(found) or is_left_out(ast.parse(whole.read_text("utf-8")))
    return f"{name} is skipped" if skipped else ""


def why_no_title(title: str, text: str) -> str:
    """By text: a test of one line, or the title behind a table's closing bracket."""
    there = re.search(TITLE.format(re.escape(title)), text, re.M)
    table = re.search(rf"\)\(\s*[\"'`]{re.escape(title)}[\"'`]", text)
    if re.search(r"\b(it|test|describe)\.(skip|todo)\b", text):
        return "tests are skipped beside it"
    return "" if there or table else f"no test {title!r}"


@cache
def functions(path: Path) -> dict[str, Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, Function)}


def is_skipped(node: Function) -> bool:
    """By a mark, or by a call that comes before everything else."""
    if {"skip", "xfail"} & set(map(last_name, node.decorator_list)):
        return True
    first = next((n for n in node.body if not is_docstring(n)), None)
    return isinstance(first, ast.Expr) and last_name(first.value) in ("skip", "xfail")


def is_left_out(tree: ast.Module) -> bool:
    """The whole file, whatever the machine."""
    for node in tree.body:
        if isinstance(node, ast.Expr) and last_name(node.value) in ("skip", "xfail"):
            return True
        if isinstance(node, ast.Assign) and last_name(node.value) in ("skip", "xfail"):
            return "pytestmark" in [last_name(target) for target in node.targets]
    return False


# ---- the page


def test_each_row_is_there_once_and_in_order() -> None:
    assert [row.name for row in ROWS] == [*IDS, *CLAIMS]


@each
def test_a_row_leans_on_what_is_there(row: Row) -> None:
    assert row.what
    assert row.modules or row.state.startswith("not done")
    assert row.tests or row.state.startswith("not done")
    assert [why for path in row.modules if (why := why_no_module(path))] == []
    assert [why for name in row.tests if (why := why_no_test(name))] == []


@each
def test_a_state_is_one_of_three(row: Row) -> None:
    assert STATE.fullmatch(row.state), row.state


def test_it_is_said_in_words_of_its_own() -> None:
    said = [row.what for row in ROWS]
    assert len(set(said)) == len(said)
    assert max(len(what.split()) for what in said) <= 50


# ---- it would be noticed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f() -> None:\n    raise NotImplementedError\n", "f"),
        ("class A:\n    def f(self) -> int:\n        raise NotImplementedError('later')\n", "f"),
        ("async def f() -> int: ...\n", "f"),
        ("class NoPhone:\n    def rings(self) -> None: ...\n", ""),
        ('def f() -> int:\n    """Later."""\n', "f"),
        ("class A(Protocol[T]):\n    def f(self) -> int: ...\n", ""),
        ("@overload\ndef f(a: int) -> int: ...\n", ""),
        ("def f() -> int:\n    return 1\n", ""),
    ],
)
def test_a_stub_is_noticed(text: str, name: str) -> None:
    assert next(stubs(ast.parse(text)), "") == name


@pytest.mark.parametrize(
    "path",
    ["biocoach/nowhere.py", "biocoach/nowhere", "docs/features.md", "biocoach/coach/content"],
)
def test_a_module_that_is_none_is_noticed(path: str) -> None:
    assert why_no_module(path)


@pytest.mark.parametrize(
    "name",
    [
        "tests/nowhere.py::test_x",
        "tests/test_docs.py::test_nobody_wrote",
        "tests/test_docs.py::start",
        "dashboard/web/tests/alarm.test.ts::nobody wrote this",
        "tests/test_docs.py",
    ],
)
def test_a_test_that_is_none_is_noticed(name: str) -> None:
    assert why_no_test(name)


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("@pytest.mark.skip(reason='later')\ndef test_x() -> None:\n    assert 1\n", True),
        ("@pytest.mark.xfail\ndef test_x() -> None:\n    assert 1\n", True),
        ("def test_x() -> None:\n    '''Later.'''\n    pytest.skip('later')\n", True),
        ("@pytest.mark.skipif(True, reason='x')\ndef test_x() -> None:\n    assert 1\n", False),
        ("def test_x() -> None:\n    assert 1\n", False),
    ],
)
def test_a_test_that_never_runs_is_noticed(text: str, skipped: bool) -> None:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert is_skipped(node) is skipped


def test_a_file_that_never_runs_is_noticed() -> None:
    for text in ("pytestmark = pytest.mark.skip(reason='x')", "pytest.skip('x', True)"):
        assert is_left_out(ast.parse(text)), text
    for text in ("pytestmark = pytest.mark.skipif(WINDOWS)", "if WINDOWS:\n    pytest.skip('x')"):
        assert not is_left_out(ast.parse(text)), text
    assert why_no_title("a", 'it("a", () => {});') == ""
    assert why_no_title("a", 'it("b", () => {});\nit.skip("a", () => {});')
