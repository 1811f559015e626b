"""``biocoach straps``: who is near."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import fail, out, out_json
from biocoach.cli.words import strap_trouble

if TYPE_CHECKING:
    from devices.strap import Told
    from devices.strap_words import Found

ASK_S = 15.0
SENDS = {"rr": "beat intervals", "acc": "movement", "ecg": "ECG", "contact": "skin contact"}


def straps(
    seconds: float = typer.Option(6.0, "--seconds", min=1, max=60, help="How long to look."),
    ask: bool = typer.Option(False, "--ask", help="Connect to each, and ask what it can do."),
    as_json: bool = typer.Option(False, "--json", help="A JSON list."),
) -> None:
    """Look for heart-rate straps near, the strongest first.

    Few tell their battery before they are connected: --ask connects to each for some seconds. One
    that is connected already is left alone: asking would cut the link of who uses it.

    Example: biocoach straps
    """
    from devices.strap_words import DeviceError

    try:
        rows = asyncio.run(_rows(seconds, ask=ask))
    except DeviceError as error:
        fail(
            f"{strap_trouble(error.reason)} (biocoach doctor says how); a virtual strap works "
            "without: biocoach serve --source virtual"
        )
    if as_json:
        out_json([_json(found, told) for found, told in rows])
        return
    if not rows:
        out("No strap found. Wear it with the electrodes wet, and close other apps that use it.")
    for found, told in rows:
        out(_line(found, told))


async def _rows(seconds: float, *, ask: bool) -> list[tuple[Found, Told | None]]:
    from devices.radio import scan
    from devices.strap import ask_strap

    found = await scan(seconds)
    if not ask:
        return [(strap, None) for strap in found]
    return [
        (strap, None if strap.rssi_dbm is None else await ask_strap(strap.address, ASK_S))
        for strap in found
    ]


def _line(found: Found, told: Told | None) -> str:
    signal = "in use" if found.rssi_dbm is None else f"{found.rssi_dbm} dBm"
    percent = told.battery_pct if told else found.battery_pct
    battery = "" if percent is None else f"battery {percent} %"
    words = [f"{found.name or '(no name)':30}", f"{found.address:17}", f"{signal:9}", battery]
    return "  ".join([*words, _can(told) if told else ""]).rstrip()


def _can(told: Told) -> str:
    if told.reason:
        return strap_trouble(told.reason)
    sends = [words for word, words in SENDS.items() if word in told.sends]
    lacks = [words for word, words in SENDS.items() if word in told.lacks]
    return "; ".join(
        f"{head} {', '.join(words)}" for head, words in (("sends", sends), ("no", lacks)) if words
    )


def _json(found: Found, told: Told | None) -> dict[str, Any]:
    row = asdict(found)
    if told is not None:
        row |= {key: value for key, value in asdict(told).items() if value is not None}
    return row
