"""The page's own unit tests (vitest), run with the Node that builds the page."""

from __future__ import annotations

import subprocess

from hatch_build import WEB, install, node_and_npm
from tests.data import ROOT


def test_the_page_s_units() -> None:
    node, npm = node_and_npm()
    install(ROOT / WEB, node, npm)
    done = subprocess.run(
        [str(node), "node_modules/vitest/vitest.mjs", "run"],
        cwd=ROOT / WEB,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
