"""Bytes of the record that wait for a moment outside it, and that nobody can read on the disk.

What is taken out of an encrypted record must not stay behind as plain text. A small file is kept in
memory and never comes near the disk. A large one does not fit there, so it goes to a file without a
name (``tempfile``: unlinked as it is made, on Windows removed by the system once it is closed), of
which a process that is killed leaves nothing to find. Its freed blocks may still hold what was
written, so that is encrypted with a key made for this one file, which is nowhere but in memory and
is gone with it. The file of a plain record is treated the same: there is one way only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from biocoach.store.errors import told_plainly

MEMORY_BYTES = 8_000_000
CHUNK_BYTES = 256_000
_KEY_BYTES = 32
_FIRST_BLOCK = bytes(16)  # the key is used for one file only, so the counter may begin anywhere


class SealedFile:
    """Written once from its beginning, then read once. Every method may raise StoreError."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self._file = SpooledTemporaryFile(max_size=memory_bytes)  # noqa: SIM115  closed by ``close``
        self._cipher = Cipher(AES(os.urandom(_KEY_BYTES)), CTR(_FIRST_BLOCK))
        self._seal = self._cipher.encryptor()
        self.size = 0

    def write(self, content: bytes) -> int:
        with told_plainly():
            self._file.write(self._seal.update(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """What waits is written when it is read."""

    def chunks(self) -> Iterator[bytes]:
        """What was written. Closed at the end, and when the iterator is let go half-way."""
        open_again = self._cipher.decryptor()
        try:
            with told_plainly():
                self._file.seek(0)
                while sealed := self._file.read(CHUNK_BYTES):
                    yield open_again.update(sealed)
        finally:
            self.close()

    def close(self) -> None:
        """It is gone. May be called again."""
        self._file.close()
