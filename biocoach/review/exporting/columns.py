"""What stands in each table of the CSV export, in order; the rows are made by these names.

Empty is unknown or not said, in every column. Times that end in ``_s`` are seconds from the
session's start; ``_utc`` is ISO 8601, empty where nobody knows when a recording began.
"""

from __future__ import annotations

HEAD = ("session", "at_s", "at_utc")

TABLES: dict[str, tuple[str, ...]] = {
    "sessions": (
        "session", "files", "started_utc", "started_local", "length_s", "simulated", "source",
        "device", "step", "support", "planned_s", "feared", "expected_pct", "context",
        "distress_before", "distress_after", "came", "coped", "happened", "learnt", "ended",
        "baseline_bpm", "activations", "coverage", "movement", "heart_slowing",
        "settings_hash",
    ),
    "activations": (
        "session", "number", "onset_s", "onset_utc", "alarm_s", "peak_s", "end_s", "baseline_bpm",
        "level_bpm", "hr_bpm", "peak_bpm", "movement", "kind", "threshold", "rmssd_term",
        "answer", "why", "reference_s", "where", "half_s", "half_plain_s", "full_s", "tau_s",
        "censored", "recovery_why", "then_onset_s", "then_half_s",
    ),
    "ratings": (*HEAD, "distress", "presence"),
    "urges": (*HEAD, "kind", "acted"),
    "marks": (*HEAD, "kind", "text"),
    "offers": (*HEAD, "practice", "because", "reply", "withdrawn", "asked"),
    "practices": ("session", "start_s", "start_utc", "end_s", "practice", "asked", "finished"),
    "phases": ("session", "start_s", "start_utc", "end_s", "phase", "because", "withdrawn"),
    "gaps": ("session", "start_s", "start_utc", "end_s", "reason"),
    "notes": (*HEAD, "text", "written_utc"),
    "sheets": (
        "sheet", "form", "title", "state", "began_utc", "kept_utc", "line", "scale", "total",
    ),
    "answers": ("sheet", "form", "field", "row", "value"),
    "measures": ("measure", "scale", "day", "total", "note", "sheet"),
}  # fmt: skip
BEATS = ("t_s", "rr_ms", "verdict")
SECONDS = (
    "t_s", "hr_bpm", "rmssd_ms", "score", "state", "movement", "movement_mg", "quality",
    "coverage", "baseline_bpm", "breath_per_min", "breath_source", "why",
)  # fmt: skip
