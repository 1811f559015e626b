"""The CSV export: a folder of tables, and a README that says how to read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from biocoach.exposure.sheet import Sheet
from biocoach.review.contract import analysis
from biocoach.review.exporting.cells import table
from biocoach.review.exporting.columns import BEATS, SECONDS, TABLES
from biocoach.review.exporting.piece import Piece, text_piece
from biocoach.review.exporting.readme import readme
from biocoach.review.exporting.rows import rows_of
from biocoach.review.exporting.taken import Beside, Taken

Json = dict[str, Any]


def csv_pieces(sessions: Iterable[Taken], beside: Beside, *, simulated: bool) -> Iterator[Piece]:
    """Beats and seconds of each session, then what is common to all."""
    found: dict[str, list[Json]] = {name: [] for name in TABLES}
    for taken in sessions:
        yield from _of_session(taken)
        for name, rows in rows_of(taken).items():
            found[name] += rows
    found["sheets"] = [_sheet(sheet) for sheet in beside.sheets]
    found["answers"] = list(chain.from_iterable(map(_answers, beside.sheets)))
    found["measures"] = [
        {"measure": t.id, "scale": t.scale, "day": t.day, "total": t.total,
         "note": t.note or None, "sheet": t.sheet or None}
        for t in beside.totals
    ]  # fmt: skip
    for name, columns in TABLES.items():
        yield Piece(name=f"{name}.csv", chunks=table(columns, _in_order(columns, found[name])))
    yield text_piece("README.txt", readme(simulated=simulated))


def _in_order(columns: Sequence[str], rows: Iterable[Json]) -> Iterator[Sequence[object]]:
    return ([row.get(column) for column in columns] for row in rows)


def _of_session(taken: Taken) -> Iterator[Piece]:
    told = analysis(
        taken.record, file="", kind="", settings=taken.settings, beats=True, timeline=True
    )
    beats = _in_order(BEATS, told["beats"])
    yield Piece(name=f"beats/{taken.stem}.csv", chunks=table(BEATS, beats))
    seconds = [
        row | {
            "movement_mg": _rounded(second.movement_mg, 1),
            "coverage": round(second.coverage, 3),
            "baseline_bpm": _rounded(second.baseline_bpm, 2),
            "why": row["why"] or None,
            "breath_source": row["breath_source"] or None,
        }
        for row, second in zip(told["timeline"], taken.record.seconds, strict=True)
    ]  # fmt: skip
    yield Piece(
        name=f"seconds/{taken.stem}.csv", chunks=table(SECONDS, _in_order(SECONDS, seconds))
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _sheet(sheet: Sheet) -> Json:
    score = sheet.score or {}
    told = {key: getattr(sheet, key) for key in ("form", "title", "state", "began_utc", "kept_utc")}
    return told | {
        "sheet": sheet.id,
        "line": sheet.line or None,
        "scale": score.get("scale") or None,
        "total": score.get("total"),
    }


def _answers(sheet: Sheet) -> Iterator[Json]:
    """A line an answer; of a field with rows, or with several choices, one for each of them."""
    for name, value in sheet.answers.items():
        several = value if isinstance(value, list) else [value]
        for place, one in enumerate(several):
            row = {"sheet": sheet.id, "form": sheet.form, "field": name}
            number = place if isinstance(value, list) else None
            yield row | {"row": number, "value": _plain(one)}


def _plain(value: Any) -> object:
    """What is no text and no number is told as JSON."""
    plain = value is None or isinstance(value, str | int | float | bool)
    return value if plain else json.dumps(value, ensure_ascii=False, sort_keys=True)
