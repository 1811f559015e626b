"""The server of ``biocoach read``, from its first address to its last request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from biocoach.cli.contents import Contents
from biocoach.cli.doorway import CLOCK, address_at, close_doorway, now_s, open_browser
from biocoach.cli.reading_desk import Client
from biocoach.cli.reading_house import ReadingHouse
from biocoach.cli.say import out
from biocoach.store import Journal, data_folder
from dashboard.guard import Guard, keep_run_secret, load_secret, new_run_secret
from dashboard.hub import Hub
from dashboard.reading_app import ReadingPorts, create_reading_app
from dashboard.server import Server, bind


async def serve(
    clients: Sequence[Client], own: Journal, port: int, base: Path | None, *, browser: bool
) -> None:
    folder, hub = data_folder(base), Hub()
    house = await asyncio.to_thread(ReadingHouse, clients, own, CLOCK, hub, folder)
    house.loop = asyncio.get_running_loop()
    listener = bind(port)
    port = int(listener.getsockname()[1])
    secret = new_run_secret()
    keep_run_secret(folder, secret)
    guard = Guard(
        secret=load_secret(folder), run_secret=secret, port=port, now_s=now_s,
        spent=lambda name: close_doorway(name, folder),
    )  # fmt: skip
    ports = ReadingPorts(
        hub=hub, reading=house, reader=house.readings, library=Contents(),
        worksheets=house.worksheets, measures=house.measures, margin=house.margin,
        ladders=house.ladders, note_drafts=house.note_drafts,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    names = ", ".join(client.name for client in clients)
    out(f"Open, read only: {names}. It is here: {address_at(url, folder)}")
    if browser:
        Thread(target=open_browser, args=(url, folder, folder), daemon=True).start()
    await Server(create_reading_app(ports, guard), listener).run()
