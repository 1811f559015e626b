from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Refusal
from devices.polar import psftp
from devices.polar.psftp import Broken, Failed, Packet, Query, Reassembler, Request, Status, Whole


def fed(*raw: str) -> list[psftp.Outcome | None]:
    reassembler = Reassembler()
    return [reassembler.add(bytes.fromhex(text)) for text in raw]


def test_a_query_is_its_number_with_the_highest_bit_set() -> None:
    assert psftp.query(16).hex() == "1080"
    assert psftp.query(14, b"\x08\x10").hex() == "0e800810"
    assert psftp.packets(psftp.query(15), 20) == [bytes.fromhex("020f80")]


def test_a_request_is_headed_by_its_length() -> None:
    listing = bytes.fromhex("080012012f")
    assert psftp.packets(psftp.request(listing), 20) == [bytes.fromhex("02050008 0012012f")]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: psftp.query(0x8000), "a query numbered 32768"),
        (lambda: psftp.query(-1), "a query numbered -1"),
        (lambda: psftp.request(bytes(32768)), "an operation of 32768 bytes"),
    ],
)
def test_what_no_head_can_say_is_refused(call: object, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        call()  # type: ignore[operator]


def test_the_longest_that_a_head_can_say() -> None:
    assert psftp.request(bytes(32767)).startswith(b"\xff\x7f")
    assert psftp.query(0x7FFF) == b"\xff\xff"
    assert psftp.query(0) == b"\x00\x80"


def test_a_long_message_counts_its_packets_and_wraps() -> None:
    heads = [packet[0] for packet in psftp.packets(bytes(19 * 18), 20)]
    middle = [n << 4 | 7 for n in [*range(1, 16), 0]]
    assert heads == [0x06, *middle, 0x13]
    assert heads[1:3] == [0x17, 0x27]
    assert heads[15:17] == [0xF7, 0x07]


def test_no_packet_is_too_small_to_hold_anything() -> None:
    with pytest.raises(ValueError, match=r"^no packet fits into 1 bytes$"):
        psftp.packets(b"1", 1)
    assert psftp.packets(b"12", 2) == [b"\x061", b"\x132"]


def test_done_without_a_body_and_an_empty_body_are_both_a_message() -> None:
    assert fed("000000") == [Whole(message=b"")]
    assert fed("02") == [Whole(message=b"")]
    assert psftp.packets(b"", 20) == [b"\x02"]


def test_an_error_ends_a_message_wherever_it_comes() -> None:
    assert fed("006a00") == [Failed(code=106)]
    assert fed("0641", "016700") == [None, Failed(code=103)]
    assert fed("00", "006a") == [Failed(code=None), Failed(code=None)]
    assert psftp.failure(106).hex() == "006a00"


def test_done_after_some_packets_ends_what_there_is() -> None:
    assert fed("0641", "110000") == [None, Whole(message=b"A")]


def test_an_empty_packet_with_more_to_come_is_legal() -> None:
    assert fed("06", "1741", "2342") == [None, None, Whole(message=b"AB")]


@pytest.mark.parametrize(
    ("packets", "more"),
    [
        (["0641", "2742"], True),  # one is missing
        (["0641", "2342"], False),  # one is missing, and this one is the last
        (["0641", "0641"], True),  # the first one twice
        (["0641", "1742", "1742"], True),  # a later one twice
        (["1742"], True),  # no first one
        (["0741"], True),  # a later one numbered as the first
    ],
)
def test_a_wrong_sequence_is_told(packets: list[str], more: bool) -> None:
    assert fed(*packets)[-1] == Broken(why="wrong_sequence", more=more)


def test_what_the_format_does_not_know_is_told() -> None:
    assert fed("04") == [Broken(why="illegal", more=True)]
    assert fed("") == [Broken(why="empty", more=False)]
    assert fed("0641", "") == [None, Broken(why="empty", more=True)]


def test_after_a_failure_the_next_message_is_read_afresh() -> None:
    assert fed("0641", "2742", "0243") == [
        None,
        Broken(why="wrong_sequence", more=True),
        Whole(message=b"C"),
    ]


def test_a_message_without_end_is_given_up() -> None:
    reassembler = Reassembler()
    body = bytes(psftp.MESSAGE_MAX // 4)
    told = [reassembler.add(bytes([n << 4 | 6 | (n > 0)]) + body) for n in range(5)]
    assert told == [None] * 4 + [Broken(why="too_long", more=True)]
    assert reassembler.size == 0


def test_bit_3_says_nothing() -> None:
    assert psftp.read_packet(b"\x1f\x01") == Packet(
        first=False, status=Status.MORE, sequence=1, body=b"\x01"
    )


def test_heads_are_read_back() -> None:
    assert psftp.read_message(bytes.fromhex("1080")) == Query(number=16, parameters=b"")
    assert psftp.read_message(bytes.fromhex("02000800ff")) == Request(operation=b"\x08\x00")
    for cut, why in (
        ("", "too short: no head"),
        ("10", "too short: no head"),
        ("030008", "cut off: 1 bytes of 3"),
    ):
        assert psftp.read_message(bytes.fromhex(cut)) == Refusal(why=why)
    assert psftp.read_packet(b"") == Refusal(why="empty")


@given(st.binary(max_size=600), st.integers(2, 244))
def test_any_message_survives_any_split(message: bytes, size: int) -> None:
    reassembler = Reassembler()
    cut = psftp.packets(message, size)
    assert all(len(packet) <= size for packet in cut)
    told = [reassembler.add(packet) for packet in cut]
    assert told == [None] * (len(cut) - 1) + [Whole(message=message)]


@given(st.binary(min_size=40, max_size=900), st.integers(2, 20), st.data())
def test_a_lost_or_doubled_packet_never_goes_unnoticed(
    message: bytes, size: int, data: st.DataObject
) -> None:
    cut = psftp.packets(message, size)
    place = data.draw(st.integers(0, len(cut) - 2))
    hurt = data.draw(st.sampled_from([[], [cut[place]] * 2]))
    reassembler = Reassembler()
    told = [reassembler.add(packet) for packet in [*cut[:place], *hurt, *cut[place + 1 :]]]
    assert Whole(message=message) not in told
    assert any(isinstance(t, Broken) for t in told)


@given(st.integers(0, 0x7FFF), st.binary(max_size=80))
def test_queries_and_requests_round_trip(number: int, rest: bytes) -> None:
    assert psftp.read_message(psftp.query(number, rest)) == Query(number=number, parameters=rest)
    assert psftp.read_message(psftp.request(rest)) == Request(operation=rest)


@given(st.lists(st.binary(max_size=24), max_size=40))
def test_the_reassembler_is_total(stream: list[bytes]) -> None:
    reassembler = Reassembler()
    for packet in stream:
        reassembler.add(packet)


@pytest.mark.parametrize(("name", "decode"), psftp.DECODERS)
@given(raw=st.binary(max_size=64))
def test_the_decoders_are_total(name: str, decode: object, raw: bytes) -> None:
    assert name.startswith("psftp-")
    decode(raw)  # type: ignore[operator]
