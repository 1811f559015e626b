"""EDF+ (Kemp and Olivan 2003) by edfio: a session's signals and what happened in it, one file.

The file is continuous (EDF+C): edfio writes no other, and few programs read EDF+D. So where a
signal has a hole its samples are its lowest value, which no strap sends, and an annotation says so:
"no ECG", with its length. An ECG keeps every one of its samples: so many seconds long is a data
record that a whole number of samples by the strap's own clock (130.05 to 130.34 Hz were seen) fills
it, so that signals, annotations and the session's time agree. The accelerometer's samples are laid
on the session's axis, each at the nearest place, and none of them is made up.

A session without ECG has its beats as annotations, exact in time; with one, a reader finds them in
it, and a list of thousands would hide all else. The heart rate is always there, 0 where unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from biocoach.review.ecg import Strip, strips
from biocoach.review.exporting.happened import Happening, happenings
from biocoach.review.exporting.motion_axis import nominal_hz, placed
from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.taken import Taken, local_of

if TYPE_CHECKING:
    import numpy as np
    from edfio import Edf, EdfAnnotation, EdfSignal
    from numpy.typing import NDArray

    Digits = NDArray[np.int16]

RECORD_MAX_S = 40  # with every signal it stays below the 61440 bytes that EDF asks for
OFF_MAX_S = 0.004  # half a sample, over the longest strip
START_PARTS = 64  # of a second: EDFlib wants the onsets of records to its own last digit
NONE = -32768  # where there is no sample; one unit is one digit
MOST = 32767
HEART_MOST_BPM = 300.0
HEART_DIGITS = 30_000
CODE_LETTERS = 13  # all that is left of the field's eighty
SHORT = {ord(c): None for c in ":-"}
TEXT_BYTES = 400  # readers keep 512 of an annotation
NOMINAL_HZ = 130
LONG_ENOUGH_S = 10.0  # of a strip, to tell the strap's rate


def edf_pieces(sessions: Iterable[Taken]) -> Iterator[Piece]:
    """Nothing of a session without a strap's data."""
    for taken in sessions:
        if taken.record.length_s > 0 and (taken.record.beats or taken.ecg or taken.motion):
            yield Piece(name=f"{taken.stem}.edf", chunks=_bytes(taken))


def _bytes(taken: Taken) -> Iterator[bytes]:
    yield edf_of(taken).to_bytes()


def edf_of(taken: Taken) -> Edf:
    """The file, not yet written."""
    parts = strips(taken.ecg, taken.settings.ecg)
    record_s, a_record = fitting(parts)
    records = max(1, math.ceil(taken.record.length_s / record_s))
    length_s = records * record_s
    signals, told = [_heart(taken, length_s)], happenings(taken, beats=not parts)
    if parts:
        rate_hz = a_record / record_s
        samples = ecg_samples(parts, records * a_record, rate_hz)
        signals.append(_signal(samples, rate_hz, "ECG", "uV", "ECG strap"))
        told += _holes(samples, rate_hz, "no ECG")
    if taken.motion and (nominal := nominal_hz(taken.motion)):
        axes = placed(taken.motion, nominal, length_s * nominal, nominal)
        for name, axis in zip("XYZ", axes, strict=True):
            signals.append(_signal(axis, nominal, f"Acc {name}", "mg", "Accelerometer"))
        told += _holes(axes[0], nominal, "no accelerometer")
    return _file(taken, signals, _annotations(told, length_s), record_s)


def _file(
    taken: Taken, signals: list[EdfSignal], annotations: list[EdfAnnotation], record_s: int
) -> Edf:
    from edfio import Edf, Patient, Recording

    began = local_of(taken.review)
    words = ["biocoach", *(["SIMULATED"] if taken.simulated else [])]
    utc = taken.utc(0.0)
    return Edf(
        signals,
        patient=Patient(additional=["SIMULATED"] if taken.simulated else []),
        recording=Recording(
            startdate=began.date() if began else None,
            equipment_code=_code(taken.device),
            additional=[*words, *([f"UTC{utc[:19]}Z".translate(SHORT)] if utc else [])],
        ),
        starttime=_start(began),
        data_record_duration=record_s,
        annotations=annotations,
    )


