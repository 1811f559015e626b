"""The pages for readers can't drift: what they quote is on the screen or in the packet, what they
name is there, and what they tell to type is a command with those options.

On practitioner.md and therapist.md what is **bold** is a quotation, word for word: a text of the
page or of the packet, or whole sentences of one. What fills a ``{name}`` in is _slanted_ in it.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from biocoach import __version__
from biocoach.coach.dropped import Dropped, own_folder
from biocoach.coach.shipped import shipped
from biocoach.exposure.dropped_forms import DroppedForms, forms_folder
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.types import Contact, Reading
from devices import quirks
from tests.browser.pictures import IN_DOCS, ON_A_PHONE
from tests.care.words import CLAIMS, REASSURES, SENTENCE, Text, found_in, of_json, of_toml
from tests.cli.support import environment
from tests.coach.test_content import grade

ROOT = Path(__file__).parents[1]
READERS = ("practitioner", "therapist", "developer", "safety", "install")
PAGES = {name: (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in READERS}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.S)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
CODE = re.compile(r"`([^`\n]+)`")
FILLED = re.compile(r"\{\w+\}")
FILES = re.compile(r"[\w.*-]+(/[\w.*-]+)+|[\w-]+\.(py|md|toml|json|cff|lock)")
LINES_MAX = 150
PICTURE_MAX_BYTES = 150_000
SENTENCE_WORDS = 8


# ---- what is quoted


@cache
def on_screen_or_paper() -> frozenset[str]:
    """Each text and each run of its sentences; ``{}`` stands for what is filled in."""
    screen = of_json(ROOT / "dashboard/web/messages/en.json")
    paper = of_toml(ROOT / "biocoach/review/packet/content/en/packet.toml")
    return frozenset(FILLED.sub("{}", run) for text in (*screen, *paper) for run in runs(text))


def runs(text: Text) -> Iterator[str]:
    parts = SENTENCE.split(text.said.strip())
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            yield " ".join(parts[first:last])


def is_quoted(said: str) -> bool:
    return re.sub(r"_[^_]+_", "{}", said) in on_screen_or_paper()


def quoted(page: str) -> list[str]:
    return [" ".join(bold.split()) for bold in BOLD.findall(page)]


@pytest.mark.parametrize("name", ["practitioner", "therapist"])
def test_what_is_bold_is_word_for_word_on_the_screen_or_in_the_packet(name: str) -> None:
    said = [bold for bold in quoted(PAGES[name]) if bold != "bold"]
    assert len(said) > 30
    assert [bold for bold in said if not is_quoted(bold)] == []


@pytest.mark.parametrize(
    ("said", "is_there"),
    [
        ("They are back", True),
        ("Use _Polar H10 12345678_", True),
        ("Use Polar H10 12345678", False),
        ("They are  back", False),
        ("They came back", False),
        ("Nobody overrules a no.", False),
    ],
)
def test_a_word_that_drifted_is_found(said: str, *, is_there: bool) -> None:
    assert is_quoted(said) is is_there


# ---- how it reads


def prose(page: str) -> list[str]:
    """Paragraphs and cells as they are read: no code, no pictures, no marks."""
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", BLOCK.sub("", page))
    bare = re.sub(r"^(#+|-|\d+\.) +", "\n\n", bare, flags=re.M)
    bare = re.sub(r"^\|[-|]+\|$", "", bare, flags=re.M)
    parts = re.split(r"\n\n+|\s*\|\s*", re.sub(r"[*`_]", "", bare))
    return [" ".join(part.split()) for part in parts if part.strip()]


def test_the_wearer_s_page_is_read_at_twelve() -> None:
    """Labels and headings are short by themselves: only what has a sentence's length counts."""
    read = [part for part in prose(PAGES["practitioner"]) if len(part.split()) >= SENTENCE_WORDS]
    assert len(read) > 30
    assert grade(read) <= 7.0
    assert [part for part in read if grade([part]) > 9.0] == []


@pytest.mark.parametrize("name", [*READERS, "CONTRIBUTING"])
def test_no_page_claims_what_it_can_t(name: str) -> None:
    """Strictly for the wearer; the others may name what is not to be said of anybody."""
    page = PAGES.get(name, CONTRIBUTING)
    assert found_in(re.sub(r"[\"“][^\"”]*[\"”]", "…", page)) == []
    if name == "practitioner":
        assert [p for p in prose(page) if CLAIMS.search(p) or REASSURES.search(p)] == []


@pytest.mark.parametrize("name", READERS)
def test_it_is_short(name: str) -> None:
    assert len(PAGES[name].splitlines()) <= LINES_MAX


# ---- what is shown and typed


def test_every_picture_is_made_by_the_command_small_and_shown_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {m for p in pages for m in re.findall(r"pictures/([\w-]+\.png)", p.read_text("utf-8"))}
    there = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    made = {*IN_DOCS, *(f"{name}-phone" for name in ON_A_PHONE)}
    assert shown == set(there) == {f"{name}.png" for name in made}
    assert [name for name, size in there.items() if size >= PICTURE_MAX_BYTES] == []


def commands() -> list[tuple[str, ...]]:
    """Every line of an sh block, and each command in a line of text."""
    pages = [*PAGES.values(), CONTRIBUTING]
    blocks = [b for page in pages for kind, b in BLOCK.findall(page) if kind == "sh"]
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    bare = [BLOCK.sub("", page) for page in pages]
    lines += [c for page in bare for c in CODE.findall(page) if c.startswith("biocoach ")]
    lines += [c for page in bare for c in CODE.findall(page) if c.startswith("python -m ")]
    return sorted({tuple(shlex.split(line)) for line in lines if line})


