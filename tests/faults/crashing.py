"""``biocoach``, but for two words of a note that bring it down: one the route that keeps it, one
the session that hears it. The error carries the note, as errors may."""

from __future__ import annotations

import sys
from typing import Any

from biocoach import runtime
from biocoach.cli import main, margin
from biocoach.types import Mark

IN_A_ROUTE, IN_THE_SESSION = "fall over here", "fall over there"


class SpilledError(Exception):
    """It tells what it was given."""


def _add(self: Any, name: str, at_s: float, text: str) -> Any:
    if text.startswith(IN_A_ROUTE):
        try:
            raise SpilledError(f"in {name}: {text}")
        except SpilledError as error:
            raise KeyError(text) from error
    return _KEPT(self, name, at_s, text)


async def _submit(self: Any, body: Any) -> Any:
    if isinstance(body, Mark) and body.text.startswith(IN_THE_SESSION):
        raise SpilledError(body)
    return await _HEARD(self, body)


if __name__ == "__main__":
    assert "typer" not in sys.modules, "it would tell errors in its own way"
    _KEPT, _HEARD = margin.Margin.add, runtime.Runtime.submit
    margin.Margin.add = _add  # type: ignore[method-assign, assignment]
    runtime.Runtime.submit = _submit  # type: ignore[method-assign]
    main()
