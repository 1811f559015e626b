"""Whether BlueZ can be emulated on this machine; our own CI can, and fails where it can't."""

from __future__ import annotations

import os
import shutil
import sys


def why_no_bluez() -> str:
    """Why tests that need it are skipped; "" where they run."""
    if sys.platform != "linux":
        return "BlueZ is emulated on Linux only"
    if shutil.which("dbus-daemon") is None and os.environ.get("CI") != "true":
        return "needs dbus-daemon (apt-get install dbus)"
    return ""
