"""What can go wrong with a clinic's copy, as codes that the page has words for."""

from __future__ import annotations

from dataclasses import dataclass, field

from biocoach.syncing.wire import Position, Refused

# On the way there.
AWAY = "away"  # nobody answers
CERTIFICATE = "certificate"  # somebody answers who can't show that it is the clinic
CLOCK = "clock"  # this computer's clock is hours away from the server's
UNREADABLE = "unreadable"  # what answers is no clinic's server
# At home.
STORE = "store"  # this record could not be read or written just now
# Said by the clinic; the rest of ``wire.WHYS`` goes by its own name.
TOKEN, CODE, POSITION, SLOW_DOWN = "token", "code", "position", "slow_down"
FORKED = "forked"  # its place and ours still differ after a new beginning
CODES = (
    AWAY, CERTIFICATE, CLOCK, UNREADABLE, STORE, TOKEN, CODE, "older", "newer", POSITION,
    "damaged", "full", "busy", SLOW_DOWN, "bad", FORKED,
)  # fmt: skip
# Only a person, or another version, can end these: asking every minute is in vain.
STAYS = (TOKEN, "older", "newer", "bad", "damaged", CERTIFICATE, CLOCK, UNREADABLE, FORKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """``code``: one of ``CODES``. ``detail``: for whoever looks into it, never a person's words.
    ``at``: with ``position``, the right one."""

    code: str
    detail: str = ""
    at: Position = field(default_factory=Position)


def trouble_of(refused: Refused) -> Trouble:
    """What a clinic's refusal means here."""
    known = refused.why in CODES
    return Trouble(
        code=refused.why if known else UNREADABLE, detail=refused.detail[:200], at=refused.at
    )
