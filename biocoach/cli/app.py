"""The typer application: one line a command."""

from __future__ import annotations

import typer

from biocoach import __version__
from biocoach.cli import (
    analyze,
    bench,
    bring,
    decode,
    doctor,
    errand,
    evaluate,
    events,
    export,
    practices,
    read,
    record,
    reply,
    report,
    safekeeping,
    serve,
    share,
    simulate,
    straps,
    study,
    worksheets,
    year,
)
from biocoach.cli.clinic import command as clinic
from biocoach.cli.say import out

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A wearable-driven coach for the body. Without a command: serve.",
)


def _version(asked: bool) -> None:
    if asked:
        out(f"biocoach {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """A wearable-driven coach for the body. Everything stays on this computer."""


app.command()(analyze.analyze)
app.command("import")(bring.bring)
app.command()(export.export)
app.command()(decode.decode)
app.command()(serve.serve)
app.command()(serve.demo)
app.command()(serve.link)
app.command()(events.events)
app.command()(record.record)
app.command()(report.report)
app.command()(simulate.simulate)
app.command()(straps.straps)
app.command()(year.year)
app.command()(evaluate.evaluate)
app.command()(study.study)
app.command()(practices.practices)
app.command()(worksheets.worksheets)
app.command()(share.key)
app.command()(share.share)
app.command()(read.read)
app.command()(reply.reply)
app.command()(safekeeping.backup)
app.command()(safekeeping.restore)
app.command()(safekeeping.verify)
app.command()(safekeeping.erase)
app.command()(safekeeping.passphrase)
app.command()(safekeeping.recovery)
app.command()(safekeeping.encrypt)
app.command()(bench.bench)
app.command()(doctor.doctor)
app.add_typer(errand.errand, name="errand")
app.add_typer(clinic.clinic, name="clinic")
