"""The results that a study has already: one small file each, written whole or not at all."""

from __future__ import annotations

import gzip
import os
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

from biocoach.review.study.work import key_of, result_of
from biocoach.store.folder import make_private_folder, write_private_bytes
from biocoach.types import Refusal

Json = dict[str, Any]
PARTS = "parts"


class Parts:
    """In ``folder/parts``, by the hash of content, version and settings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / PARTS

    def path(self, content_sha256: str) -> Path:
        key = key_of(content_sha256)
        return self._folder / key[:2] / f"{key}.json.gz"

    def keep(self, content_sha256: str, text: str) -> None:
        """Raises StoreError."""
        path = self.path(content_sha256)
        make_private_folder(self._folder)
        make_private_folder(path.parent)
        body = text.encode()
        whole = sha256(body).hexdigest().encode() + b"\n" + body
        packed = gzip.compress(whole, 6, mtime=0)
        write_private_bytes(path, packed, beside=f"{os.getpid()}.new")

    def find(self, content_sha256: str) -> list[Json] | None:
        """The pieces of a result; None where there is none, or what lies there is damaged."""
        try:
            whole = gzip.decompress(self.path(content_sha256).read_bytes())
        except (OSError, EOFError, zlib.error):
            return None
        digest, _, body = whole.partition(b"\n")
        if sha256(body).hexdigest().encode() != digest:
            return None
        found = result_of(body.decode("utf-8", "replace"), content_sha256)
        return None if isinstance(found, Refusal) else found
