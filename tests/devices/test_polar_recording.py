"""Every exchange here is in Polar's published formats; most were captured from a real H10."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Refusal
from devices.polar import protobuf, psftp, recording
from devices.polar.recording import Listed, RecordingStatus, Samples, SampleType

SMALL = 20  # bytes of a packet, as Polar's own worked examples have it


def on_air(message: bytes) -> list[str]:
    return [packet.hex(" ") for packet in psftp.packets(message, SMALL)]


def answered(text: str) -> bytes:
    """The message in a reply of one packet."""
    whole = psftp.Reassembler().add(bytes.fromhex(text))
    assert isinstance(whole, psftp.Whole)
    return whole.message


# ---- what is asked


def test_start() -> None:
    parameters = recording.start_parameters(SampleType.RR, "bio1")
    assert on_air(psftp.query(psftp.START_RECORDING, parameters)) == [
        "02 0e 80 08 10 12 02 18 01 1a 04 62 69 6f 31"
    ]


def test_start_of_a_heart_rate_recording() -> None:
    parameters = recording.start_parameters(SampleType.HEART_RATE, "x", interval_s=5)
    assert parameters.hex(" ") == "08 01 12 02 18 05 1a 01 78"


def test_status_and_stop() -> None:
    assert on_air(psftp.query(psftp.RECORDING_STATUS)) == ["02 10 80"]
    assert on_air(psftp.query(psftp.STOP_RECORDING)) == ["02 0f 80"]


def test_listing() -> None:
    assert on_air(psftp.request(recording.get("/"))) == ["02 05 00 08 00 12 01 2f"]
    assert on_air(psftp.request(recording.get("/bio1/"))) == [
        "02 0a 00 08 00 12 06 2f 62 69 6f 31 2f"
    ]


def test_getting_and_removing() -> None:
    path = "/bio1/SAMPLES.BPB"
    tail = "12 11 2f 62 69 6f 31 2f 53 41 4d 50 4c 45 53"
    for operation, number in ((recording.get, "00"), (recording.remove, "03")):
        assert on_air(psftp.request(operation(path))) == [
            f"06 15 00 08 {number} {tail}",
            "13 2e 42 50 42",
        ]


def test_setting_the_clock() -> None:
    moment = datetime(2026, 7, 18, 22, 36, 20, 173_000, tzinfo=timezone(timedelta(minutes=120)))
    message = psftp.query(psftp.SET_LOCAL_TIME, recording.local_time_parameters(moment))
    assert message.hex(" ") == (
        "03 80 0a 07 08 ea 0f 10 07 18 12 12 09 08 16 10 24 18 14 20 ad 01 18 78"
    )


def test_west_of_greenwich_the_offset_is_negative() -> None:
    zone = timezone(timedelta(minutes=-300))
    raw = recording.local_time_parameters(datetime(2026, 7, 18, tzinfo=zone))
    assert raw.endswith(bytes.fromhex("18d4fdffffffffffffff01"))


@pytest.mark.parametrize("identifier", ["", "x" * 65])
def test_an_identifier_has_its_bounds(identifier: str) -> None:
    with pytest.raises(ValueError, match=r"^an identifier has 1 to 64 characters$"):
        recording.start_parameters(SampleType.RR, identifier)


def test_a_clock_is_set_with_its_zone() -> None:
    with pytest.raises(ValueError, match=r"^a moment without a time zone$"):
        recording.local_time_parameters(datetime(2026, 7, 18, tzinfo=UTC).replace(tzinfo=None))


def test_the_longest_identifier_is_taken() -> None:
    name = "x" * 64
    assert recording.start_parameters(SampleType.RR, name).endswith(name.encode())


PARIS = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("trial", "name"), [(False, "bc-20260718T203620Z"), (True, "bc-try-20260718T203620Z")]
)
def test_a_name_tells_when_it_was_begun_and_whether_it_was_a_trial(trial: bool, name: str) -> None:
    """A trial is thrown away; what a person wore is never taken for one."""
    moment = datetime(2026, 7, 18, 22, 36, 20, tzinfo=PARIS)
    assert recording.identifier_at(moment, trial=trial) == name
    told = recording.started_of(name, trial=trial)
    assert told == moment
    assert told is not None
    assert told.tzinfo is UTC
    assert recording.started_of(name, trial=not trial) is None
    assert recording.is_trial(name) is trial


def test_without_a_word_a_recording_is_no_trial() -> None:
    moment = datetime(2026, 7, 18, 20, 36, 20, tzinfo=UTC)
    assert recording.identifier_at(moment) == "bc-20260718T203620Z"
    assert recording.started_of("bc-20260718T203620Z") == moment
    assert recording.started_of("bc-try-20260718T203620Z") is None


@pytest.mark.parametrize("other", ["", "bio1", "bc-2026718T203620Z", "bc-20260718T203620Z2"])
def test_a_name_that_somebody_else_gave_tells_no_start(other: str) -> None:
    """The first but one can be read as a date; biocoach would not have written it so."""
    assert recording.started_of(other) is None
    assert not recording.is_trial(other)


# ---- what is answered


@pytest.mark.parametrize(
    ("reply", "on", "identifier"),
    [
        ("02 08 01 12 04 62 69 6f 31", True, "bio1"),
        ("02 08 00 12 04 62 69 6f 31", False, "bio1"),  # at rest, the name is kept
        ("02 08 00 12 00", False, ""),  # never used
        ("02 08 00", False, ""),
    ],
)
def test_status_is_read(reply: str, on: bool, identifier: str) -> None:
    status = recording.read_status(answered(reply))
    assert status == RecordingStatus(on=on, identifier=identifier)


def test_a_folder_is_read() -> None:
    assert recording.read_directory(answered("02 0a 09 0a 05 62 69 6f 31 2f 10 00")) == (
        Listed(name="bio1/", size=0),
    )
    listed = "02 0a 0f 0a 0b 53 41 4d 50 4c 45 53 2e 42 50 42 10 0f"
    assert recording.read_directory(answered(listed)) == (Listed(name="SAMPLES.BPB", size=15),)
    assert recording.read_directory(b"") == ()
    assert recording.read_directory(protobuf.write([(1, protobuf.write([(1, b"A")]))])) == (
        Listed(name="A", size=0),  # of no told size
    )


def test_a_name_in_other_letters_is_still_shown() -> None:
    status = recording.read_status(protobuf.write([(1, 1), (2, b"a\xff")]))
    assert status == RecordingStatus(on=True, identifier="a\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("parts", "interval_s"),
    [
        ([(1, 1)], 3600.0),
        ([(2, 1)], 60.0),
        ([(3, 5)], 5.0),
        ([(4, 500)], 0.5),
        ([(1, 1), (2, 2), (3, 3), (4, 4)], 3723.004),
        ([(3, 0)], None),
        ([], None),
    ],
)
def test_the_time_between_two_values_is_told_in_parts(
    parts: list[tuple[int, int]], interval_s: float | None
) -> None:
    samples = recording.read_samples(protobuf.write([(1, protobuf.write(parts)), (2, b"\x46")]))
    assert samples == Samples(rr_ms=None, bpm=(70,), interval_s=interval_s, cut_off=False)


def test_intervals_in_several_parts_are_one_recording() -> None:
    parts = [protobuf.write([(1, protobuf.packed([rr, rr + 1]))]) for rr in (700, 800)]
    raw = protobuf.write([(28, part) for part in parts])
    assert recording.read_samples(raw) == Samples(
        rr_ms=(700, 701, 800, 801), bpm=(), interval_s=None, cut_off=False
    )


def test_intervals_are_read() -> None:
    assert recording.read_samples(answered("02 0a 02 18 01 e2 01 08 0a 06 d0 05 e7 05 81 06")) == (
        Samples(rr_ms=(720, 743, 769), bpm=(), interval_s=1.0, cut_off=False)
    )


def test_a_heart_rate_file_has_no_intervals() -> None:
    raw = bytes.fromhex("0a 02 18 01 12 0b 00 44 45 45 47 47 46 46 46 46 47")
    assert recording.read_samples(raw) == Samples(
        rr_ms=None,
        bpm=(0, 68, 69, 69, 71, 71, 70, 70, 70, 70, 71),
        interval_s=1.0,
        cut_off=False,
    )


def test_unpacked_intervals_and_unknown_fields() -> None:
    rr = protobuf.write([(9, b"later"), (1, 720), (1, 743)])
    raw = protobuf.write([(99, 5), (28, rr), (7, b"\xff"), (1, protobuf.write([(4, 1500)]))])
    samples = recording.read_samples(raw)
    assert samples == Samples(rr_ms=(720, 743), bpm=(), interval_s=1.5, cut_off=False)


def test_absurd_values_stay_as_they_are() -> None:
    values = [0, 26, 28, 14679420, 1878949389, -5]
    raw = protobuf.write([(28, protobuf.write([(1, protobuf.packed(values))]))])
    assert recording.read_samples(raw) == Samples(
        rr_ms=tuple(values), bpm=(), interval_s=None, cut_off=False
    )


def test_an_empty_recording_is_none_that_was_invented() -> None:
    assert recording.read_samples(bytes.fromhex("0a021801e20100")) == Samples(
        rr_ms=(), bpm=(), interval_s=1.0, cut_off=False
    )


ELSEWHERE = protobuf.write([(1, b"\x18\x01"), (29, b"\x0a\x06" + bytes(range(6)))])
DEEPER = protobuf.write([(1, b"\x18\x01"), (28, protobuf.write([(2, b"\x50\x51")]))])


@pytest.mark.parametrize("raw", [ELSEWHERE, DEEPER])
def test_a_file_whose_values_are_in_no_known_place_is_not_empty(raw: bytes) -> None:
    """For one that is empty leaves the strap."""
    assert isinstance(recording.read_samples(raw), Refusal)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "the file is empty"),
        (b"\xff", "not a recording"),
        (b"\x08\x01", "not a recording"),
        (b"no such thing", "not a recording"),
        (ELSEWHERE, f"{len(ELSEWHERE)} bytes, and no values where they are known to be"),
    ],
)
def test_what_is_no_recording_is_refused_and_told(raw: bytes, why: str) -> None:
    assert recording.read_samples(raw) == Refusal(why=why)


@pytest.mark.parametrize("raw", [b"", b"\x08", b"\x12\x00", b"\x12\x05ab", b"\x08\x01\x12"])
def test_what_is_no_status_is_refused(raw: bytes) -> None:
    assert recording.read_status(raw) == Refusal(why="not a recording status")


@pytest.mark.parametrize("raw", [b"\x0a", b"\x0a\x02\x10\x00", b"\x0a\x05\x0a\x02a"])
def test_what_is_no_folder_is_refused(raw: bytes) -> None:
    assert recording.read_directory(raw) == Refusal(why="not a list of files")


RR = st.lists(st.integers(0, 2**32 - 1), max_size=60)


@given(RR)
def test_any_intervals_round_trip(values: list[int]) -> None:
    raw = protobuf.write([(1, b"\x18\x01"), (28, protobuf.write([(1, protobuf.packed(values))]))])
    samples = recording.read_samples(raw)
    assert isinstance(samples, Samples)
    assert samples.rr_ms == tuple(values)
    assert not samples.cut_off


@given(st.lists(st.integers(1, 70_000), min_size=1, max_size=60), st.data())
def test_a_file_that_breaks_off_gives_what_came_before_and_says_so(
    values: list[int], data: st.DataObject
) -> None:
    raw = protobuf.write([(1, b"\x18\x01"), (28, protobuf.write([(1, protobuf.packed(values))]))])
    head = len(raw) - len(protobuf.packed(values))
    samples = recording.read_samples(raw[: data.draw(st.integers(head, len(raw) - 1))])
    assert isinstance(samples, Samples)
    assert samples.cut_off
    assert samples.rr_ms == tuple(values[: len(samples.rr_ms or ())])


@pytest.mark.parametrize(("name", "decode"), recording.DECODERS)
@given(raw=st.binary(max_size=96) | st.binary(max_size=64).map(lambda t: b"\xe2\x01" + t))
def test_the_decoders_are_total(name: str, decode: object, raw: bytes) -> None:
    assert name.startswith("psftp-")
    decode(raw)  # type: ignore[operator]
