"""Whatever is done to the virtual H10 in whatever order: it never errs, and never depends on how
often it is asked."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.gatt import AttError
from devices.polar import PMD_CONTROL, PMD_DATA
from devices.strap_words import DeviceError
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_faults import FAULTS
from devices.virtual_h10_table import FILES, MEASUREMENT
from tests.devices.h10 import ACC_ON, ECG_ON, STATUS, STOP_RECORDING, hexed, start_recording

Act = Callable[[VirtualH10, float], object]


def _write(uuid: str, data: bytes) -> Act:
    return lambda strap, at_s: strap.write(uuid, data, at_s)


def _listen(uuid: str) -> Act:
    return lambda strap, at_s: strap.listen(uuid, at_s)


ACTS: dict[str, Act] = {
    "connect": VirtualH10.connect,
    "disconnect": VirtualH10.disconnect,
    "take off": VirtualH10.take_off,
    "put on": VirtualH10.put_on,
    "pair": lambda strap, _: strap.pair(),
    "hear heart": _listen(MEASUREMENT),
    "hear data": _listen(PMD_DATA),
    "hear control": _listen(PMD_CONTROL),
    "hear files": _listen(FILES),
    "deaf": lambda strap, at_s: strap.unlisten(PMD_DATA, at_s),
    "ecg": _write(PMD_CONTROL, hexed(ECG_ON)),
    "acc": _write(PMD_CONTROL, hexed(ACC_ON)),
    "no ecg": _write(PMD_CONTROL, b"\x03\x00"),
    "start": _write(FILES, b"\x02" + start_recording()),
    "stop": _write(FILES, b"\x02" + STOP_RECORDING),
    "status": _write(FILES, b"\x02" + STATUS),
    "list": _write(FILES, hexed("02 05 00 08 00 12 01 2F")),
}
HEAR = [name for name in ACTS if name.startswith("hear")]
OPENING = [(name, 0.0) for name in ("connect", *HEAR, "ecg", "acc", "start")]
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.floats(0, 70)), max_size=20)
FAULT_SETS = st.sets(st.sampled_from(sorted(FAULTS)), max_size=3)


def _tell(
    seed: int, faults: set[str], steps: list[tuple[str, float]], between: int
) -> list[object]:
    """All that it says and answers, asked ``between`` times more than need be at each step."""
    strap, now_s, told = VirtualH10(seed=seed, faults=faults, packet_s=0.03), 0.0, list[object]()
    for name, wait_s in [*OPENING, *steps, ("status", 5.0)]:
        for part in range(1, between + 1):
            told += strap.due(now_s + wait_s * part / (between + 1))
        now_s += wait_s
        told += strap.due(now_s)
        try:
            told.append((name, ACTS[name](strap, now_s)))
        except AttError as error:
            told.append((name, error.code))
        except DeviceError as error:
            told.append((name, error.reason))
        told.append((strap.connected, strap.advertising, strap.streams, strap.memory))
    return told


@settings(max_examples=40)
@given(st.integers(0, 50), FAULT_SETS, STEPS)
def test_what_it_says_does_not_depend_on_how_often_it_is_asked(
    seed: int, faults: set[str], steps: list[tuple[str, float]]
) -> None:
    assert _tell(seed, faults, steps, 0) == _tell(seed, faults, steps, 2)
