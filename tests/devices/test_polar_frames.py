from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Ecg, Motion, Refusal, Unread
from devices.polar import frames
from tests.data import shared

I16 = st.integers(-(2**15), 2**15 - 1)


def head(kind: int, frame_type: int, timestamp_ns: int = 10**9) -> bytes:
    return bytes([kind]) + timestamp_ns.to_bytes(8, "little") + bytes([frame_type])


def read(raw: bytes) -> frames.Frame:
    frame = frames.decode(raw)
    assert isinstance(frame, frames.Frame), frame
    return frame


def test_ecg_is_three_signed_bytes_of_microvolts() -> None:
    frame = read(head(0, 0, 2 * 10**9) + bytes.fromhex("0280ff028000"))
    assert (frame.kind, frame.unit, frame.timestamp_ns) == ("ecg", "uV", 2 * 10**9)
    assert frame.samples == (-32766, 32770)


@pytest.mark.parametrize(("frame_type", "size"), [(0, 1), (1, 2), (2, 3)])
def test_raw_acceleration_of_every_width(frame_type: int, size: int) -> None:
    axes = [(-9, -1, 99), (-128, 127, 0)]
    body = b"".join(v.to_bytes(size, "little", signed=True) for sample in axes for v in sample)
    frame = read(head(2, frame_type) + body)
    assert (frame.kind, frame.unit, frame.compressed) == ("acc", "mG", False)
    assert frame.samples == tuple(axes)


def test_compressed_acceleration_adds_differences() -> None:
    frame = read(bytes.fromhex("02650000000000000081f1ff1400f00306017b0f08"))
    assert frame.samples == ((-15, 20, 1008), (-20, 17, 1008))
    assert (frame.unit, frame.frame_type, frame.compressed) == ("mG", 1, True)


def test_compressed_type_0_lacks_its_factor() -> None:
    frame = read(bytes.fromhex("02650000000000000080f1ff1400f003"))
    assert (frame.unit, frame.samples) == ("raw", ((-15, 20, 1008),))


def test_every_block_of_differences_starts_on_a_byte() -> None:
    reference = bytes(6)
    one = bytes([1, 1, 0b010])  # one bit each: 0, -1, 0
    frame = read(head(2, 0x81) + reference + one + one)
    assert frame.samples == ((0, 0, 0), (0, -1, 0), (0, -2, 0))


def test_differences_of_no_width_repeat_the_sample_and_the_widest_are_read() -> None:
    reference = bytes.fromhex("f1ff1400f003")
    still = read(head(2, 0x81) + reference + b"\x00\x02")
    assert still.samples == ((-15, 20, 1008),) * 3
    wide = b"".join(v.to_bytes(4, "little", signed=True) for v in (-1, 2, -3))
    assert read(head(2, 0x81) + reference + b"\x20\x01" + wide).samples == (
        (-15, 20, 1008),
        (-16, 22, 1005),
    )


def test_several_differences_in_a_block_follow_each_other_on_each_axis() -> None:
    body = bytes(6) + bytes([8, 2, 1, 2, 3, 0xFF, 5, 0x80])
    assert read(head(2, 0x81) + body).samples == ((0, 0, 0), (1, 2, 3), (0, 7, -125))


