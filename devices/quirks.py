"""What particular straps do otherwise, each with its evidence. The stored raw never changes.

Thin on purpose: a row is added when a strap needs it, with where it was seen. docs/straps.md
(*What some straps do otherwise*) has them for people, and tells reports from captures.
Names are matched at their beginning, without regard to case: straps append a serial number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from biocoach.types import Contact, Reading


class Effect(StrEnum):
    CONTACT_UNRELIABLE = "contact_unreliable"
    BOGUS_LAST_RR = "bogus_last_rr"
    NO_RR = "no_rr"
    RR_INACCURATE = "rr_inaccurate"
    MEMORY = "memory"
    RR_SURE = "rr_sure"
    RR_UNITS = "rr_units"
    ONE_LINK = "one_link"
    SILENT_FIRMWARE = "silent_firmware"
    HRV_AT_REST = "hrv_at_rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """One oddity: devices whose names begin with ``name``, what to do about it, who saw it."""

    name: str
    effect: Effect
    evidence: str


QUIRKS = (
    Quirk(
        name="Polar H10",
        effect=Effect.CONTACT_UNRELIABLE,
        evidence="captures with software 3.3.1 and 4.2.0: always 'unsupported'; other firmware "
        "says it only after some seconds, or only with ECG on (docs/straps.md)",
    ),
    Quirk(
        name="Polar H10",
        effect=Effect.RR_SURE,
        evidence="sends RR with every beat, and a plausible rate off the body: without RR its rate "
        "is not believed (docs/straps.md)",
    ),
    Quirk(
        name="Polar H9",
        effect=Effect.RR_SURE,
        evidence="sends RR, no ECG and no movement (docs/straps.md)",
    ),
    Quirk(
        name="Polar H10",
        effect=Effect.MEMORY,
        evidence="captures: it records heart rate or RR by itself; other Polar straps have the "
        "file transfer too, and no such memory (docs/straps.md)",
    ),
    Quirk(
        name="HRM-Dual",
        effect=Effect.BOGUS_LAST_RR,
        evidence="Garmin HRM-Dual appends an RR of 52 ms (docs/straps.md)",
    ),
    Quirk(
        name="Garmin HRM-Dual",
        effect=Effect.BOGUS_LAST_RR,
        evidence="the same strap under its longer name",
    ),
    Quirk(
        name="Polar OH1",
        effect=Effect.NO_RR,
        evidence="optical: pulse intervals only through PMD (docs/straps.md)",
    ),
    Quirk(
        name="Polar Sense",
        effect=Effect.NO_RR,
        evidence="Verity Sense, optical: pulse intervals only through PMD (docs/straps.md)",
    ),
    Quirk(
        name="Polar Verity Sense",
        effect=Effect.NO_RR,
        evidence="the same device under its product name",
    ),
    Quirk(
        name="TICKR FIT",
        effect=Effect.RR_INACCURATE,
        evidence="optical armband: no accurate RR (docs/straps.md)",
    ),
    Quirk(
        name="WHOOP",
        effect=Effect.RR_UNITS,
        evidence="the broadcast of a WHOOP 5 sends RR in ms, not in 1/1024 s: checked by elapsed "
        "time (docs/straps.md)",
    ),
    Quirk(
        name="Polar H10",
        effect=Effect.ONE_LINK,
        evidence="one connection unless a second is enabled, and then it stops advertising; paired "
        "in the system's settings it can hide from apps (docs/straps.md)",
    ),
    Quirk(
        name="Polar H9",
        effect=Effect.ONE_LINK,
        evidence="one connection (docs/straps.md)",
    ),
    Quirk(
        name="Movesense",
        effect=Effect.SILENT_FIRMWARE,
        evidence="some ECG firmware sends nothing on 0x2A37 (docs/straps.md)",
    ),
    Quirk(
        name="H808S",
        effect=Effect.HRV_AT_REST,
        evidence="Coospo H808S: fine at rest; RMSSD meaningless while running (docs/straps.md)",
    ),
    Quirk(
        name="COOSPO H808S",
        effect=Effect.HRV_AT_REST,
        evidence="the same strap under its longer name",
    ),
)

# What a person should know of their strap; the page has the words.
_HINTS = (Effect.ONE_LINK, Effect.SILENT_FIRMWARE, Effect.HRV_AT_REST)

# 52 ms is 53.2/1024 s; both neighbours, since the rounding of the strap is not known.
_BOGUS_RR_1024 = range(52, 55)


def effects(name: str) -> frozenset[Effect]:
    """All the oddities of a strap with this name."""
    low = name.casefold()
    return frozenset(quirk.effect for quirk in QUIRKS if low.startswith(quirk.name.casefold()))


def sends_rr(name: str) -> bool:
    """False for a strap known to send no beat-to-beat intervals worth using."""
    return not effects(name) & {Effect.NO_RR, Effect.RR_INACCURATE}


def surely_rr(name: str) -> bool:
    """True for a strap known to send intervals: where they are missing, something is wrong."""
    return Effect.RR_SURE in effects(name)


def remembers(name: str) -> bool:
    """A strap known to record by itself."""
    return Effect.MEMORY in effects(name)


def doubts_units(name: str) -> bool:
    """True where the unit of the intervals must be checked against the clock."""
    return Effect.RR_UNITS in effects(name)


def hints(name: str) -> tuple[str, ...]:
    """What a person should know of this strap, as codes for the page's words."""
    found = effects(name)
    return tuple(hint.value for hint in _HINTS if hint in found)


def apply(name: str, reading: Reading) -> Reading:
    """The reading as far as this strap can be believed; ``raw`` stays as it came."""
    found = effects(name)
    if Effect.CONTACT_UNRELIABLE in found:
        reading = replace(reading, contact=Contact.UNKNOWN)
    # Only after a genuine interval: alone, it would be the strap's only word.
    bogus = len(reading.rr_1024) > 1 and reading.rr_1024[-1] in _BOGUS_RR_1024
    if bogus and Effect.BOGUS_LAST_RR in found:
        reading = replace(reading, rr_1024=reading.rr_1024[:-1])
    if Effect.RR_INACCURATE in found:
        reading = replace(reading, rr_1024=())
    return reading
