"""The virtual H10's memory: the worked tables to the byte, then its life."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Reading
from devices import heart_rate
from devices.polar import PMD_DATA
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_files import heart_rate_file, rr_file
from devices.virtual_h10_protobuf import fields, one_nested, varint
from devices.virtual_h10_table import FILES, MEASUREMENT, TO_STRAP
from tests.devices.h10 import (
    DONE,
    ECG_ON,
    NOT_THERE,
    REFUSED,
    STATUS,
    STOP_RECORDING,
    ask,
    body,
    hexed,
    lasts,
    linked,
    operation,
    send,
    stamps_s,
    start_recording,
)

CAPTURED_RR = hexed("0A 02 18 01 E2 01 08 0A 06 D0 05 E7 05 81 06")
CAPTURED_HR = hexed("0A 02 18 01 12 0B 00 44 45 45 47 47 46 46 46 46 47")
FIXED = hexed("0A 0E 0A 0A 44 45 56 49 43 45 2E 42 50 42 10 7F") + hexed(
    "0A 11 0A 0C 45 52 52 4F 52 4C 4F 47 2E 42 50 42 10 C5 02"
)
PATH = "/bio1/SAMPLES.BPB"


def packets(strap: VirtualH10, *written: str, at_s: float = 0.0) -> str:
    """The strap's packets after the last of what is written, in hexadecimal."""
    said = [strap.write(FILES, hexed(text), at_s) for text in written]
    assert not any(said[:-1])
    return " ".join(raw.hex(" ") for _, raw in said[-1]).upper()


def rr_of(raw: bytes) -> list[int]:
    """The intervals of a file: field 28, field 1, packed."""
    values, at = one_nested(fields(one_nested(fields(raw), 28)), 1), 0
    found = []
    while at < len(values):
        number = place = 0
        while True:
            number |= (values[at] & 0x7F) << place
            at, place = at + 1, place + 7
            if values[at - 1] < 0x80:
                break
        found.append(number)
    return found


# ---- the worked tables


def test_the_captured_files_are_what_the_strap_would_write() -> None:
    assert rr_file([720, 743, 769]) == CAPTURED_RR
    assert heart_rate_file([0, 68, 69, 69, 71, 71, 70, 70, 70, 70, 71]) == CAPTURED_HR


def test_the_worked_start_status_and_stop() -> None:
    strap = linked()
    assert packets(strap, "02 10 80") == "02 08 00 12 00"
    start = "02 0E 80 08 10 12 02 18 01 1A 04 62 69 6F 31"
    assert packets(strap, start) == "00 00 00"
    assert packets(strap, "02 10 80") == "02 08 01 12 04 62 69 6F 31"
    assert packets(strap, start) == "00 6A 00"
    assert packets(strap, "02 0F 80", at_s=5.0) == "00 00 00"
    assert packets(strap, "02 10 80") == "02 08 00 12 04 62 69 6F 31"
    assert packets(strap, "02 0F 80") == "00 6A 00"


def test_the_worked_list_fetch_and_removal() -> None:
    strap = linked(kept=("bio1", CAPTURED_RR))
    folder = hexed("0A 09 0A 05 62 69 6F 31 2F 10 00")
    assert packets(strap, "02 05 00 08 00 12 01 2F") == (b"\x02" + FIXED + folder).hex(" ").upper()
    assert packets(strap, "02 0A 00 08 00 12 06 2F 62 69 6F 31 2F") == (
        "02 0A 0F 0A 0B 53 41 4D 50 4C 45 53 2E 42 50 42 10 0F"
    )
    first = "06 15 00 08 00 12 11 2F 62 69 6F 31 2F 53 41 4D 50 4C 45 53"
    assert packets(strap, first, "13 2E 42 50 42") == "02 " + CAPTURED_RR.hex(" ").upper()
    assert packets(strap, first.replace("08 00", "08 03"), "13 2E 42 50 42") == "00 00 00"
    assert strap.memory == "empty"
    assert packets(strap, first, "13 2E 42 50 42") == "00 67 00"


