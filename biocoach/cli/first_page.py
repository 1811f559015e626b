"""How long a served biocoach takes to its first page: started in a folder of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import takewhile
from tempfile import TemporaryDirectory
from threading import Timer
from urllib.parse import urlsplit

from biocoach.sandbox import Child

PATIENCE_S = 60.0
LINES_MOST = 20  # what a start may say before its address


def first_page_s(now_s: Callable[[], float]) -> float:
    """Seconds from the start of the process to the page's last byte; raises TaskError."""
    from biocoach.review.bench.speed import TaskError

    with TemporaryDirectory() as folder:
        words = ("serve", "--plain", "--no-browser", "--source", "virtual", "--data-dir", folder)
        child = Child("biocoach", *words)
        limit = Timer(PATIENCE_S, child.kill)  # what has been killed says nothing more
        begun_s = now_s()
        try:
            limit.start()
            said = takewhile(bool, (child.ask("") for _ in range(LINES_MOST)))
            address = next((line for line in said if "/enter?code=" in line), "")
            if not address:
                raise TaskError("the first page could not be measured: serve told no address")
            parts = urlsplit(address[address.index("http") :].strip())
            status = asyncio.run(_get(parts.hostname or "", parts.port or 0, "/"))
            if status not in (200, 401, 403):
                raise TaskError(f"the first page could not be measured: it answered {status}")
            return now_s() - begun_s
        finally:
            limit.cancel()
            child.close()


async def _get(host: str, port: int, path: str) -> int:
    """The status of an answer that was read to its end."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n".encode())
        writer.write(b"Connection: close\r\n\r\n")
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    words = answer.split(maxsplit=2)
    return int(words[1]) if len(words) > 1 else 0
