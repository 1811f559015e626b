"""A biocoach that serves in a process of its own, in the middle of a practice."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.served import ADDRESS, INPUTS, PLAN, ROOT, Browser
from tests.cli.support import environment

VIRTUAL = "virtual:unscripted"


@dataclass
class Practice:
    process: Process
    browser: Browser

    async def ask(self, path: str) -> Any:
        return await asyncio.to_thread(self.browser.get, path)

    async def say(self, body: dict[str, Any]) -> dict[str, Any]:
        return await asyncio.to_thread(self.browser.send, INPUTS, body)

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = (await self.ask("/api/state"))["state"]
        return state

    async def sees_a_heart(self) -> dict[str, Any]:
        state = await self.state()
        while not (state.get("now") or {}).get("hr_bpm"):
            await asyncio.sleep(0.05)
            state = await self.state()
        return state

    async def begin(self) -> None:
        """To the quiet minutes, or where a practice goes on already."""
        state = await self.sees_a_heart()
        if state["session"]["phase"] == "plan":
            for word in (PLAN, {"kind": "mark", "mark": "baseline"}):
                assert (await self.say(word))["ok"]

    async def end(self) -> None:
        """By hand: Ctrl-C."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
        await self.process.wait()


@asynccontextmanager
async def practising(
    home: Path,
    *arguments: str,
    extra: dict[str, str],
    source: str = VIRTUAL,
    module: str = "biocoach",
) -> AsyncIterator[Practice]:
    """Killed at the latest at the end. ``extra``: of the environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "serve", "--source", source, "--no-browser", *arguments,
        cwd=ROOT, env=environment(home) | extra,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        browser = await asyncio.to_thread(Browser, await _address(process))
        yield Practice(process, browser)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _address(process: Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        found = ADDRESS.search(line.decode())
        if found is not None:
            return found[0]
    raise AssertionError("it ended before it told its address")