def test_the_worked_clock_setting() -> None:
    strap = linked()
    told = hexed("03 80 0A 07 08 EA 0F 10 07 18 12 12 09 08 16 10 24 18 14 20 AD 01 18 78")
    assert send(strap, told, 100.0) == [DONE]
    ask(strap, ECG_ON, 100.0)
    frames = [raw for uuid, raw in strap.due(140.0) if uuid == PMD_DATA]
    # 2026-07-18 22:36:20.173 on the wall is 837729380.173 s after 2000 began there.
    assert 837_729_380.173 < stamps_s(frames)[0] < 837_729_380.173 + 31
    assert strap.misused == []


def test_the_same_in_packets_as_long_as_the_link_allows() -> None:
    strap = linked(kept=("bio1", CAPTURED_RR))
    assert body(send(strap, operation(0, PATH), size=229)) == CAPTURED_RR


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (b"\x01\x80", 201),  # SET_SYSTEM_TIME
        (b"\x04\x80", 201),  # GET_LOCAL_TIME
        (b"\x63\x80", 201),
        (b"\x01", 101),
        (b"\x40\x00\x08", 101),
        (operation(0, "/nothing/"), 103),
        (operation(0, "/bio1"), 103),
        (operation(0, ""), 103),
        (operation(3, PATH), 103),
        (operation(3, "/DEVICE.BPB"), 106),
        (operation(1, "/x"), 106),
        (operation(9, "/x"), 201),
        (start_recording(kind=2), 102),
        (start_recording(name=""), 102),
        (start_recording(name="x" * 65), 102),
        (start_recording(kind=1, interval_s=2), 102),
        (b"\x0e\x80\x08\x10\x1a\x01x", 102),  # no interval
        (b"\x03\x80\x0a\x00", 102),
        (b"\x03\x80\x0a\x06\x08\xea\x0f\x10\x0d\x18\x01\x12\x00", 102),  # month 13
    ],
)
def test_errors_by_their_numbers(message: bytes, error: int) -> None:
    assert send(linked(), message) == [bytes([0, error, 0])]


# ---- packets


def test_a_long_reply_is_cut_at_the_link_and_its_numbers_wrap() -> None:
    raw = rr_file([800 + i % 200 for i in range(20_000)])
    for mtu in (23, 100, 232):
        strap = linked(mtu=mtu, kept=("long", raw))
        said = send(strap, operation(0, "/long/SAMPLES.BPB"))
        assert {len(packet) for packet in said[:-1]} == {mtu - 3}
        assert body(said) == raw


def test_the_true_sizes_are_listed() -> None:
    strap = linked(kept=("x", rr_file([800] * 1000)))
    for name, size in (("/DEVICE.BPB", 127), ("/ERRORLOG.BPB", 325), ("/x/SAMPLES.BPB", 2011)):
        assert len(body(send(strap, operation(0, name)))) == size
    listed = fields(one_nested(fields(body(send(strap, operation(0, "/x/")))), 1))
    assert listed[2] == [2011]


def test_a_wrong_number_ends_the_message() -> None:
    strap = linked()
    assert packets(strap, "26 05 00") == "00 64 00"
    assert packets(strap, "13 01") == "00 64 00"
    assert packets(strap, "02 10 80") == "02 08 00 12 00"


def test_a_new_first_packet_begins_anew() -> None:
    strap = linked()
    assert packets(strap, "06 05 00 08", "02 10 80") == "02 08 00 12 00"


def test_a_reply_can_take_its_time_and_be_cancelled() -> None:
    raw = rr_file([800] * 5000)
    strap = linked(kept=("x", raw), packet_s=0.02)
    said = send(strap, operation(0, "/x/SAMPLES.BPB"))
    assert len(said) == 1
    assert send(strap, STATUS, 0.1) == [bytes([0, 202, 0])]
    said += [packet for uuid, packet in strap.due(0.5) if uuid == FILES]
    assert len(said) == 26
    assert packets(strap, "00 00 00", at_s=0.5) in ("", "00 00 00")
    assert not [uuid for uuid, _ in strap.due(5.0) if uuid == FILES]
    said = send(strap, operation(0, "/x/SAMPLES.BPB"), 5.0)
    said += [packet for uuid, packet in strap.due(10.0) if uuid == FILES]
    assert body(said) == raw


