"""Where a session stands, as the page's ``session`` slice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from biocoach.clock import iso_utc
from biocoach.coach.policy import AWAY
from biocoach.running import Running
from biocoach.types import Phase

Json = dict[str, Any]
MARKLESS = ("plan", "end", "debrief")  # moves that no mark made, so that none can be withdrawn


def session_slice(running: Running, at_s: float, *, still: bool, rated_s: float) -> Json:
    """``still``: under ``observe`` and apart; ``rated_s``: when distress was rated last."""
    session = running.session
    plan, move, begun = session.plan, session.last_move, session.begun
    standing = session.standing
    apart_s = at_s - session.phase_since_s if session.phase is Phase.APART else 0.0
    passed = [c for c in plan.checkpoints_s if c <= apart_s] if plan and apart_s else []
    # Nobody waits for a strap that says nothing: the practice goes on, the heart is not judged.
    waited = session.baseline_have_s >= session.baseline_need_s
    rated = not passed or rated_s >= session.phase_since_s + max(passed)
    return {
        "id": running.id,
        "started_utc": iso_utc(running.started),
        "phase": session.phase.value,
        "phase_since_s": session.phase_since_s,
        "at_s": at_s,
        "plan": asdict(plan) if plan else None,
        "still": still,
        "away": standing is not None and standing.presence in AWAY,
        "panic": standing is not None and standing.panic,
        "baseline": {
            "ready": session.baseline_ready,
            "have_s": int(session.baseline_have_s),
            "need_s": int(session.baseline_need_s),
            "can_finish": session.baseline_ready or session.baseline_believable or waited,
        },
        "last_mark": None
        if move is None or move.word in MARKLESS
        else {"number": move.number, "kind": move.word, "at_s": move.at_s},
        "checkpoint_due": not rated and not still,
        "time_over_due": bool(plan and apart_s >= plan.planned_s > 0),
        "simulated": bool(begun and begun.simulated),
    }
