"""What a page is made of; every text in it is plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
Part = tuple[str, list[Json]]  # its title, and what is in it


def line(text: str) -> Json:
    return {"kind": "line", "text": text}


def said(label: str, text: str) -> Json:
    """A person's own words."""
    return {"kind": "said", "label": label, "text": text}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Json:
    """``widths``: shares of the page's width, one a column."""
    return {"kind": "table", "head": list(head), "rows": rows, "widths": list(widths)}


def boxes(text: str, names: Sequence[str]) -> Json:
    return {"kind": "boxes", "text": text, "boxes": list(names)}


def heading(text: str) -> Json:
    return {"kind": "heading", "text": text}


def chart(svg: str, alt: str) -> Json:
    return {"kind": "chart", "svg": svg, "alt": alt}


def part(number: int, title: str, items: Sequence[Json]) -> Json:
    return {"number": number, "title": title, "items": list(items)}
