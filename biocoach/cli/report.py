"""``biocoach report``: the packet for a therapist, as a PDF, one HTML file, or its numbers."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.days import day_or_none
from biocoach.cli.say import (
    HALVES,
    NOT_ENCRYPTED,
    err,
    fail,
    may_write,
    out,
    out_json,
    passphrase_in,
    progress,
    wrong_use,
)

if TYPE_CHECKING:  # a command is quick to start: what it needs is read in when it is
    from biocoach.review.packet.material import Review
    from biocoach.review.packet.reading import Read, Readers
    from biocoach.settings import Settings
    from biocoach.store import Journal, Reader

DATA_HELP = "Where biocoach keeps its records."
SERVED = "biocoach is running with this data folder: make the packet on its page, or stop it first"
KINDS = (".pdf", ".html", ".json", ".zip")
WHOLE = ".zip"  # each of the others, and the raw data of the sessions
NOTES, KINDS_OF_NOTE = ("dap", "soap"), (".txt",)
Json = dict[str, Any]


def report(
    out_: Path | None = typer.Option(
        None, "--out", help="The file: .pdf, .html, .json; .zip: all of them with the raw data."
    ),
    since: str = typer.Option("", "--since", help="First day, YYYY-MM-DD; else four weeks back."),
    until: str = typer.Option("", "--until", help="Last day, YYYY-MM-DD; else today."),
    talk: str | None = typer.Option(
        None, "--talk", help="What you want to talk about; else as written on the page."
    ),
    simulated: bool = typer.Option(False, "--simulated", help="Of the simulated record."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
    passphrase_file: Path | None = typer.Option(None, "--passphrase-file"),
    plain: bool = typer.Option(False, "--plain", help="The record is not encrypted."),
    force: bool = typer.Option(False, "--force", help="Replace the file if it is there."),
    note: str = typer.Option("", "--note", help="dap or soap: a progress note's draft, as .txt."),
    as_json: bool = typer.Option(False, "--json", help="The numbers to standard output."),
) -> None:
    """The packet to read with your therapist: a first page, then one page a session.

    Example: biocoach report --since 2026-01-01 --out packet.pdf
    """
    kinds = KINDS_OF_NOTE if note else KINDS
    if note not in ("", *NOTES):
        wrong_use(f"--note {note}: give dap or soap")
    if out_ is None and not as_json:
        wrong_use(f"give --out with a file's name ({', '.join(kinds)}), or --json")
    if out_ is not None and out_.suffix.lower() not in kinds:
        wrong_use(f"--out {out_}: the name must end in {' or '.join(kinds)}")
    if talk is not None and HALVES.search(talk):
        wrong_use("--talk: it holds bytes that are no text in UTF-8")
    days = [day_or_none("--since", since), day_or_none("--until", until)]
    if out_ is not None:
        may_write(out_, force)
    document = _document(
        days, talk, data_dir, passphrase_in(passphrase_file),
        simulated=simulated, plain=plain, note=note, out_=out_,
    )  # fmt: skip
    if out_ is not None and out_.suffix.lower() != WHOLE:
        _write(out_, document)
    if out_ is not None and document["simulated"]:
        err("biocoach: of a simulated record; it says so on every page")
    if as_json:
        out_json(document)
    elif out_ is not None:
        held = "a draft" if note else f"{len(document['sessions'])} sessions"
        held += f"; {NOT_ENCRYPTED}" if out_.suffix.lower() == WHOLE else ""
        out(f"{out_}: {held}")


def _document(
    days: list[date | None],
    talk: str | None,
    data_dir: Path | None,
    passphrase: str | None,
    *,
    simulated: bool,
    plain: bool,
    note: str,
    out_: Path | None,
) -> Json:
    """The packet's numbers; or the draft of a note. What needs the open record is written here."""
    from biocoach.cli.doorway import CLOCK
    from biocoach.cli.own_record import must_be_there, own_record
    from biocoach.cli.packet_made import material_of, note_of
    from biocoach.review.packet.document import packet
    from biocoach.review.packet.material import span_of
    from biocoach.review.packet.reading import Readers
    from biocoach.review.summing_up import sum_up_missing
    from biocoach.settings import Settings
    from biocoach.store import StoreError

    now = CLOCK.wall().astimezone()
    span = span_of(days[0], days[1], now.date())
    if span is None:
        wrong_use("the last day is before the first")
    must_be_there(data_dir, simulated=simulated)
    with own_record(
        data_dir, CLOCK, passphrase=passphrase, served=SERVED, simulated=simulated, plain=plain
    ) as journal:
        reader, settings = journal.reader(), Settings()
        try:
            sum_up_missing(journal, settings, lambda done, of: progress("Summing up", done, of))
            material = material_of(
                reader, span, now, simulated=simulated, talk=talk, settings=settings
            )
            if note:
                return note_of(material, note)
            names = [s["id"] for s in material.sessions(span)]
            with closing(Readers(reader, material.settings, names)) as ahead:
                made = replace(material, read=_kept_too(journal, ahead, material.settings))
                document = packet(made, lambda done, of: progress("sessions", done, of))
            if out_ is not None and out_.suffix.lower() == WHOLE:
                _write_whole(out_, document, reader)
            return document
        except StoreError as error:
            fail(str(error))
        finally:
            reader.close()


def _kept_too(journal: Journal, ahead: Readers, settings: Settings) -> Read:
    """What had to be folded again is kept, so that the next report need not."""
    from biocoach.review.thin import made_by

    kept = journal.thin_reviews_by(made_by(settings))

    def read(name: str) -> Review | None:
        found = ahead.read(name)
        if found is not None and name not in kept:
            journal.put_thin_review(name, made_by(settings), found.told)
        return found

    return read


def _write_whole(to: Path, document: Json, reader: Reader) -> None:
    from biocoach.cli.packet_whole import write_whole
    from biocoach.cli.taking_out import TakeOutError

    try:
        write_whole(to, document, reader, simulated=document["simulated"])
    except TakeOutError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{to}: can't be written ({error.strerror})")


def _write(to: Path, document: Json) -> None:
    """For its owner alone, and under its name only once it is whole."""
    from biocoach.cli.packet_files import packet_bytes
    from biocoach.cli.setting_down import one_file
    from biocoach.review.note.text import as_text

    if to.suffix.lower() in KINDS_OF_NOTE:
        data = as_text(document).encode()
    else:
        data = packet_bytes(document, to.suffix.lower().lstrip("."))
    try:
        with one_file(to) as file:
            file.write(data)
    except OSError as error:
        fail(f"{to}: can't be written ({error.strerror})")
