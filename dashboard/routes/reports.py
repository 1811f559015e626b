"""The packet for a therapist: made beside everything else, looked at, saved. Nothing is sent.

Sync routes run in a thread.
"""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from dashboard.ports import Exports, Outcome, Reports
from dashboard.report_forms import SaneDay
from dashboard.routes.live import told
from dashboard.routes.worksheets import PRIVATE, done, shown
from dashboard.wire import Form, Words

REPORT = "/api/reports/{name}"


class Kind(StrEnum):
    PDF = "pdf"
    HTML = "html"


MEDIA = {Kind.PDF: "application/pdf", Kind.HTML: "text/html; charset=utf-8"}


class ReportForm(Form):
    """Local days, both included; None: the last four weeks, until today."""

    since: SaneDay | None = None
    until: SaneDay | None = None
    talk: Words = ""


def router(reports: Reports, exports: Exports) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/reports")
    def begin(form: ReportForm) -> JSONResponse:
        return done(reports.begin(form.since, form.until, form.talk))

    @routes.get(REPORT)
    def view(name: str) -> JSONResponse:
        return shown(reports.view(name))

    @routes.delete(REPORT)
    def drop(name: str) -> JSONResponse:
        return told(reports.drop(name))

    @routes.post(REPORT + "/whole")
    def whole(name: str) -> JSONResponse:
        """With the raw data: it takes longer, and goes on as an export does."""
        found = reports.document(name)
        return shown(found) if isinstance(found, Outcome) else done(exports.begin_packet(found))

    @routes.get(REPORT + "/packet.{kind}", response_class=Response)
    def packet(name: str, kind: Kind) -> Response:
        found = reports.file(name, kind.value)
        if isinstance(found, Outcome):
            return shown(found)
        # Nothing of the person in the file's name: it may lie about in a folder of downloads.
        named = {"content-disposition": f'attachment; filename="packet.{kind.value}"'}
        return Response(found, media_type=MEDIA[kind], headers=PRIVATE | named)

    return routes
