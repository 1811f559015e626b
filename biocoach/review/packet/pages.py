"""The packet as pages of plain text, tables and charts: what each renderer draws.

An item is one of: ``line`` (text), ``said`` (a person's own text, with its label), ``table`` (head,
rows), ``boxes`` (text, boxes to tick), ``chart`` (svg, alt). All text is data in every renderer.
"""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.course_page import course_page
from biocoach.review.packet.first_page import first_page
from biocoach.review.packet.items import line, said
from biocoach.review.packet.session_page import session_page
from biocoach.review.packet.words import Words
from biocoach.settings import PACKET, PacketSettings

Json = dict[str, Any]


def book(document: Json, words: Words, limits: PacketSettings = PACKET) -> Json:
    """Everything to draw: title, language, what stands at each page's foot, and the pages."""
    span = document["span"]
    since, until = (words.day(span[key], year=True) for key in ("since", "until"))
    return {
        "title": words("title_span", since=since, until=until),
        "language": words("language"),
        "mark": words("simulated") if document["simulated"] else "",
        "disclaimer": words("disclaimer"),
        "page_of": words("page", page="{page}", pages="{pages}"),
        "first": first_page(document, words, limits),
        "pages": [
            course_page(document, words, limits),
            *(session_page(one, document, words, limits) for one in document["sessions"]),
            _methods(document, words, limits),
        ],
    }


def _methods(document: Json, words: Words, limits: PacketSettings) -> Json:
    foot, out = document["foot"], document["way_back"]["left_out"]
    high, read = limits.distress_high_suds, words.pct(limits.read_share_min)
    lines = [text.format(high=high, read=read) for text in words.all("methods.lines")]
    then = words("between").join(foot["settings"]) or words("unknown")
    items = [line(text) for text in lines]
    items += [
        line(words("methods.hashes", now=document["settings_hash"], then=then)),
        line(
            words(
                "methods.excluded",
                **out,
                undated=foot["undated"],
                unreadable=document["unreadable"],
            )
        ),
        line(
            words(
                "methods.made",
                day=words.day(document["made_on"], year=True),
                by=document["made_by"],
            )
        ),
        line(words("methods.letters")),
    ]
    if len(" ".join(document["talk"].split())) > limits.talk_letters:
        items.append(said(words("talk.all"), document["talk"][: limits.letters_max]))
    return {"kind": "methods", "title": words("methods.title"), "items": items}
