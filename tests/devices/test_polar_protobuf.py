from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.polar import protobuf
from devices.polar.protobuf import Fields

NUMBERS = st.integers(1, 2**29 - 1)
VALUES = st.integers(0, 2**64 - 1) | st.binary(max_size=40)


def read(text: str) -> Fields:
    return protobuf.read(bytes.fromhex(text))


def test_the_encoding_page_s_own_example() -> None:
    assert protobuf.varint(150).hex() == "9601"
    assert read("089601") == Fields(items=((1, 150),), whole=True)


def test_a_negative_number_takes_ten_bytes() -> None:
    raw = protobuf.write([(3, -300)])
    assert raw.hex() == "18d4fdffffffffffffff01"
    assert protobuf.signed(protobuf.read(raw).numbers(3)[0]) == -300


def test_fixed_fields_and_groups_are_skipped_by_their_type() -> None:
    fixed = "0d01020304" + "110102030405060708"
    group = "0b" + "0801" + "1b" + "0802" + "1c" + "0c"
    found = read(fixed + group + "1007")
    assert found.whole
    assert found.numbers(2) == [7]
    assert found.numbers(1) == []  # what stands in a group is none of ours


def test_packed_and_unpacked_are_the_same() -> None:
    packed, unpacked = read("0a04d005e705"), read("08d00508e705")
    assert protobuf.numbers(packed, 1) == protobuf.numbers(unpacked, 1) == ([720, 743], True)


def test_a_list_may_come_in_pieces_of_both_kinds_among_other_fields() -> None:
    found = read("0801" + "1007" + "0a020203" + "0804" + "0a0105")
    assert protobuf.numbers(found, 1) == ([1, 2, 3, 4, 5], True)


def test_one_piece_that_breaks_off_is_told_of_the_whole_list() -> None:
    assert protobuf.numbers(read("0a02d0e7" + "0a0105"), 1) == ([5], False)


def test_numbers_and_texts_are_told_apart() -> None:
    found = read("0801" + "0a0141" + "1002")
    assert (found.numbers(1), found.texts(1)) == ([1], [b"A"])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "00"), (127, "7f"), (128, "8001"), (2**64 - 1, "ff" * 9 + "01"), (-1, "ff" * 9 + "01")],
)
def test_a_number_takes_as_few_bytes_as_it_can(value: int, text: str) -> None:
    assert protobuf.varint(value).hex() == text


@pytest.mark.parametrize(
    ("value", "signed"), [(0, 0), (2**63 - 1, 2**63 - 1), (2**63, -(2**63)), (2**64 - 1, -1)]
)
def test_the_upper_half_is_the_negative_one(value: int, signed: int) -> None:
    assert protobuf.signed(value) == signed


def test_a_group_in_a_group_is_skipped_to_its_own_end() -> None:
    found = read("0b" + "13" + "14" + "0801" + "0c" + "1007")
    assert found == Fields(items=((2, 7),), whole=True)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("08", ()),  # no value
        ("0896", ()),  # half a value
        ("0801" + "12", ((1, 1),)),  # no length
        ("0801" + "1205aabb", ((1, 1), (2, b"\xaa\xbb"))),  # fewer bytes than told
        ("0801" + "1101", ((1, 1),)),  # half a fixed value
        ("0801" + "0b", ((1, 1),)),  # a group without end
        ("0801" + "0c", ((1, 1),)),  # an end without a group
        ("0801" + "0e", ((1, 1),)),  # no such type
        ("0801" + "00", ((1, 1),)),  # no field has number 0
        ("0801" + "0201aa", ((1, 1),)),  # whatever its type
        ("08" + "ff" * 11, ()),  # longer than any number
    ],
)
def test_what_breaks_off_gives_what_came_before(
    text: str, items: tuple[tuple[int, protobuf.Value], ...]
) -> None:
    assert read(text) == Fields(items=items, whole=False)


def test_a_list_that_breaks_off_gives_its_whole_numbers() -> None:
    assert protobuf.read_packed(bytes.fromhex("d005e7")) == ([720], False)


def test_fields_are_numbered_from_1() -> None:
    with pytest.raises(ValueError, match=r"^fields are numbered from 1$"):
        protobuf.write([(0, 1)])


@given(st.lists(st.tuples(NUMBERS, VALUES), max_size=12))
def test_what_is_written_is_read(fields: list[tuple[int, protobuf.Value]]) -> None:
    assert protobuf.read(protobuf.write(fields)) == Fields(items=tuple(fields), whole=True)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30))
def test_signed_numbers_round_trip(values: list[int]) -> None:
    told, whole = protobuf.read_packed(protobuf.packed(values))
    assert whole
    assert [protobuf.signed(v) for v in told] == values


@given(st.lists(st.tuples(NUMBERS, VALUES), min_size=1, max_size=8), st.data())
def test_a_cut_message_gives_a_beginning_of_its_fields(
    fields: list[tuple[int, protobuf.Value]], data: st.DataObject
) -> None:
    raw = protobuf.write(fields)
    found = protobuf.read(raw[: data.draw(st.integers(0, len(raw) - 1))])
    whole = found.items if found.whole else found.items[:-1]
    assert list(whole) == fields[: len(whole)]


@given(st.binary(max_size=80))
def test_total(raw: bytes) -> None:
    found = protobuf.read(raw)
    protobuf.numbers(found, 1)
    protobuf.read_packed(raw)
