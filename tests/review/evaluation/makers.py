"""A made folder of labelled beats: one long quiet heart with a few early beats, two people."""

from __future__ import annotations

import gzip
from itertools import accumulate
from pathlib import Path

from tests.signal.hearts import heart


def write(path: Path, header: str, rows: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join([header, *rows]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def beats_s(rr_ms: list[float]) -> list[float]:
    return [0.0, *accumulate(v / 1000 for v in rr_ms)]


def early(rr_ms: list[float], every: int) -> tuple[list[float], list[str]]:
    """Every so many beats a ventricular one comes early, with its pause; and the symbols."""
    made, symbols = list(rr_ms), ["N"] * (len(rr_ms) + 1)
    for n in range(every, len(made) - 1, every):
        short_ms = 0.6 * made[n]
        made[n], made[n + 1] = short_ms, made[n] + made[n + 1] - short_ms
        symbols[n + 1] = "V"
    return made, symbols


def folder(root: Path, *, hours: float = 1.4) -> Path:
    """One labelled recording of ``hours`` and a table of people."""
    rr_ms, symbols = early(heart(hours * 3600, 64.0, breath_ms=20, jitter_ms=8), every=900)
    rows = [f"{t:.4f},{s}" for t, s in zip(beats_s(rr_ms), symbols, strict=True)]
    write(root / "rr" / "made_01.csv.gz", "beat_s,symbol", ["0.0,~", *rows])
    people = []
    for person in ("1", "2"):
        for condition, rate in (("sitting", 64.0), ("maths", 74.0)):
            rr_ms = heart(120, rate, seed=int(person))
            people += [f"{person},{condition},strap,{t:.4f}" for t in beats_s(rr_ms)]
    write(root / "people.csv", "subject,condition,lead,beat_s", people)
    write(root / "notes.csv", "when,what", ["1,tea"])
    return root
