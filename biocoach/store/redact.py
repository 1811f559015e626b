"""Names taken out of what leaves: whole words, any case, the same word by the same stand-in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar
from unicodedata import name as name_of
from unicodedata import normalize

from biocoach.store.codec import from_json, to_json
from biocoach.store.transfer import ENTRY, FACT
from biocoach.types import (
    Afterwards,
    Begin,
    Debrief,
    Ecg,
    End,
    Fit,
    Link,
    Mark,
    Motion,
    Plan,
    Reading,
    Refusal,
    Strap,
)

Json = dict[str, Any]
T = TypeVar("T")
# What programs go by. In answers and words everything is the person's own, whatever its key.
CODES = frozenset({
    "id", "rev", "form", "scale", "kind", "support", "state", "checks", "makes", "behaviour", "day",
    "ladder", "step", "session", "way", "until", "lifted", "proposal", "phase", "settings_hash",
    "practice", "beats_sha256", "format", "characteristic", "made_by", "seen", "earlier",
})  # fmt: skip
SPOKEN = (Afterwards, Begin, Debrief, End, Link, Mark, Plan, Strap)
# Of these a person's own files give some, and may name somebody in them.
OWN_CODES = frozenset({"id", "form", "practice"})
# Words in these letters stand without a space between them: no whole word can be asked for.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
STRAP_CODES = frozenset({"sends", "lacks", "trouble"})
OWN = frozenset({"answers", "words"})
BYTES = ("reading", "motion", "ecg", "intervals")


class Redactor:
    """``names``: what the person listed, in their order; the first is ``[name 1]``. ``codes``: ids
    that come with biocoach, and name nobody. ``counts``: how often each name was taken out."""

    def __init__(self, names: Iterable[str], codes: Collection[str] = frozenset()) -> None:
        words = dict.fromkeys(" ".join(normalize("NFC", name).split()) for name in names)
        self.names = tuple(word for word in words if word)
        self.counts = dict.fromkeys(self.names, 0)
        self._codes = codes
        self._stand_in = {
            word.casefold(): f"[name {number}]" for number, word in enumerate(self.names, start=1)
        }
        spelled = [_spelled(word) for word in sorted(self.names, key=len, reverse=True)]
        self._pattern = re.compile("|".join(spelled), re.IGNORECASE) if spelled else None

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def code(self, text: str) -> str:
        """An id that a person's own file may have given: the same wherever it stands."""
        if text in self._codes:
            return text
        return self.text(text).replace("[name ", "name-").replace("]", "")

    def text(self, text: str) -> str:
        if self._pattern is None or not self._pattern.search(normalize("NFC", text)):
            return text
        return self._pattern.sub(self._replaced, normalize("NFC", text))

    def _replaced(self, found: re.Match[str]) -> str:
        word = " ".join(found[0].split())
        name = next(
            one
            for one in self.names
            if one.casefold() == word.casefold()
            or re.fullmatch(re.escape(one), word, re.IGNORECASE)
        )
        self.counts[name] += 1
        return self._stand_in[name.casefold()]

    def value(self, value: Any, *, own: bool = False) -> Any:
        """Every text in a JSON value, but codes."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one, own=own) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._coded(key, one)
            if key in CODES and not own and _is_code(one)
            else self.value(one, own=own or key in OWN)
            for key, one in value.items()
        }

    def _coded(self, key: str, value: Any) -> Any:
        return self.code(value) if key in OWN_CODES and isinstance(value, str) else value

    def body(self, body: T) -> T:
        """Every free text in a value that flows; words with a fixed set of meanings stay."""
        if type(body) is str:
            return self.text(str(body))  # type: ignore[return-value]
        if isinstance(body, tuple):
            return tuple(self.body(one) for one in body)  # type: ignore[return-value]
        if isinstance(body, Enum) or not is_dataclass(body) or isinstance(body, type):
            return body
        found = {field.name: getattr(body, field.name) for field in fields(body)}
        now = {
            name: self._coded(name, value)
            if name in CODES and isinstance(value, str) and not isinstance(value, Enum)
            else self.body(value)
            for name, value in found.items()
        }
        return replace(body, **now)


def _spelled(word: str) -> str:
    """As a whole word; an underscore is no letter of it."""
    found = r"\s+".join(map(re.escape, word.split()))
    before = "" if _unspaced(word[0]) else r"(?<![^\W_])"
    after = "" if _unspaced(word[-1]) else r"(?![^\W_])"
    return f"{before}{found}{after}"


def _unspaced(letter: str) -> bool:
    return name_of(letter, "").startswith(UNSPACED)


def _is_code(value: object) -> bool:
    """Single words; what has a space in it somebody wrote, and what is no text is looked into."""
    if isinstance(value, list):
        return all(_is_code(one) for one in value)
    return isinstance(value, str) and " " not in value.strip()


def leaving(line: Json, redactor: Redactor) -> Json:
    """A line of ``transfer.contents_of`` as it may leave: without the names, and of the first-run
    answers without those that tell more than a reading of the heart needs."""
    if FACT in line:
        return line | {"value": redactor.value(line["value"])}
    if ENTRY not in line or line[ENTRY]["body"]["kind"] in BYTES:
        return line
    body = from_json(line[ENTRY]["body"])
    if isinstance(body, Refusal | Reading | Motion | Ecg):
        return line
    if isinstance(body, Begin):
        body = _less_told(body)
    if isinstance(body, Strap):  # by its address a strap is known again wherever it is worn
        body = replace(body, address="")
    told = to_json(redactor.body(body))
    return line if told == line[ENTRY]["body"] else {ENTRY: line[ENTRY] | {"body": told}}


def _less_told(begin: Begin) -> Begin:
    """The route of the second group of questions, and pregnancy, change nothing in a session that
    took place. A source may name a file of this computer."""
    fit = begin.fit
    kept = (
        None
        if fit is None
        else Fit(
            rhythm_unreliable=fit.rhythm_unreliable,
            heart_slowing=fit.heart_slowing,
            with_therapist=fit.with_therapist,
            age=fit.age,
        )
    )
    return replace(begin, fit=kept, source=begin.source.partition(":")[0])


def texts_in(told: Json) -> list[str]:
    """Every free text of a body that a person or a strap gave, but the codes of programs."""
    body = from_json(told)
    if isinstance(body, Refusal) or not isinstance(body, SPOKEN):
        return []
    return _texts(body)


def _texts(body: object) -> list[str]:
    if type(body) is str:
        return [body] if body.strip() else []
    if isinstance(body, tuple):
        return [text for one in body for text in _texts(one)]
    if isinstance(body, Enum) or not is_dataclass(body):
        return []
    found = [(f.name, getattr(body, f.name)) for f in fields(body) if f.name not in STRAP_CODES]
    return [
        text
        for name, value in found
        if not (name in CODES and isinstance(value, str))
        for text in _texts(value)
    ]


def words_in(value: Any, own: bool = False) -> list[str]:
    """Every free text in a JSON value, for somebody who wants to see all that leaves."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, list):
        return [word for one in value for word in words_in(one, own)]
    if not isinstance(value, dict):
        return []
    return [
        word
        for key, one in value.items()
        if own or key not in CODES or not _is_code(one)
        for word in words_in(one, own or key in OWN)
    ]


def names_in(ladders: Sequence[Json]) -> list[str]:
    """What a ladder says of who and where: names to think of."""
    steps = [step for ladder in ladders for step in ladder.get("steps", [])]
    found = [step.get(key, "").strip() for step in steps for key in ("who", "where")]
    return list(dict.fromkeys(word for word in found if word))
