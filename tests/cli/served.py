"""A `biocoach` that serves, as a process, and a browser's worth of HTTP before it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.cli.support import environment

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"(http://127\.0\.0\.1:(\d+))/enter\?code=\S+")
INPUTS = "/api/sessions/current/inputs"
PLAN = {
    "kind": "plan",
    "step": {"id": "a", "title": "A walk", "support": "regulate", "expected_suds": 30},
    "planned_s": 600,
}


class Browser:
    """A browser's worth of HTTP, let in by a one-time address."""

    def __init__(self, address: str) -> None:
        self.address = address
        found = ADDRESS.search(address)
        assert found is not None
        self.url, self.port = found[1], int(found[2])
        self._jar = CookieJar()
        self._web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._web.open(self.address).read()

    @property
    def cookies(self) -> str:
        return "; ".join(f"{c.name}={c.value}" for c in self._jar)

    def get(self, path: str) -> Any:
        with self._web.open(self.url + path) as answer:
            return json.load(answer)

    def send(self, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method=method)
        return self._answer(request, "application/json")

    def upload(self, data: bytes) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/api/recordings", data, method="POST")
        return self._answer(request, "application/octet-stream")

    def _answer(self, request: urllib.request.Request, kind: str) -> dict[str, Any]:
        """What is said to it, a refusal too."""
        request.add_header("content-type", kind)
        request.add_header("origin", self.url)
        try:
            with self._web.open(request) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                found = json.load(error)
        return found

    def upload_half(self, data: bytes) -> None:
        """The page is closed while it sends a file."""
        head = (
            f"POST /api/recordings HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: {self.url}\r\nCookie: {self.cookies}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port)) as half:
            half.sendall(head.encode() + data[: len(data) // 2])

    def until(self, ready: Any) -> dict[str, Any]:
        """Ask for the state until it is so; each request is the wait."""
        for _ in range(3000):
            state: dict[str, Any] = self.get("/api/state")["state"]
            if ready(state):
                return state
        raise AssertionError(f"never so: {state}")


class Served(Browser):
    """A running biocoach, and its browser."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self.trouble = ""  # what it said beside that, once it has ended
        super().__init__(self._told())

    def _told(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())
            found = ADDRESS.search(line)
            if found:
                return found[0]
        raise AssertionError(f"it ended: {self.said}")


@contextmanager
def serving(
    home: Path,
    *arguments: str,
    ends: int = 0,
    browser: Path | None = None,
    module: str = "biocoach",
) -> Iterator[Served]:
    """``browser``: a program that is opened in a browser's stead; otherwise none is."""
    quiet = () if browser else ("--no-browser",)
    command = [sys.executable, "-m", module, *arguments, *quiet]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=environment(home) | {"PYTHONPATH": str(ROOT), "BROWSER": str(browser or "")},
    )
    try:
        served = Served(process)
        yield served
        process.send_signal(signal.SIGINT)
        _, trouble = process.communicate(timeout=60)
        served.trouble = trouble
        assert process.returncode in (ends, -signal.SIGINT), trouble
        assert "Traceback" not in trouble, trouble
    finally:
        process.kill()
        process.communicate()


def status_of(address: str) -> int:
    """What a browser that was never here is answered."""
    try:
        with urllib.request.urlopen(address) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