def test_a_lost_link_ends_a_reply() -> None:
    strap = linked("link_loss", kept=("x", rr_file([800] * 5000)), packet_s=0.02)
    send(strap, operation(0, "/x/SAMPLES.BPB"), 44.5)
    assert 20 <= len([uuid for uuid, _ in strap.due(60.0) if uuid == FILES]) <= 25
    assert not lasts(strap)
    strap.connect(61.0)
    strap.listen(FILES, 61.0)
    assert send(strap, STATUS, 61.0)[0][0] == 2
    assert not [uuid for uuid, _ in strap.due(70.0) if uuid == FILES]


def test_nothing_is_said_to_who_does_not_listen() -> None:
    strap = VirtualH10()
    strap.connect(0.0)
    assert strap.write(FILES, hexed("02 10 80"), 0.0) == []


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=12))
def test_no_bytes_upset_it(written: list[bytes]) -> None:
    strap = linked(kept=("bio1", CAPTURED_RR))
    for data in written:
        strap.write(FILES, data, 1.0)
    strap.write(FILES, b"\x00\x00\x00", 1.0)
    assert send(strap, STATUS, 2.0)[0][0] == 2


# ---- a recording's life


def test_rr_are_the_beats_between_start_and_stop() -> None:
    strap = linked()
    send(strap, start_recording(), 10.0)
    told = [
        rr
        for uuid, raw in strap.due(130.5)
        if uuid == MEASUREMENT and isinstance(reading := heart_rate.decode(raw), Reading)
        for rr in reading.rr_1024
    ]
    send(strap, STOP_RECORDING, 130.0)
    found = rr_of(body(send(strap, operation(0, PATH), 131.0)))
    assert abs(sum(found) / 1000 - 120) < 2
    assert len(found) > 100
    live_ms = [rr / 1.024 for rr in told]
    fits = (
        all(abs(a - b) <= 1.1 for a, b in zip(found, live_ms[lag:], strict=False))
        for lag in range(30)
    )
    assert any(fits)


def test_a_heart_rate_recording_has_a_rate_each_interval() -> None:
    strap = linked()
    send(strap, start_recording(kind=1, interval_s=5), 10.0)
    send(strap, STOP_RECORDING, 310.0)
    raw = body(send(strap, operation(0, PATH), 311.0))
    assert raw[:4] == hexed("0A 02 18 05")
    rates = one_nested(fields(raw), 2)
    assert len(rates) == 61
    assert rates[0] == 0
    assert all(50 < rate < 80 for rate in rates[1:])


def test_a_recording_goes_on_without_a_link_and_through_a_shutdown() -> None:
    strap = linked()
    send(strap, start_recording(), 10.0)
    strap.disconnect(60.0)
    strap.take_off(300.0)
    strap.due(400.0)
    assert not strap.advertising
    strap.put_on(1000.0)
    strap.connect(1100.0)
    strap.listen(FILES, 1100.0)
    assert body(send(strap, STATUS, 1100.0)) == b"\x08\x01\x12\x04bio1"
    send(strap, STOP_RECORDING, 1100.0)
    found = rr_of(body(send(strap, operation(0, PATH), 1100.0)))
    assert abs(sum(found) / 1000 - 390) < 4
    assert max(found) < 1500  # nothing joins the beats before and after


def test_a_shutdown_leaves_no_rates() -> None:
    strap = linked()
    send(strap, start_recording(kind=1), 10.0)
    strap.disconnect(20.0)
    strap.take_off(100.0)
    strap.put_on(1000.0)
    strap.connect(1100.0)
    strap.listen(FILES, 1100.0)
    send(strap, STOP_RECORDING, 1100.0)
    rates = one_nested(fields(body(send(strap, operation(0, PATH), 1100.0))), 2)
    assert 90 + 100 + 30 < len(rates) < 90 + 100 + 62


def test_what_no_source_tells_differs_by_seed() -> None:
    while_recording, folders, names = set(), set(), set()
    for seed in range(24):
        strap = linked(seed=seed)
        send(strap, start_recording(), 1.0)
        fetched = send(strap, operation(0, PATH), 60.0)
        while_recording.add("partial" if fetched[0][0] in (2, 6) else fetched[0].hex())
        assert send(strap, operation(3, PATH), 60.0)[0] in (REFUSED, NOT_THERE)
        send(strap, STOP_RECORDING, 61.0)
        assert send(strap, operation(3, PATH), 62.0) == [DONE]
        folders.add(body(send(strap, operation(0, "/"), 62.0)).endswith(b"bio1/\x10\0"))
        names.add(body(send(strap, STATUS, 62.0)))
        assert send(strap, start_recording(), 63.0) == [DONE]
    assert while_recording == {"partial", REFUSED.hex(), NOT_THERE.hex()}
    assert folders == {True, False}
    assert names == {b"\x08\x00\x12\x00", b"\x08\x00\x12\x04bio1"}


