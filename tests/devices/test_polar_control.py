from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Refusal
from devices.polar import control
from devices.polar.control import Capabilities, Command, Reply, Settings, Stopped


def read(text: str) -> Reply:
    reply = control.decode(bytes.fromhex(text))
    assert isinstance(reply, Reply), reply
    return reply


def test_ecg_settings() -> None:
    reply = read("f0010000000001820001010e00")
    assert (reply.op, reply.measurement, reply.status) == ("GET_SETTINGS", "ECG", "SUCCESS")
    assert reply.settings == Settings(sample_rate=(130,), resolution=(14,))
    assert not reply.more


def test_acc_settings() -> None:
    reply = read("f00102000000041900320064 00c8 000101 1000 0203 0200 0400 0800".replace(" ", ""))
    assert reply.settings == Settings(
        sample_rate=(25, 50, 100, 200), resolution=(16,), range=(2, 4, 8)
    )


@pytest.mark.parametrize(
    ("raw", "op", "measurement", "status"),
    [
        ("f00200000000", "START", "ECG", "SUCCESS"),
        ("f00202000001", "START", "ACC", "SUCCESS"),  # the H10's single byte is no setting
        ("f002000600", "START", "ECG", "ERROR_ALREADY_IN_STATE"),
        ("f003000000", "STOP", "ECG", "SUCCESS"),
        ("f001000a", "GET_SETTINGS", "ECG", "ERROR_INVALID_MTU"),
        ("f0040201", "GET_SDK_MODE_SETTINGS", "ACC", "ERROR_INVALID_OP_CODE"),
        ("f0090c63", "OP_9", "TYPE_12", "STATUS_99"),
    ],
)
def test_replies(raw: str, op: str, measurement: str, status: str) -> None:
    reply = read(raw)
    assert (reply.op, reply.measurement, reply.status) == (op, measurement, status)
    assert reply.settings == Settings()


def test_more_to_come() -> None:
    assert read("f0010000010001820001010e00").more


@pytest.mark.parametrize("parameters", ["ffffff", "0002", "000282", "00", "0001"])
def test_parameters_that_are_no_settings_are_kept_as_they_are(parameters: str) -> None:
    reply = read("f001020000" + parameters)
    assert reply.parameters == bytes.fromhex(parameters)
    assert reply.settings == (Settings() if len(parameters) == 2 else None)


def test_what_the_strap_says_unasked() -> None:
    assert control.decode(b"\x01\x00\x02") == Stopped(measurements=("ECG", "ACC"))
    told = control.decode(bytes.fromhex("0f05") + bytes(15))
    assert told == Capabilities(measurements=("ECG", "ACC"))


def test_commands_are_the_bytes_of_a_real_exchange() -> None:
    ecg = control.start(control.ECG, {"sample_rate": 130, "resolution": 14})
    acc = control.start(control.ACC, {"sample_rate": 25, "resolution": 16, "range": 8})
    assert control.get_settings(control.ACC).hex() == "0102"
    assert ecg.hex() == "02000001820001010e00"
    assert acc.hex() == "0202" + "00011900" + "01011000" + "02010800"
    assert control.stop(control.ACC).hex() == "0302"


def test_a_command_can_be_read_back() -> None:
    assert control.decode(bytes.fromhex("0300")) == Command(op="STOP", measurement="ECG")
    raw = control.start(control.ACC, {"sample_rate": 25, "resolution": 16, "range": 8})
    assert control.decode(raw) == Command(
        op="START",
        measurement="ACC",
        settings=Settings(sample_rate=(25,), resolution=(16,), range=(8,)),
    )


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty"),
        ("f0", "too short: 1 bytes where a reply has at least 4"),
        ("f00100", "too short: 3 bytes where a reply has at least 4"),
        ("01", "too short: no measurement after the first byte"),
        ("03", "too short: no measurement after the first byte"),
        ("0f", "too short: no measurement after the first byte"),
        ("7f00", "neither a reply nor a notice of the strap: it begins with 0x7f"),
    ],
)
def test_what_is_cut_or_unknown_is_refused_and_told(raw: str, why: str) -> None:
    assert control.decode(bytes.fromhex(raw)) == Refusal(why=why)


def test_every_bit_of_the_capabilities_is_a_measurement() -> None:
    names = ("ECG", "PPG", "ACC", "PPI", "TYPE_4", "GYRO", "MAG", "TYPE_7")
    assert control.decode(b"\x0f\xff") == Capabilities(measurements=names)


def test_more_to_come_is_said_without_settings_too() -> None:
    assert read("f001000001").more
    assert not read("f0010000").more


@pytest.mark.parametrize(
    ("parameters", "settings"),
    [
        # A setting nobody asked for is stepped over by its width; what follows is still right.
        ("0301aabbccdd" + "00018200", Settings(sample_rate=(130,))),
        ("0501aabbccdd" + "00018200", Settings(sample_rate=(130,))),
        ("0601" + "ee" * 16 + "00018200", Settings(sample_rate=(130,))),
        ("040103" + "00018200", Settings(channels=(3,), sample_rate=(130,))),
        ("0000", Settings()),  # none offered
        ("00018200" + "0100", Settings(sample_rate=(130,))),
        ("00018200" + "01", None),
        ("00018200" + "010110", None),
        ("00018200" + "0701", None),
        ("", Settings()),
    ],
)
def test_settings_are_all_read_or_none(parameters: str, settings: Settings | None) -> None:
    assert control.read_settings(bytes.fromhex(parameters)) == settings


def test_a_reply_answers_its_own_command_alone() -> None:
    reply = read("f00202000001")
    assert control.answers(reply, control.start(control.ACC, {"range": 8}))
    assert not control.answers(reply, control.stop(control.ACC))
    assert not control.answers(reply, control.start(control.ECG, {}))


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda tail: b"\xf0" + tail))
def test_total(raw: bytes) -> None:
    control.decode(raw)
