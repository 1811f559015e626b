"""The phone's door: codes, tokens, addresses."""

from __future__ import annotations

import pytest

from dashboard.guard import CODE_LIFE_S, Guard, new_code
from dashboard.phone_guard import (
    LETTERS,
    WRONG_MOST,
    Pairing,
    Phone,
    PhoneGuard,
    hash_of,
    new_token,
)
from tests.dashboard.support import NOW_S, RUN_SECRET, SECRET

HOST = "192.168.1.20:8766"


class Hands:
    """A clock's."""

    now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


def phone(token: str, name: str = "Mine") -> Phone:
    return Phone(id=name, name=name, token=hash_of(token), added="2026-03-01", seen="2026-03-01")


def test_a_code_is_short_enough_to_type_and_never_the_same() -> None:
    pairing = Pairing(Hands())
    codes = {pairing.begin("Mine") for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {11}
    assert set("".join(codes)) == {*LETTERS, "-"}


def test_a_code_opens_once_and_for_ten_minutes() -> None:
    hands = Hands()
    pairing = Pairing(hands)
    code = pairing.begin("Mine")
    hands.now_s += CODE_LIFE_S - 1
    assert pairing.waits()
    assert pairing.redeem(f" {code.upper()} ") == "Mine"
    assert pairing.redeem(code) is None
    code = pairing.begin("Mine")
    hands.now_s += CODE_LIFE_S
    assert not pairing.waits()
    assert pairing.redeem(code) is None


def test_only_the_last_code_opens_and_none_that_was_ended() -> None:
    pairing = Pairing(Hands())
    first = pairing.begin("Mine")
    second = pairing.begin("Yours")
    assert pairing.redeem(first) is None
    assert pairing.redeem(second) == "Yours"
    third = pairing.begin("Mine")
    pairing.end()
    assert pairing.redeem(third) is None
    assert pairing.redeem("") is None


def test_guessing_ends_the_code() -> None:
    pairing = Pairing(Hands())
    code = pairing.begin("Mine")
    for _ in range(WRONG_MOST - 1):
        assert pairing.redeem("aaaaa-aaaaa") is None
    assert pairing.waits()
    assert pairing.redeem("é") is None
    assert pairing.redeem(code) is None


def test_codes_of_the_one_door_do_not_open_the_other() -> None:
    pairing = Pairing(Hands())
    code = pairing.begin("Mine")
    here = Guard(secret=SECRET, run_secret=RUN_SECRET, port=8765, now_s=Hands())
    assert not here.redeem(code)
    assert pairing.redeem(new_code(RUN_SECRET, NOW_S)) is None


def test_a_token_is_known_while_its_phone_is_paired() -> None:
    mine, yours = new_token(), new_token()
    assert len(mine) == 43  # 256 bits in letters of six
    paired = [phone(mine, "Mine"), phone(yours, "Yours")]
    guard = PhoneGuard("a1", [HOST], lambda: paired)
    assert guard.cookie_name == "__Host-biocoach-a1"
    assert guard.phone({guard.cookie_name: yours}) == paired[1]
    for name, token in (("biocoach_8766", mine), (guard.cookie_name, mine + "x"), ("x", "")):
        assert not guard.knows({name: token})
    assert not guard.knows({guard.cookie_name: paired[0].token})  # what the record keeps
    del paired[1]
    assert not guard.knows({guard.cookie_name: yours})
    assert guard.knows({guard.cookie_name: mine})
    assert mine not in repr(paired)


@pytest.mark.parametrize(
    "origin",
    ["null", "", f"http://{HOST}", "https://192.168.1.20", f"https://x@{HOST}", "https://"],
)
def test_only_its_own_origin_passes(origin: str) -> None:
    guard = PhoneGuard("a1", [HOST], list)
    assert guard.refuses_origin(origin, needed=False)
    assert not guard.refuses_origin(f"https://{HOST}", needed=True)
    assert guard.refuses_origin(None, needed=True)
    assert not guard.refuses_origin(None, needed=False)
