"""``biocoach decode``: one notification's bytes to JSON, for support and tests."""

from __future__ import annotations

import typer

from biocoach.cli.say import out_json, wrong_use


def decode(
    uuid: str = typer.Argument(..., help="2a37, pmd-data or pmd-control"),
    hexes: list[str] = typer.Argument(..., metavar="HEX...", help="the bytes, in hex"),
) -> None:
    """Decode notifications, one JSON line each.

    Example: biocoach decode 2a37 10483c03
    """
    from devices.decode import WORDS, UnknownCharacteristicError, decode_json

    for word in hexes:
        try:
            raw = bytes.fromhex(word)
        except ValueError:
            wrong_use(f"{word[:40]!r} is not hex: pairs of 0-9 a-f")
        try:
            out_json(decode_json(uuid, raw))
        except UnknownCharacteristicError:
            wrong_use(f"{uuid}: not known here; give one of {', '.join(WORDS)}")
