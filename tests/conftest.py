"""What holds for every test: no deadlines (the machine is noisy), and no silent skip in CI."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import Phase, settings

# The only reasons for which CI may skip: things that no clean machine can have.
ALLOWED = ("../shared is missing", "needs hardware")
SKIPPED: list[str] = []

settings.register_profile("biocoach", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.register_profile(  # for `python -m tests.mutants`: few examples, the same for each mutant
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=20,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("biocoach")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPPED.append(f"{report.nodeid}: {_reason(report.longrepr)}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        SKIPPED.append(f"{report.nodeid}: {_reason(report.longrepr)}")


def _reason(longrepr: Any) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def not_allowed(skipped: list[str]) -> list[str]:
    return [line for line in skipped if not any(reason in line for reason in ALLOWED)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skip that a clean machine could have run is a failure."""
    if os.environ.get("CI") and not_allowed(SKIPPED) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    wrong = not_allowed(SKIPPED)
    if wrong:
        terminalreporter.section("skipped, though it could have run")
        for line in wrong:
            terminalreporter.line(line)
