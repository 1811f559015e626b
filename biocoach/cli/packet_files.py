"""A packet's document as the bytes of a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from biocoach.review.packet.words import words

Json = dict[str, Any]
MEDIA = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json"}


def packet_bytes(document: Json, kind: str) -> bytes:
    """``kind``: pdf, html or json. The same document gives the same bytes."""
    if kind == "pdf":
        from biocoach.review.packet.pdf import as_pdf

        made = datetime.fromisoformat(document["made_on"]).replace(tzinfo=UTC)
        return as_pdf(document, words(), made)
    if kind == "html":
        from biocoach.review.packet.html import as_html

        return as_html(document, words()).encode()
    return (json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n").encode()
