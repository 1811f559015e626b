"""EDF+ as another library (EDFlib, by pyedflib) reads it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyedflib
import pytest

from biocoach.review.ecg import Strip
from biocoach.review.exporting.edf import TEXT_BYTES, edf_pieces, fitting
from biocoach.review.exporting.taken import Taken
from biocoach.types import Ecg, InputBody, Mark, MarkKind, Motion, Rating, Reading, Strap
from devices.virtual import scenario_events
from tests.review.exporting.support import content, entries_of, separation, take

ECG_HZ, ACC_HZ = 130.25, 51.07  # as straps were seen
ECG_FRAME, ACC_FRAME = 73, 36
LENGTH_S, HOLE_S = 240.0, (100.0, 130.0)  # no ECG in between


def wave(number: int) -> int:
    return round(900 * math.sin(number / 7) + 300 * math.sin(number / 31)) - 5000 * (number == 0)


def with_streams() -> list[tuple[float, InputBody]]:
    """A virtual heart with an ECG that has a hole, and an accelerometer, each on its own clock."""
    rows: list[tuple[float, InputBody]] = [(0.5, Strap(name="Polar H10 A0B1C2D3", sends=("rr",)))]
    rows += [
        (e.at_s, e.body)
        for e in scenario_events(7, "calm")
        if e.at_s < LENGTH_S and isinstance(e.body, Reading)
    ]
    for frame in range(int(LENGTH_S * ECG_HZ / ECG_FRAME)):
        last_s = (ECG_FRAME * (frame + 1)) / ECG_HZ
        if not HOLE_S[0] < last_s < HOLE_S[1]:
            samples = tuple(wave(ECG_FRAME * frame + n) for n in range(ECG_FRAME))
            body = Ecg(raw=b"", timestamp_ns=round(1e9 * (5000 + last_s)), samples_uv=samples)
            rows.append((last_s + 0.05, body))
    for frame in range(int(LENGTH_S * ACC_HZ / ACC_FRAME)):
        last_s = (ACC_FRAME * (frame + 1)) / ACC_HZ
        first = ACC_FRAME * frame
        axes = tuple((first + n - 6000, -980, 12) for n in range(ACC_FRAME))
        moved = Motion(raw=b"", timestamp_ns=round(1e9 * (9000 + last_s)), samples_mg=axes)
        rows.append((last_s + 0.05, moved))
    rows += [
        (61.5, Mark(kind=MarkKind.NOTE, text="die Tür\x14 fiel zu " + "ü" * 600)),
        (70.25, Rating(suds=55)),
    ]
    return rows


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer whose clock is not UTC's."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def opened(taken: Taken, folder: Path) -> pyedflib.EdfReader:
    (piece,) = edf_pieces([taken])
    path = folder / "one.edf"
    path.write_bytes(content(piece))
    return pyedflib.EdfReader(str(path))


@pytest.fixture(scope="module")
def streams() -> Taken:
    return take(entries_of(with_streams(), simulated=False))


def place(file: pyedflib.EdfReader, label: str) -> int:
    return [name.strip() for name in file.getSignalLabels()].index(label)


def said(file: pyedflib.EdfReader) -> list[tuple[float, float, str]]:
    return list(zip(*file.readAnnotations(), strict=True))


def test_every_ecg_sample_is_there_at_its_time(streams: Taken, tmp_path: Path) -> None:
    with closing(opened(streams, tmp_path)) as file:
        number = place(file, "ECG")
        assert file.getSampleFrequency(number) == pytest.approx(ECG_HZ, rel=1e-4)
        assert file.getPhysicalDimension(number).strip() == "uV"
        assert (file.getPhysicalMinimum(number), file.getPhysicalMaximum(number)) == (-32768, 32767)
        found = file.readSignal(number)
    frames = [body for _, body in streams.ecg]
    sent = np.array([v for body in frames for v in body.samples_uv])
    there = found[found > -32768]
    assert len(there) == len(sent)
    assert np.abs(there - sent).max() <= 1  # a digit is a microvolt
    first_after = np.flatnonzero(found > -32768)
    jump = int(np.argmax(np.diff(first_after)))
    after_s = first_after[jump + 1] / ECG_HZ
    true_s = next(t for t, _ in streams.ecg if t > HOLE_S[1]) - (ECG_FRAME - 1) / ECG_HZ
    assert after_s == pytest.approx(true_s, abs=0.1)


def test_the_hole_is_told_with_its_length(streams: Taken, tmp_path: Path) -> None:
    with closing(opened(streams, tmp_path)) as file:
        holes = [row for row in said(file) if row[2] == "no ECG" and row[1] > 5]
    ((at_s, lasted_s, _),) = holes
    assert at_s == pytest.approx(HOLE_S[0], abs=1)
    assert lasted_s == pytest.approx(HOLE_S[1] - HOLE_S[0], abs=1)


def test_the_accelerometer_is_where_it_was_and_nothing_is_made_up(
    streams: Taken, tmp_path: Path
) -> None:
    with closing(opened(streams, tmp_path)) as file:
        assert [file.getPhysicalDimension(place(file, f"Acc {a}")).strip() for a in "XYZ"] == [
            "mg"
        ] * 3
        rate = file.getSampleFrequency(place(file, "Acc X"))
        x, y = (file.readSignal(place(file, f"Acc {a}")) for a in "XY")
    assert rate == 50
    there = np.flatnonzero(x > -32768)
    assert set(np.unique(np.rint(y[there]))) <= {-980, -979, -981}
    # The value counts the samples, so that it tells when each was taken.
    taken_s = (np.rint(x[there]) + 6000 + 1) / ACC_HZ
    assert np.abs(taken_s + 0.05 - there / rate).max() < 1.1 / ACC_HZ


def test_what_happened_is_at_its_time(streams: Taken, tmp_path: Path) -> None:
    with closing(opened(streams, tmp_path)) as file:
        found = said(file)
    note = next(row for row in found if row[2].startswith("mark note"))
    assert note[0] == pytest.approx(61.5, abs=1e-3)
    assert "die Tür fiel zu üü" in note[2]
    assert len(note[2].encode()) <= TEXT_BYTES
    assert (70.25, "rated: distress 55") in [(round(row[0], 3), row[2]) for row in found]
    assert not any(row[2].startswith("beat ") for row in found)  # they are in the ECG


def test_activations_phases_and_beats_of_a_session_without_ecg(tmp_path: Path) -> None:
    taken = separation()
    with closing(opened(taken, tmp_path)) as file:
        found = said(file)
        rates = file.readSignal(place(file, "Heart rate"))
        assert file.getSampleFrequency(place(file, "Heart rate")) == 1
    beats = [(at, text) for at, _, text in found if text.startswith("beat ")]
    assert len(beats) == len(taken.record.beats)
    for (at_s, text), clean in zip(beats, taken.record.beats, strict=True):
        assert at_s == pytest.approx(clean.beat.beat_s, abs=1e-3)
        assert float(text.split()[1]) == pytest.approx(clean.beat.rr_ms, abs=0.01)
    risen = [row for row in found if row[2].startswith("activation ")]
    assert [row[0] for row in risen] == [a["onset_s"] for a in taken.review["activations"]]
    assert [row[2] for row in found if row[2].startswith("phase ")] == [
        f"phase {p['phase']}" for p in taken.review["phases"]
    ]
    for at_s, rate in enumerate(taken.record.rates[: len(rates)]):
        assert rates[at_s] == pytest.approx(rate or 0.0, abs=0.011)


def test_the_date_is_local_and_utc_stands_beside_it(
    far_away: None, streams: Taken, tmp_path: Path
) -> None:
    utc = datetime(2026, 1, 31, 9, 0, 0, 250_000, tzinfo=UTC)
    with closing(opened(streams, tmp_path)) as file:
        began = file.getStartdatetime().replace(microsecond=0)  # pyedflib reads these as a tenth
        assert began == utc.astimezone().replace(tzinfo=None, microsecond=0)
        assert began.hour == 18
        assert "UTC20260131T090000Z" in file.getRecordingAdditional()
        assert "Polar H10 A0B" in file.getEquipment()
        assert "SIMULATED" not in file.getRecordingAdditional() + file.getPatientAdditional()


@pytest.mark.parametrize("millisecond", [1, 123, 333, 999])
def test_any_start_is_read(streams: Taken, tmp_path: Path, millisecond: int) -> None:
    review = streams.review | {"started_utc": f"2026-01-31T09:00:00.{millisecond:03}Z"}
    with closing(opened(replace(streams, review=review), tmp_path)) as file:
        rated = [at_s for at_s, _, text in said(file) if text == "rated: distress 55"]
        assert rated == [pytest.approx(70.25, abs=1e-3)]


@pytest.mark.parametrize("rate_hz", [127.4, 130.0, 130.03, 130.05, 130.17, 130.34, 132.6])
def test_a_record_fits_the_strap_s_clock(rate_hz: float) -> None:
    """Over twenty minutes no sample is off by more than a frame of a film."""
    count = int(1200 * rate_hz)
    strip = Strip(np.arange(count) / rate_hz, np.zeros(count))
    record_s, samples = fitting([strip])
    assert abs(samples / record_s / rate_hz - 1) * 1200 < 0.03
    assert record_s * (samples / record_s + 3 * 200 + 1) * 2 < 61_440


def test_simulated_is_in_the_header(tmp_path: Path) -> None:
    with closing(opened(separation(), tmp_path)) as file:
        assert "SIMULATED" in file.getRecordingAdditional()
        assert "SIMULATED" in file.getPatientAdditional()
        assert file.getPatientName() in ("", "X")


def test_a_session_without_any_data_has_no_file() -> None:
    assert list(edf_pieces([take(entries_of([]))])) == []
