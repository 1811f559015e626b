"""``biocoach doctor``: what works here, what does not, and what to do."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from biocoach.cli.clock_check import clock_trouble, last_written
from biocoach.cli.radio_help import look, steps
from biocoach.cli.say import out, out_json
from biocoach.cli.words import strap_trouble

SCAN_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``needed``: without it the main job can't run. ``steps``: what to do, in order."""

    name: str
    ok: bool
    words: str
    needed: bool
    steps: tuple[str, ...] = ()


def doctor(
    as_json: bool = typer.Option(False, "--json", help="A JSON list of findings."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where the record is kept."),
) -> None:
    """Check Bluetooth, storage, the key, the page and the clock.

    Example: biocoach doctor
    """
    findings = [
        _python(), _storage(data_dir), _key(data_dir), _backups(data_dir), _page(), _bluetooth(),
        _clock(data_dir), _awake(), _notices(), second_opinion(),
    ]  # fmt: skip
    if as_json:
        out_json([asdict(f) for f in findings])
    else:
        for found in findings:
            out(f"{'ok ' if found.ok else 'NO '} {found.name}: {found.words}")
            for step in found.steps:
                out(f"      - {step}")
    if any(f.needed and not f.ok for f in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(name="python", ok=True, words=version, needed=True)


def _storage(data_dir: Path | None) -> Finding:
    """Write, read and remove a small file where the record is kept."""
    from biocoach.store import data_folder, make_folders

    folder = data_folder(data_dir)
    if folder.exists() and not folder.is_dir():
        words = f"{folder} is a file, not a folder; give another --data-dir"
        return Finding(name="storage", ok=False, words=words, needed=True)
    probe = folder / "doctor.tmp"
    try:
        make_folders(folder)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        words = f"{folder} can't be written ({error.strerror}); give another --data-dir"
        return Finding(name="storage", ok=False, words=words, needed=True)
    return Finding(name="storage", ok=True, words=f"{folder} can be written", needed=True)


def _key(data_dir: Path | None) -> Finding:
    """How the record would be opened."""
    from biocoach.cli.erasing import wants_all_gone
    from biocoach.store import State, Vault, data_folder

    words = {
        State.NEW: "no record yet; the first start makes one",
        State.PLAIN: "the record is NOT encrypted (--plain was chosen)",
        State.LOCKED: "encrypted; the page asks for the passphrase",
        State.OPEN: "encrypted; the key is in this system's keyring",
        State.LOST: "the key is gone from the keyring; restore a backup of vault.json",
    }
    alone = {
        State.LOCKED: "; no recovery words yet: `biocoach recovery` makes some",
        State.OPEN: "; nothing else opens it yet: `biocoach recovery` makes words that do",
    }
    folder = data_folder(data_dir)
    if not folder.is_dir():  # the storage's finding says what is wrong
        return Finding(name="key", ok=False, words="no folder to keep it in", needed=True)
    if wants_all_gone(folder):
        said = "everything here was being erased, and was cut off"
        todo = ("Run `biocoach erase --all`, or start biocoach: either erases the rest.",)
        return Finding(name="key", ok=False, words=said, needed=False, steps=todo)
    vault = Vault(folder)
    state = vault.state()
    more = "" if vault.has_recovery() else alone.get(state, "")
    return Finding(name="key", ok=state is not State.LOST, words=words[state] + more, needed=True)


def _backups(data_dir: Path | None) -> Finding:
    """Whether there is a checked copy, and from when."""
    from biocoach.store import data_folder
    from biocoach.store.backup import backups_in

    folder = data_folder(data_dir)
    if not (folder / "journal.db").exists():
        words = "none needed: there is no record yet"
        return Finding(name="backups", ok=True, words=words, needed=False)
    found = backups_in(folder)
    if not found:
        words = "none yet: one is made after a session, or by `biocoach backup`"
        return Finding(name="backups", ok=False, words=words, needed=False)
    words = f"{len(found)}, the newest of {found[0].made_utc[:10]}"
    return Finding(name="backups", ok=True, words=words, needed=False)


def _page() -> Finding:
    from dashboard.app import STATIC

    built = (STATIC / "index.html").is_file()
    words = "built" if built else "not built; run ./run, or install again with npm in reach"
    return Finding(name="page", ok=built, words=words, needed=True)


def _bluetooth() -> Finding:
    """A short scan. Without Bluetooth the virtual strap and replays still work."""
    from devices.radio import scan
    from devices.strap_words import DeviceError

    try:
        found = asyncio.run(scan(SCAN_S))
    except DeviceError as error:
        words = f"{strap_trouble(error.reason)}; the virtual strap works without"
        todo = steps(error.reason, sys.platform, look())
        return Finding(name="bluetooth", ok=False, words=words, needed=True, steps=todo)
    return Finding(name="bluetooth", ok=True, words=f"{len(found)} strap(s) near", needed=True)


def _clock(data_dir: Path | None) -> Finding:
    """Whether it is plainly wrong, and whether it counts the computer's sleep."""
    from biocoach.clock import SystemClock
    from biocoach.store import data_folder

    clock = SystemClock()
    wrong = clock_trouble(clock.wall(), last_written(data_folder(data_dir)), sys.platform)
    if wrong is not None:
        said, todo = wrong
        return Finding(name="clock", ok=False, words=said, needed=False, steps=todo)
    counts = clock.counts_sleep
    words = "counts sleep" if counts else "stops while the computer sleeps: gaps will look short"
    return Finding(name="clock", ok=True, words=words, needed=False)


AWAKE_WORDS = {
    "": "held off while a practice runs; a closed lid is left alone",
    "no_service": "can't be held off: no service for it here",
    "refused": "can't be held off: the system said no",
    "unsupported": "can't be held off on this system",
}


def _awake() -> Finding:
    """Holds the computer awake for a moment, as a practice does."""
    from devices.awake import open_sleepless

    async def tried() -> str:
        sleepless = open_sleepless()
        why = await sleepless.hold("biocoach doctor")
        await sleepless.release()
        return why

    why = asyncio.run(tried())
    todo = ("Switch sleep off in the computer's settings before a practice.",) if why else ()
    return Finding(name="sleep", ok=not why, words=AWAKE_WORDS[why], needed=False, steps=todo)


NOTICE_WORDS = {
    "": "the desktop tells you if biocoach stops recording in the middle of a practice",
    "no_service": "no service for them here: the terminal alone would tell you",
    "unsupported": "not on this system: the terminal alone would tell you",
}


def _notices() -> Finding:
    """Asks whether there is somebody to show one; shows none."""
    from devices.notices import open_notices

    why = open_notices().why_not()
    todo = ("Keep the terminal that biocoach runs in where you can hear its bell.",) if why else ()
    return Finding(name="notices", ok=not why, words=NOTICE_WORDS[why], needed=False, steps=todo)


def second_opinion(module: str = "biocoach.review.opinion") -> Finding:
    """One reading by NeuroKit2, in its own process as in a session."""
    from biocoach.sandbox import run_module

    ran = run_module(module, "--check")
    if ran.why:
        words = f"not running ({ran.why}); everything else works; installing again may help"
        return Finding(name="second opinion", ok=False, words=words, needed=False)
    words = "NeuroKit2 reads the beats too, in a process of its own"
    return Finding(name="second opinion", ok=True, words=words, needed=False)
