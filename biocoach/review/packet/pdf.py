"""The packet as a PDF: typst's own letters, tagged, PDF/UA-1; no network, no font of the machine.

PDF/UA asks that every character can be drawn. What the letters lack is named in brackets.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from biocoach.review.packet.pages import book
from biocoach.review.packet.words import Words

Json = dict[str, Any]
PLAIN = 0x250  # Latin letters up to here are known to be there
STANDARD: Literal["ua-1"] = "ua-1"
UNDRAWN = "could not be displayed"
PROBE = """#set document(title: "x")
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#sys.inputs.letters"""


def as_pdf(document: Json, words: Words, made: datetime) -> bytes:
    """``made`` is written into it as its date, so that the same document gives the same bytes."""
    return pdf_of(book(document, words), made)


def pdf_of(pages: Json, made: datetime) -> bytes:
    import typst  # a start need not wait for it

    drawn = _drawable(pages)
    template = files("biocoach.review.packet").joinpath("packet.typ").read_bytes()
    found = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(drawn, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=made,
    )
    assert isinstance(found, bytes)
    return found


def _drawable(pages: Any) -> Any:
    """The same with what can't be drawn named, and without what is no text at all."""
    if isinstance(pages, str):
        return "".join(_letter(c) for c in unicodedata.normalize("NFC", pages))
    if isinstance(pages, list):
        return [_drawable(one) for one in pages]
    if isinstance(pages, dict):
        return {key: _drawable(value) for key, value in pages.items()}
    return pages


def _letter(letter: str) -> str:
    if letter in "\n\t" or " " <= letter < chr(0x7F) or 0xA0 <= ord(letter) < PLAIN:
        return letter
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return " "
    if kind in ("Zl", "Zp"):
        return "\n"
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn") or 0xFE00 <= ord(letter) <= 0xFE0F:
        return "" if kind != "Co" and kind != "Cn" else "\N{REPLACEMENT CHARACTER}"
    return letter if _is_drawn(letter) else f"[{unicodedata.name(letter, 'unknown').lower()}]"


@cache
def _is_drawn(letter: str) -> bool:
    """Typst alone knows its letters: it refuses PDF/UA for what it can't draw."""
    import typst

    try:
        typst.compile(
            PROBE.encode(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"letters": letter},
            pdf_standards=STANDARD,
        )
    except typst.TypstError as error:
        if UNDRAWN in str(error):
            return False
        raise
    return True
