"""A seeded share of requests drawn from the app's description, and proof that faults are seen."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
import schemathesis

from tests.faults import schema
from tests.faults.campaign import Order, Outcome


def test_no_request_that_can_be_drawn_breaks_the_page() -> None:
    outcome = schema.run(Order(count=300, seed=2))
    assert outcome.failures == []
    assert outcome.counts["operations"] > 90
    assert outcome.counts["requests"] >= 150


ANSWERS = {
    "a server error": (500, "application/json", b"{}"),
    "an unknown status": (418, "application/json", b"{}"),
    "another type": (200, "text/html", b"{}"),
    "another form": (200, "application/json", b'{"ok": 3}'),
    "its own words": (422, "application/json", b'{"ok": false, "why": "%s"}'),
}
TOLD = {
    "openapi": "3.1.0", "info": {"title": "x", "version": "1"},
    "paths": {"/api/x": {"post": {
        "requestBody": {"required": True, "content": {"application/json": {"schema": {
            "type": "object", "required": ["word"],
            "properties": {"word": {"type": "string", "minLength": 9, "pattern": "^[a-z]+$"}}}}}},
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": {
                "type": "object", "properties": {"ok": {"type": "boolean"}}}}}},
            "422": {"description": "", "content": {"application/json": {"schema": {}}}}},
    }}},
}  # fmt: skip


@pytest.mark.parametrize("what", ANSWERS)
def test_it_notices(what: str) -> None:
    status, kind, body = ANSWERS[what]

    class Odd(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers.get("content-length") or 0))
            word = re.search(rb'"word": ?"([a-z]*)"', said)
            told = body.replace(b"%s", word[1] if word else b"")
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    outcome = Outcome()
    with HTTPServer(("127.0.0.1", 0), Odd) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        lived = Mock(url=f"http://127.0.0.1:{server.server_port}", headers={})
        [operation] = list[Any](schemathesis.openapi.from_dict(TOLD).get_all_operations())
        schema._drawn(operation.ok(), 6, 1, lived, outcome)
        server.shutdown()
    assert outcome.failures


def test_the_page_is_kept_in_a_folder_of_its_own(tmp_path: Path) -> None:
    from tests.faults.lived_in import make_record

    make_record(tmp_path / "record")
    content = (tmp_path / "record" / "journal.db").read_bytes()
    assert not content.startswith(b"SQLite format 3"), "it is not encrypted"
