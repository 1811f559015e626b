"""A served biocoach with its own home, and what a person in front of its page does."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from biocoach.cli.doorway import address_at
from biocoach.store import data_folder
from tests.cli.support import environment

ROOT = Path(__file__).parents[2]
INPUTS = "/api/sessions/current/inputs"
AXE = Axe().axe_script
SIZES = {"laptop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FRAMES_PASS = """new Promise(done => {
  let left = 15;
  const step = () => ((left -= 1) > 0 ? requestAnimationFrame(step) : done());
  step();
})"""
SETTLED = "Promise.allSettled(document.getAnimations().map(a => a.finished)).then(() => null)"
RULES = {
    "light": "{resultTypes: ['violations']}",
    "dark": "{resultTypes: ['violations'], runOnly: {type: 'rule', values: ['color-contrast']}}",
}
COUNT_MESSAGES = """
window.heard = 0;
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", () => { window.heard += 1; });
  }
};
"""


class Served:
    """``biocoach`` as a process. Leave it by ``stop``; ``kill`` is a power cut."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        bus: str = "",
        module: str = "biocoach",
        keyring: str = "",
    ) -> None:
        """``bus``: the D-Bus on which it finds its straps; without one there is no Bluetooth.
        ``module``: what is run; ``tests.at_home`` has a network of its own. ``keyring``: a backend;
        without one there is none."""
        self._module = module
        self._home = home
        self._more = {"DBUS_SYSTEM_BUS_ADDRESS": bus} if bus else {}
        self._more |= {"PYTHON_KEYRING_BACKEND": keyring} if keyring else {}
        self._arguments = arguments
        self._port = free_port()
        self._url = ""
        self._process = self._started()

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", self._module, *self._arguments, "--no-browser"]
        return subprocess.Popen(
            [*command, "--port", str(self._port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._home,
            env=environment(self._home) | {"PYTHONPATH": str(ROOT)} | self._more,
        )

    @property
    def url(self) -> str:
        """Waits until it serves."""
        if not self._url:
            assert self._process.stdout is not None
            for line in self._process.stdout:
                found = re.search(r"(http://127\.0\.0\.1:\d+)/enter", line)
                if found:
                    self._url = found[1]
                    break
            else:
                raise AssertionError(self._process.communicate()[1])
        return self._url

    @property
    def address(self) -> str:
        """A fresh one-time address, as ``biocoach link`` prints it."""
        return address_at(self.url, data_folder(self.base, simulated="--source" in self._arguments))

    @property
    def base(self) -> Path:
        return self._home / "data" / "biocoach"

    def disk(self, *, full: bool) -> None:
        """No file may grow while it is full. Only Linux can do this to another process."""
        import resource

        most = 1 if full else resource.RLIM_INFINITY
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def freeze(self) -> None:
        """It stands still, with its sockets open, until ``thaw``."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def again(self) -> None:
        """Another start with the same record, at the same place."""
        self._process = self._started()

    def stop(self) -> None:
        self._process.terminate()
        _, trouble = self._process.communicate(timeout=60)
        assert "Traceback" not in trouble, trouble


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


# ---- straight to the server, to come to a place quickly


def tell(page: Page, **body: Any) -> dict[str, Any]:
    """One input, as another page of the same person would send it."""
    url = origin(page)
    answer = page.context.request.post(url + INPUTS, data=body, headers={"origin": url})
    found: dict[str, Any] = answer.json()
    return found


def plan(support: str, **more: Any) -> dict[str, Any]:
    step = {"id": "shop", "title": "They drive to the shop", "support": support}
    return {
        "kind": "plan",
        "step": step | {"expected_suds": 40},
        "planned_s": 1200,
        "feared": "They will not come back",
        "probability_pct": 60,
        "suds": 35,
        **more,
    }


def go_apart(page: Page, support: str, **more: Any) -> None:
    """Plan, sit quietly and leave, each as soon as the server lets one: a virtual heart does not
    wait for a slow page. By hand it is done in test_session and test_keyboard."""
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert tell(page, **plan(support, **more))["ok"]
    assert tell(page, kind="mark", mark="baseline")["ok"]
    while not state(page)["session"]["baseline"]["can_finish"]:
        page.evaluate(FRAMES_PASS)
    assert tell(page, kind="mark", mark="apart")["ok"]


# ---- what is on the screen


def text_of(page: Page) -> str:
    """The words that can be seen now, charts left out."""
    return page.locator("body").inner_text()


def wait_for_messages(page: Page, count: int) -> None:
    """Until the page has had so many more messages from the server."""
    page.wait_for_function("before => window.heard >= before", arg=heard(page) + count)


def until_server(page: Page, what: str) -> None:
    """Until ``what``, of the server's ``state``, is true. ``wait_for_function`` would take the
    promise itself for true, whatever comes of it."""
    asked = """async () => {
      for (let n = 0; n < 1000; n += 1) {
        const { state } = await (await fetch("/api/state")).json();
        if (%s) return true;
        await new Promise(requestAnimationFrame);
      }
      return false;
    }"""
    assert page.evaluate(asked % what), f"never so: {what}"


def heard(page: Page) -> int:
    return int(page.evaluate("window.heard"))


def crisis_works(page: Page) -> None:
    """The card opens by its key and by its button, closes, and asks nobody."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    card = page.get_by_role("dialog", name="Help now")
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("?")
    expect(card).to_be_visible()
    expect(card.get_by_role("link").first).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    expect(card).to_be_hidden()
    page.get_by_role("banner").get_by_role("button", name="Help now").click()
    expect(card).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    expect(card).to_be_hidden()
    # The page itself, when it opens or a session begins just now; the browser, for its tab.
    by_others = (
        "/ws", "/api/check-in", "/api/worksheets", "/api/phone", "/api/safe", "/api/clinic",
        "/icon.svg",
    )  # fmt: skip
    assert not [url for url in asked if not url.endswith(by_others)], asked


# Text fields that can be seen and have no such line in their own form, card or dialog.
UNTOLD = """() => [...document.querySelectorAll("textarea, input[type=text]")]
  .filter(field => field.checkVisibility() && field.inputMode !== "decimal" && !field.readOnly)
  .filter(field => {
    const around = field.closest("form, dialog, section, fieldset, article") ?? document.body;
    const wider = around.parentElement?.closest("form, dialog, section, article") ?? around;
    const told = /No one reads this|can read this|It is sent to/;
    return ![around, wider].some(part => told.test(part.innerText));
  })
  .map(field => field.labels?.[0]?.innerText ?? field.name)"""


def look_at(page: Page, where: str) -> list[str]:
    """What axe finds on this screen, laptop and phone; and what does not fit the phone. Beside
    each text field it must be told that nobody is watching."""
    size = page.viewport_size
    assert size is not None
    found = [f"{where}: nobody is told who reads {field!r}" for field in page.evaluate(UNTOLD)]
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found += axe_finds(page, f"{where}-{name}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{where}-{name}: wider than the screen")
    page.set_viewport_size(size)
    return found


def axe_finds(page: Page, where: str) -> list[str]:
    """What axe says of this screen in light; and of its colours in dark."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)  # so that no colour is caught half-way
        run = f"axe.run({RULES[scheme]}).then(found => found.violations)"
        for fault in page.evaluate(run):
            nodes = "; ".join(str(node["target"]) for node in fault["nodes"])
            found.append(f"{where}, {scheme}: {fault['id']}: {fault['help']} at {nodes}")
        picture(page, f"{where}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.emulate_media(reduced_motion="no-preference")
    return found


def picture(page: Page, name: str) -> None:
    """For people who want to look: BIOCOACH_PICTURES=folder. In CI all screens are enough."""
    folder = os.environ.get("BIOCOACH_PICTURES")
    if folder and not os.environ.get("CI"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def go_to(page: Page, name: str) -> None:
    """By the links at the top; where they are folded, by the menu."""
    menu = page.get_by_role("banner").get_by_role("button", name="Menu")
    links = page.get_by_role("navigation", name="Main")
    expect(menu.or_(links).first).to_be_visible()
    if menu.is_visible():
        menu.click()
    links.get_by_role("link", name=name, exact=True).click()


def by_keyboard(page: Page, target: Locator) -> None:
    """Tab until the target has the focus."""
    for _ in range(80):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {target}")


def state(page: Page) -> dict[str, Any]:
    """What the server tells its pages now."""
    found: dict[str, Any] = page.context.request.get(origin(page) + "/api/state").json()["state"]
    return found


def origin(page: Page) -> str:
    return page.url.partition("/#")[0].rstrip("/")
