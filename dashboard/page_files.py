"""The built page's files, each as what it is.

Starlette asks the system for a file's type, and on Windows any program may have changed the answer:
with ``.js`` as ``text/plain`` there (which happens) a browser runs nothing of the page.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

TYPES = {  # of all that the build makes
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
TYPE = "content-type"


class PageFiles(StaticFiles):
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        known = TYPES.get(Path(full_path).suffix)
        if known and TYPE in response.headers:  # a browser that has it already is told no type
            response.headers[TYPE] = known
        return response
