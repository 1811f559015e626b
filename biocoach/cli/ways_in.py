"""The ways into one's own record: another passphrase, recovery words, encrypting it afterwards."""

from __future__ import annotations

from pathlib import Path

import typer

from biocoach.cli.doorway import CLOCK
from biocoach.cli.held import FolderError, Held
from biocoach.cli.own_record import SERVED, key_of, must_be_there, own_record
from biocoach.cli.say import fail, out
from biocoach.store import HeldError, Key, Locked, State, StoreError, Vault, data_folder
from biocoach.store.days import daily, new_vault, want_anew
from biocoach.store.encrypting import encrypt

ASKED = (3, 10)  # of the words, to see that they were written down


def new_passphrase(base: Path | None, given: str | None, new: str | None) -> None:
    """``given`` opens it now; ``new`` None: it is asked for."""
    vault, key = _opened(base, given)
    _settle(vault.set_passphrase(key, _new(new)), data_folder(base))
    out("The record has a new passphrase.")


def new_words(base: Path | None, given: str | None) -> None:
    vault, key = _opened(base, given)
    words = vault.new_words()
    out("These twelve words open your record. Write them on paper, in this order:\n")
    for place, word in enumerate(words, 1):
        out(f"  {place:2}. {word}")
    out("\nWhoever has them can read your record. Keep the paper apart from this computer.")
    for place in ASKED:
        if typer.prompt(f"Word {place}").strip().lower() != words[place - 1]:
            fail("that is another word; nothing was changed. Run `biocoach recovery` again")
    _settle(vault.keep_words(key, " ".join(words)), data_folder(base))
    out("Kept. These words open the record from now on.")


def encrypted(base: Path | None, new: str | None) -> None:
    folder = data_folder(base)
    must_be_there(base)
    vault = Vault(folder)
    if vault.state() is not State.PLAIN:
        fail("the record is encrypted already")
    # Opened and closed once: today's tables, and nothing of an import that was cut off.
    with own_record(base, CLOCK, passphrase=None, served=SERVED, plain=True):
        pass
    passphrase, held = _new(new), Held()
    try:
        held.hold(folder)
        want_anew(folder)  # those before are plain
        key = encrypt(folder, vault, passphrase)
        if isinstance(key, Locked):
            fail(key.words)
        daily(folder, key, CLOCK.wall().astimezone())
    except HeldError:
        fail(SERVED)
    except (FolderError, StoreError) as error:
        fail(f"the record is as it was: {error}" if vault.from_plain else str(error))
    finally:
        held.leave()
    out("The record is encrypted. Now run `biocoach recovery`, and write down the twelve words.")


# ---- inside


def _opened(base: Path | None, given: str | None) -> tuple[Vault, Key]:
    must_be_there(base)
    vault = Vault(data_folder(base))
    key = key_of(vault, given, plain=False)
    if key.plain:
        fail("this record is not encrypted: run `biocoach encrypt`")
    return vault, key


def _new(given: str | None) -> str:
    if given is not None:
        return given
    return str(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True))


def _settle(refused: Locked | None, folder: Path) -> None:
    if refused is not None:
        fail(refused.words)
    try:
        new_vault(folder)
    except StoreError as error:
        fail(f"done, but the backups still open by what was before: {error}")
