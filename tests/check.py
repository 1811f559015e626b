"""``./run check``: ruff, format, mypy --strict, svelte-check. All run; any failure fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hatch_build import WEB, install, node_and_npm

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    node, npm = node_and_npm()
    install(ROOT / WEB, node, npm)
    python = [sys.executable, "-m"]
    svelte_check = "node_modules/svelte-check/bin/svelte-check"
    checks: list[tuple[list[str], Path]] = [
        ([*python, "ruff", "check"], ROOT),
        ([*python, "ruff", "format", "--check"], ROOT),
        ([*python, "mypy"], ROOT),
        ([str(node), svelte_check, "--fail-on-warnings"], ROOT / WEB),
    ]
    failed = [c for c, where in checks if subprocess.run(c, cwd=where, check=False).returncode]
    for command in failed:
        sys.stderr.write(f"failed: {' '.join(command)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
