"""A backup made by a child: copying and checking years of practice takes a core for a while, and a
live session must not wait for it. ``python -m biocoach.cli.backing_up``: a line in, a line out.

The key comes through the pipe: it is in no file and in no process's name.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from biocoach.sandbox import Child, give_way
from biocoach.store import Key, StoreError
from biocoach.store.days import daily

MODULE = "biocoach.cli.backing_up"
NO_CHILD = "no_child"
Json = dict[str, Any]


def ask(child: Child, folder: Path, key: Key, now: datetime) -> str:
    """Why no backup was made, as a code; "" where there is one. Waits, so that it belongs in a
    thread."""
    secret = None if key.plain else key.secret().hex()
    told = {"folder": str(folder), "key": secret, "now": now.isoformat()}
    answer = child.ask(json.dumps(told))
    child.close()
    return str(json.loads(answer)["why"]) if answer else NO_CHILD


def main() -> None:
    give_way()
    told = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps({"why": made(told)}) + "\n")
    sys.stdout.flush()


def made(told: Json) -> str:
    secret = told["key"]
    key = Key(None if secret is None else bytes.fromhex(secret))
    try:
        daily(Path(told["folder"]), key, datetime.fromisoformat(told["now"]))
    except StoreError as error:
        return error.code.value
    return ""


if __name__ == "__main__":
    main()