def test_a_folder_that_stays_is_empty_and_can_go() -> None:
    straps = (linked(seed=seed, kept=("bio1", CAPTURED_RR)) for seed in range(24))
    for strap in straps:
        send(strap, operation(3, PATH))
        if body(send(strap, operation(0, "/"))).endswith(b"bio1/\x10\0"):
            assert send(strap, operation(0, "/bio1/")) == [b"\x02"]
            assert send(strap, operation(3, "/bio1/")) == [DONE]
            assert send(strap, operation(0, "/bio1/")) == [NOT_THERE]
            return
    raise AssertionError("no seed keeps the folder")


def test_what_a_client_should_never_do_is_noted() -> None:
    strap = linked()
    send(strap, b"\x0c\x80")
    strap.write(TO_STRAP, b"\x02", 0.0)
    ask(strap, ECG_ON)
    send(
        strap,
        hexed("03 80 0A 07 08 EA 0F 10 07 18 12 12 09 08 16 10 24 18 14 20 AD 01 18 78"),
    )
    assert strap.misused == ["query 12", "event 2", "clock set while streaming"]


# ---- its faults


def test_start_refused_with_nothing_stored() -> None:
    strap = linked("start_refused")
    assert send(strap, start_recording()) == [REFUSED]
    assert strap.memory == "empty"


def test_battery_low() -> None:
    assert send(linked("battery_low"), start_recording()) == [bytes([0, 209, 0])]


def test_fetch_refused_at_first() -> None:
    strap = linked("fetch_refused", kept=("bio1", CAPTURED_RR))
    answers = [send(strap, operation(0, PATH))[0] for _ in range(30)]
    assert answers[0] == REFUSED
    assert 4 <= answers.count(REFUSED) <= 18
    assert body([answers[i] for i in range(30) if answers[i] != REFUSED][:1]) == CAPTURED_RR


def _recorded(*faults: str) -> bytes:
    strap = linked(*faults)
    send(strap, start_recording(), 10.0)
    send(strap, STOP_RECORDING, 70.0)
    return body(send(strap, operation(0, PATH), 71.0))


def test_heart_rate_though_rr_were_asked_for() -> None:
    found = fields(_recorded("heart_rate_file"))
    assert found.keys() == {1, 2}


def test_absurd_rr_lie_among_the_true_ones() -> None:
    found = rr_of(_recorded("absurd_rr"))
    absurd = {0, 26, 27, 28, 14_679_420, 1_878_949_389}
    assert absurd <= set(found)
    assert [ms for ms in found if ms not in absurd] == rr_of(_recorded())


def test_a_cut_file_ends_in_a_number() -> None:
    found, whole = _recorded("cut_file"), _recorded()
    assert whole.startswith(found)
    assert found[-1] >= 0x80
    with pytest.raises(ValueError, match="cut short"):
        fields(found)


def _three_fetches(fault: str) -> list[list[bytes]]:
    strap = linked(fault, mtu=100, kept=("bio1", rr_file(range(700, 1700))))
    return [send(strap, operation(0, PATH)) for _ in range(3)]


def test_a_lost_packet_once() -> None:
    first, second, third = _three_fetches("lost_packet")
    assert len(first) == len(second) - 1
    assert set(first) < set(second)
    assert (first[0], first[-1]) == (second[0], second[-1])
    assert second == third


def test_a_doubled_packet_once() -> None:
    first, second, third = _three_fetches("double_packet")
    assert len(first) == len(second) + 1
    assert set(first) == set(second)
    assert second == third


def test_silence_in_the_middle_of_a_file_once() -> None:
    first, second, third = _three_fetches("silent_file")
    assert first == second[: len(second) // 2]
    assert second == third


def test_varints() -> None:
    assert varint(0) == b"\0"
    assert varint(1_878_949_389) == hexed("8D FC F9 FF 06")
