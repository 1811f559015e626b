"""Every decoder of outside bytes, by name: each takes any bytes and must not raise.

A new one is one line in DECODERS. Those here also assert what else was promised of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from biocoach.review.errand import judged
from biocoach.types import Refusal
from devices import heart_rate, quirks
from devices.decode import WORDS, decode_json, to_input
from devices.polar import control, frames, psftp, recording
from devices.polar.timing import FrameClock

NAMES = ("", "Virtual strap", *sorted({row.name for row in quirks.QUIRKS}))


def _heart(raw: bytes) -> None:
    reading = heart_rate.decode(raw)
    if isinstance(reading, Refusal):
        return
    assert reading.raw == raw
    for name in NAMES:
        assert quirks.apply(name, reading).raw == raw


def _frame(raw: bytes) -> None:
    frame = frames.decode(raw)
    if isinstance(frame, Refusal):
        return
    clock = FrameClock(130.0)
    for later_ns in (0, 561_538_461):
        clock.times(frame.timestamp_ns + later_ns, len(frame.samples))


def _input(word: str) -> Callable[[bytes], None]:
    def read(raw: bytes) -> None:
        assert to_input(word, raw, "Polar H10 12345678").raw == raw

    return read


def _json(word: str) -> Callable[[bytes], None]:
    def read(raw: bytes) -> None:
        json.dumps(decode_json(word, raw), allow_nan=False)

    return read


def _reassembly(raw: bytes) -> None:
    """A reply in packets of 20 with the heads they should have, and then as they are."""
    joined = psftp.Reassembler()
    for packet in psftp.packets(raw, 20):
        last = joined.add(packet)
    assert last == psftp.Whole(message=raw)
    for at in range(0, len(raw), 20):
        joined.add(raw[at : at + 20])


def _recording(raw: bytes) -> None:
    samples = recording.read_samples(raw)
    if isinstance(samples, Refusal):
        return
    found = judged(samples, device="", started=None, lasted_s=600.0)
    if not isinstance(found, Refusal):
        times_s = [at_s for at_s, _ in found.recording.inputs]
        assert times_s == sorted(times_s)


DECODERS: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("heart_rate.decode, quirks.apply", _heart),
    ("frames.decode, timing", _frame),
    ("control.decode", control.decode),
    *((f"to_input {word}", _input(word)) for word in (*WORDS, "2a19")),
    *((f"decode_json {word}", _json(word)) for word in WORDS),
    *psftp.DECODERS,
    *recording.DECODERS,
    ("psftp reassembly", _reassembly),
    ("a recording, judged", _recording),
)
