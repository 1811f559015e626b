"""What happened between two looks at the page's live state, as plain lines for other programs.

Pure. No word that a person wrote is in them, and no number unless it was asked for. What the still
screen of *observe* hides is never told, not afterwards either. While the disk refuses nothing is
told: what was not committed has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
SCHEMA = "biocoach.events.v1"
EVENTS = ("here", "gone", "phase", "activation", "offer", "settled", "link", "recording")


class Watch:
    """Takes the messages of the page's socket, and gives what happened."""

    def __init__(self, *, numbers: bool) -> None:
        self._numbers = numbers
        self._state: Json | None = None
        self._seen: Json | None = None  # as it was when something was last told

    def take(self, message: Json) -> list[Json]:
        """The events of one message, in order; without a time."""
        if message["type"] == "snapshot":
            self._state = dict(message["state"])
        elif self._state is not None:
            self._state = self._state | message["set"]
        state = self._state
        if state is None or "session" not in state:  # locked: nothing is known yet
            return []
        before, self._seen = self._seen, _standing(state, self._seen)
        if before is None:
            return [self._event("here", state, _here(self._seen))]
        return [self._event(kind, state, rest) for kind, rest in _between(before, self._seen)]

    def lost(self) -> list[Json]:
        """biocoach has gone; what follows begins anew."""
        before, self._state, self._seen = self._seen, None, None
        if before is None:
            return []
        return [{"schema": SCHEMA, "event": "gone", "simulated": before["simulated"]}]

    def _event(self, kind: str, state: Json, rest: Json) -> Json:
        assert self._seen is not None  # just made
        numbers = {"numbers": _numbers(state)} if self._numbers else {}
        head = {"schema": SCHEMA, "event": kind, "simulated": self._seen["simulated"]}
        return head | rest | numbers


def locked() -> Json:
    """How it stands before the passphrase: nothing is known, and nothing is kept."""
    here = {"phase": "", "link": "lost", "recording": False}
    return {"schema": SCHEMA, "event": "here", "simulated": False} | here


def _standing(state: Json, before: Json | None) -> Json:
    """All that events are about. What is not committed leaves it as it was."""
    app, session, strap = state["app"], state["session"], state.get("strap") or {}
    recording = app.get("recording", True) is not False
    if not recording and before is not None:
        return before | {"recording": False}
    rises = {a["number"]: a for a in (state.get("events") or {}).get("activations", ())}
    offer, question = state.get("offer"), state.get("question")
    return {
        "session": session.get("id", ""),
        "simulated": bool(app.get("simulated") or session.get("simulated")),
        "phase": session.get("phase", ""),
        "still": bool(session.get("still")),
        "activations": rises,
        "shown": _shown(rises, session, before),
        "offer": offer["at_s"] if offer else None,
        "settled": question["at_s"] if question and question["kind"] == "settled" else None,
        "link": "up" if strap.get("link") == "up" else "lost",
        "reason": _code(strap.get("reason", "")),
        "recording": recording,
    }


def _shown(rises: dict[int, Json], session: Json, before: Json | None) -> frozenset[int]:
    """The numbers of those whose beginning was not hidden; only of these the end is told."""
    same = before is not None and before["session"] == session.get("id", "")
    shown: frozenset[int] = before["shown"] if before and same else frozenset()
    if session.get("still") or (before is not None and before["still"]):
        return shown
    return shown | (rises.keys() - (before["activations"].keys() if before and same else ()))


def _code(value: object) -> str:
    """A reason in one plain word; whatever else it is, it is none."""
    plain = isinstance(value, str) and value.replace("_", "").isalpha() and value.isascii()
    return str(value) if plain else ""


def _here(seen: Json) -> Json:
    return {"phase": seen["phase"], "link": seen["link"], "recording": seen["recording"]}


def _between(before: Json, now: Json) -> Iterator[tuple[str, Json]]:
    if now["recording"] is not before["recording"]:
        yield "recording", {"recording": now["recording"]}
    if now["link"] != before["link"]:
        reason = {"reason": now["reason"]} if now["link"] == "lost" and now["reason"] else {}
        yield "link", {"link": now["link"]} | reason
    another = now["session"] != before["session"]
    if another or now["phase"] != before["phase"]:
        yield "phase", {"phase": now["phase"]}
    if not now["still"] and not before["still"]:
        rises = now["activations"]
        shown = {number: rises[number] for number in rises if number in now["shown"]}
        yield from _activations({} if another else before["activations"], shown)
    if now["offer"] != before["offer"]:
        yield "offer", {"moment": "over" if now["offer"] is None else "made"}
    if now["settled"] is not None and now["settled"] != before["settled"]:
        yield "settled", {}


def _activations(before: dict[int, Json], now: dict[int, Json]) -> Iterator[tuple[str, Json]]:
    for number, row in now.items():
        known = before.get(number)
        if known is None:
            yield "activation", {"moment": "begun", "movement": row["movement"]}
        if row["end_s"] is not None and (known is None or known["end_s"] is None):
            yield "activation", {"moment": "ended", "movement": row["movement"]}


def _numbers(state: Json) -> Json:
    """The heart rate and RMSSD of now; None where they are not known."""
    now = state.get("now") or {}
    return {name: now.get(name) for name in ("hr_bpm", "rmssd_ms")}
