"""What a page may see of the slices now.

Under ``observe`` the apart screen is still: what must not be seen does not leave here. While
the disk refuses nothing is new, so that nothing may stand as now but what the person began.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
STILL = ("now", "trace", "ecg", "events", "question")  # what the still screen changes
NOW = ("now", "offer", "question")  # what a refusing disk changes
OWN_QUESTIONS = ("too_much", "end_gently")  # the person began these


def visible(slices: Json, *, still: bool, recording: bool) -> Json:
    seen = dict(slices)
    if still or not recording:
        question = slices["question"]
        own = question is not None and question["kind"] in OWN_QUESTIONS
        seen |= {"now": None, "question": question if own else None}
    if not recording:
        offer = slices["offer"]
        seen["offer"] = offer if offer is not None and offer["asked"] else None
    if still:
        events = slices["events"] | {"activations": [], "gaps": []}
        seen |= {"trace": [], "ecg": None, "events": events}
    return seen
