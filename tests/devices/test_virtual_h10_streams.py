"""The virtual H10's attributes, control point and streams, against the captured bytes."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise

import pytest

from biocoach.types import Contact, Ecg, Motion, Reading
from devices import heart_rate
from devices.gatt import AttError
from devices.polar import PMD_CONTROL, PMD_DATA, frames
from devices.strap_words import DeviceError
from devices.virtual import scenario_events
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import BATTERY, FEATURE_CONTROL, MEASUREMENT, sig
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

# What is written to the control point and what comes back, in one connection, in order.
CAPTURED = [
    ("01 00", "F0 01 00 00 00 00 01 82 00 01 01 0E 00"),
    (
        "01 02",
        "F0 01 02 00 00 00 04 19 00 32 00 64 00 C8 00 01 01 10 00 02 03 02 00 04 00 08 00",
    ),
    ("02 00", "F0 02 00 05 00"),
    (ECG_ON, "F0 02 00 00 00 00"),
    (ECG_ON, "F0 02 00 06 00"),
    ("02 02 00 01 32 00 01 01 10 00 02 01 02 00", "F0 02 02 00 00 01"),
    ("03 02", "F0 03 02 00 00"),
    ("02 02 00 01 C8 00 01 01 10 00 02 01 08 00", "F0 02 02 00 00 01"),
    ("03 00", "F0 03 00 00 00"),
    ("03 02", "F0 03 02 00 00"),
    ("04 02", "F0 04 02 01"),
    ("06", "F0 06 00 01"),
    ("05", "F0 05 00 01"),
]
# Not captured: by the meaning of the numbers.
DERIVED = [
    ("02 00 00 01 80 00 01 01 0E 00", "F0 02 00 08 00"),
    ("02 00 00 01 82 00 01 01 10 00", "F0 02 00 07 00"),
    ("02 02 00 01 19 00 01 01 10 00 02 01 03 00", "F0 02 02 09 00"),
    ("02 00 01 01 0E 00 00 01 82 00", "F0 02 00 00 00 00"),  # any order
    ("02 02 00 01 19 00 01 01 10 00", "F0 02 02 05 00"),  # no range
    ("02 02 00 02 19 00 32 00 01 01 10 00 02 01 02 00", "F0 02 02 05 00"),  # two rates
    ("02 02 00 01 19", "F0 02 02 05 00"),
    ("01 01", "F0 01 01 02"),
    ("02 80 00 01 82 00 01 01 0E 00", "F0 02 80 02 00"),
    ("01", "F0 01 00 04"),
    ("09 01", "F0 09 01 01"),
]


# ---- the control point


def test_the_captured_exchange_to_the_byte() -> None:
    strap = linked()
    for written, answer in CAPTURED:
        assert ask(strap, written) == answer, written


@pytest.mark.parametrize(("written", "answer"), DERIVED)
def test_what_is_wrong_with_a_command_is_said_by_its_number(written: str, answer: str) -> None:
    assert ask(linked(), written) == answer


def test_a_small_mtu_is_refused_in_four_bytes() -> None:
    strap = linked(mtu=23)
    assert strap.mtu == 23
    assert ask(strap, "01 00") == "F0 01 00 0A"
    assert ask(strap, ECG_ON) == "F0 02 00 0A 00"


def test_a_large_mtu_becomes_232() -> None:
    assert linked(mtu=517).mtu == 232


def test_stopping_what_does_not_run_differs_by_strap() -> None:
    answers = {ask(linked(seed=seed), "03 00") for seed in range(12)}
    assert answers == {"F0 03 00 00 00", "F0 03 00 06 00", "F0 03 00 0C 00"}


def test_the_features_are_read() -> None:
    assert linked().read(PMD_CONTROL, 0.0) == hexed("0F 05") + bytes(15)


def test_a_command_before_indications_is_obeyed_without_a_word() -> None:
    strap = VirtualH10()
    strap.connect(0.0)
    assert strap.write(PMD_CONTROL, hexed(ECG_ON), 0.0) == []
    strap.listen(PMD_CONTROL, 0.0)
    assert ask(strap, ECG_ON) == "F0 02 00 06 00"


# ---- frames


def test_an_ecg_frame_has_73_samples_in_229_bytes() -> None:
    raws = stream(linked(), ECG_ON, 60.0)
    assert {len(raw) for raw in raws} == {229}
    bodies = [frames.to_input(raw) for raw in raws]
    assert all(isinstance(body, Ecg) and len(body.samples_uv) == 73 for body in bodies)


def test_an_acc_frame_has_36_samples_in_226_bytes() -> None:
    raws = stream(linked(), ACC_ON, 60.0)
    assert {len(raw) for raw in raws} == {226}
    bodies = [frames.to_input(raw) for raw in raws]
    assert all(isinstance(body, Motion) and len(body.samples_mg) == 36 for body in bodies)


@pytest.mark.parametrize(("command", "nominal_s"), [(ECG_ON, 73 / 130), (ACC_ON, 36 / 25)])
def test_the_rate_is_off_by_up_to_two_percent(command: str, nominal_s: float) -> None:
    found = set()
    for seed in range(5):
        steps = steps_s(stream(linked(seed=seed), command, 60.0))
        assert 0 < max(steps) - min(steps) < 0.001 * nominal_s
        off = nominal_s / statistics.fmean(steps) - 1
        assert abs(off) <= 0.0204
        found.add(round(off, 4))
    assert len(found) == 5


def test_the_first_frame_is_late_and_the_clock_begins_in_2019() -> None:
    first_s = []
    for seed in range(40):
        strap = linked(seed=seed)
        ask(strap, ECG_ON)
        at_s = next(t / 10 for t in range(400) if any(u == PMD_DATA for u, _ in strap.due(t / 10)))
        first_s.append(at_s)
    assert min(first_s) >= 0.5
    assert max(first_s) <= 30.2
    assert max(first_s) > 10
    uptime_s = stamps_s(stream(linked(), ECG_ON, 40.0))[0] - 599_616_000
    assert 5 < uptime_s < 100


def test_an_ecg_begins_with_a_settling_swing() -> None:
    highest = []
    for seed in range(10):
        samples = _ecg(stream(linked(seed=seed), ECG_ON, 60.0))
        highest.append(max(map(abs, samples[:130])))
        assert max(map(abs, samples[130 * 15 :])) < 2000
    assert max(highest) > 3000


def _ecg(raws: list[bytes]) -> list[int]:
    bodies = [frames.to_input(raw) for raw in raws]
    return [uv for body in bodies if isinstance(body, Ecg) for uv in body.samples_uv]


def test_the_r_peaks_lie_on_the_beats_of_the_same_heart() -> None:
    strap = linked()
    ask(strap, ECG_ON)
    said = strap.due(120.0)
    raws = [raw for uuid, raw in said if uuid == PMD_DATA]
    samples, step_s = _ecg(raws), statistics.fmean(steps_s(raws)) / 73
    high = [i for i in range(130 * 10, len(samples) - 1) if samples[i] > 600]
    peaks = [i for i in high if samples[i] == max(samples[max(0, i - 30) : i + 31])]
    seen_ms = [1000 * step_s * (b - a) for a, b in pairwise(peaks)]
    told_ms = [
        rr / 1.024
        for uuid, raw in said + strap.due(125.0)
        if uuid == MEASUREMENT and isinstance(body := heart_rate.decode(raw), Reading)
        for rr in body.rr_1024
    ]
    assert len(seen_ms) > 80
    gaps = [
        max(abs(seen - told) for seen, told in zip(seen_ms, told_ms[lag:], strict=False))
        for lag in range(len(told_ms) - len(seen_ms) + 1)
    ]
    assert min(gaps) < 17  # two samples of 7.7 ms


def test_a_beat_has_its_waves() -> None:
    raws = stream(linked(), ECG_ON, 120.0)
    samples = _ecg(raws)[130 * 10 :]
    peaks = [
        i for i in range(60, len(samples) - 60) if samples[i] == max(samples[i - 40 : i + 41]) > 600
    ]
    mean_uv = [statistics.fmean(samples[p + i] for p in peaks) for i in range(-60, 60)]
    before, after = mean_uv[60 - 32 : 60 - 8], mean_uv[60 + 12 : 60 + 60]
    assert mean_uv[60] > 900
    assert 70 < max(before) < 150  # P
    assert min(mean_uv[56:60]) < -30  # Q
    assert min(mean_uv[61:66]) < -120  # S
    assert 180 < max(after) < 320  # T
    assert abs(after.index(max(after)) + 12 - 0.26 * 130) < 6


@pytest.mark.parametrize("command", [ACC_ON, ACC_ON.replace("19", "C8", 1)])
def test_a_still_chest_feels_gravity_and_a_walk_its_steps(command: str) -> None:
    strap = linked(scenario="walk")
    ask(strap, command)
    bodies = [frames.to_input(raw) for uuid, raw in strap.due(600.0) if uuid == PMD_DATA]
    sizes = [math.hypot(*a) for b in bodies if isinstance(b, Motion) for a in b.samples_mg]
    still, walking = sizes[: len(sizes) // 2], sizes[-len(sizes) // 8 :]
    assert statistics.fmean(abs(size - 1000) for size in still) < 10
    assert statistics.fmean(abs(size - 1000) for size in walking) > 150


def test_streams_outlive_the_link_and_the_clock_goes_on() -> None:
    strap = linked()
    before = stream(strap, ECG_ON, 60.0)
    strap.disconnect(60.0)
    assert strap.due(100.0) == []
    strap.connect(100.0)
    assert strap.streams == (0,)
    strap.listen(PMD_CONTROL, 100.0)
    strap.listen(PMD_DATA, 100.0)
    after = [raw for _, raw in strap.due(110.0)]
    assert 39 < stamps_s(after)[0] - stamps_s(before)[-1] < 42
    assert ask(strap, ECG_ON, 110.0) == "F0 02 00 06 00"
    assert ask(strap, "03 00", 110.0) == "F0 03 00 00 00"
    assert strap.due(120.0) == []


def test_how_often_it_is_asked_changes_nothing() -> None:
    once, often = linked("lost_frames", "time_back"), linked("lost_frames", "time_back")
    for strap in (once, often):
        ask(strap, ECG_ON)
        ask(strap, ACC_ON)
    assert once.due(90.0) == [word for t in range(1, 271) for word in often.due(t / 3)]


def test_another_seed_is_another_strap() -> None:
    assert stream(linked(seed=1), ECG_ON, 40.0) != stream(linked(seed=2), ECG_ON, 40.0)


# ---- heart rate


def test_heart_rate_never_tells_of_contact() -> None:
    raws = [raw for _, raw in linked().due(60.0)]
    assert {raw[0] for raw in raws} == {0x10}
    assert 58 <= len(raws) <= 60
    readings = [heart_rate.decode(raw) for raw in raws]
    assert {r.contact for r in readings if isinstance(r, Reading)} == {Contact.UNKNOWN}
    assert {len(r.rr_1024) for r in readings if isinstance(r, Reading)} <= {0, 1, 2}


@pytest.mark.parametrize("scenario", ["calm", "panic"])
def test_its_heart_is_that_of_the_virtual_source(scenario: str) -> None:
    told = [
        rr
        for _, raw in linked(scenario=scenario).due(900.0)
        if isinstance(body := heart_rate.decode(raw), Reading)
        for rr in body.rr_1024
    ]
    events = scenario_events(7, scenario)
    source = [rr for e in events if isinstance(e.body, Reading) for rr in e.body.rr_1024]
    assert len(told) > 900
    assert told == source[: len(told)]


# ---- link and attributes


def test_a_second_client_is_refused() -> None:
    strap = linked()
    assert not strap.advertising
    with pytest.raises(DeviceError, match="busy"):
        strap.connect(1.0)
    strap.disconnect(2.0)
    strap.connect(3.0)
    assert lasts(strap)


def test_without_a_link_nothing_can_be_asked() -> None:
    strap = VirtualH10()
    with pytest.raises(DeviceError, match="dropped"):
        strap.read(BATTERY, 0.0)
    with pytest.raises(DeviceError, match="dropped"):
        strap.write(PMD_CONTROL, b"\x01\x00", 0.0)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda s: s.read(sig(0x2A39), 0.0), 0x0A),
        (lambda s: s.read(PMD_DATA, 0.0), 0x02),
        (lambda s: s.write(PMD_DATA, b"\0", 0.0), 0x03),
        (lambda s: s.write(PMD_CONTROL, b"", 0.0), 0x0D),
        (lambda s: s.write(PMD_CONTROL, bytes(230), 0.0), 0x0D),
        (lambda s: s.listen(sig(0x2A28), 0.0), 0x0A),
    ],
)
def test_attribute_errors(call: object, code: int) -> None:
    assert callable(call)
    with pytest.raises(AttError) as caught:
        call(linked())
    assert caught.value.code == code


def test_what_polar_calls_firmware_is_the_software_revision() -> None:
    strap = linked()
    assert strap.read(sig(0x2A28), 0.0) == b"3.3.1\0"
    assert strap.read(sig(0x2A26), 0.0) == b"5.0.0\0"
    assert strap.name == "Polar H10 12345678"
    assert strap.read(sig(0x2A38), 0.0) == b"\x01"


def test_every_readable_attribute_can_be_read() -> None:
    strap = linked()
    for _, uuid, flags in strap.table:
        if "read" in flags:
            assert strap.read(uuid, 0.0)


def test_a_stream_left_on_empties_the_battery() -> None:
    idle, left_on = linked(), linked()
    ask(left_on, ECG_ON)
    for strap in (idle, left_on):
        strap.disconnect(0.0)
    used = []
    for strap in (idle, left_on):
        strap.connect(10 * 3600.0)
        used.append(strap.read(BATTERY, 10 * 3600.0)[0])
    assert used[0] - used[1] >= 15


def test_several_links_can_be_asked_for_and_are_off() -> None:
    strap = linked()
    strap.listen(FEATURE_CONTROL, 0.0)
    assert strap.write(FEATURE_CONTROL, b"\x09", 0.0)[0][1] == hexed("F0 09 01 00")
    assert strap.write(FEATURE_CONTROL, b"\x08\x01", 0.0)[0][1] == hexed("F0 08 05")
    assert strap.write(FEATURE_CONTROL, b"\x63", 0.0)[0][1] == hexed("F0 63 02")


# ---- off the body


def test_off_the_body_the_link_drops_and_the_strap_falls_asleep() -> None:
    strap = linked()
    ask(strap, ECG_ON)
    strap.take_off(60.0)
    strap.due(104.9)
    assert lasts(strap)
    rates = {raw[1] for uuid, raw in strap.due(104.9) if uuid == MEASUREMENT}
    assert 0 not in rates  # a plausible rate, though nobody is there
    strap.due(105.1)
    assert not lasts(strap)
    strap.due(170.0)
    assert not strap.advertising
    assert strap.streams == ()
    with pytest.raises(DeviceError, match="not_found"):
        strap.connect(171.0)
    strap.put_on(200.0)
    strap.connect(201.0)
    strap.listen(PMD_CONTROL, 201.0)
    strap.listen(PMD_DATA, 201.0)
    ask(strap, ECG_ON, 201.0)
    after = [raw for uuid, raw in strap.due(260.0) if uuid == PMD_DATA]
    assert 0 < stamps_s(after)[0] - 599_616_000 < 40


def test_put_on_in_time_it_keeps_its_link() -> None:
    strap = linked()
    strap.take_off(10.0)
    strap.put_on(50.0)
    strap.due(200.0)
    assert lasts(strap)
