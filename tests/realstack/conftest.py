"""These tests want a Bluetooth stack that no ordinary run has: ``python -m tests.realstack``."""

from __future__ import annotations

import os

collect_ignore_glob = [] if "BIOCOACH_REALSTACK" in os.environ else ["test_*.py"]