def _start(began: datetime | None) -> time | None:
    if began is None:
        return None
    parts = began.microsecond * START_PARTS // 1_000_000
    return began.time().replace(microsecond=parts * 1_000_000 // START_PARTS)


def _code(device: str) -> str:
    """A subfield of the header: plain letters, no blanks."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-." else "_" for c in device)
    return plain[:CODE_LETTERS] or "X"


# ---- signals


def fitting(parts: list[Strip]) -> tuple[int, int]:
    """How many seconds a data record has, and how many samples of the ECG by the strap's clock:
    the shortest that keeps to it over the longest strip, else the one that is nearest to it."""
    long = [part for part in parts if part.length_s >= LONG_ENOUGH_S]
    if not long:
        return 1, NOMINAL_HZ
    longest_s = max(part.length_s for part in long)
    samples = sum(len(part.samples_uv) - 1 for part in long)
    rate_hz = samples / sum(part.length_s for part in long)
    ways = [(s, round(rate_hz * s)) for s in range(1, RECORD_MAX_S + 1)]
    off_s = {way: abs(way[1] / way[0] / rate_hz - 1) * longest_s for way in ways}
    return next((way for way in ways if off_s[way] <= OFF_MAX_S), min(ways, key=off_s.__getitem__))


def ecg_samples(parts: list[Strip], count: int, rate_hz: float) -> Digits:
    """Each strip, unbroken, at its place; ``NONE`` where there is none."""
    import numpy as np

    found = np.full(count, NONE, dtype=np.int16)
    free = 0
    for part in parts:
        start = max(free, round(float(part.times_s[0]) * rate_hz))
        samples = np.clip(np.rint(part.samples_uv), NONE + 1, MOST).astype(np.int16)
        samples = samples[: max(0, count - start)]
        found[start : start + len(samples)] = samples
        free = start + len(samples)
    return found


def _heart(taken: Taken, length_s: int) -> EdfSignal:
    """The trailing 20-s rate at each whole second."""
    import numpy as np
    from edfio import EdfSignal

    rates = taken.record.rates
    rows = [*rates[:length_s], *[None] * (length_s - len(rates))]
    digits = [round(min(r or 0.0, HEART_MOST_BPM) * HEART_DIGITS / HEART_MOST_BPM) for r in rows]
    return EdfSignal.from_digital(
        np.array(digits, dtype=np.int16),
        1,
        label="Heart rate",
        physical_dimension="bpm",
        physical_range=(0, HEART_MOST_BPM),
        digital_range=(0, HEART_DIGITS),
        transducer_type="Of beats in the last 20 s; 0: unknown",
    )


def _signal(samples: Digits, rate_hz: float, label: str, unit: str, what: str) -> EdfSignal:
    from edfio import EdfSignal

    return EdfSignal.from_digital(
        samples,
        rate_hz,
        label=label,
        physical_dimension=unit,
        physical_range=(NONE, MOST),
        digital_range=(NONE, MOST),
        transducer_type=f"{what}; {NONE}: no sample",
    )


# ---- annotations


def _holes(samples: Digits, rate_hz: float, text: str) -> list[Happening]:
    """Where there is no sample, with its length."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], samples == NONE, [0]))))
    return [
        Happening(at_s=float(a) / rate_hz, lasted_s=float(b - a) / rate_hz, text=text)
        for a, b in edges.reshape(-1, 2)
    ]


def _annotations(told: list[Happening], length_s: float) -> list[EdfAnnotation]:
    from edfio import EdfAnnotation

    rows: list[Any] = [
        EdfAnnotation(
            round(one.at_s, 4),
            None if one.lasted_s is None else round(one.lasted_s, 4),
            _said(one.text),
        )
        for one in told
        if 0 <= one.at_s <= length_s
    ]
    return sorted(rows, key=lambda row: row.onset)


def _said(text: str) -> str:
    """Without what the format uses itself (0, 20, 21), and as much of it as readers keep."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")
