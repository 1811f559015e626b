"""A real Chromium before a real server. Anything off this computer, any error in the page,
fails the test. Without a Chromium these tests are skipped loudly; in CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    expect,
    sync_playwright,
)

from dashboard.app import STATIC
from tests.browser.support import COUNT_MESSAGES, SIZES, Served, look_at
from tests.cli.support import run
from tests.hard_day import hard_ending

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WAIT_MS = 40_000  # of a noisy machine; what is there at once costs nothing

Start = Callable[..., Served]
WEEKS = os.environ.get("BIOCOACH_WEEKS", "3")
# What a page may meet while its server is killed and started again: a request that is refused,
# cut off or empty, a socket that ends, a 409 from a server whose record is not open yet.
AWAY = ("net::ERR_", "WebSocket", "status of 409")


@dataclass
class Watch:
    """What went wrong in a page. ``expected``: parts of texts that this test brings about."""

    bad: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect_away(self) -> None:
        """From here on the server may be lost, and be back."""
        self.expected += AWAY

    def saw(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.bad.append(text)

    def console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.saw(f"console: {said.text} {said.location.get('url', '')}".rstrip())

    def look(self, page: Page, where: str) -> None:
        """Let axe look at this screen; what it finds fails the test at its end."""
        self.bad += look_at(page, where)


# Not longer than this folder: Playwright's loop stays in the thread and others start their own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        if program is None and not Path(playwright.chromium.executable_path).is_file():
            missing("no Chromium: apt-get install chromium, or playwright install chromium")
        if not (STATIC / "index.html").is_file():
            missing("the page is not built: run `./run check` or `npm run build` in dashboard/web")
        browser = playwright.chromium.launch(executable_path=program, args=ARGS)
        expect.set_options(timeout=WAIT_MS)
        yield browser
        browser.close()


def missing(why: str) -> None:
    """A skip that says why; where CI checks the work it is a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert not watch.bad, "\n".join(watch.bad)


# A screen is looked at in both widths (``Watch.look``); these say in which one it is used.
LAPTOP = pytest.mark.parametrize("size", ["laptop"], indirect=True)
PHONE = pytest.mark.parametrize("size", ["phone"], indirect=True)


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Browser, watch: Watch, size: str, start: Start) -> Iterator[Page]:
    """It is closed before the servers stop (``start`` comes first): nobody is asked in vain."""
    with_guard = guarded(chromium, watch, size)
    yield with_guard.new_page()
    with_guard.close()


def guarded(
    browser: Browser, watch: Watch, size: str, *, ignore_https_errors: bool = False
) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, ignore_https_errors=ignore_https_errors
    )
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(COUNT_MESSAGES)

    def allow(route: Route) -> None:
        url = route.request.url
        if url.startswith(("http://127.0.0.1:", "https://127.0.0.1:", "data:", "file:")):
            route.continue_()
        else:
            watch.bad.append(f"a request off this computer: {url}")
            route.abort()

    context.route("**/*", allow)
    context.on("weberror", lambda error: watch.saw(f"page error: {error.error}"))
    context.on("console", watch.console)
    return context


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a biocoach with a home of its own; all are stopped at the end."""
    running: list[Served] = []

    def begin(
        *arguments: str, bus: str = "", module: str = "biocoach", keyring: str = ""
    ) -> Served:
        home = tmp_path / f"home{len(running)}"
        home.mkdir(exist_ok=True)  # a test may have put a record there
        running.append(Served(home, *arguments, bus=bus, module=module, keyring=keyring))
        return running[-1]

    yield begin
    for served in running:
        served.stop()


@pytest.fixture(scope="package")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a simulated person who practised for some weeks (``BIOCOACH_WEEKS``)."""
    home = tmp_path_factory.mktemp("year")
    made = run(home, "year", "--weeks", WEEKS)
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def served(start: Start, tmp_path: Path) -> Served:
    """The biocoach of somebody who has answered the first questions."""
    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=9)
    return start("serve", "--plain")
