"""What a phone may ask for. What is not here is refused, a route that is born tomorrow too.

Done at the computer: opening the record and choosing which, letting phones in, erasing what was
kept. Everything else is the wearer's own page. A test holds that every route was thought of.
"""

from __future__ import annotations

from dashboard.route_list import RouteList

ALLOWED: dict[str, tuple[str, ...]] = {
    "GET": (
        "/api/check-in",
        "/api/crisis",
        "/api/drafts/{name}",
        "/api/errand",
        "/api/ladder",
        "/api/live",
        "/api/measures",
        "/api/own",
        "/api/own/media/{name}",
        "/api/phone",
        "/api/plan-ahead",
        "/api/practices",
        "/api/practices/{name}/words",
        "/api/practices/helps",
        "/api/progress",
        "/api/recovery",
        "/api/separations",
        "/api/separations/{name}.ics",
        "/api/sessions",
        "/api/sessions/{name}",
        "/api/sessions/{name}/hrv",
        "/api/sessions/{name}/notes",
        "/api/sessions/{name}/then-and-now",
        "/api/settings/contacts",
        "/api/settings/fit",
        "/api/settings/learnt",
        "/api/state",
        "/api/straps",
        "/api/trends",
        "/api/worksheets",
        "/api/worksheets/{name}",
        "/enter",
    ),
    "POST": (
        "/api/errand/fetch",
        "/api/errand/seen",
        "/api/errand/start",
        "/api/errand/trial",
        "/api/ladder",
        "/api/ladder/{name}/answer",
        "/api/ladder/{name}/overrule",
        "/api/ladder/{name}/overrule/lift",
        "/api/measures",
        "/api/own/media",
        "/api/plan-ahead/drop",
        "/api/recordings",
        "/api/separations/{name}/said",
        "/api/sessions/{name}/marks",
        "/api/sessions/{name}/marks/withdraw",
        "/api/sessions/{name}/notes",
        "/api/sessions/current/inputs",
        "/api/sessions/told",
        "/api/settings/learnt/again",
        "/api/straps/scan",
        "/api/worksheets",
    ),
    "PUT": (
        "/api/check-in",
        "/api/drafts/{name}",
        "/api/ladder/{name}",
        "/api/ladder/arc",
        "/api/ladder/signs",
        "/api/measures/{name}",
        "/api/own",
        "/api/plan-ahead",
        "/api/practices/{name}/choice",
        "/api/practices/{name}/words",
        "/api/practices/choosing",
        "/api/practices/pace",
        "/api/sessions/{name}/notes/{note}",
        "/api/settings/contacts",
        "/api/settings/fit",
        "/api/straps/ecg",
        "/api/worksheets/{name}",
    ),
}
SOCKETS = ("/ws",)
_LIST = RouteList(ALLOWED)


def allowed(method: str, path: str) -> bool:
    """``path`` as the routes see it, decoded."""
    return _LIST.allows(method, path)
