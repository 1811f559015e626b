"""The H10's real ECG of an indoor ride, as frames, and the RR in it."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

from biocoach.review import ecg
from biocoach.settings import EcgSettings
from biocoach.types import Ecg
from devices.polar import frames


def ride(path: Path) -> list[tuple[float, Ecg]]:
    """(arrival, frame): each arrived when its last sample was taken."""
    data, at, found = gzip.decompress(path.read_bytes()), 0, []
    first_ns = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        frame = frames.to_input(data[at + 4 : at + 4 + size])
        assert isinstance(frame, Ecg)
        first_ns = first_ns or frame.timestamp_ns - 10**9
        found.append(((frame.timestamp_ns - first_ns) / 1e9, frame))
        at += 4 + size
    return found


def ride_rr_ms(path: Path) -> list[float]:
    """NeuroKit2's peaks, as intervals."""
    (strip,) = ecg.strips(ride(path), EcgSettings())
    times = ecg.peaks(strip, EcgSettings()).times_s.tolist()
    return [1000 * (b - a) for a, b in pairwise(times)]
