"""Twelve words: however somebody wrote them down, and never with a slip in them."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from biocoach.store import Key, Locked, State, Vault, Why
from biocoach.store.recovery import COUNT, new_words, words_in
from tests.store.test_vault import OTHER, PASSPHRASE, DictKeyring, made, why

draws = st.integers(0, 2**32).map(random.Random)


@given(draws)
def test_they_are_twelve_and_known_again(draw: random.Random) -> None:
    words = new_words(draw.randbytes)
    assert len(words) == COUNT
    assert words_in(" ".join(words)) == " ".join(words)


@given(draws)
def test_however_they_were_written_down(draw: random.Random) -> None:
    words = new_words(draw.randbytes)
    told = " ".join(words)
    numbered = "\n".join(f"{place}. {word.capitalize()}" for place, word in enumerate(words, 1))
    short = ", ".join(word[:4] for word in words)
    assert words_in(numbered) == words_in(short) == words_in(f"\t {told.upper()} ") == told


@given(draws, st.integers(0, COUNT - 1))
def test_a_word_left_out_is_noticed(draw: random.Random, place: int) -> None:
    words = [*new_words(draw.randbytes)]
    del words[place]
    assert words_in(" ".join(words)) is None


def test_most_slips_are_noticed() -> None:
    """Four bits check: a wrong word of the list passes once in sixteen."""
    draw, passed = random.Random(11), 0
    for _ in range(400):
        words = [*new_words(draw.randbytes)]
        words[draw.randrange(COUNT)] = new_words(draw.randbytes)[0]
        passed += words_in(" ".join(words)) is not None
    assert passed < 60


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    words_in(text)


def test_they_open_what_a_lost_keyring_closed(tmp_path: Path) -> None:
    for number in range(3):
        folder, ring = tmp_path / str(number), DictKeyring()
        vault = Vault(folder, ring)
        key = made(vault.create())
        words = " ".join(vault.new_words())
        assert vault.keep_words(key, words) is None
        ring.words.clear()
        assert vault.state() is State.LOCKED
        assert why(vault.open()) is Why.LOCKED
        assert made(vault.open(words)).secret() == key.secret()
        # The keyring has it again, and asks for nothing.
        assert vault.state() is State.OPEN


def test_words_that_nobody_kept_open_nothing(tmp_path: Path) -> None:
    ring = DictKeyring()
    vault = Vault(tmp_path, ring)
    key = made(vault.create(PASSPHRASE))
    shown = " ".join(vault.new_words())
    ring.words.clear()
    assert not vault.has_recovery()
    assert why(vault.open(shown)) is Why.WRONG
    assert vault.keep_words(key, shown) is None
    assert vault.has_recovery()
    assert made(vault.open(shown)).secret() == key.secret()


def test_new_words_end_the_old_ones_and_leave_the_passphrase(tmp_path: Path) -> None:
    ring = DictKeyring()
    vault = Vault(tmp_path, ring)
    key = made(vault.create(PASSPHRASE))
    old, new = (" ".join(vault.new_words()) for _ in range(2))
    assert vault.keep_words(key, old) is None
    assert vault.keep_words(key, new) is None
    assert vault.set_passphrase(key, OTHER) is None
    for good in (new, OTHER):
        ring.words.clear()
        assert made(vault.open(good)).secret() == key.secret()
    ring.words.clear()
    for wrong in (old, PASSPHRASE, "", "not twelve words"):
        assert why(vault.open(wrong)) is Why.WRONG


def test_a_plain_record_has_none_and_a_slip_is_not_kept(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    key = made(vault.create(plain=True))
    words = " ".join(vault.new_words())
    assert why(vault.keep_words(key, words)) is Why.NOT_MADE
    assert why(vault.keep_words(Key(bytes(32)), words + " zoo")) is Why.WRONG


def test_they_are_in_no_file(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    key = made(vault.create())
    words = " ".join(vault.new_words())
    vault.keep_words(key, words)
    found = (tmp_path / "vault.json").read_text()
    assert words.split()[0] not in json.loads(found)
    assert words not in found
    assert key.secret().hex() not in found


def test_a_vault_of_before_them_is_read(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    made(vault.create(PASSPHRASE))
    path = tmp_path / "vault.json"
    assert json.loads(path.read_text())["version"] == 1
    assert not isinstance(vault.open(PASSPHRASE), Locked)
