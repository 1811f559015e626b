"""Who comes in, and who doesn't: with real hashes and real codes, and a clock in hand."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pyotp
import pytest

from dashboard.clinic.forms import EnrolPasswordForm
from dashboard.clinic.pace import Pace
from dashboard.clinic.passkeys import Passkeys
from dashboard.clinic.ports import Credential, Member
from dashboard.clinic.signing_in import CHALLENGE_LIFE_S, TRIES, TRIES_S, SigningIn
from dashboard.clinic.sittings import CHECKED_S, COOKIE, IDLE_S, MOST_S, Sittings
from dashboard.ports import Outcome
from tests.dashboard.clinic.members import ANNA, CODE, Remembered

PASSWORD = "quiet boats at noon"
START_S = 1_800_000_000.0


def chosen(password: str, secret: str, totp: str) -> EnrolPasswordForm:
    return EnrolPasswordForm(code=CODE, name="Anna", password=password, secret=secret, totp=totp)


@dataclass
class Desk:
    now_s: float = START_S
    members: Remembered = field(default_factory=Remembered)

    def __post_init__(self) -> None:
        passkeys = Passkeys("clinic.test", "https://clinic.test", "By the river")
        self.door = SigningIn(self.members, passkeys, lambda: self.now_s, lambda: self.now_s)

    def totp(self) -> str:
        secret = self.members.kept[ANNA.id][1].data["secret"]
        return pyotp.TOTP(secret).at(int(self.now_s))

    def enrol(self) -> Desk:
        told = self.door.invited(CODE)
        assert not isinstance(told, Outcome)
        code = pyotp.TOTP(told["secret"]).at(int(self.now_s))
        assert self.door.enrol_password(chosen(PASSWORD, told["secret"], code)) == ANNA
        self.now_s += 60
        return self

    def tries(self, name: str = "Anna", password: str = PASSWORD, totp: str = "") -> str:
        found = self.door.by_password(name, password, totp or self.totp())
        return found.id if isinstance(found, Member) else found.why


def test_an_invitation_is_good_once() -> None:
    desk = Desk().enrol()
    assert desk.door.invited(CODE) == Outcome(why="code")
    assert desk.tries(" anna ") == ANNA.id
    assert desk.members.deeds == [(ANNA.id, "signed_in")] * 2


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "password_short"),
        ("x" * 201, "password_long"),
        ("aaaaaaaabbbb", "password_weak"),
        ("hello anna hello", "password_weak"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_not_taken(password: str, why: str) -> None:
    desk = Desk()
    told = desk.door.invited(CODE)
    assert not isinstance(told, Outcome)
    code = pyotp.TOTP(told["secret"]).at(int(desk.now_s))
    found = desk.door.enrol_password(chosen(password, told["secret"], code))
    assert found == Outcome(why=why)
    assert desk.door.invited(CODE) != Outcome(why="code")  # it is not spent


def test_an_app_that_shows_another_code_is_found_before_it_is_needed() -> None:
    desk = Desk()
    told = desk.door.invited(CODE)
    assert not isinstance(told, Outcome)
    found = desk.door.enrol_password(chosen(PASSWORD, told["secret"], "000000"))
    assert found == Outcome(why="totp")


def test_whatever_is_wrong_the_words_are_the_same() -> None:
    desk = Desk().enrol()
    wrong = {
        desk.tries("Nobody"), desk.tries(password="quiet boats at nine"), desk.tries(totp="000000"),
        desk.tries(totp="١٢٣٤٥٦"), desk.tries(totp="x"),
    }  # fmt: skip
    assert wrong == {"not_signed_in"}
    assert (ANNA.id, "not_signed_in") in desk.members.deeds


def test_whatever_is_wrong_as_much_is_asked_of_the_database() -> None:
    asked: list[str] = []

    class Counting(Remembered):
        def credentials(self, member: str, kind: str) -> list[Credential]:
            asked.append(kind)
            return super().credentials(member, kind)

        def note(self, member: str, deed: str) -> None:
            asked.append(deed)
            super().note(member, deed)

    desk = Desk(members=Counting()).enrol()
    found = []
    for name, password in (("Nobody", "x"), ("Anna", "x"), ("Anna", PASSWORD)):
        asked.clear()
        assert desk.tries(name, password, "000000") == "not_signed_in"
        found.append(tuple(asked))
    assert set(found) == {("password", "totp", "not_signed_in")}


def test_a_code_is_good_once_and_near_its_time() -> None:
    desk = Desk().enrol()
    code = desk.totp()
    assert desk.tries(totp=code) == ANNA.id
    assert desk.tries(totp=code) == "not_signed_in"
    desk.now_s += 30
    assert desk.tries(totp=desk.totp()) == ANNA.id
    old = desk.totp()
    desk.now_s += 90
    assert desk.tries(totp=old) == "not_signed_in"


def test_guessing_slows_down_and_is_let_try_again_later() -> None:
    desk = Desk().enrol()
    said = [desk.tries(password="wrong wrong wrong") for _ in range(TRIES + 3)]
    assert said == ["not_signed_in"] * TRIES + ["slow_down"] * 3
    assert desk.tries() == "slow_down"  # the right one too: nobody is told that it was right
    assert desk.tries("Somebody else") == "not_signed_in"
    desk.now_s += TRIES_S
    assert desk.tries() == ANNA.id


def test_a_passkey_that_was_not_asked_for_is_none() -> None:
    desk = Desk()
    told = desk.door.invited(CODE)
    assert not isinstance(told, Outcome)
    assert told["passkey"]["rp"]["id"] == "clinic.test"
    assert told["passkey"]["authenticatorSelection"]["userVerification"] == "required"
    for spoiled in ({}, {"id": 1}, {"id": "a", "rawId": "a", "response": {}, "type": "public-key"}):
        fresh = desk.door.invited(CODE)
        assert not isinstance(fresh, Outcome)
        found = desk.door.enrol_passkey(CODE, fresh["challenge"], spoiled)
        assert found == Outcome(why="passkey")
        asked = desk.door.begin_passkey()["challenge"]
        assert desk.door.by_passkey(asked, spoiled) == Outcome(why="not_signed_in")
    desk.now_s += CHALLENGE_LIFE_S
    assert desk.door.enrol_passkey(CODE, told["challenge"], {}) == Outcome(why="passkey")


def test_a_sitting_ends_by_itself_and_with_its_member() -> None:
    clock, members = [0.0], Remembered()
    sittings = Sittings(lambda: clock[0], members.still)
    cookies = {COOKIE: sittings.begin(ANNA)}
    assert sittings.who({}) is None
    for _ in range(int(MOST_S // (IDLE_S - 1))):
        clock[0] += IDLE_S - 1
        assert sittings.who(cookies) == ANNA
    clock[0] = MOST_S
    assert sittings.who(cookies) is None
    idle = {COOKIE: sittings.begin(ANNA)}
    clock[0] += IDLE_S
    assert sittings.who(idle) is None
    here = {COOKIE: sittings.begin(ANNA)}
    del members.members[ANNA.id]
    assert sittings.who(here) == ANNA
    clock[0] += CHECKED_S
    assert sittings.who(here) is None
    assert sittings.end(here) is None


def test_a_pace_lets_so_many_at_once_and_then_one_at_a_time() -> None:
    clock = [0.0]
    pace = Pace(3, 30.0, lambda: clock[0])
    assert [pace.takes("a") for _ in range(4)] == [True, True, True, False]
    assert pace.takes("b")
    clock[0] += 10
    assert [pace.takes("a") for _ in range(2)] == [True, False]
    pace.forget("a")
    assert pace.takes("a")


def test_of_many_who_try_at_once_no_more_come_through() -> None:
    pace, tries = Pace(100, 60.0, lambda: 0.0), 20_000

    def many(_: int) -> int:
        return sum(pace.takes("a") for _ in range(tries))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(many, range(8))) == 100
    finally:
        sys.setswitchinterval(before)


def test_whoever_goes_out_while_the_database_is_asked_stays_out() -> None:
    clock = [0.0]

    def still(_: str) -> Member:
        sittings.end(here)  # from another window, just then
        return ANNA

    sittings = Sittings(lambda: clock[0], still)
    here = {COOKIE: sittings.begin(ANNA)}
    clock[0] = CHECKED_S
    assert sittings.who(here) is None
    assert sittings.who(here) is None
