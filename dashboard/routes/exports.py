"""One's data, taken out for other programs: made beside everything else, saved once, then gone.

Sync routes run in a thread.
"""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, StreamingResponse

from dashboard.ports import Exports, Outcome
from dashboard.report_forms import ExportForm
from dashboard.routes.live import told
from dashboard.routes.worksheets import PRIVATE, done, shown

EXPORTS = "/api/reports/exports"
ONE = EXPORTS + "/{name}"


def router(exports: Exports) -> APIRouter:
    routes = APIRouter()

    @routes.post(EXPORTS)
    def begin(form: ExportForm) -> JSONResponse:
        return done(exports.begin(form.format, form.session, *form.days))

    @routes.get(ONE)
    def view(name: str) -> JSONResponse:
        return shown(exports.view(name))

    @routes.delete(ONE)
    def drop(name: str) -> JSONResponse:
        return told(exports.drop(name))

    @routes.get(ONE + "/file", response_class=Response)
    def file(name: str) -> Response:
        found = exports.take(name)
        if isinstance(found, Outcome):
            return shown(found)
        # With its length a browser knows a file that broke off from a whole one.
        about = {
            "content-disposition": f'attachment; filename="{found.name}"',
            "content-length": str(found.size),
        }
        return StreamingResponse(found.chunks, media_type=found.media, headers=PRIVATE | about)

    return routes
