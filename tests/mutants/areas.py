"""The parts of the product that are mutated, and the tests that have to notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """``files`` and ``tests`` are paths from the root, ``files`` as patterns. ``slow`` are tests
    (or files of them) that are left out: each runs again for every mutant that it might notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    slow: tuple[str, ...] = ()


# A new area is one line here.
AREAS: dict[str, Area] = {
    "signal": Area(
        files=("biocoach/signal/*.py",),
        tests=("tests/signal",),
        slow=(
            "tests/signal/test_alarm_terms.py::test_a_slow_climb_is_told_as_one",
            "tests/signal/test_features.py::test_a_day_of_sums_does_not_drift",
            "tests/signal/test_features.py::test_neurokit_says_the_same_on_the_same_beats",
            "tests/signal/test_features_neurokit.py",
            "tests/signal/test_pipeline.py",  # whole sessions; test_pipeline_parts has its steps
            "tests/signal/test_rates.py::test_a_strap_that_leaves",
            "tests/signal/test_rates.py::test_recovery_can_be_timed",
        ),
    ),
    "policy": Area(
        files=("biocoach/coach/policy.py",),
        tests=(
            "tests/coach/test_policy.py",
            "tests/coach/test_coach.py",
            "tests/coach/test_repertoire.py",
        ),
    ),
    "titration": Area(
        files=("biocoach/exposure/titration.py", "biocoach/exposure/evidence.py"),
        tests=("tests/exposure/test_titration.py", "tests/exposure/test_evidence.py"),
    ),
    "decoders": Area(
        files=(
            "devices/decode.py",
            "devices/heart_rate.py",
            "devices/polar/*.py",
            "devices/quirks.py",
            "devices/rr_units.py",
        ),
        tests=(
            "tests/devices/test_decode_json.py",
            "tests/devices/test_heart_rate.py",
            "tests/devices/test_polar_control.py",
            "tests/devices/test_polar_frames.py",
            "tests/devices/test_polar_protobuf.py",
            "tests/devices/test_polar_psftp.py",
            "tests/devices/test_polar_recording.py",
            "tests/devices/test_polar_timing.py",
            "tests/devices/test_quirks.py",
            "tests/devices/test_rr_units.py",
        ),
    ),
}
