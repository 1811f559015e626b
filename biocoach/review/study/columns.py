"""What the tables of a study hold: each column with its type and what it says.

``checked`` holds a row to them, so that what a worker made up never comes into a table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``kind``: text, whole, number or yes. ``must``: it is never null."""

    name: str
    kind: str
    says: str
    must: bool = False


def _text(name: str, says: str, *, must: bool = False) -> Column:
    return Column(name=name, kind="text", says=says, must=must)


def _whole(name: str, says: str, *, must: bool = False) -> Column:
    return Column(name=name, kind="whole", says=says, must=must)


def _number(name: str, says: str) -> Column:
    return Column(name=name, kind="number", says=says)


def _yes(name: str, says: str) -> Column:
    return Column(name=name, kind="yes", says=says)


RECORDING = _text("recording", "the file's path in the folder, and `#` its piece", must=True)
# Of the item, which the study itself knows: no worker tells them.
OF_ITEM = (
    RECORDING,
    _text("status", "`read`, `refused`, `same` (as another one) or `failed`", must=True),
    _text("why", "why it was not read, or not used; empty where it was", must=True),
    _text("content_sha256", "SHA-256 of the file's bytes", must=True),
    _text("person", "who wore it, where `about.csv` or a record tells", must=True),
    _text("site", "where it was recorded, where `about.csv` tells", must=True),
    _text("strap", "the strap, where `about.csv` or the recording tells", must=True),
)
OF_READING = (
    _text("kind", "the format: capture, fit, rr-text … , record, table", must=True),
    _text("beats_sha256", "hash of the beats, whatever file they came in", must=True),
    _yes("simulated", "nobody's heart: never in the cohort's figures"),
    _text("started_utc", "when it began; empty where it tells no moment in a zone", must=True),
    _number("length_s", "its length"),
    _whole("read_s", "seconds with a heart rate"),
    _whole("watched_s", "seconds in which the detector could have spoken"),
    _number("coverage", "share of its length that believed beats fill, 0-1"),
    _number("unknown_share", "share of its seconds without a heart rate, 0-1"),
    _number("poor_share", "share of its seconds whose quality is poor, 0-1"),
    _number("unverified_share", "share of its seconds in which movement was not known, 0-1"),
    _whole("beats", "beats that arrived"),
    _number("flagged_share", "share of the beats that were not believed (artifacts), 0-1"),
    _whole("gaps", "stretches without beats"),
    _number("mean_hr_bpm", "mean heart rate over believed beats"),
    _number("rmssd_ms", "RMSSD over believed neighbours"),
    _number("sdnn_ms", "SDNN over believed beats"),
    _number("odd_hr_bpm", "mean heart rate of its 1st, 3rd, 5th … five minutes"),
    _number("even_hr_bpm", "the same of its 2nd, 4th, 6th …"),
    _number("odd_rmssd_ms", "mean RMSSD of the odd five minutes"),
    _number("even_rmssd_ms", "the same of the even ones"),
    _number("threshold", "the detector's threshold at its end"),
    _whole("activations", "how many activations there were"),
    _whole("problems", "lines that were skipped"),
    _yes("cut_off", "it ends before it should"),
)
RECORDINGS = (*OF_ITEM, *OF_READING)

NUMBER = _whole("activation", "its number in the recording, from 1", must=True)
ACTIVATIONS = (
    RECORDING,
    NUMBER,
    _number("onset_s", "when the rise began, from the recording's beginning"),
    _number("alarm_s", "when it was noticed"),
    _number("peak_s", "when the heart was highest"),
    _number("end_s", "when it was over; null where it was not by the end"),
    _number("peak_bpm", "how high"),
    _number("level_bpm", "what it rose from"),
    _number("baseline_bpm", "the recording's baseline"),
    _number("threshold", "the threshold that it crossed"),
    _text("kind", "`quick` or `slow_climb`", must=True),
    _text("movement", "`still`, `moving` or `unverified`", must=True),
    _text("label", "the person's answer, where there is one", must=True),
)
RECOVERIES = (
    RECORDING,
    NUMBER,
    _text("where", "`apart`, `after_reunion`, or `not_said`: nobody told", must=True),
    _number("reference_s", "when the way back began"),
    _number("half_s", "seconds to half-way; null where it was not seen"),
    _number("full_s", "seconds to the whole way back"),
    _yes("censored", "not half-way by the end: `seen_s` is how long it was looked for"),
    _number("seen_s", "for how long half-way could have been seen"),
    _number("amplitude_bpm", "how high the rise was"),
    _number("up_s", "from the onset to the way back's beginning"),
    _yes("used", "a practice ran before half-way"),
    _yes("asked", "one that the person reached for"),
    _yes("offered", "one was offered"),
    _text("left_out", "why it counts nowhere: `not_told`, `not_said`, `away`", must=True),
    _text("why", "why a part is null, as a code", must=True),
)
COHORT = (
    _text("part", "`recovery`, `reliability` or `detector`", must=True),
    _text("figure", "what was worked out", must=True),
    _text("site", "of this site only; empty: all", must=True),
    _text("strap", "with this strap only; empty: all", must=True),
    _text("where", "of recovery: `apart`, `after_reunion`", must=True),
    _yes("used", "of recovery: with a practice or without"),
    _whole("n", "of how many", must=True),
    _whole("events", "of recovery: seen half-way; of rates: the count"),
    _number("value", "the figure; null where it can't be said"),
    _number("low", "its 95 % interval"),
    _number("high", "its 95 % interval"),
    _text("unit", "s, per_hour, share, r, icc", must=True),
    _text("why", "why there is no figure: `too_few`, `not_reached`, `no_spread`", must=True),
    _text("source", "whose method it is", must=True),
)


def checked(row: Mapping[str, Any], columns: tuple[Column, ...]) -> str:
    """What is wrong with a row, in a few words; "" where it is as its columns say."""
    if set(row) != {column.name for column in columns}:
        return "other columns than there are"
    wrong = next((c.name for c in columns if not _fits(row[c.name], c)), "")
    return f"{wrong} is not what it should be" if wrong else ""


def _fits(value: object, column: Column) -> bool:
    if value is None:
        return not column.must
    match column.kind:
        case "text":
            return isinstance(value, str) and value.isprintable()
        case "whole":
            return type(value) is int and 0 <= value < 2**53
        case "yes":
            return isinstance(value, bool)
        case _:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and math.isfinite(value)  # type: ignore[arg-type]
