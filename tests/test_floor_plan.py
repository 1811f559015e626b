"""The house's floors and owners: every file has a floor, and imports point downwards only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("biocoach", "devices", "dashboard")

# The first pattern that matches a file gives its floor. Higher numbers may import lower ones;
# files of one group (a folder, or a line here) may import each other.
FLOORS: tuple[tuple[str, int], ...] = (
    ("biocoach/__init__.py", 0),
    ("biocoach/types.py", 0),
    ("biocoach/settings.py", 0),
    ("biocoach/clock.py", 0),
    ("biocoach/gate.py", 5),
    ("biocoach/fields.py", 5),
    ("biocoach/own_files.py", 6),
    ("biocoach/signal/*", 10),
    ("biocoach/coach/*", 10),
    ("biocoach/exposure/*", 10),
    ("devices/heart_rate.py", 10),
    ("devices/polar/*", 10),
    ("devices/quirks.py", 11),
    ("devices/rr_units.py", 11),
    ("devices/decode.py", 12),
    ("biocoach/captures.py", 15),
    ("biocoach/capture_fields.py", 15),
    ("biocoach/profile.py", 15),
    ("biocoach/sequencer.py", 20),
    ("biocoach/pace_finding.py", 15),
    ("biocoach/session.py", 20),
    ("biocoach/sandbox.py", 20),
    ("biocoach/syncing/__init__.py", 6),
    ("biocoach/syncing/items.py", 7),
    ("biocoach/syncing/wire.py", 7),
    ("biocoach/store/*", 22),
    ("biocoach/review/*", 24),
    ("biocoach/running.py", 30),
    ("biocoach/answers.py", 31),
    ("biocoach/backlog.py", 31),
    ("biocoach/runtime.py", 32),
    ("biocoach/adviser.py", 33),
    ("biocoach/keeping.py", 33),
    ("biocoach/recorded.py", 33),
    ("biocoach/bringing.py", 34),
    ("biocoach/telling.py", 34),
    ("biocoach/opening.py", 34),
    ("biocoach/sharing/*", 36),
    ("biocoach/syncing/*", 37),
    ("biocoach/sync.py", 38),
    ("biocoach/streams.py", 38),
    ("biocoach/outlet.py", 38),
    ("devices/*", 40),
    ("dashboard/*", 40),
    ("biocoach/cli/*", 50),
    ("biocoach/__main__.py", 51),
    ("biocoach/watchdog.py", 50),
)
FREE = {"devices/__init__.py"}  # imports its own package lazily, and only when asked

# Who alone may import an outside thing. A pattern names files from the root.
OWNERS: dict[str, tuple[str, ...]] = {
    "bleak": ("devices/radio.py",),
    "dbus_fast": ("devices/awake.py", "devices/notices.py"),
    "fastapi": ("dashboard/*",),
    "starlette": ("dashboard/*",),
    "uvicorn": ("dashboard/*",),
    "pydantic": ("dashboard/*",),
    "sqlalchemy": ("biocoach/store/*",),
    "psycopg": ("biocoach/store/clinic/*",),
    "alembic": ("biocoach/store/*",),
    "sqlcipher3": ("biocoach/store/*",),
    "sqlite3": ("biocoach/store/*",),
    "keyring": ("biocoach/store/*",),
    "filelock": ("biocoach/store/*",),
    "platformdirs": ("biocoach/store/*",),
    "cryptography": (
        "biocoach/store/wrapping.py",
        "biocoach/store/seal.py",
        "biocoach/store/sealed_file.py",
        "dashboard/certificate.py",
    ),
    "mnemonic": ("biocoach/store/recovery.py",),
    "pyrage": ("biocoach/store/seal.py",),
    "secrets": (
        "biocoach/store/vault.py",
        "biocoach/store/clinic/secrets_of.py",
        "dashboard/guard.py",
        "dashboard/phone_guard.py",
        "dashboard/clinic/*",
    ),
    "webauthn": ("dashboard/clinic/passkeys.py",),
    "argon2": ("dashboard/clinic/passwords.py",),
    "pyotp": ("dashboard/clinic/passwords.py",),
    "segno": ("dashboard/qr.py",),
    "neurokit2": ("biocoach/review/analysis.py",),
    "edfio": ("biocoach/review/exporting/edf.py",),
    "icalendar": ("biocoach/review/calendar_file.py",),
    "fitdecode": ("biocoach/review/fit_file.py",),
    "typer": ("biocoach/cli/*",),
    "typst": ("biocoach/review/packet/pdf.py",),
    "random": ("devices/virtual*.py", "devices/scenarios.py"),
    "subprocess": ("biocoach/sandbox.py",),
    # The watchdog is a process of its own, in which the clock's asyncio would double the memory.
    "time": ("biocoach/clock.py", "biocoach/watchdog.py"),
    "asyncio": (
        "biocoach/runtime.py",
        "biocoach/answers.py",
        "biocoach/adviser.py",
        "biocoach/sync.py",
        "biocoach/clock.py",
        "biocoach/cli/*",
        "devices/awake.py",
        "devices/notices.py",
        "devices/radio.py",
        "devices/link.py",
        "devices/strap.py",
        "devices/polar_streams.py",
        "devices/polar_exchange.py",
        "dashboard/*",
    ),
    "httpx": (),
    "httpx2": ("biocoach/syncing/over_http.py",),
    "dask": ("biocoach/review/study/*",),
    "distributed": ("biocoach/review/study/*",),
    "pyarrow": ("biocoach/review/study/*",),
    "websockets": ("biocoach/cli/follower.py",),
    "pylsl": ("biocoach/outlet.py",),
    "requests": (),
    "aiohttp": (),
    "http.client": (),
    "urllib.request": (),
    "multiprocessing": (),
    "pickle": (),
}
CLOCK_WORDS = ("now", "utcnow", "today")  # of datetime and date


@cache
def _files() -> tuple[str, ...]:
    found = (p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
    names = sorted(p.relative_to(ROOT).as_posix() for p in found)
    return tuple(
        n for n in names if "/node_modules/" not in n and not n.startswith("dashboard/web")
    )


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _floor(name: str) -> int | None:
    return next((floor for pattern, floor in FLOORS if fnmatchcase(name, pattern)), None)


def _group(name: str) -> str:
    return name.rpartition("/")[0]


def _file_of(module: str) -> str | None:
    """The file behind a dotted name of ours; None for what is not ours."""
    path = module.replace(".", "/")
    places = (f"{path}.py", f"{path}/__init__.py")
    return next((p for p in places if p in _files()), None)


def _imports(name: str) -> Iterator[str]:
    """Every module that a file imports, also inside functions and for the type checker."""
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} has a relative import"
            module = node.module or ""
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if _file_of(whole) or whole in OWNERS else module


def _owned(module: str) -> str | None:
    """The owned thing that an import reaches, whole or in part."""
    return next((o for o in OWNERS if module == o or module.startswith(f"{o}.")), None)


def upward(name: str) -> list[str]:
    """The imports of a file that do not point downwards."""
    here, found = _floor(name), []
    for module in _imports(name):
        target = _file_of(module)
        if target is None or target == name or name in FREE or target in FREE:
            continue
        there = _floor(target)
        assert here is not None, name
        assert there is not None, target
        peers = there == here and (_group(name) == _group(target) or _root(name) == _root(target))
        if there > here or (there == here and not peers):
            found.append(f"{name} (floor {here}) imports {target} (floor {there})")
    return found


def _root(name: str) -> str:
    return "/".join(name.split("/")[:2]) if name.startswith("biocoach/") else name.split("/")[0]


def reads_clock(tree: ast.Module) -> list[int]:
    """Lines that ask for the time of day: ``datetime.now()`` and its like."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_WORDS
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and ast.unparse(node.func.value).rpartition(".")[2] in ("datetime", "date")
    ]


