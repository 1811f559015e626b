"""What the record keeps of phones in the same house: one fact, of which only the latest is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from dashboard.phone_guard import Phone, new_id, new_token

Json = dict[str, Any]
FACT = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``id``: a word for the cookie's name; ``password``: of the certificate's key; ``network``:
    the range that it was turned on for."""

    id: str
    password: str = field(repr=False)
    on: bool = False
    address: str = ""
    network: str = ""
    port: int = 0
    phones: tuple[Phone, ...] = ()

    def without(self, phone: str) -> Kept:
        return replace(self, phones=tuple(p for p in self.phones if p.id != phone))

    def seen(self, phone: str, day: str) -> Kept:
        phones = (replace(p, seen=day) if p.id == phone else p for p in self.phones)
        return replace(self, phones=tuple(phones))


def new_kept() -> Kept:
    return Kept(id=new_id(), password=new_token())


def fact_of(kept: Kept) -> Json:
    return asdict(kept) | {"phones": [asdict(phone) for phone in kept.phones]}


def kept_of(fact: Json | None) -> Kept:
    """Another one where there is none yet."""
    if not fact:
        return new_kept()
    phones = tuple(Phone(**_known(Phone, row)) for row in fact["phones"])
    return Kept(**(_known(Kept, fact) | {"phones": phones}))


def _known(kind: type[Kept | Phone], fact: Json) -> Json:
    """Without what a later biocoach may have added."""
    names = {f.name for f in fields(kind)}
    return {name: value for name, value in fact.items() if name in names}
