"""``biocoach straps``: who is near."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import typer

from biocoach.cli.say import fail, out, out_json
from biocoach.cli.words import strap_trouble


def straps(
    seconds: float = typer.Option(6.0, "--seconds", min=1, max=60, help="How long to look."),
    as_json: bool = typer.Option(False, "--json", help="A JSON list."),
) -> None:
    """Look for heart-rate straps near, the strongest first.

    Example: biocoach straps
    """
    from devices.radio import scan
    from devices.strap_words import DeviceError

    try:
        found = asyncio.run(scan(seconds))
    except DeviceError as error:
        trouble = strap_trouble(error.reason)
        fail(f"{trouble}; a virtual strap works without: biocoach serve --source virtual")
    if as_json:
        out_json([asdict(f) for f in found])
        return
    if not found:
        out("No strap found. Wear it with the electrodes wet, and close other apps that use it.")
    for strap in found:
        out(f"{strap.name or '(no name)':30}  {strap.address}  {strap.rssi_dbm} dBm")
