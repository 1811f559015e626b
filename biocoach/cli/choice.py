"""What is to run: the strap that was chosen or is remembered, another source, or none yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from biocoach.types import Arrival
from devices import SourceSpec, parse_source

Json = dict[str, Any]
TRY_OUT = "virtual:unscripted"  # the page's virtual strap: the person presses the keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to run. ``spec`` None: no strap is known yet. ``strap``: the fact to remember."""

    spec: SourceSpec | None
    speed: float = 1.0
    strap: Json | None = None

    @property
    def simulated(self) -> bool:
        return self.spec is not None and self.spec.simulated


def chosen(source: str) -> SourceSpec | None:
    """What the page may choose: a strap, or the virtual one. A replay is for the command line."""
    spec = parse_source(TRY_OUT if source == "virtual" else source)
    return spec if isinstance(spec, SourceSpec) and spec.kind != "replay" else None


def remembered(fact: Json | None) -> SourceSpec | None:
    """The strap that the record remembers."""
    address = (fact or {}).get("address")
    spec = parse_source(f"ble:{address}") if address else None
    return spec if isinstance(spec, SourceSpec) else None


class NoStrap:
    """No strap is known yet: nothing arrives, and the page offers to look for one."""

    name = ""
    simulated = False
    scripted = False

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        await asyncio.Event().wait()
        nothing: tuple[Arrival, ...] = ()
        for arrival in nothing:
            yield arrival
