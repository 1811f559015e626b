"""Everybody who has no right to the victim's record, and what they may hold."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from tests.faults.tenants_world import World

# Rightful for some of those who are strangers to the record without a deed: they could make one.
RIGHTFUL = ("their ", "themself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """``may``: the kinds of marks that are theirs to see all the same; ``deed``: what they name."""

    name: str
    member: str
    deed: str = ""
    may: frozenset[str] = frozenset()


def strangers_of(world: World) -> list[Stranger]:
    """Everybody who has no right to the victim's record, and what they may hold."""
    own, home = world.elm, frozenset({"staff"})
    aliases = home | {"alias", "deed"}
    opened, forged = str(world.opened), str(uuid4())
    member = {
        "no member": "", "a member that is not": forged, "no uuid": "x' OR true --",
        "the client's own id": str(own.client.client),
    }  # fmt: skip
    found = [Stranger(name=n, member=m, deed=d) for n, m in member.items() for d in ("", opened)]
    theirs = {
        "another clinic's therapist": world.oak.therapist,
        "another clinic's admin": world.oak.admin,
        "another clinic's supervisor": world.oak.supervisor,
        "another clinic's client": world.oak.client.practitioner,
    }
    for name, who in theirs.items():
        for deed in ("", opened, forged, str(world.oak_opened), str(world.oak_caseload)):
            found.append(Stranger(name=name, member=str(who), deed=deed))
    for deed in ("", opened, str(world.caseload), str(world.synced)):
        found += [
            Stranger(name="a therapist of nobody", member=str(own.idle), deed=deed, may=home),
            Stranger(name="an admin", member=str(own.admin), deed=deed, may=aliases),
            Stranger(
                name="another client", member=str(own.other.practitioner), deed=deed, may=home,
            ),
            Stranger(name="a disabled therapist", member=str(world.disabled), deed=deed),
        ]  # fmt: skip
    found += [
        Stranger(name="a disabled therapist, own deed", member=str(world.disabled),
                 deed=str(world.disabled_opened)),
        Stranger(name="a therapist of before", member=str(world.former), may=home | {"own"},
                 deed=str(world.former_opened)),
        Stranger(name="a therapist of before, caseload", member=str(world.former),
                 may=home | {"own"}, deed=str(world.former_caseload)),
    ]  # fmt: skip
    known = home | {"alias", "deed", "people", "own"}
    for name, who, deed in (
        ("their therapist without a deed", own.therapist, ""),
        ("their therapist with an old deed", own.therapist, str(world.old)),
        ("their therapist with another's deed", own.therapist, str(world.supervised)),
        ("their therapist with a deed on another", own.therapist, str(world.elsewhere)),
        ("their therapist with no reading deed", own.therapist, str(world.signed_in)),
        ("their supervisor with another's deed", own.supervisor, opened),
        ("themself with another's deed", own.client.practitioner, opened),
    ):
        found.append(Stranger(name=name, member=str(who), deed=deed, may=known))
    return found
