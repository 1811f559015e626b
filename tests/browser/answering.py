"""A therapist with an address, who answers what was shared with them."""

from __future__ import annotations

from typing import Any

from biocoach.clock import SystemClock, iso_utc
from biocoach.sharing.replies import lines_of_draft
from biocoach.store.bundle import Bundle, Kind, Manifest, pack
from biocoach.store.seal import new_identity

VALE = new_identity()


def answer_to(bundle: Bundle, ladder: str, step: dict[str, Any]) -> bytes:
    """As the therapist's program makes it."""
    about = {"ladder": ladder, "step": step["id"], "reason": "It went well"}
    changes = [
        about | {"planned_s": step["planned_s"] + 300},
        about | {"expected_suds": step["expected_suds"] + 5},
    ]
    manifest = Manifest(
        id="r1", kind=Kind.REPLY, made_utc=iso_utc(SystemClock().wall()), sender=VALE.address,
        name="", to=(bundle.manifest.sender,), of=bundle.manifest.id, simulated=True,
    )  # fmt: skip
    draft = {"notes": [], "practise": "Two short evenings", "changes": changes}
    return pack(manifest, lines_of_draft(draft), VALE)
