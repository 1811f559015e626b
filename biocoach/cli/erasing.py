"""All that biocoach has in a data folder, overwritten and removed."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from biocoach.cli.doorway import OURS
from biocoach.store import LOCK, Vault, remove_store
from biocoach.store.backup import ANEW
from biocoach.store.folder import BACKUPS, RESTORING, SERVING, VAULT, wipe
from biocoach.store.restoring import ASIDE
from dashboard.guard import KEPT_IN, RUN_KEPT_IN

SIMULATED = "simulated"  # a folder within: another record


def everything_in(folder: Path, *, served: bool = False) -> list[Path]:
    """One record, which must be closed and its folder held. Gives what is left: files that biocoach
    did not make. ``served``: the page goes on, so that the ways to it stay; they say nothing of
    anybody. Raises StoreError, OSError."""
    whole = [folder / BACKUPS, folder / RESTORING, *sorted(folder.glob(f"{ASIDE}*"))]
    for vault in [folder / VAULT, *(v for place in whole for v in place.rglob(VAULT))]:
        Vault(vault.parent).forget()  # from the keyring as well: the rest can't be read any more
    remove_store(folder)
    for place in whole:
        if place.is_dir():
            for path in place.rglob("*"):
                if path.is_file():
                    wipe(path)
            shutil.rmtree(place)
    ways_in = (KEPT_IN, RUN_KEPT_IN, SERVING)
    for path in folder.iterdir():
        way_in = path.name in ways_in or OURS.fullmatch(path.name)
        if path.name == ANEW or (way_in and not served):
            wipe(path)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # for files of one's own; where there are some, they stay
                path.rmdir()
    known = (LOCK, SIMULATED, *(ways_in if served else ()))
    return [path for path in sorted(folder.iterdir()) if path.name not in known]
