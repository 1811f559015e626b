"""Everybody who may knock at a clinic's server, in their browser or by their computer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

from dashboard.clinic.ports import Member
from dashboard.clinic.sittings import CHECKED_S, COOKIE, IDLE_S
from tests.faults.clinic.served import NAMED, Served
from tests.faults.knocks import Header
from tests.faults.tenants_world import World
from tests.store.clinic.support import JOURNAL, Clinic

Ids = Mapping[str, str]
# In which role somebody comes, as far as their own ids go.
ADMIN, THERAPIST, SUPERVISOR = "an admin", "their therapist", "their supervisor"
THEMSELF, THEIR_COMPUTER = "themself", "their computer"
IDLE, JUST_DISABLED, STRANGER = "a therapist of nobody", "disabled just now", "a stranger"
NO_TOKEN = "a computer without a token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever knocks. ``role``: what they are as far as their ``own`` ids go; ``others``: ids of
    somebody whom they have no right to; ``shows``: the cookie or the token; ``knows``: the kinds of
    marks that are theirs to see; ``member``: as whom a browser is signed in."""

    name: str
    shows: tuple[Header, ...]
    own: Ids
    others: Ids
    role: str = STRANGER
    browser: bool = True
    member: Member | None = None
    knows: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.role != STRANGER


def everybody(it: Served) -> dict[str, Actor]:
    """By name."""
    return {one.name: one for one in [*_browsers(it), *_computers(it)]}


def ids_of(clinic: Clinic, world: World) -> Ids:
    return {
        "client": str(clinic.client.client), "member": str(clinic.therapist),
        "supervisor": str(clinic.supervisor), "device": str(clinic.client.holder.device),
        "journal": JOURNAL, "session": "s1", "code": world.used_code, "name": NAMED,
    }  # fmt: skip


def made_up() -> Ids:
    """Ids that nobody has."""
    fresh = {name: str(uuid4()) for name in ("client", "member", "supervisor", "device")}
    return fresh | {
        "journal": "journal-x", "session": "s-x", "code": "NOBODYS-CODE", "name": "Nobody",
    }  # fmt: skip


def _browsers(it: Served) -> Iterator[Actor]:
    world, elm, oak = it.world, it.world.elm, it.world.oak
    home, there = ids_of(elm, world), ids_of(oak, world)
    theirs = dict(there) | {
        "client": str(elm.other.client), "device": str(elm.other.holder.device),
    }  # fmt: skip
    therapist = it.member(elm.therapist)
    asleep = it.cookie(therapist)
    it.clock.advance(IDLE_S)
    gone = it.cookie(therapist)
    it.sittings.end({COOKIE: gone[0][1].partition("=")[2]})
    left = Member(id=str(world.disabled), name="gone", roles=("therapist",), clinic="Elm")
    disabled = it.cookie(left)
    it.clock.advance(CHECKED_S)
    for name, shows in {
        "nobody": (),
        "a made-up cookie": (("Cookie", f"{COOKIE}={'x' * 43}"),),
        "a sitting that was left alone": asleep,
        "a sitting that was signed out": gone,
        "a disabled member": disabled,
    }.items():
        yield Actor(name=name, shows=shows, own=there, others=home)
    yield Actor(
        name=JUST_DISABLED, role=JUST_DISABLED, shows=it.cookie(left), member=left, own=theirs,
        others=home,
    )  # fmt: skip
    staff, alias = frozenset({"staff"}), frozenset({"staff", "alias"})
    everything = frozenset({"staff", "alias", "record", "people", "deed"})
    nothing: frozenset[str] = frozenset()
    for name, role, who, knows, own, others in (
        (IDLE, IDLE, elm.idle, staff, theirs, home),
        ("a therapist of before", IDLE, world.former, staff, theirs, home),
        ("another client", THEMSELF, elm.other.practitioner, staff, theirs, home),
        (THERAPIST, THERAPIST, elm.therapist, everything, home, there),
        (SUPERVISOR, SUPERVISOR, elm.supervisor, everything, home, there),
        (THEMSELF, THEMSELF, elm.client.practitioner, everything, home, there),
        (ADMIN, ADMIN, elm.admin, alias | {"deed"}, home, there),
        ("another clinic: a therapist", THERAPIST, oak.therapist, nothing, there, home),
        ("another clinic: a supervisor", SUPERVISOR, oak.supervisor, nothing, there, home),
        ("another clinic: an admin", ADMIN, oak.admin, nothing, there, home),
        ("another clinic: a client", THEMSELF, oak.client.practitioner, nothing, there, home),
    ):
        member = it.member(who)
        yield Actor(
            name=name, role=role, shows=it.cookie(member), member=member, own=own, others=others,
            knows=knows,
        )  # fmt: skip


def _computers(it: Served) -> Iterator[Actor]:
    world, elm, oak = it.world, it.world.elm, it.world.oak
    home, there = ids_of(elm, world), ids_of(oak, world)
    tokens = {
        NO_TOKEN: "", "a computer with a made-up token": "x" * 43,
        "a revoked computer": world.revoked_token,
        "a computer that shows a code": world.used_code.ljust(24, "x"),
        THEIR_COMPUTER: it.joins(elm, elm.client.practitioner),
        "another client's computer": it.joins(elm, elm.other.practitioner),
        "another clinic's computer": it.joins(oak, oak.client.practitioner),
    }  # fmt: skip
    for name, token in tokens.items():
        shows = (("Authorization", f"Bearer {token}"),) if token else ()
        own, others = (home, there) if name == THEIR_COMPUTER else (there, home)
        known = name == THEIR_COMPUTER or name.startswith("another")
        role = THEIR_COMPUTER if known else STRANGER
        # Since when they agree is their own word.
        knows = frozenset({"people"} if name == THEIR_COMPUTER else ())
        yield Actor(
            name=name, role=role, shows=shows, own=own, others=others, browser=False, knows=knows
        )
