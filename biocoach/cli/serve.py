"""``biocoach serve``, ``demo`` and ``link``: the dashboard."""

from __future__ import annotations

from pathlib import Path

import typer

from biocoach.cli.loading import loading
from biocoach.cli.say import fail, out, passphrase_in, wrong_use

SOURCE_HELP = (
    "ble:ADDRESS-or-NAME, replay:FILE[@SPEED] or virtual[:seed=N,scenario=NAME,fault=NAME]"
)
DATA_HELP = "Where the record is kept."
DEMO_SPEED = 2.7  # a separation of 27 minutes in ten


def serve(
    source: str = typer.Option("", "--source", help=SOURCE_HELP),
    port: int = typer.Option(8765, "--port", min=1, max=65_000, help="The next free one is used."),
    no_browser: bool = typer.Option(False, "--no-browser", help="Only print the address."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
    passphrase_file: Path | None = typer.Option(
        None, "--passphrase-file", help="Opens the record without asking."
    ),
    plain: bool = typer.Option(False, "--plain", help="Keep the record unencrypted."),
    sync: str = typer.Option(
        "", "--sync", metavar="URL", help="Keep a copy at your clinic, once you have joined there."
    ),
    sync_trust: Path | None = typer.Option(
        None, "--sync-trust", metavar="FILE", help="Believe this authority (PEM), and no other."
    ),
    lsl: bool = typer.Option(
        False, "--lsl", help="Live streams for recorders; everybody in this network can read them."
    ),
    try_watchdog: bool = typer.Option(
        False,
        "--try-watchdog",
        help="Mind a simulated practice like a real one, to try the notice.",
    ),
) -> None:
    """Serve the dashboard on this computer.

    Example: biocoach serve --source virtual --no-browser
    """
    with loading():
        from biocoach.cli.opened import Wish, keep_open
    from biocoach.types import Refusal
    from devices import parse_source

    spec = parse_source(source) if source else None
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    if spec is not None and spec.kind == "replay" and not Path(spec.target).is_file():
        fail(f"{spec.target}: no such capture file; `biocoach record` makes one")
    if lsl:
        _must_have_lsl()
    keep_open(
        Wish(
            spec=spec,
            speed=spec.speed if spec else 1.0,
            port=port,
            browser=not no_browser,
            data_dir=data_dir,
            passphrase=passphrase_in(passphrase_file),
            plain=plain,
            simulated_too=try_watchdog,
            sync=sync,
            sync_trust=sync_trust,
            lsl=lsl,
        )
    )


def _must_have_lsl() -> None:
    from biocoach.outlet import OutletError, must_be_there

    try:
        must_be_there()
    except OutletError as error:
        fail(str(error))


def demo(
    speed: float = typer.Option(DEMO_SPEED, "--speed", min=0.1, max=200, help="Times real time."),
    seed: int = typer.Option(7, "--seed", min=0),
    scenario: str = typer.Option("separation", "--scenario"),
    port: int = typer.Option(8765, "--port", min=1, max=65_000),
    no_browser: bool = typer.Option(False, "--no-browser", help="Only print the address."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
) -> None:
    """Show a simulated separation of half an hour in ten minutes.

    Example: biocoach demo --speed 20 --no-browser
    """
    with loading():
        from biocoach.cli.opened import Wish, keep_open
    from biocoach.types import Refusal
    from devices import parse_source

    spec = parse_source(f"virtual:seed={seed},scenario={scenario}")
    if isinstance(spec, Refusal):
        wrong_use(spec.why)
    keep_open(Wish(spec=spec, speed=speed, port=port, browser=not no_browser, data_dir=data_dir))


def link(data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP)) -> None:
    """Print a fresh one-time address, for another browser on this computer.

    Example: biocoach link
    """
    from biocoach.cli.doorway import DoorwayError, address_at, served_at
    from biocoach.store import data_folder

    try:
        for simulated in (False, True):
            folder = data_folder(data_dir, simulated)
            url = served_at(folder)
            if url is not None:
                out(address_at(url, folder))
                return
    except DoorwayError as error:
        fail(str(error))
    fail("biocoach is not running with this data folder; start it with `biocoach`")
