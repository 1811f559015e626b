"""What a manifest says is checked, field by field, before any of it is believed."""

from __future__ import annotations

from typing import Any

import pytest

from biocoach.store.bundle import Kind, Manifest, unpack
from biocoach.store.codec import canonical
from biocoach.store.seal import SealError, Why, new_identity, seal

SENDER, READER = new_identity(), new_identity()
GOOD = Manifest(
    id="b1", kind=Kind.RECORD, made_utc="2026-01-31T09:00:00.000Z", sender=SENDER.address,
    name="Zoë \N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", to=(READER.address,),
    period=("2026-01-01", "2026-01-31"), chosen=(("sessions", 3),),
)  # fmt: skip


def opened(**changes: Any) -> Manifest:
    told = canonical(GOOD.told() | changes)
    return unpack(seal([told], SENDER, [READER.address]), READER).manifest


def test_a_good_one_is_as_it_was_told() -> None:
    assert opened() == GOOD
    assert opened(period=["", ""], of="r-1").period == ("", "")
    assert opened(period=["2026-01-31", "2026-01-31"]).period[0] == "2026-01-31"


@pytest.mark.parametrize(
    "changes",
    [
        {"made_utc": "9999-12-31T23:59:59.999-23:00"},
        {"made_utc": "0001-01-01T00:00:00.000+23:00"},
        {"made_utc": "1999-12-31T23:59:59.999Z"},
        {"made_utc": "2200-01-01T00:00:00.000Z"},
        {"made_utc": "2026-01-31T09:00:00"},
        {"made_utc": "2026-01-31"},
        {"made_utc": ""},
        {"period": ["20260101", ""]},
        {"period": ["2026-W01-1", ""]},
        {"period": ["", "2026-02-30"]},
        {"period": ["2026-02-01", "2026-01-01"]},
        {"period": ["2026-01-01"]},
        {"period": "  "},
        {"id": ""},
        {"id": "a:b"},
        {"id": "a\n"},
        {"of": "../x"},
        {"chosen": {"sessions\n": 1}},
        {"chosen": {"sessions": 10**30}},
        {"chosen": {str(n): 1 for n in range(200)}},
        {"redacted": 10**30},
        {"simulated": "yes"},
        {"to": [READER.address.line] * 500},
        *({"from": {"address": SENDER.address.line, "name": name}} for name in (
            "x" * 81, "a\x1b[2J", "a\nb", "a\u2028b", "a\u202eb", "a\u2066b", "\ud800", 3, None)),
    ],
)  # fmt: skip
def test_a_field_that_is_none_of_ours_is_one_plain_line(changes: dict[str, Any]) -> None:
    with pytest.raises(SealError) as error:
        opened(**changes)
    assert error.value.why is Why.DAMAGED
