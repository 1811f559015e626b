from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import devices
from biocoach.captures import header_line, line
from biocoach.types import Battery, InputBody, Link, Refusal
from devices.replay import ReplaySource
from devices.sources import SourceError, SourceSpec, open_source, parse_source
from tests.devices.fake_clock import FakeClock, gather


@pytest.mark.parametrize(
    ("url", "spec"),
    [
        ("ble:C0:FF:EE:00:00:01", SourceSpec(kind="ble", target="C0:FF:EE:00:00:01")),
        ("ble:Polar H10 12345678", SourceSpec(kind="ble", target="Polar H10 12345678")),
        ("replay:a.jsonl", SourceSpec(kind="replay", target="a.jsonl")),
        ("replay:a@b.jsonl", SourceSpec(kind="replay", target="a@b.jsonl")),
        (r"replay:C:\a.jsonl@2.5", SourceSpec(kind="replay", target=r"C:\a.jsonl", speed=2.5)),
        ("virtual", SourceSpec(kind="virtual", seed=7, scenario="separation")),
        ("virtual:", SourceSpec(kind="virtual")),
        (
            "virtual:seed=9,scenario=panic,fault=silence,fault=dropout",
            SourceSpec(kind="virtual", seed=9, scenario="panic", faults=("dropout", "silence")),
        ),
        (
            "virtual:seed=7,dropout,walk,unscripted,speed=10",
            SourceSpec(
                kind="virtual", scenario="walk", faults=("dropout",), scripted=False, speed=10
            ),
        ),
    ],
)
def test_addresses(url: str, spec: SourceSpec) -> None:
    assert parse_source(url) == spec
    assert spec.simulated is not url.startswith("ble")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "usb:1",
        "ble:",
        "ble: ",
        "replay:",
        "replay:@2",
        "replay:a.jsonl@0",
        "replay:a.jsonl@-1",
        "replay:a.jsonl@nan",
        "virtual:seed=x",
        "virtual:seed=-1",
        "virtual:scenario=holiday",
        "virtual:fault=thunder",
        "virtual:thunder",
        "virtual:speed=0",
        "virtual:unscripted=yes",
    ],
)
def test_an_address_that_means_nothing_is_refused_in_one_line(url: str) -> None:
    refusal = parse_source(url)
    assert isinstance(refusal, Refusal)
    assert refusal.why
    assert "\n" not in refusal.why
    with pytest.raises(SourceError):
        open_source(url, FakeClock())


@given(st.text() | st.text().map(lambda s: "virtual:" + s) | st.text().map(lambda s: "replay:" + s))
def test_total(url: str) -> None:
    assert isinstance(parse_source(url), SourceSpec | Refusal)


def test_a_capture_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no capture file"):
        open_source(f"replay:{tmp_path}/none.jsonl", FakeClock())


def test_replay_gives_the_arrivals_at_their_times(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    bodies: list[tuple[float, InputBody]] = [
        (0.5, Link(up=True)),
        (1.25, Battery(percent=80)),
        (9.0, Link(up=False)),
    ]
    lines = [header_line("2026-01-31T09:00:00Z", "x"), "nonsense"]
    lines += [str(line(at_s, body)) for at_s, body in bodies]
    path.write_text("\n".join(lines))
    clock = FakeClock(100.0)
    source = open_source(f"replay:{path}@3", clock)
    assert isinstance(source, ReplaySource)
    arrivals = gather(source.stream())
    assert [(a.clock_s, a.body) for a in arrivals] == [(100.0 + s, body) for s, body in bodies]
    assert clock.now_s() == 109.0
    assert [problem.line_number for problem in source.problems] == [2]
    assert source.simulated


def test_a_strap_is_opened_without_being_there() -> None:
    source = devices.open_source("ble:Polar H10 12345678", FakeClock())
    assert source.name == "ble:Polar H10 12345678"
    assert not source.simulated


def test_the_decoders_come_without_bluetooth() -> None:
    program = (
        "import sys, devices, devices.heart_rate, devices.polar.frames, devices.decode;"
        "devices.parse_source('virtual'); sys.exit('bleak' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=False)
    assert ran.returncode == 0
