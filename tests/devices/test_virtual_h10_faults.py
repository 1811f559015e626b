"""Each fault of the virtual H10 does what its word says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from biocoach.types import Motion
from devices.gatt import AttError
from devices.polar import PMD_CONTROL, PMD_DATA, PMD_SERVICE, frames
from devices.strap_words import DeviceError
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_faults import FAULTS
from devices.virtual_h10_table import MEASUREMENT, sig
from tests.devices.h10 import (
    ACC_ON,
    ECG_ON,
    ask,
    hexed,
    lasts,
    linked,
    stamps_s,
    steps_s,
    stream,
)


def test_an_unknown_fault_is_said() -> None:
    with pytest.raises(ValueError, match="no fault 'thunder'"):
        VirtualH10(faults={"thunder"})


def test_taken() -> None:
    strap = VirtualH10(faults={"taken"})
    assert not strap.advertising
    with pytest.raises(DeviceError, match="busy"):
        strap.connect(0.0)


def test_link_loss() -> None:
    strap = linked("link_loss")
    strap.due(44.9)
    assert lasts(strap)
    with pytest.raises(DeviceError, match="dropped"):
        strap.read(PMD_CONTROL, 45.1)
    strap.connect(50.0)
    strap.due(95.1)
    assert not lasts(strap)


def test_falls_silent() -> None:
    strap = linked("falls_silent")
    ask(strap, ECG_ON)
    first = strap.due(200.0)
    assert 20 <= sum(uuid == MEASUREMENT for uuid, _ in first) <= 60
    assert any(uuid == PMD_DATA for uuid, _ in first)
    assert lasts(strap)
    assert strap.write(PMD_CONTROL, b"\x01\x00", 200.0) == []
    strap.disconnect(201.0)
    strap.connect(202.0)
    strap.listen(MEASUREMENT, 202.0)
    assert 20 <= len(strap.due(400.0)) <= 60


def test_needs_bond() -> None:
    codes = set()
    for seed in range(8):
        strap = linked("needs_bond", seed=seed)
        with pytest.raises(AttError) as caught:
            strap.write(PMD_CONTROL, hexed(ECG_ON), 0.0)
        assert caught.value.reason == "needs_pairing"
        codes.add(caught.value.code)
        assert strap.streams == ()
        strap.pair()
        assert ask(strap, ECG_ON) == "F0 02 00 00 00 00"
    assert codes == {0x05, 0x0F}


def test_no_pmd() -> None:
    strap = linked("no_pmd")
    assert PMD_SERVICE not in {service for service, _, _ in strap.table}
    assert strap.read(sig(0x2A28), 0.0) == b"2.1.9\0"
    with pytest.raises(AttError):
        strap.read(PMD_CONTROL, 0.0)


def test_short_errors() -> None:
    strap = linked("short_errors")
    assert ask(strap, "02 00") == "F0 02 00 05"
    ask(strap, ECG_ON)
    assert ask(strap, ECG_ON) == "F0 02 00 06"


def test_strap_stops() -> None:
    strap = linked("strap_stops")
    ask(strap, ECG_ON)
    ask(strap, ACC_ON)
    said = strap.due(120.0)
    notices = [i for i, word in enumerate(said) if word == (PMD_CONTROL, b"\x01\x00\x02")]
    assert len(notices) == 1
    assert not [uuid for uuid, _ in said[notices[0] :] if uuid == PMD_DATA]
    assert not strap.streams
    assert ask(strap, ECG_ON, 120.0) == "F0 02 00 00 00 00"
    assert PMD_CONTROL not in {uuid for uuid, _ in strap.due(300.0)}


def test_lost_frames() -> None:
    steps = steps_s(stream(linked("lost_frames"), ECG_ON, 300.0))
    whole = min(steps)
    lost = sum(round(step / whole) - 1 for step in steps)
    assert 0.04 < lost / len(steps) < 0.16


def test_time_back() -> None:
    stamps = stamps_s(stream(linked("time_back"), ECG_ON, 300.0))
    back = sum(b < a for a, b in pairwise(stamps))
    assert 0.02 < back / len(stamps) < 0.1


def test_clock_set() -> None:
    steps = steps_s(stream(linked("clock_set"), ECG_ON, 120.0))
    assert sum(step > 6 * 365 * 86_400 for step in steps) == 1


def test_z_stuck() -> None:
    bodies = [frames.to_input(raw) for raw in stream(linked("z_stuck"), ACC_ON, 40.0)]
    assert {a[2] for b in bodies if isinstance(b, Motion) for a in b.samples_mg} == {-2000}


def test_every_fault_has_its_test() -> None:
    folder = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("test_virtual_h10*.py")]
    untried = {word for word in FAULTS if not any(f'"{word}"' in text for text in texts)}
    assert not untried
