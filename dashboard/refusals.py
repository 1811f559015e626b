"""What every route may answer instead of what it was asked for, as the app describes itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Refused(BaseModel):
    """Why not, as a code; some say more beside it."""

    model_config = ConfigDict(extra="allow")

    ok: Literal[False]
    why: str


class Misunderstood(BaseModel):
    """Plain words; for a form also what kinds of things were wrong, and nothing of what stood in
    it."""

    detail: str
    kinds: list[str] = []


_WHEN = {
    400: "No request that has one meaning.",
    401: "Whoever asks is not known here.",
    403: "Not from here, or not by this.",
    404: "There is nothing of this name.",
    409: "It can't be done now.",
    413: "More than fits here.",
    415: "Another kind of body.",
    421: "Another address.",
    422: "It could not be understood, or does not fit.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused | Misunderstood, "description": words}
    for status, words in _WHEN.items()
}
