"""Numbers as pictures show them: once, for the live trace and the review alike."""

from __future__ import annotations

from biocoach.types import Second

BAND_SPREADS = 1.5  # the band that is drawn is the one that ends an activation


def band_bpm(second: Second) -> tuple[float | None, float | None]:
    """The baseline's band, bpm; None twice where there is no baseline yet."""
    if second.baseline_bpm is None or second.spread_bpm is None:
        return None, None
    half = BAND_SPREADS * second.spread_bpm
    return one_decimal(second.baseline_bpm - half), one_decimal(second.baseline_bpm + half)


def one_decimal(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
