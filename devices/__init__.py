"""Straps, real, recorded and simulated, behind one word: ``open_source(url, clock)``.

Imported lazily, so that the pure decoders can be had without Bluetooth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.sources import (
        Source,
        SourceError,
        SourceSpec,
        open_source,
        open_spec,
        parse_source,
    )

__all__ = ["Source", "SourceError", "SourceSpec", "open_source", "open_spec", "parse_source"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'devices' has no attribute {name!r}")
    from devices import sources

    found: object = getattr(sources, name)
    return found
