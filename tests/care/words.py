"""The one list of words that biocoach does not say, and all the texts in which it might.

The list is ``words.json``, which the page's own tests read too.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIST: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text("utf-8"))
NEVER = {name: re.compile(found, re.IGNORECASE) for name, found in LIST["never"].items()}
# What a practice, a form or a scale does not say: names of illness, promises, what nobody can know.
CLAIMS = re.compile("|".join((*LIST["names"], *LIST["promises"], *LIST["knows"])), re.IGNORECASE)
REASSURES = re.compile(LIST["reassures"], re.IGNORECASE)  # of what another feels, or will do
PACKET = tuple(LIST["packet"])
# "Not a diagnosis" is what has to be said; nothing else on the list is helped by a "not".
NEGATABLE = frozenset(LIST["negatable"])
NEGATED = re.compile(r"\b(not|no|never|nor|nothing|neither|without|isn't)\b", re.IGNORECASE)
CITES = {"where", "licence", "url"}  # the title of somebody's article is theirs
QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n\s*\n|\n(?=[-*|#>])")


@dataclass(frozen=True, slots=True)
class Text:
    """``where``: a file, and the key or the line in it."""

    where: str
    said: str


def found_in(said: str) -> list[str]:
    """The names of what it says and must not."""
    return [
        name
        for sentence in SENTENCE.split(said)
        for name, never in NEVER.items()
        for match in never.finditer(sentence)
        if name not in NEGATABLE or not NEGATED.search(sentence[: match.start()])
    ]


# ---- where texts are


def of_json(path: Path) -> Iterator[Text]:
    """Messages by key."""
    for key, said in json.loads(path.read_text("utf-8")).items():
        yield Text(f"{path.name}: {key}", said)


def of_toml(path: Path) -> Iterator[Text]:
    yield from _leaves(tomllib.loads(path.read_text("utf-8")), path.name)


def _leaves(found: Any, where: str) -> Iterator[Text]:
    if isinstance(found, dict):
        for key, value in found.items():
            if key not in CITES:
                yield from _leaves(value, f"{where}.{key}")
    elif isinstance(found, list):
        for value in found:
            yield from _leaves(value, where)
    elif isinstance(found, str):
        yield Text(where, found)


def of_python(path: Path) -> Iterator[Text]:
    """Every string, those of commands' help among them; pieces of one text come joined."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            pieces = [p.value for p in node.values if isinstance(p, ast.Constant)]
            yield Text(f"{path.name}:{node.lineno}", " ".join(map(str, pieces)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield Text(f"{path.name}:{node.lineno}", node.value)


def of_prose(path: Path) -> Iterator[Text]:
    """Docs may say in quotation marks what is not to be said."""
    yield Text(path.name, QUOTED.sub("…", path.read_text("utf-8")))


def of_source(path: Path) -> Iterator[Text]:
    """The page and the packet's template: line by line, comments too."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield Text(f"{path.name}:{number}", line)


READERS = {".json": of_json, ".toml": of_toml, ".py": of_python, ".md": of_prose}
PLACES = {
    "messages": ("dashboard/web/messages", "*.json"),
    "practices": ("biocoach/coach/content", "*.toml"),
    "forms, scales and ladders": ("biocoach/exposure/content", "*.toml"),
    "packet and note": ("biocoach/review", "*.toml"),
    "packet's template": ("biocoach/review", "*.typ"),
    "biocoach": ("biocoach", "*.py"),
    "devices": ("devices", "*.py"),
    "server": ("dashboard", "*.py"),
    "page": ("dashboard/web/src", "*.svelte"),
    "page's rules": ("dashboard/web/src", "*.ts"),
    "docs": ("docs", "*.md"),
}


def texts(place: str, root: Path = ROOT) -> Iterator[Text]:
    folder, pattern = PLACES[place]
    for path in sorted((root / folder).rglob(pattern)):
        if "node_modules" not in path.parts:
            yield from READERS.get(path.suffix, of_source)(path)


def front() -> Iterator[Text]:
    """What stands at the root: the README and the changes."""
    for path in sorted(ROOT.glob("*.md")):
        yield from of_prose(path)
