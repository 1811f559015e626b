"""Recovery words: twelve of a list of 2,048 (BIP-39, Palatinus et al. 2013), 128 random bits.

Their last bits are a check, so that most slips of a pen are noticed before anything is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from mnemonic import Mnemonic

COUNT = 12
_BYTES = 16
_BEGINS = 4  # letters tell every word of the list from the others
_WORD = re.compile(r"[a-z]+")


def new_words(token_bytes: Callable[[int], bytes]) -> tuple[str, ...]:
    return tuple(_list().to_mnemonic(token_bytes(_BYTES)).split())


def words_in(text: str) -> str | None:
    """The twelve words as they were given out, whatever stands between them (numbers, commas,
    lines), in capitals too, or by their first four letters; None where they are no such words."""
    found = [_whole(word) for word in _WORD.findall(text.lower())]
    told = " ".join(found)
    return told if len(found) == COUNT and _list().check(told) else None


def _whole(word: str) -> str:
    begins = [one for one in _list().wordlist if one.startswith(word)]
    return begins[0] if len(begins) == 1 and len(word) >= _BEGINS else word


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")
