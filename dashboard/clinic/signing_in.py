"""How somebody comes in: the first time by an invitation, then by passkey, or password and code.

Whoever is wrong hears the same words, and waits as long, whether the name, the password or the code
was wrong, and whether there is anybody of that name.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dashboard.clinic import passwords
from dashboard.clinic.forms import EnrolPasswordForm
from dashboard.clinic.pace import Pace
from dashboard.clinic.passkeys import Passkeys, id_of
from dashboard.clinic.ports import NOBODY, Credential, Member, Members
from dashboard.ports import Outcome

Json = dict[str, Any]
WRONG = Outcome(why="not_signed_in")
NO_CODE = Outcome(why="code")
SLOWLY = Outcome(why="slow_down")
CHALLENGE_LIFE_S = 300
CHALLENGES_MOST = 10_000
TRIES, TRIES_S = 5, 300.0  # of one name
STRANGERS, STRANGERS_S = 60, 60.0  # of all together, from one address


@dataclass(slots=True)
class _Challenges:
    """Each is good once, soon, and for what it was made for."""

    now_s: Callable[[], float]
    _waiting: dict[str, tuple[bytes, float, str]] = field(default_factory=dict)

    def new(self, about: str) -> tuple[str, bytes]:
        name, challenge = secrets.token_urlsafe(16), secrets.token_bytes(32)
        self._waiting[name] = (challenge, self.now_s() + CHALLENGE_LIFE_S, about)
        if len(self._waiting) > CHALLENGES_MOST:
            del self._waiting[next(iter(self._waiting))]
        return name, challenge

    def take(self, name: str, about: str) -> bytes | None:
        challenge, until, what = self._waiting.pop(name, (b"", 0.0, ""))
        return challenge if challenge and what == about and self.now_s() < until else None


class SigningIn:
    """``now_s`` only goes forward; ``wall_s``: since 1970, for the codes of phones."""

    def __init__(
        self,
        members: Members,
        passkeys: Passkeys,
        now_s: Callable[[], float],
        wall_s: Callable[[], float],
    ) -> None:
        self._members = members
        self._passkeys = passkeys
        self._wall_s = wall_s
        self._challenges = _Challenges(now_s)
        self._of_name = Pace(TRIES, TRIES_S, now_s)
        self._from_there = Pace(STRANGERS, STRANGERS_S, now_s)

    def lets_try(self, address: str) -> bool:
        """Whether whoever asks from there is heard at all now."""
        return self._from_there.takes(address)

    # ---- the first time

    def invited(self, code: str) -> Json | Outcome:
        """Whom the code invites, and what each way of signing in needs."""
        member = self._members.invited(code)
        if member is None:
            return NO_CODE
        name, challenge = self._challenges.new(f"enrol:{code}")
        secret = passwords.new_secret()
        return {
            "name": member.name, "roles": list(member.roles), "clinic": member.clinic,
            "challenge": name, "secret": secret,
            "address": passwords.address_of(secret, member.name, member.clinic),
            "passkey": self._passkeys.wanted(member.id, member.name, [], challenge),
        }  # fmt: skip

    def enrol_passkey(self, code: str, challenge: str, told: Json) -> Member | Outcome:
        asked = self._challenges.take(challenge, f"enrol:{code}")
        kept = self._passkeys.made(told, asked) if asked else None
        if kept is None:
            return Outcome(why="passkey")
        return self._enrolled(code, "", [("passkey", kept)])

    def enrol_password(self, told: EnrolPasswordForm) -> Member | Outcome:
        """``secret``: as ``invited`` told it; ``totp``: what the app shows now, so that it is
        known to work before it is needed."""
        if self._members.invited(told.code) is None:
            return NO_CODE
        name = told.name.strip()
        why = passwords.unfit(told.password, name)
        if why:
            return Outcome(why=why)
        step = passwords.step_of(told.secret, told.totp, self._wall_s())
        if step is None:
            return Outcome(why="totp")
        hashed: Json = {"argon2": passwords.hash_of(told.password)}
        second: Json = {"secret": told.secret, "step": step}
        kept = [("password", hashed), ("totp", second)]
        return self._enrolled(told.code, name, kept)

    def _enrolled(self, code: str, name: str, kept: list[tuple[str, Json]]) -> Member | Outcome:
        member = self._members.enrol(code, name, kept)
        if isinstance(member, Member):
            self._members.note(member.id, "signed_in")
        return member

    # ---- afterwards

    def begin_passkey(self) -> Json:
        name, challenge = self._challenges.new("sign_in")
        return {"challenge": name, "passkey": self._passkeys.asked(challenge)}

    def by_passkey(self, challenge: str, told: Json) -> Member | Outcome:
        asked = self._challenges.take(challenge, "sign_in")
        found = self._members.of_passkey(id_of(told)) if asked else None
        if asked is None or found is None:
            return WRONG
        member, kept = found
        count = self._passkeys.shown(told, kept.data, asked)
        if count is None or (
            count and not self._members.count_up(member.id, kept.id, "count", count)
        ):
            self._members.note(member.id, "not_signed_in")
            return WRONG
        self._members.note(member.id, "signed_in")
        return member

    def by_password(self, name: str, password: str, totp: str) -> Member | Outcome:
        key = name.strip().casefold()
        if not self._of_name.takes(key):
            return SLOWLY
        member = self._members.named(name)
        asked = member.id if member else NOBODY  # as much work, whether there is anybody or not
        hashes = self._members.credentials(asked, "password")
        seconds = self._members.credentials(asked, "totp")
        kept = hashes[0].data["argon2"] if hashes else passwords.nobodys()
        good = passwords.fits(kept, password)
        if member is None or not good or not hashes or not self._second_step(seconds, asked, totp):
            self._members.note(asked, "not_signed_in")
            return WRONG
        self._of_name.forget(key)
        self._members.note(member.id, "signed_in")
        return member

    def _second_step(self, seconds: list[Credential], member: str, totp: str) -> bool:
        for kept in seconds:
            step = passwords.step_of(kept.data["secret"], totp, self._wall_s())
            if step is not None and self._members.count_up(member, kept.id, "step", step):
                return True
        return False
