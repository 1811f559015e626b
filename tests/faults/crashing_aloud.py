"""The same, with errors told as Python tells them: to see that the trial would notice."""

from __future__ import annotations

import runpy

from biocoach.cli import crash

if __name__ == "__main__":
    crash.keep_quiet = lambda: None
    runpy.run_module("tests.faults.crashing", run_name="__main__")
