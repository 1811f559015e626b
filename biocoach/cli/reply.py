"""``biocoach reply``: a therapist's answer, taken item by item."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import fail, out, out_json, wrong_use
from biocoach.cli.share import FOLDER, JSON, PASSPHRASE, PLAIN, SIMULATED, record

if TYPE_CHECKING:
    from biocoach.store import Journal

Json = dict[str, Any]
WHY = {
    "not_there": "there is no such item to answer, or what it is about is not in this record",
    "beyond_limits": "it goes beyond what is practised without a therapist; say in the settings "
    "that you have one, or leave it",
    "no_less": "it would change nothing here",
    "changed": "the ladder has changed meanwhile; try again",
}


def reply(
    file: Path | None = typer.Argument(None, help="The therapist's file; none: those that came."),
    accept: list[int] = typer.Option([], "--accept", help="Accept this item; again for more."),
    not_now: list[int] = typer.Option([], "--not-now", help="Not now; again for more."),
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    simulated: bool = SIMULATED,
    plain: bool = PLAIN,
    as_json: bool = JSON,
) -> None:
    """See what your therapist answered, and say yes or not now to each thing in it.

    Nothing changes by itself. Not now is no no: it can be accepted later.

    Example: biocoach reply january.reply.biocoach --accept 1 --not-now 2
    """
    from biocoach.cli.own_record import must_be_there

    if file is None and (accept or not_now):
        wrong_use("give the reply's file with --accept or --not-now")
    if set(accept) & set(not_now):
        wrong_use("an item can't be both accepted and not now")
    must_be_there(data_dir, simulated=simulated)
    with record(data_dir, passphrase_file, simulated=simulated, plain=plain) as journal:
        found = _came(journal, file)
        for name, value in found.items():
            answers = dict.fromkeys(accept, "accepted") | dict.fromkeys(not_now, "not_now")
            _answer(journal, name, answers, simulated=simulated)
            latest = journal.fact(f"reply:{name}") or value
            if as_json:
                out_json({"id": name} | {k: v for k, v in latest.items() if k != "rev"})
            else:
                _show(journal, latest)
        if not found and not as_json:
            out("No reply has come yet.")


def _came(journal: Journal, file: Path | None) -> dict[str, Json]:
    from biocoach.settings import SHARING
    from biocoach.sharing.replies import CAME, ReplyError, open_reply

    if file is None:
        rows = journal.facts(CAME)
        return {name.removeprefix(CAME): value for name, value in rows.items()}
    try:
        if file.stat().st_size > SHARING.reply_max_bytes:
            fail(f"{file}: larger than a reply can be")
        came = open_reply(journal, file.read_bytes())
    except OSError as error:
        fail(f"{file}: can't be read ({error.strerror})")
    except ReplyError as error:
        fail(f"{file}: {error}")
    return {came.id: came.value}


def _answer(journal: Journal, name: str, answers: dict[int, str], *, simulated: bool) -> None:
    """A number that can't be answered stops all of them, before any is."""
    import asyncio

    from biocoach.cli.accepting import accepting
    from biocoach.cli.doorway import CLOCK
    from biocoach.settings import Settings
    from biocoach.sharing.replies import CAME, answered

    value, numbers = journal.fact(CAME + name), sorted(answers)
    for number in numbers:
        if value is None or answered(value, str(number - 1), answers[number]) is None:
            fail(f"item {number}: {WHY['not_there']}; nothing was answered")
    desk, readings = accepting(journal, CLOCK, Settings(), simulated=simulated)
    try:
        for at, number in enumerate(numbers):
            outcome = asyncio.run(desk.answer(name, str(number - 1), answers[number]))
            if outcome.why:
                before = ", ".join(map(str, numbers[:at]))
                done = f" (answered before it: {before})" if before else ""
                fail(f"item {number}: {WHY.get(outcome.why, outcome.why)}{done}")
    finally:
        readings.close()


def _show(journal: Journal, value: Json) -> None:
    out(f"From {value['by']}, {value['made_utc'][:10]}:")
    for number, item in enumerate(value["items"], start=1):
        state = {"": "waits", "accepted": "accepted", "not_now": "not now"}[item["answer"]]
        out(f"  {number}. [{state}] {_words(journal, item)}")


def _words(journal: Journal, item: Json) -> str:
    from biocoach.sharing.proposed import proposed

    if item["kind"] == "note":
        day = (journal.summary(item["session"]) or {}).get("started_utc", "")[:10]
        return f"note on {day or 'a session'} at {int(item['at_s'])} s: {item['text']}"
    if item["kind"] == "practise":
        return f"to practise till next time: {item['text']}"
    change = proposed(item, (journal.fact("ladders") or {}).get("ladders", []))
    what = f"{change['what']}: {change['was']} → {change['to']}" if "to" in change else item["way"]
    return f"{change['title'] or 'a step'}: {what}, because: {item['reason']}"
