"""The cleaner: artifacts put into clean parts, and cardiologists' labels where there are some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biocoach.review.evaluation.folding import Outcome, Task
from biocoach.review.evaluation.injections import CHANGES, Spoiled, spoil
from biocoach.review.evaluation.recordings import NORMAL, Recording
from biocoach.review.evaluation.statistics import percentile, rmssd_ms, share_interval
from biocoach.review.evaluation.stretches import Stretch

Json = dict[str, Any]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
WINDOW_S = 60.0

# ---- injected


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoiledCase:
    """``kind`` "" and ``spoiled`` None: the clean part itself."""

    kind: str
    rr_ms: Floats
    task: Task
    spoiled: Spoiled | None = None


def spoiled_cases(parts: Sequence[Stretch], dice: np.random.Generator) -> list[SpoiledCase]:
    """Every clean part as it is, and once with each kind of artifact."""
    cases = []
    for part in parts:
        task = Task(rr_ms=tuple(part.rr_ms.tolist()))
        cases.append(SpoiledCase(kind="", rr_ms=part.rr_ms, task=task))
        for kind in CHANGES:
            made = spoil(part.rr_ms, kind, dice)
            task = Task(rr_ms=tuple(made.rr_ms.tolist()))
            cases.append(SpoiledCase(kind=kind, rr_ms=part.rr_ms, task=task, spoiled=made))
    return cases


def injected(cases: Sequence[SpoiledCase], outcomes: Sequence[Outcome]) -> Json:
    kept = [np.array(o.kept) for o in outcomes]
    clean = np.concatenate([k for c, k in zip(cases, kept, strict=True) if not c.kind])
    own = [e for c, k in zip(cases, kept, strict=True) if not c.kind for e in _errors(c, k)]
    return {
        "parts": sum(not c.kind for c in cases),
        "intervals": len(clean),
        "specificity": float(clean.mean()),
        "specificity_95": share_interval(int(clean.sum()), len(clean)),
        "rmssd_error_95": percentile(own, 95),
        "kinds": {kind: _kind(kind, cases, kept) for kind in CHANGES},
    }


def _kind(kind: str, cases: Sequence[SpoiledCase], kept: Sequence[Mask]) -> Json:
    """Noticed: a flag on one of the artifact's intervals or on the one after it."""
    pairs = [(c, k) for c, k in zip(cases, kept, strict=True) if c.kind == kind]
    noticed = [
        not k[first : first + count + 1].all()
        for c, k in pairs
        if c.spoiled is not None
        for first, count in c.spoiled.spans
    ]
    errors = [e for c, k in pairs for e in _errors(c, k)]
    return {
        "artifacts": len(noticed),
        "noticed": sum(noticed),
        "sensitivity": float(np.mean(noticed)) if noticed else None,
        "sensitivity_95": share_interval(sum(noticed), len(noticed)) if noticed else None,
        "rmssd_error_median": percentile(errors, 50),
        "rmssd_error_95": percentile(errors, 95),
    }


def _errors(case: SpoiledCase, kept: Mask) -> Iterator[float]:
    """How far RMSSD of each minute is off the untouched beats' own, as a share of it."""
    made = case.spoiled
    rr_ms = case.rr_ms if made is None else made.rr_ms
    edges = np.searchsorted(
        np.cumsum(rr_ms) / 1000, np.arange(0, rr_ms.sum() / 1000, WINDOW_S)
    ).tolist()
    for first, end in pairwise(edges):
        if made is not None and not made.touched[first:end].any():
            continue
        ours = rmssd_ms(rr_ms[first:end], kept[first:end])
        whole = slice(first, end)
        if made is not None:
            whole = slice(int(made.source[first]), int(made.source[end - 1]) + 1)
        true = rmssd_ms(case.rr_ms[whole])
        if ours is not None and true:
            yield abs(ours / true - 1)


# ---- labels

VENTRICULAR, SUPRAVENTRICULAR = frozenset("VE"), frozenset("AaJS")
EARLY_SHARE = 0.9  # of the local normal interval: a shorter one is premature
NEAR_NORMAL = 11
SPARSE_SHARE = 0.1  # a record with fewer ectopic beats: there the normal ones are counted
LABELLED_MOST_S = 7200.0  # of a long recording only its beginning is read
# Records with atrial fibrillation: no beat of it is early or late (Moody & Mark 2001).
FIBRILLATION = {"mitdb": frozenset({"201", "202", "203", "210", "219", "221", "222"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    recording: Recording
    task: Task


def labelled_cases(recordings: Sequence[Recording]) -> list[Labelled]:
    cases = []
    for r in recordings:
        if r.symbols is None or r.name in FIBRILLATION.get(r.collection, ()):
            continue
        end = int(np.searchsorted(np.cumsum(r.rr_ms) / 1000, LABELLED_MOST_S, "right"))
        cut = Recording(
            name=r.name,
            collection=r.collection,
            rr_ms=r.rr_ms[:end],
            symbols=r.symbols[: end + 1],
        )
        cases.append(Labelled(recording=cut, task=Task(rr_ms=tuple(cut.rr_ms.tolist()))))
    return cases


def labels(cases: Sequence[Labelled], outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """By collection: premature beats noticed, and normal intervals kept."""
    found: dict[str, Counter[str]] = {}
    for case, outcome in zip(cases, outcomes, strict=True):
        counts = found.setdefault(case.recording.collection, Counter())
        counts.update(_counted(case.recording, np.array(outcome.kept)))
    return {name: _shares(counts) for name, counts in found.items()}


def _counted(recording: Recording, kept: Mask) -> Counter[str]:
    symbols, counts = recording.symbols or (), Counter({"records": 1})
    sparse = np.mean([s not in NORMAL for s in symbols]) < SPARSE_SHARE
    for place in premature(recording):
        noticed = int(not (kept[place - 1] and kept[place]))
        for name in ("all", "sparse")[: 1 + bool(sparse)]:
            counts.update({f"{name}_n": 1, f"{name}_noticed": noticed})
    if sparse:
        normal = recording.normal
        counts.update({"normal_n": int(normal.sum()), "normal_kept": int((kept & normal).sum())})
    return counts


def premature(recording: Recording) -> Iterator[int]:
    """The places of ventricular and supraventricular beats that came early, by the nearest
    normal intervals. The first and the last beat are left out."""
    symbols, rr_ms = recording.symbols or (), recording.rr_ms
    normal = np.flatnonzero(recording.normal)
    for place in range(1, len(symbols) - 1):
        if symbols[place] not in VENTRICULAR | SUPRAVENTRICULAR:
            continue
        middle = int(np.searchsorted(normal, place))
        near = rr_ms[normal[max(0, middle - 6) : middle + NEAR_NORMAL - 6]]
        if len(near) and rr_ms[place - 1] < EARLY_SHARE * np.median(near):
            yield place


def _shares(counts: Counter[str]) -> Json:
    def share(part: str, of: str) -> Json:
        n, got = counts[of], counts[part]
        return {
            "n": n,
            "share": got / n if n else None,
            "share_95": share_interval(got, n) if n else None,
        }

    return {
        "records": counts["records"],
        "premature_noticed": share("all_noticed", "all_n"),
        "premature_noticed_sparse": share("sparse_noticed", "sparse_n"),
        "normal_kept_sparse": share("normal_kept", "normal_n"),
    }
