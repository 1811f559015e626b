"""What a crash tells: where it was and of what kind, and nothing of what it held. The words of an
error can be those of a note, and a terminal, a journal of the system or a report keeps them."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from biocoach.sandbox import no_core_file

LOUD = ("asyncio",)  # loggers whose own words tell of values


def keep_quiet() -> None:
    """From now on, in this process. Called once, first thing."""
    no_core_file()
    sys.excepthook = _told
    sys.unraisablehook = lambda left: _told(left.exc_type, left.exc_value, left.exc_traceback)
    threading.excepthook = lambda left: _told(left.exc_type, left.exc_value, left.exc_traceback)
    made = logging.getLogRecordFactory()

    def quiet(*given: object, **more: object) -> logging.LogRecord:
        record = made(*given, **more)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = places(record.exc_info[1])  # a formatter asks no further then
        if record.name in LOUD:
            record.msg, record.args = str(record.msg).partition("\n")[0], ()
        return record

    logging.setLogRecordFactory(quiet)


def places(error: BaseException) -> str:
    """Its traceback with the kinds of the errors alone, of those that led to it too."""
    lines: list[str] = []
    for one in _chain(error):
        found = traceback.extract_tb(one.__traceback__)
        lines += [f'  File "{at.filename}", line {at.lineno}, in {at.name}' for at in found]
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}")
    return "\n".join(["Traceback (most recent call last):", *lines])


def _chain(error: BaseException) -> list[BaseException]:
    """The first cause first; of a group its members after it."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if any(one is other for other in found):
            continue
        found.append(one)
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        waiting += [before] if before is not None else []
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
    return found[::-1]


def _told(
    kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
) -> None:
    if kind is not None and issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write((places(error) if error is not None else str(kind)) + "\n")
