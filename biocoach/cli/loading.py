"""A start that is quick: what is loaded stays, so that nothing looks for garbage in it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Around imports. Collecting between a thousand modules costs a start its tenth part, and each
    full collection later would walk past them again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
