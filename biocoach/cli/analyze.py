"""``biocoach analyze``: files in, the contract's JSON out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import err, out, out_json, wrong_use
from biocoach.settings import Settings
from biocoach.types import Ecg, Refusal

if TYPE_CHECKING:
    from biocoach.review.imported import Imported
    from biocoach.review.record import Record

PROBLEMS_SHOWN = 20


def analyze(
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="captures, RR text, CSV, FIT"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line a file."),
    beats: bool = typer.Option(False, "--beats", help="Add every beat with its verdict."),
    timeline: bool = typer.Option(False, "--timeline", help="Add every second."),
    hrv: bool = typer.Option(False, "--hrv", help="Add NeuroKit2's analysis in 5-min windows."),
    kind: str = typer.Option("", "--format", help="Force a format instead of looking."),
) -> None:
    """Analyze recordings: beats, gaps, activations and recoveries.

    Example: biocoach analyze morning.jsonl --json --timeline
    """
    from biocoach.review.imported import FORMATS

    if kind and kind not in FORMATS:
        wrong_use(f"--format {kind}: not known; give one of {', '.join(FORMATS)}")
    settings = Settings()
    failed = False
    for path in files:
        line, good = _one(path, kind or None, settings, beats, timeline, hrv)
        failed = failed or not good
        if as_json:
            out_json(line)
        else:
            _tell(line)
    if failed:
        raise typer.Exit(1)


def _one(
    path: Path, kind: str | None, settings: Settings, beats: bool, timeline: bool, hrv: bool
) -> tuple[dict[str, Any], bool]:
    """The line of one file, and whether all of it was good."""
    from biocoach.review import contract, imports
    from biocoach.review.record import fold, framed

    found = imports.read(path, kind)
    if isinstance(found, Refusal):
        err(f"biocoach: {path}: {found.why}")
        return contract.refusal(str(path), found.why), False
    record = fold(framed(found.inputs, settings), settings, found.length_s)
    line = contract.analysis(
        record,
        file=str(path),
        kind=found.kind,
        settings=settings,
        beats=beats,
        timeline=timeline,
    )
    if found.simulated:
        line["simulated"] = True
    if found.problems:
        line["problems"] = [{"line": p.line, "why": p.why} for p in found.problems[:PROBLEMS_SHOWN]]
        err(_problems(path, found))
    if (checked := _ecg(found, record, settings)) is not None:
        line["ecg"] = checked
    if hrv:
        from biocoach.review.hrv import hrv as full_hrv
        from biocoach.review.hrv import material_of

        found_hrv = full_hrv(material_of(record))
        line["hrv"] = found_hrv.pop("windows")
        line["hrv_phases"], line["hrv_method"] = found_hrv["phases"], found_hrv["method"]
        line["hrv_left_out"] = found_hrv["left_out"]
    return line, not found.cut_off


def _ecg(found: Imported, record: Record, settings: Settings) -> dict[str, Any] | None:
    """The strap's RR beside its ECG, where there is one: some 4 s, mostly NeuroKit2's import."""
    if not any(isinstance(body, Ecg) for _, body in found.inputs):
        return None
    from biocoach.review.ecg import check

    return check(found.inputs, record.beats, settings.ecg)


def _problems(path: Path, found: Imported) -> str:
    """One line: what holds for the whole file, what was skipped, where it breaks off."""
    lines = [p for p in found.problems if p.line]
    said = [p.why for p in found.problems if not p.line]
    cut = lines.pop() if found.cut_off else None
    if lines:
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        said.append(f"line {lines[0].line}: {lines[0].why}{more}: skipped; the rest was used")
    if cut:
        said.append(f"line {cut.line}: {cut.why}: cut off; what came before was used")
    return f"biocoach: {path}: {'; '.join(said)}"


def _tell(line: dict[str, Any]) -> None:
    """The same in words."""
    if "error" in line:
        return
    simulated = ", simulated: nobody's heart" if line.get("simulated") else ""
    out(f"{line['file']}: {line['format']}, {line['duration_s'] / 60:.1f} min{simulated}")
    out(f"  {line['coverage']:.0%} of it readable, {len(line['gaps'])} gap(s)")
    figures = line["summary"]
    out(f"  heart rate {figures['mean_hr_bpm']} bpm, RMSSD {figures['rmssd_ms']} ms")
    for found in line["activations"]:
        way = found["recovery"]
        half = "not half-way back" if way["half_s"] is None else f"half-way back {way['half_s']} s"
        out(f"  activation at {found['onset_s']:.0f} s, movement {found['movement']}, {half}")
