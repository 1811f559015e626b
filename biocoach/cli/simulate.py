"""``biocoach simulate``: the virtual person as a capture, with its truth beside it."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from biocoach.cli.say import may_write, out, wrong_use

STARTED_UTC = "2026-01-31T09:00:00Z"  # the same seed gives the same bytes


def simulate(
    seed: int = typer.Option(7, "--seed", min=0, help="The same seed gives the same heart."),
    scenario: str = typer.Option("separation", "--scenario", help="calm, separation, walk, panic"),
    fault: list[str] = typer.Option([], "--fault", help="dropout, ectopy, silence, contact, noacc"),
    to: Path = typer.Option(..., "--out", help="A .jsonl or .jsonl.gz file."),
    force: bool = typer.Option(False, "--force", help="Replace files that exist."),
) -> None:
    """Write a simulated person's capture and its truth (FILE.truth.json).

    Example: biocoach simulate --seed 3 --scenario walk --out walk.jsonl
    """
    from biocoach.captures import header_line, line
    from biocoach.cli.files import writing
    from biocoach.types import Refusal
    from devices import parse_source
    from devices.virtual import scenario_events, truth

    words = [f"seed={seed}", f"scenario={scenario}", *(f"fault={name}" for name in fault)]
    spec = parse_source("virtual:" + ",".join(words))
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    truth_path = to.with_name(to.name + ".truth.json")
    for path in (to, truth_path):
        may_write(path, force)
    count = 0
    with writing(to) as file:
        file.write(header_line(STARTED_UTC, "virtual strap", simulated=True) + "\n")
        for timed in scenario_events(spec.seed, spec.scenario, spec.faults):
            text = line(timed.at_s, timed.body)
            if text is not None:
                file.write(text + "\n")
                count += 1
    facts = truth(spec.seed, spec.scenario, spec.faults)
    truth_path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8", newline="\n")
    out(f"{to}: {count} lines; what is true of them in {truth_path}")
