"""The ways in: the page's one-time addresses, and the browser that is sent to one."""

from __future__ import annotations

import re
import webbrowser
from contextlib import suppress
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from biocoach.cli.say import out
from biocoach.clock import SystemClock
from biocoach.store import FolderLock, HeldError, StoreError
from biocoach.store.folder import write_private
from dashboard.guard import name_of, new_code, run_secret

CLOCK = SystemClock()
OURS = re.compile(r"biocoach-(\d{10,})\.[0-9a-f]{16}\.html")
DOORWAY = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>biocoach</title>
<a href="{address}">biocoach</a>
"""


class DoorwayError(Exception):
    """No way in could be made; one line for people."""


def now_s() -> float:
    """Seconds since 1970, for codes that expire."""
    return CLOCK.wall().timestamp()


def address_at(url: str, folder: Path) -> str:
    """A one-time address of the page at ``url``, by the process that holds the folder."""
    try:
        secret = run_secret(folder)
    except (OSError, ValueError) as error:
        words = f"biocoach runs at {url}, but gave no way in; stop it and start it again"
        raise DoorwayError(words) from error
    return f"{url}/enter?code={new_code(secret, now_s())}"


def served_at(folder: Path) -> str | None:
    """The page's address while a biocoach serves this folder. Raises DoorwayError."""
    try:
        if folder.is_dir():
            FolderLock(folder).release()
    except HeldError as held:
        return held.url
    except (StoreError, OSError) as error:
        raise DoorwayError(f"{folder} can't be looked into: {error}") from error
    return None


# ---- the browser


def open_browser(url: str, folder: Path, base: Path) -> None:
    """Open this user's browser at ``url``, by way of a file that leads there with a code of its
    own: every user of the machine can read a command line, so no code may stand on one."""
    opened = False
    with suppress(OSError, StoreError, webbrowser.Error):
        opened = webbrowser.open(make_doorway(address_at(url, folder), base).as_uri())
    if not opened:
        out("If no browser opens, open the address above in one.")


def close_doorway(name: str, base: Path) -> None:
    """Its code was used. ``name`` is the code's; see ``name_of``."""
    with suppress(OSError):
        doorway_at(name, base, Path.home()).unlink(missing_ok=True)


def doorway_at(name: str, base: Path, home: Path) -> Path:
    """In the data folder; but browsers from a snap may not read hidden folders (which is where
    Linux keeps data), so for those in the home folder itself."""
    whole = base.resolve()
    hidden = any(part.startswith(".") for part in whole.parts)
    return (home if hidden else whole) / f"biocoach-{name}.html"


def make_doorway(address: str, base: Path) -> Path:
    """A file for its owner alone, which leads a browser to the address. Raises StoreError."""
    (code,) = parse_qs(urlsplit(address).query)["code"]
    path = doorway_at(name_of(code), base, Path.home())
    _sweep(path.parent)
    write_private(path, DOORWAY.format(address=escape(address)))
    return path


def _sweep(place: Path) -> None:
    """Take away those that no browser came through, once their time is over."""
    for path in place.glob("biocoach-*.html"):
        known = OURS.fullmatch(path.name)
        if known and int(known[1]) <= now_s():
            path.unlink(missing_ok=True)
