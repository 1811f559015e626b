"""Byte for byte, as a captured H10 answered; what no capture has is said where it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from devices.polar import protobuf, psftp, recording
from devices.polar.recording import Samples, SampleType
from devices.polar_exchange import MemoryRefusedError, Waits
from devices.polar_memory import Stored, StrapMemory
from devices.strap_words import DeviceError
from tests.devices.fake_clock import FakeClock
from tests.devices.scripted_gatt import ScriptedGatt, Turn

AT_ONCE = Waits(packet_s=0.02, look_s=0.01, quiet_s=0.01, calm_s=1.0)
NAME = "bc-20260131T001640Z"  # by the fake clock
OFF: Turn = (["02 10 80"], ["02 08 00 12 00"])
DONE = ["00 00 00"]
ROOT = ["02 05 00 08 00 12 01 2f"]
EMPTY: Turn = (ROOT, ["02 0a 0e 0a 0a 44 45 56 49 43 45 2e 42 50 42 10 7f"])
BIO1 = Stored(identifier="bio1", path="/bio1/SAMPLES.BPB", size=15)
GET = ["06 15 00 08 00 12 11 2f 62 69 6f 31 2f 53 41 4d 50 4c 45 53", "13 2e 42 50 42"]
REMOVE = ["06 15 00 08 03 12 11 2f 62 69 6f 31 2f 53 41 4d 50 4c 45 53", "13 2e 42 50 42"]
FILE = "0a 02 18 01 e2 01 08 0a 06 d0 05 e7 05 81 06"
LISTED: tuple[Turn, Turn] = (
    (ROOT, ["02 0a 09 0a 05 62 69 6f 31 2f 10 00"]),
    (
        ["02 0a 00 08 00 12 06 2f 62 69 6f 31 2f"],
        ["02 0a 0f 0a 0b 53 41 4d 50 4c 45 53 2e 42 50 42 10 0f"],
    ),
)


def sent(message: bytes, size: int = 20) -> list[str]:
    return [packet.hex() for packet in psftp.packets(message, size)]


def start_of(name: str, kind: SampleType = SampleType.RR) -> list[str]:
    parameters = recording.start_parameters(kind, name)
    return sent(psftp.query(psftp.START_RECORDING, parameters))


def on(name: str) -> list[str]:
    return sent(protobuf.write([(1, 1), (2, name.encode())]))


def asked(
    gatt: ScriptedGatt, do: Callable[[StrapMemory], Awaitable[object]], waits: Waits = AT_ONCE
) -> object:
    async def run() -> object:
        return await do(StrapMemory(gatt, FakeClock(), waits))

    return asyncio.run(run())


def refused(
    gatt: ScriptedGatt, do: Callable[[StrapMemory], Awaitable[object]]
) -> MemoryRefusedError:
    with pytest.raises(MemoryRefusedError) as caught:
        asked(gatt, do)
    return caught.value


# ---- start and stop


def test_start_asks_for_intervals_and_believes_only_the_status() -> None:
    gatt = ScriptedGatt(
        OFF,
        EMPTY,
        (start_of(NAME), DONE),
        (["02 10 80"], on(NAME)),
    )
    begun = asked(gatt, lambda memory: memory.start(set_clock=False))
    assert gatt.done
    assert begun.identifier == NAME  # type: ignore[attr-defined]
    assert begun.started == datetime(2026, 1, 31, 0, 16, 40, tzinfo=UTC)  # type: ignore[attr-defined]
    assert recording.started_of(NAME) == datetime(2026, 1, 31, 0, 16, 40, tzinfo=UTC)


@pytest.mark.parametrize("answer", [DONE, ["00 c9 00"]])
def test_whether_the_strap_lets_its_clock_be_set_does_not_matter(answer: list[str]) -> None:
    moment = recording.local_time_parameters(FakeClock().wall().astimezone())
    gatt = ScriptedGatt(
        OFF,
        EMPTY,
        (sent(psftp.query(psftp.SET_LOCAL_TIME, moment)), answer),
        (start_of(NAME), DONE),
        (["02 10 80"], on(NAME)),
    )
    asked(gatt, lambda memory: memory.start())
    assert gatt.done


def test_what_is_on_the_strap_is_not_recorded_over() -> None:
    assert refused(ScriptedGatt(OFF, *LISTED), lambda m: m.start()).reason == "occupied"
    running: Turn = (["02 10 80"], ["02 08 01 12 04 62 69 6f 31"])
    assert refused(ScriptedGatt(running), lambda m: m.start()).reason == "occupied"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("6a", "not_permitted"),
        ("d1", "battery_low"),
        ("c9", "not_supported"),
        ("ca", "strap_busy"),
        ("cd", "strap_full"),
        ("07", "strap_error"),
    ],
)
def test_why_a_start_is_refused(code: str, reason: str) -> None:
    gatt = ScriptedGatt(OFF, EMPTY, (start_of(NAME), [f"00 {code} 00"]))
    why = refused(gatt, lambda memory: memory.start(set_clock=False))
    assert (why.reason, why.code) == (reason, int(code, 16))


@pytest.mark.parametrize("status", [["02 08 00 12 00"], ["02 08 01 12 04 62 69 6f 31"]])
def test_a_yes_without_a_recording_is_no_start(status: list[str]) -> None:
    gatt = ScriptedGatt(OFF, EMPTY, (start_of(NAME), DONE), (["02 10 80"], status))
    assert refused(gatt, lambda m: m.start(set_clock=False)).reason == "not_started"


def test_stop() -> None:
    running: Turn = (["02 10 80"], ["02 08 01 12 04 62 69 6f 31"])
    gatt = ScriptedGatt(running, (["02 0f 80"], DONE))
    assert asked(gatt, lambda memory: memory.stop()) is True
    assert asked(ScriptedGatt(OFF), lambda memory: memory.stop()) is False
    stopped_meanwhile = ScriptedGatt(running, (["02 0f 80"], ["00 6a 00"]))
    assert asked(stopped_meanwhile, lambda memory: memory.stop()) is False
    broken = ScriptedGatt(running, (["02 0f 80"], ["00 c8 00"]))
    assert refused(broken, lambda memory: memory.stop()).code == 200


# ---- what is stored


def test_what_is_stored_is_listed() -> None:
    assert asked(ScriptedGatt(*LISTED), lambda memory: memory.recordings()) == (BIO1,)
    assert asked(ScriptedGatt(EMPTY), lambda memory: memory.recordings()) == ()


def test_a_folder_that_is_not_there_is_an_empty_one() -> None:
    gone: Turn = (ROOT, ["00 67 00"])
    assert asked(ScriptedGatt(gone), lambda memory: memory.recordings()) == ()
    refusing: Turn = (ROOT, ["00 6a 00"])
    assert refused(ScriptedGatt(refusing), lambda m: m.recordings()).reason == "not_permitted"


def test_a_fetch_gives_the_file_as_it_is() -> None:
    gatt = ScriptedGatt((GET, [f"02 {FILE}"]))
    fetched = asked(gatt, lambda memory: memory.fetch(BIO1))
    assert fetched.raw == bytes.fromhex(FILE)  # type: ignore[attr-defined]
    assert fetched.samples == Samples(  # type: ignore[attr-defined]
        rr_ms=(720, 743, 769), bpm=(), interval_s=1.0, cut_off=False
    )


def test_progress_is_told_with_every_packet() -> None:
    raw = bytes.fromhex(FILE)
    told: list[tuple[int, int]] = []
    gatt = ScriptedGatt((GET, sent(raw, 6)))
    asked(gatt, lambda memory: memory.fetch(BIO1, lambda done, of: told.append((done, of))))
    assert told == [(5, 15), (10, 15), (15, 15)]


def test_a_lost_packet_is_cancelled_and_fetched_again() -> None:
    first, second, third = sent(bytes.fromhex(FILE), 6)
    gatt = ScriptedGatt(
        (GET, [first, "27" + third[2:]]),  # a later one that says more
        (["00 00 00"], [third]),  # what it still had to say is not heard
        (GET, [first, second, third]),
    )
    fetched = asked(gatt, lambda memory: memory.fetch(BIO1))
    assert fetched.raw == bytes.fromhex(FILE)  # type: ignore[attr-defined]
    assert gatt.done


def test_packets_that_all_come_twice_are_one_file() -> None:
    twice = [packet for packet in sent(bytes.fromhex(FILE), 6) for _ in range(2)]
    gatt = ScriptedGatt((GET, twice))
    fetched = asked(gatt, lambda memory: memory.fetch(BIO1))
    assert fetched.raw == bytes.fromhex(FILE)  # type: ignore[attr-defined]
    assert gatt.done


def test_packets_lost_again_and_again_are_told() -> None:
    first, _, third = sent(bytes.fromhex(FILE), 6)
    gatt = ScriptedGatt(*[(GET, [first, third])] * 3)
    assert refused(gatt, lambda memory: memory.fetch(BIO1)).reason == "wrong_sequence"
    assert gatt.done  # the last packet ended the message: nothing to cancel


def test_a_fetch_that_is_not_permitted_is_tried_again() -> None:
    gatt = ScriptedGatt((GET, ["00 6a 00"]), (GET, [f"02 {FILE}"]))
    fetched = asked(gatt, lambda memory: memory.fetch(BIO1))
    assert fetched.raw == bytes.fromhex(FILE)  # type: ignore[attr-defined]
    never = ScriptedGatt(*[(GET, ["00 6a 00"])] * 3)
    assert refused(never, lambda memory: memory.fetch(BIO1)).reason == "not_permitted"
    assert never.done


def test_a_fetch_that_stops_in_the_middle_gives_nothing() -> None:
    first, *_ = sent(bytes.fromhex(FILE), 6)
    gatt = ScriptedGatt((GET, [first]))
    assert refused(gatt, lambda memory: memory.fetch(BIO1)).reason == "cut_short"


def test_a_file_shorter_than_it_was_listed_is_not_believed() -> None:
    gatt = ScriptedGatt((GET, ["02 0a 02 18 01"]))
    assert refused(gatt, lambda memory: memory.fetch(BIO1)).reason == "cut_short"


def test_after_a_broken_exchange_the_strap_is_told_to_stop_first() -> None:
    first, second, _ = sent(bytes.fromhex(FILE), 6)
    gatt = ScriptedGatt((GET, [first]), (["00 00 00"], [second, "00 00 00"]), OFF)

    async def both(memory: StrapMemory) -> None:
        with pytest.raises(MemoryRefusedError):
            await memory.fetch(BIO1)
        assert not (await memory.status()).on

    asked(gatt, both)
    assert gatt.done


def test_a_strap_that_says_nothing() -> None:
    gatt = ScriptedGatt((["02 10 80"], []))
    assert refused(gatt, lambda memory: memory.status()).reason == "not_answering"


def test_a_link_that_is_gone_is_told_at_once() -> None:
    gatt = ScriptedGatt((["02 10 80"], []))

    async def drop(memory: StrapMemory) -> None:
        asking = asyncio.create_task(memory.status())
        while not gatt.done:
            await asyncio.sleep(0)
        gatt.connected = False
        await asking

    with pytest.raises(MemoryRefusedError) as caught:
        asked(gatt, drop, Waits(packet_s=1e6, look_s=0.001))
    assert caught.value.reason == "link_lost"
    with pytest.raises(DeviceError) as dropped:
        asked(gatt, lambda memory: memory.status())
    assert dropped.value.reason == "dropped"


def test_a_strap_without_a_memory() -> None:
    assert refused(ScriptedGatt(memory=False), lambda m: m.status()).reason == "no_memory"


def test_a_strap_that_wants_a_bond_gets_one_once() -> None:
    gatt = ScriptedGatt(OFF, OFF)
    gatt.wants_bond = True

    async def twice(memory: StrapMemory) -> None:
        await memory.status()
        await memory.status()

    asked(gatt, twice)
    assert gatt.paired == 1


def test_one_listens_once_for_a_whole_connection() -> None:
    gatt = ScriptedGatt(OFF, OFF)

    async def twice(memory: StrapMemory) -> None:
        await memory.status()
        await memory.status()

    asked(gatt, twice)
    assert gatt.listened == 1


def test_two_at_once_wait_for_each_other() -> None:
    gatt = ScriptedGatt(OFF, EMPTY)

    async def both(memory: StrapMemory) -> list[object]:
        return list(await asyncio.gather(memory.status(), memory.recordings()))

    assert asked(gatt, both)[1] == ()  # type: ignore[index]


@pytest.mark.parametrize(
    ("turn", "ask"),
    [
        ((["02 10 80"], ["02 ff"]), lambda m: m.status()),
        ((ROOT, ["02 ff"]), lambda m: m.recordings()),
        ((GET, ["02" + " 08" + " 01" * 14]), lambda m: m.fetch(BIO1)),
        ((["02 10 80"], ["04"]), lambda m: m.status()),
    ],
)
def test_what_can_t_be_understood_is_told(
    turn: Turn, ask: Callable[[StrapMemory], Awaitable[object]]
) -> None:
    calm: Turn = (["00 00 00"], [])
    assert refused(ScriptedGatt(turn, calm), ask).reason == "not_understood"


# ---- removing


def test_a_removed_file_is_looked_for_again() -> None:
    assert asked(ScriptedGatt((REMOVE, DONE), EMPTY), lambda m: m.remove(BIO1)) is None
    gone = ScriptedGatt((REMOVE, ["00 67 00"]), EMPTY)
    assert asked(gone, lambda m: m.remove(BIO1)) is None
    assert refused(ScriptedGatt((REMOVE, DONE), *LISTED), lambda m: m.remove(BIO1)).reason == (
        "still_there"
    )
    refusing = ScriptedGatt((REMOVE, ["00 6a 00"]))
    assert refused(refusing, lambda m: m.remove(BIO1)).reason == "not_permitted"


def test_a_folder_that_outlives_its_file_is_no_recording() -> None:
    empty_folder: Turn = (LISTED[1][0], ["02"])
    assert asked(ScriptedGatt(LISTED[0], empty_folder), lambda m: m.recordings()) == ()


def test_a_trial_has_a_name_of_its_own() -> None:
    moment = datetime(2026, 1, 31, 9, tzinfo=UTC)
    name = recording.identifier_at(moment, trial=True)
    assert recording.is_trial(name)
    assert recording.started_of(name) is None
    assert not recording.is_trial(recording.identifier_at(moment))


def test_only_our_own_names_tell_a_start() -> None:
    for other in ("bio1", "", "bc-", "bc-20261345T000000Z", "bc-20260131T090000Z2", "bc-2026"):
        assert recording.started_of(other) is None
