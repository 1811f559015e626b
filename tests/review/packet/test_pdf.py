"""The PDF: one first page whatever there is, tagged, the same bytes, and nothing fetched."""

from __future__ import annotations

import io
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from biocoach.review.packet.document import packet
from biocoach.review.packet.material import Material
from biocoach.review.packet.pdf import as_pdf
from biocoach.review.packet.words import words
from tests.review.packet.support import START, empty, hostile, material, of_days

MADE = datetime(2026, 2, 1, tzinfo=UTC)
TITLES = [
    "1 What I want to talk about", "2 Read first", "3 Steps", "4 Urges", "5 Distress beside",
    "6 The rise and the way back", "7 Two moments", "8 Next", "9 How far this can be trusted",
]  # fmt: skip


def one_session() -> Material:
    rows = material().rows(material().span)
    day = datetime.fromisoformat(rows[0].day).date()
    return of_days(day, day)


def read(made: Material) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(packet(made), words(), MADE)))


def text_of(page: Any) -> str:
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize("made", [material, empty, one_session, hostile])
def test_the_first_page_is_one_page_with_nine_parts(made: Any) -> None:
    pages = read(made()).pages
    first = text_of(pages[0])
    at = [first.find(title) for title in TITLES]
    assert -1 not in at, first
    assert at == sorted(at), first
    ends = "All of this is simulated: made up by the program"
    assert ends in first  # the last words of the last part
    assert len(pages) > 1
    assert "9 How far this can be trusted" not in text_of(pages[1])
    assert "What was not read" not in text_of(pages[1])


def test_every_page_says_what_it_is_not_and_that_it_is_simulated() -> None:
    for page in read(material()).pages:
        text = text_of(page)
        assert "Self-monitoring; not evidence of truthfulness, diagnosis or parenting." in text
        assert "SIMULATED" in text


def test_it_is_tagged_and_has_a_title_and_a_language() -> None:
    found = read(material())
    root: Any = found.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata is not None
    assert (found.metadata.title or "").startswith("For your therapist: 5 Jan 2026 to 25 Jan 2026")


def test_one_page_a_session_and_one_of_methods() -> None:
    found = packet(material())
    pages = read(material()).pages
    titles = [text_of(page) for page in pages[1:]]
    assert len(pages) == 2 + len(found["sessions"]) + 1
    assert "How the numbers are made" in titles[-1]
    assert "Brookmeyer and Crowley 1982" in titles[-1]
    assert found["settings_hash"] in titles[-1]


def test_the_same_document_gives_the_same_bytes() -> None:
    made = packet(one_session())
    assert as_pdf(made, words(), MADE) == as_pdf(made, words(), MADE)


def test_what_a_person_wrote_is_never_run() -> None:
    """Typst's own marks stand there as they were typed; what has no letters here is named."""
    text = text_of(read(hostile()).pages[0])
    assert '#eval("1") #import "x" $x$ *b* _i_' in text
    assert "<script>alert(1)</script>" in text
    assert "[grinning face]" in text
    assert "{talk}" in text


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert as_pdf(packet(one_session()), words(), MADE).startswith(b"%PDF")


def test_days_without_a_session_make_a_packet_too() -> None:
    before = START.date() - timedelta(days=60)
    assert len(read(of_days(before, before)).pages) == 3
