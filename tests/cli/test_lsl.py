"""``serve --lsl``, read by a real LSL inlet in another process."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import pytest

from biocoach.outlet import OutletError, open_outlets
from tests.cli.served import ROOT, serving
from tests.cli.support import environment

SAMPLES = 6


@pytest.fixture
def quiet_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a test is heard beyond this computer, nor by another test."""
    config = tmp_path / "lsl_api.cfg"
    config.write_text(
        f"[multicast]\nResolveScope = machine\n[lab]\nSessionID = {uuid4().hex}\n"
        "[ports]\nIPv6 = disable\n"
    )
    monkeypatch.setenv("LSLAPICFG", str(config))


def read(home: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.lsl_reader", str(SAMPLES)],
        capture_output=True, text=True, cwd=ROOT, env=environment(home), timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.usefixtures("quiet_network")
def test_another_process_reads_the_streams(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--source", "virtual:seed=3", "--lsl") as page:
        state = page.until(lambda s: s["strap"] and s["strap"]["link"] == "up")
        assert state["app"]["lsl"] is True
        rows = read(tmp_path)
    streams = {row["stream"]["name"]: row["stream"] for row in rows if "stream" in row}
    assert set(streams) == {
        f"biocoach {name} (simulated)" for name in ("beats", "features", "states", "marks")
    }
    beats = streams["biocoach beats (simulated)"]
    assert beats["rate"] == 0.0
    assert beats["simulated"] == "true"
    assert beats["channels"][0] == {"label": "RR", "unit": "milliseconds", "type": "RR"}
    assert streams["biocoach features (simulated)"]["rate"] == 1.0
    got = [row for row in rows if row.get("of") == "biocoach beats (simulated)"]
    assert len(got) == SAMPLES
    steps = pairwise(got)
    apart = [(b["at_s"] - a["at_s"]) * 1000 - b["values"][0] for a, b in steps]
    assert abs(median(apart)) < 60  # a beat's stamp is its own, so that they lie an RR apart


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_without_being_asked_nothing_leaves(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--source", "virtual:seed=3") as page:
        assert "lsl" not in page.get("/api/state")["state"]["app"]
        loaded = Path(f"/proc/{page.process.pid}/maps").read_text()
    assert "python" in loaded
    assert "liblsl" not in loaded


@pytest.mark.parametrize("error", ["ImportError", "OSError", "RuntimeError"])
def test_a_library_that_is_not_whole_is_one_line(
    error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pylsl").mkdir()
    (tmp_path / "pylsl" / "__init__.py").write_text(f"raise {error}('not found.\\n and more')\n")
    monkeypatch.delitem(sys.modules, "pylsl", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(OutletError) as said:
        open_outlets(tmp_path, simulated=True)
    assert "(not found); install" in str(said.value)
    assert "\n" not in str(said.value)
