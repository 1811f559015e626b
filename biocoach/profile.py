"""Facts of the person as the store keeps them: small JSON documents, read with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from biocoach.types import AgeBand, Fit

FLAGS = ("rhythm_unreliable", "heart_slowing", "pregnancy", "ladder_waits", "with_therapist")


def fit_of(fact: Mapping[str, Any] | None) -> Fit | None:
    """The first-run answers; None where they are missing or can't be read: they are asked anew."""
    if fact is None or any(not isinstance(fact.get(name), bool) for name in FLAGS):
        return None
    try:
        return Fit(**{name: fact[name] for name in FLAGS}, age=AgeBand(str(fact.get("age"))))
    except ValueError:
        return None


def fit_for(fact: Mapping[str, Any] | None, *, simulated: bool) -> Fit | None:
    """The same; a simulated person needs none."""
    return fit_of(fact) or (Fit() if simulated else None)


def fact_of(fit: Fit) -> dict[str, Any]:
    return asdict(fit)
