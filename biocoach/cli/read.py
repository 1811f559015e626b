"""``biocoach read``: what clients have shared, read-only, and the answer to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from biocoach.cli.say import err, fail, out, passphrase_in, progress
from biocoach.cli.share import FOLDER, PASSPHRASE, PLAIN, SERVED

if TYPE_CHECKING:
    from biocoach.cli.reading_desk import Client
    from biocoach.store import Journal


def read(
    bundles: list[Path] = typer.Argument(help="Files of clients, or folders of them."),
    port: int = typer.Option(8765, "--port", min=1, max=65_000, help="The next free one is used."),
    no_browser: bool = typer.Option(False, "--no-browser", help="Only print the address."),
    name: str = typer.Option("", "--name", help="What to call a new client here."),
    new_key: bool = typer.Option(False, "--new-key", help="They have a new key; you have asked."),
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    plain: bool = PLAIN,
) -> None:
    """Open what was shared with you. Nothing of it is written to the disk in the open.

    Example: biocoach read january.biocoach
    """
    from biocoach.cli.doorway import CLOCK
    from biocoach.cli.own_record import own_record
    from biocoach.cli.reading_desk import opened
    from biocoach.settings import Settings
    from biocoach.sharing.taking import ReadError

    files = _files(bundles)
    given = passphrase_in(passphrase_file)
    with own_record(data_dir, CLOCK, passphrase=given, served=SERVED, plain=plain) as own:
        try:
            clients = opened(
                files,
                own,
                CLOCK,
                Settings(),
                new_key=new_key,
                called=name,
                tell=progress,
                skip=lambda why: err(f"left out: {why}"),
            )
        except ReadError as error:
            fail(str(error))
        _serve(clients, own, port, data_dir, browser=not no_browser)


def _files(paths: list[Path]) -> list[Path]:
    from biocoach.settings import SHARING

    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.glob("*.biocoach"))
            found += [one for one in inside if ".reply" not in one.suffixes[-2:-1]]
        elif path.is_file():
            found.append(path)
        else:
            fail(f"{path}: no such file")
    if not found:
        fail("there is no file of a client's here; their names end in .biocoach")
    if len(found) > SHARING.bundles_max:
        fail(f"more than {SHARING.bundles_max} files: give the newest of each client")
    return found


def _serve(
    clients: list[Client], own: Journal, port: int, base: Path | None, *, browser: bool
) -> None:
    import asyncio

    from biocoach.cli.reading_served import serve

    try:
        asyncio.run(serve(clients, own, port, base, browser=browser))
    except KeyboardInterrupt:
        out("Closed. What you have written is kept in your own record.")
