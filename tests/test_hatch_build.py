"""The page that travels is the same on every system: nothing asks for Node where it is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest

import hatch_build
from hatch_build import fingerprint, node_and_npm

NAMES = ("src/lib/a.ts", "src/lib/B.ts", "src/App.svelte", "src/lib-more.ts", "messages/en.json")


def test_the_fingerprint_does_not_hang_on_how_a_system_sorts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8", newline="\n")
    here = fingerprint(tmp_path)
    assert sorted(map(PureWindowsPath, NAMES)) != [PureWindowsPath(n) for n in sorted(NAMES)]

    class Capitals(type(tmp_path)):  # type: ignore[misc]
        def __lt__(self, other: Path) -> bool:
            return str(self).casefold() < str(other).casefold()

    def sources(web: Path) -> Iterator[Path]:
        yield from (Capitals(web / name) for name in reversed(NAMES))

    monkeypatch.setattr(hatch_build, "sources", sources)
    assert fingerprint(tmp_path) == here


@pytest.mark.parametrize(("system", "node"), [("posix", "bin/node"), ("nt", "node.exe")])
def test_node_and_npm_are_where_each_system_s_wheel_has_them(system: str, node: str) -> None:
    root = Path("wheel")
    assert node_and_npm(root, system) == (root / node, root / "lib/node_modules/npm/bin/npm-cli.js")
