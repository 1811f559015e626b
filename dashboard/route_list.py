"""A list of the routes that somebody may ask for: what is not in it is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# The page's own program and pictures, which say nothing of anybody.
_FILES = re.compile(r"/(?!api(/|\Z))([\w.-]+/)*[\w.-]*", re.ASCII)


class RouteList:
    """``paths``: by method, as the routes write them; ``{name}`` stands for one part."""

    def __init__(self, paths: Mapping[str, Sequence[str]]) -> None:
        self._patterns = {method: [_pattern(path) for path in own] for method, own in paths.items()}

    def allows(self, method: str, path: str) -> bool:
        """``path`` as the routes see it, decoded. It has to match whole: a route's own pattern lets
        a line's end pass after it, so that a list of what is refused can be walked around."""
        if method in ("GET", "HEAD") and _FILES.fullmatch(path):
            return True
        return any(pattern.fullmatch(path) for pattern in self._patterns.get(method, ()))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    return re.compile("".join("[^/]+" if p.startswith("{") else re.escape(p) for p in parts))