@cache
def helped(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words, "--help"],
        cwd=ROOT,
        env=environment(Path("/nonexistent")) | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_and_its_options_are_real(words: tuple[str, ...]) -> None:
    if words[0] in ("./run", "cd", "npx"):
        return  # its own words are looked at in test_what_run_is_asked
    assert words[0] == "biocoach" or words[:2] == ("python", "-m")
    deed = words[1:2] if words[0] == "biocoach" and words[1].isalpha() else ()
    program = ("biocoach", *deed) if words[0] == "biocoach" else (words[2],)
    options = {word.split("=")[0] for word in words if word.startswith("-") and word != "-m"}
    told = helped(*program)
    assert {o for o in options if not re.search(rf"(?<![\w-]){re.escape(o)}\b", told)} == set()


def test_what_run_is_asked() -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    asked = [words for words in commands() if words[0] == "./run" and len(words) > 1]
    assert asked
    for words in asked:
        assert f"{words[1]})" in script or helped("biocoach", words[1]), words
        assert all((ROOT / word).exists() for word in words[2:] if "/" in word), words


# ---- recipes


def named(page: str) -> set[str]:
    """What looks like a file of the tree."""
    code = [c for c in CODE.findall(BLOCK.sub("", page)) if FILES.fullmatch(c.split("::")[0])]
    return {c.split("::")[0] for c in code}


@pytest.mark.parametrize("name", [*READERS, "CONTRIBUTING"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    found = named(PAGES.get(name, CONTRIBUTING))
    assert [path for path in sorted(found) if not list(ROOT.glob(path))] == []


def test_every_name_of_the_code_is_in_its_file() -> None:
    """``path::name`` in developer.md."""
    found = [c.split("::") for c in CODE.findall(PAGES["developer"]) if "::" in c]
    assert len(found) > 8
    gone = [(path, name) for path, name in found if name not in (ROOT / path).read_text("utf-8")]
    assert gone == []


def recipe(kind: str, which: str) -> str:
    (found,) = [b for k, b in BLOCK.findall(PAGES["developer"]) if k == kind and which in b]
    return str(found)


@pytest.mark.parametrize(
    ("which", "folder_in", "dropped_in", "known"),
    [
        ("[[steps]]", own_folder, Dropped, shipped),
        ("[[fields]]", forms_folder, DroppedForms, shipped_forms),
    ],
)
def test_what_a_recipe_makes_is_dropped_in_and_loads(
    tmp_path: Path, which: str, folder_in: Any, dropped_in: Any, known: Any
) -> None:
    folder = folder_in(tmp_path)
    folder.mkdir(parents=True)
    (folder / "of-my-own.toml").write_text(recipe("toml", which), encoding="utf-8")
    dropped = dropped_in(folder, known())
    dropped.look()
    assert dropped.library.problems == ()
    assert len(dropped.mine) == 1


def test_the_quirk_of_the_recipe_does_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    row = eval(recipe("python", "Quirk("), vars(quirks))  # our own page
    (row,) = row if isinstance(row, tuple) else (row,)
    monkeypatch.setattr(quirks, "QUIRKS", (*quirks.QUIRKS, row))
    one = Reading(raw=b"", bpm=60, rr_1024=(900,), contact=Contact.DETECTED)
    assert quirks.apply(f"{row.name} 1", one).rr_1024 == ()
    assert not quirks.sends_rr(f"{row.name} 1")
    assert len(row.evidence) > 20


# ---- where it comes from


def sources() -> str:
    """Every file in which a source is told."""
    files = [ROOT / "biocoach/settings.py", ROOT / "docs/signal.md"]
    files += [
        *ROOT.glob("biocoach/*/content/en/**/*.toml"),
        *ROOT.glob("biocoach/review/**/*.toml"),
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_source_on_safety_is_told_in_the_tree() -> None:
    """Name and year within a few words of each other, as content files and settings have them."""
    listed = PAGES["safety"].partition("## Sources")[2]
    cited = re.findall(r"^- ([\w-]+)[^\d]*?((?:19|20)\d\d)", listed, re.M)
    assert len(cited) >= 10
    all_told = sources()
    near = '[^\\d]{0,80}?(?:"\\s*\\nyear = )?'
    assert [c for c in cited if not re.search(rf"{c[0]}{near}{c[1]}", all_told)] == []
    above = PAGES["safety"].partition("## Sources")[0]
    used = set(re.findall(r"\[([\w-]+) ((?:19|20)\d\d)\]", above))
    assert used == set(cited)


# ---- who made it


def test_the_citation_is_valid_and_of_this_version() -> None:
    """By the keys that CFF 1.2.0 requires, and the types of those that are used."""
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["version"] == __version__
    assert (found["type"], found["license"]) == ("software", "MIT")
    assert all(isinstance(found[key], str) for key in ("message", "title", "abstract"))
    assert found["authors"] == [{"name": "biocoach contributors"}]
    known = {"cff-version", "message", "type", "title", "abstract", "version", "license", "authors"}
    assert set(found) - {"keywords"} == known


def test_what_is_packed_has_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"README.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE"} <= set(packed)
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert json.loads(json.dumps(project["project"]["license"])) == "MIT"


def test_the_readme_leads_each_reader_to_their_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in READERS if f"(docs/{name}.md)" not in readme] == []
