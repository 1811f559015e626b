"""The score of a form's answers: points added up, and the authors' word for that many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from biocoach.exposure.form import Band, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """``total`` None: something was left out, and a part is no total."""

    total: int | None
    band: str
    complete: bool


def score_of(form: Form, answers: Mapping[str, Any]) -> Score | None:
    """None for a form that has no score. GAD-7: Spitzer, Kroenke, Williams and Löwe (2006)."""
    rule = form.scoring
    if rule is None:
        return None
    points = {
        (field.id, option.value): option.points for field in form.fields for option in field.options
    }
    found = [points.get((name, answers.get(name, ""))) for name in rule.fields]
    known = [number for number in found if number is not None]
    if len(known) < len(found):
        return Score(total=None, band="", complete=False)
    total = sum(known)
    return Score(total=total, band=band_of(rule.bands, total), complete=True)


def band_of(bands: Sequence[Band], total: float) -> str:
    """The last band that begins at or below it; "" where the literature gives none."""
    reached = [band.words for band in bands if band.least <= total]
    return reached[-1] if reached else ""
