"""``biocoach errand``: the strap records by itself, and is fetched afterwards."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import out, out_json, progress, wrong_use

if TYPE_CHECKING:
    from biocoach.cli.errand_bring import Homecoming
    from biocoach.cli.errand_fact import Errand
    from biocoach.cli.errand_reach import Reached
    from biocoach.cli.errand_run import Wish
    from biocoach.cli.errands import Errands, Trial

errand = typer.Typer(
    no_args_is_help=True,
    help="Record on a Polar H10 by itself, go out with it, and fetch it afterwards.",
)
SOURCE = typer.Option("", "--source", help="ble:ADDRESS-or-NAME or virtual; else the known strap.")
FOLDER = typer.Option(None, "--data-dir", help="Where the record is kept.")
PASSPHRASE = typer.Option(None, "--passphrase-file", help="Opens the record without asking.")
JSON = typer.Option(False, "--json", help="Machine-readable.")


@errand.command()
def start(
    source: str = SOURCE,
    trial: bool = typer.Option(False, "--trial", help="Try for a minute whether it keeps beats."),
    replace: bool = typer.Option(
        False, "--replace", help="Keep here what is on the strap, take it off, and start."
    ),
    yes: bool = typer.Option(False, "--yes", help="Yes to --replace."),
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    as_json: bool = JSON,
) -> None:
    """Have the strap record from now on. Wear it while you start.

    Example: biocoach errand start --source virtual
    """
    from biocoach.cli import errand_words as words
    from biocoach.cli.errand_run import Wish, run

    wish = Wish(source=source, data_dir=data_dir, passphrase_file=passphrase_file)
    if replace and trial:
        wrong_use("--trial replaces nothing; fetch first, or leave --trial away")
    if replace and not yes:
        wrong_use("--replace takes the recording off the strap once it is kept here; add --yes")
    if trial:
        _try_out(wish, as_json)
        return
    begun, brought = run(wish, lambda at, _: at.start(replace=replace, progress=_progress))
    if as_json:
        out_json({"errand": _fact(begun), "brought": [_json(b) for b in brought]})
        return
    for found in brought:
        _say(words.brought(found))
    out(words.started(begun))


@errand.command()
def status(
    source: str = SOURCE,
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    as_json: bool = JSON,
) -> None:
    """Say what is known of the errand, and what is on the strap.

    Example: biocoach errand status --source virtual --json
    """
    from biocoach.cli import errand_words as words
    from biocoach.cli.errand_run import Wish, run

    wish = Wish(source=source, data_dir=data_dir, passphrase_file=passphrase_file)

    def unreached(known: Errand | None, why: str) -> None:
        if as_json:
            out_json({"errand": _fact(known), "strap": None, "why": why})
        else:
            _say(words.standing(known, None))

    found = run(wish, lambda at, _: at.status(), unreached)
    if not as_json:
        _say(words.standing(found.errand, found))
        return
    on_strap = {
        "recording": found.status.on,
        "id": found.status.identifier,
        "stored": [{"id": s.identifier, "bytes": s.size} for s in found.stored],
    }
    out_json({"errand": _fact(found.errand), "strap": on_strap, "why": None})


@errand.command()
def fetch(
    source: str = SOURCE,
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    as_json: bool = JSON,
) -> None:
    """Bring the recording home: it is kept first, then taken off the strap. Wear it meanwhile.

    Example: biocoach errand fetch --source virtual
    """
    from biocoach.cli import errand_words as words
    from biocoach.cli.errand_run import Wish, run

    wish = Wish(source=source, data_dir=data_dir, passphrase_file=passphrase_file)
    brought = run(wish, lambda at, _: at.fetch(_progress))
    if as_json:
        out_json({"brought": [_json(b) for b in brought]})
        return
    for found in brought:
        _say(words.brought(found))


def _try_out(wish: Wish, as_json: bool) -> None:
    from biocoach.cli import errand_words as words
    from biocoach.cli.errand_run import run
    from biocoach.cli.errands import TRIAL_S

    async def go(at: Errands, way: Reached) -> tuple[Trial, str]:
        async def wait(seconds: float) -> None:
            begun_s = way.clock.now_s()
            for second in range(1, round(seconds) + 1):
                await way.clock.sleep_until(begun_s + second)
                progress("Wear it; seconds", second, round(TRIAL_S))

        return await at.trial(wait), way.strap.name

    found, strap = run(wish, go)
    if as_json:
        out_json(
            {
                "strap": strap,
                "keeps_beats": found.keeps_beats,
                "holds": found.found.holds,
                "values": found.found.count,
                "lasted_s": round(found.lasted_s, 1),
            }
        )
        return
    out(words.trial(found, strap))


# ---- how it is told


def _progress(done: int, of: int) -> None:
    progress("Fetching, bytes", done, of or done)


def _say(lines: list[str]) -> None:
    for line in lines:
        out(line)


def _fact(known: Errand | None) -> dict[str, Any] | None:
    return asdict(known) if known is not None else None


def _json(found: Homecoming) -> dict[str, Any]:
    kept = found.found
    return {
        "id": found.identifier,
        "session": found.session or None,
        "new": found.new,
        "started_utc": kept.recording.started_utc,
        "holds": kept.holds,
        "values": kept.count,
        "odd": kept.odd,
        "span_s": round(kept.span_s, 3),
        "missing_s": None if kept.missing_s is None else round(kept.missing_s, 1),
        "too_long": kept.too_long,
        "cut_off": kept.cut_off,
        "left": found.left or None,
    }
