"""The HTML: one file that needs nothing, runs nothing, and holds every figure of the document."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from biocoach.review.packet.document import packet
from biocoach.review.packet.html import POLICY, as_html
from biocoach.review.packet.words import words
from tests.review.packet.support import empty, hostile, material

KNOWN = {
    "html", "head", "meta", "title", "style", "body", "main", "article", "section", "h1", "h2",
    "h3", "p", "b", "strong", "div", "span", "table", "thead", "tbody", "tr", "th", "td", "figure",
    "svg", "line", "text", "path", "polygon", "polyline", "circle", "rect", "g",
}  # fmt: skip


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]


def seen(text: str) -> Seen:
    found = Seen()
    found.feed(text)
    return found


@pytest.mark.parametrize("made", [material, empty, hostile])
def test_it_needs_nothing_and_runs_nothing(made: object) -> None:
    text = as_html(packet(made()), words())  # type: ignore[operator]
    found = seen(text)
    assert found.tags <= KNOWN
    assert not {name for name in found.names if name.startswith("on")}
    assert not found.names & {"src", "href", "xlink:href", "style", "action", "srcset"}
    assert not re.search(r"url\(|@import", text)
    assert f'content="{POLICY}"' in text
    assert text.startswith("<!doctype html>")


def test_every_sheet_says_what_it_is_not() -> None:
    found = packet(material())
    text = as_html(found, words())
    sheets = text.split('<article class="sheet">')[1:]
    assert len(sheets) == 2 + len(found["sessions"]) + 1
    for sheet in sheets:
        assert "Self-monitoring; not evidence of truthfulness, diagnosis or parenting." in sheet
        assert "SIMULATED" in sheet


def test_a_look_ahead_is_the_first_page_alone() -> None:
    text = as_html(packet(material()), words(), first_only=True)
    assert text.count("<article") == 1
    assert "<svg" not in text


def test_what_a_person_wrote_stands_there_as_text() -> None:
    text = as_html(packet(hostile()), words())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "#eval(&quot;1&quot;)" in text
