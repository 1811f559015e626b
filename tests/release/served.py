"""The first page of a biocoach that was started somewhere, fetched as a browser would."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from tests.browser.support import free_port

ADDRESS = re.compile(r"http://\S+/enter\?code=\S+")
SCRIPT = re.compile(r'src="([^"]+\.js)"')
WORDS = ("serve", "--plain", "--no-browser", "--source", "virtual", "--data-dir")


@contextmanager
def served(command: str, home: Path, env: Mapping[str, str], cwd: Path) -> Iterator[str]:
    """The one-time address that ``command serve`` tells; ended by Ctrl-C."""
    page = subprocess.Popen(
        [command, *WORDS, str(home / "record"), "--port", str(free_port())],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert page.stdout is not None
    try:
        said: list[str] = []
        for line in page.stdout:
            said.append(line)
            if found := ADDRESS.search(line):
                yield found.group()
                break
        else:
            raise AssertionError(f"no address: {''.join(said)}")
    finally:
        page.send_signal(signal.SIGINT)
        rest, _ = page.communicate(timeout=60)
    assert "Traceback" not in rest, rest


def first_page(address: str) -> tuple[str, int]:
    """The page's text, and the bytes of the script that it names."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    browser.open(address, timeout=60).close()  # the cookie comes, and a hint to go on
    with browser.open(urljoin(address, "/"), timeout=60) as answer:
        text = answer.read().decode()
    script = SCRIPT.search(text)
    assert script is not None, text
    with browser.open(urljoin(address, script.group(1)), timeout=60) as answer:
        return text, len(answer.read())