def test_there_are_files() -> None:
    assert len(_files()) > 50


@pytest.mark.parametrize("name", _files())
def test_a_file_has_a_floor(name: str) -> None:
    assert _floor(name) is not None, f"give {name} a floor in FLOORS"


@pytest.mark.parametrize("name", _files())
def test_imports_point_downwards(name: str) -> None:
    assert upward(name) == []


@pytest.mark.parametrize("name", _files())
def test_outside_things_have_one_owner(name: str) -> None:
    taken = {owned for module in _imports(name) if (owned := _owned(module))}
    stolen = {o for o in taken if not any(fnmatchcase(name, p) for p in OWNERS[o])}
    assert stolen == set()


@pytest.mark.parametrize("name", [n for n in _files() if n != "biocoach/clock.py"])
def test_only_the_clock_reads_the_clock(name: str) -> None:
    assert reads_clock(_tree(name)) == []


def test_the_decoders_know_nothing_but_types() -> None:
    polar = ("frames", "control", "timing")
    for name in ("devices/heart_rate.py", *(f"devices/polar/{word}.py" for word in polar)):
        ours = {m for m in _imports(name) if (f := _file_of(m)) and f.startswith("biocoach")}
        assert ours <= {"biocoach.types"}, name


def test_the_rules_notice_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    guilty = {
        "biocoach/signal/beats.py": "def f():\n    from biocoach.session import Session",
        "devices/strap.py": "import dashboard.hub",
        "biocoach/signal/movement.py": "from biocoach.coach import policy",
    }
    texts = {name: ast.parse(text) for name, text in guilty.items()}
    monkeypatch.setattr("tests.test_floor_plan._tree", lambda name: texts[name])
    assert all(len(upward(name)) == 1 for name in guilty)
    assert reads_clock(ast.parse("import datetime\ndatetime.datetime.now(UTC)")) == [2]
    assert _owned("urllib.request") == "urllib.request"
    assert _owned("bleak.backends") == "bleak"
    assert _owned("urllib.parse") is None