def test_pulse_intervals() -> None:
    frame = read(head(3, 0) + bytes.fromhex("8080808080ff000100010000"))
    assert (frame.kind, frame.unit, frame.frame_type) == ("ppi", "ms", 0)
    assert frame.samples == (
        frames.PulseInterval(
            hr_bpm=128, pp_ms=32896, error_ms=32896, blocker=True, skin_contact=True,
            skin_contact_supported=True,
        ),
        frames.PulseInterval(
            hr_bpm=0, pp_ms=1, error_ms=1, blocker=False, skin_contact=False,
            skin_contact_supported=False,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bits", "told"), [(1, "blocker"), (2, "skin_contact"), (4, "skin_contact_supported")]
)
def test_each_doubt_of_an_optical_sensor_has_its_own_bit(bits: int, told: str) -> None:
    (pulse,) = read(head(3, 0) + bytes.fromhex("3c02030405") + bytes([bits])).samples
    assert isinstance(pulse, frames.PulseInterval)
    assert (pulse.hr_bpm, pulse.pp_ms, pulse.error_ms) == (60, 0x0302, 0x0504)
    doubts = ("blocker", "skin_contact", "skin_contact_supported")
    assert [name for name in doubts if getattr(pulse, name)] == [told]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "too short: 0 bytes where a frame's head has 10"),
        (head(2, 1)[:9], "too short: 9 bytes where a frame's head has 10"),
        (head(2, 1), "a frame without samples"),
        (head(2, 1) + bytes(7), "7 bytes of samples are not a whole number of x, y, z"),
        (head(2, 1) + bytes(8), "8 bytes of samples are not a whole number of x, y, z"),
        (head(2, 3) + bytes(12), "no decoder for ACC frames of raw type 3"),
        (head(2, 0x82) + bytes(12), "no decoder for ACC frames of compressed type 2"),
        (head(0, 0) + bytes(4), "4 bytes of samples are not a whole number of 3"),
        # other devices' ECG
        (head(0, 1) + bytes(6), "no decoder for ECG frames of raw type 1"),
        (head(0, 0x80) + bytes(6), "no decoder for ECG frames of compressed type 0"),
        (head(1, 0) + bytes(12), "no decoder for PPG frames of raw type 0"),
        (head(3, 1) + bytes(6), "no decoder for PPI frames of raw type 1"),
        (head(3, 0x80) + bytes(6), "no decoder for PPI frames of compressed type 0"),
        (head(2, 0x81), "cut short in the reference sample"),
        (head(2, 0x81) + bytes(5), "cut short in the reference sample"),
        (head(2, 0x81) + bytes(6) + b"\x06", "cut short in the head of a block of differences"),
        (head(2, 0x81) + bytes(6) + b"\x06\x01\x00", "cut short in a block of differences"),
        (
            head(2, 0x81) + bytes(6) + b"\x21\x01" + bytes(99),
            "differences of 33 bits are not credible",
        ),
        (head(3, 0) + bytes(5), "5 bytes are not a whole number of pulse intervals"),
    ],
)
def test_what_is_cut_or_unknown_is_refused_and_told(raw: bytes, why: str) -> None:
    assert frames.decode(raw) == Refusal(why=why)
    assert frames.to_input(raw) == Unread(characteristic="pmd-data", raw=raw, why=why)


def test_inputs_of_a_session() -> None:
    ecg = head(0, 0) + bytes.fromhex("0280ff")
    assert frames.to_input(ecg) == Ecg(raw=ecg, timestamp_ns=10**9, samples_uv=(-32766,))
    ppi = head(3, 0) + bytes(6)
    assert frames.to_input(ppi) == Unread(
        characteristic="pmd-data", raw=ppi, why="ppi frames in ms are not used yet"
    )
    raw = head(2, 0x80) + bytes(6)  # their unit is not known: no movement is made of them
    assert frames.to_input(raw) == Unread(
        characteristic="pmd-data", raw=raw, why="acc frames in raw are not used yet"
    )


def test_an_ecg_frame_as_an_h10_sends_it() -> None:
    raw = frames.encode_ecg(10**9, (-32766, 32770))
    assert raw == head(0, 0) + bytes.fromhex("0280ff028000")


@given(st.binary(max_size=300))
def test_total(raw: bytes) -> None:
    assert isinstance(frames.decode(raw), frames.Frame | Refusal)
    assert frames.to_input(raw).raw == raw


@given(st.integers(0, 3), st.integers(0, 255), st.binary(max_size=300))
def test_total_behind_a_good_head(kind: int, frame_type: int, body: bytes) -> None:
    assert isinstance(frames.decode(head(kind, frame_type) + body), frames.Frame | Refusal)


@given(st.integers(0, 2**64 - 1), st.lists(st.tuples(I16, I16, I16), min_size=1, max_size=36))
def test_decode_undoes_encode(timestamp_ns: int, axes: list[frames.Axes]) -> None:
    raw = frames.encode_acc(timestamp_ns, axes)
    assert frames.to_input(raw) == Motion(
        raw=raw, timestamp_ns=timestamp_ns, samples_mg=tuple(axes)
    )


def test_an_hour_of_a_real_strap_decodes_to_the_last_frame() -> None:
    data = gzip.decompress(shared("ecg/polar_h10_pmd_frames.bin.gz").read_bytes())
    at = count = last_ns = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        body = frames.to_input(data[at + 4 : at + 4 + size])
        assert isinstance(body, Ecg)
        assert body.timestamp_ns > last_ns
        last_ns, at, count = body.timestamp_ns, at + 4 + size, count + 1
    assert at == len(data)
    assert count > 6000
