"""A seeded share of the campaign, and proof that it would notice."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from biocoach.types import Refusal
from devices import heart_rate
from devices.polar import control, frames
from tests.faults import __main__ as command
from tests.faults import packets
from tests.faults.campaign import Order
from tests.faults.makers import MAKERS, packet


def test_no_packet_makes_a_decoder_raise() -> None:
    outcome = packets.run(Order(count=20_000, seed=1))
    assert outcome.failures == []
    assert outcome.counts["packets"] == 20_000


def test_the_packets_are_worth_decoding() -> None:
    """Each decoder understands many, refuses many, and for many different reasons."""
    dice, understood, refused, reasons = random.Random(2), Counter[str](), Counter[str](), set()
    decoders = {"heart": heart_rate.decode, "frames": frames.decode, "control": control.decode}
    for _ in range(10_000):
        raw = packet(dice)
        for name, decode in decoders.items():
            found = decode(raw)
            (refused if isinstance(found, Refusal) else understood)[name] += 1
            if isinstance(found, Refusal):
                reasons.add(found.why)
    assert min(understood[name] for name in decoders) > 500
    assert min(refused[name] for name in decoders) > 500
    assert len(reasons) > 100


def test_the_same_seed_gives_the_same_packets() -> None:
    def some(seed: int) -> list[bytes]:
        dice = random.Random(seed)
        return [packet(dice) for _ in range(200)]

    assert some(3) == some(3)
    assert some(3) != some(4)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_maker_makes_more_than_one_packet(make: object) -> None:
    assert callable(make)
    dice = random.Random(1)
    assert len({make(dice) for _ in range(50)}) > 4


def _gullible(raw: bytes) -> int:
    """A decoder that believes a length in the packet."""
    return raw[raw[1]] if len(raw) > 1 and raw[0] == 2 else 0


def test_a_broken_promise_is_told_with_its_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packets, "DECODERS", (("gullible", _gullible),))
    assert command.main(["packets", "-n", "3000", "--seed", "5"]) == 1
    *failures, last = capsys.readouterr().out.splitlines()
    assert 0 < len(failures) <= 50
    assert all(line.startswith("gullible: IndexError: ") for line in failures)
    for line in failures:
        with pytest.raises(IndexError):
            _gullible(bytes.fromhex(line.rpartition(" on ")[2]))
    assert last.startswith("packets, seed 5: 3,000 packets, 3,000 decodings; ")


def test_the_last_line_tells_of_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["packets", "-n", "100"]) == 0
    assert ", 0 failures" in capsys.readouterr().out.replace(";", ",")


def test_an_unknown_campaign_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["locusts"])
    assert "packets" in capsys.readouterr().err
