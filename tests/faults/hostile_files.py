"""Small files from outside, and how each is taken: practices and worksheets of one's own, the
vault, what lies beside it in the data folder, captures, a strap's memory, pictures and voices."""

from __future__ import annotations

import io
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path

from biocoach import captures, own_files
from biocoach.coach import library, practice
from biocoach.coach.shipped import LANGUAGE, shipped
from biocoach.exposure import form, forms
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.fields import Problem
from biocoach.review.errand import judged
from biocoach.store import Key, NoKeyring, Vault
from biocoach.store.folder import VAULT, FolderLock, HeldError
from biocoach.store.media import media_type
from biocoach.store.vault_file import from_text
from biocoach.types import Refusal
from dashboard import certificate
from dashboard.guard import load_secret, run_secret
from devices.polar import recording
from devices.virtual_h10_files import directory, heart_rate_file, rr_file
from tests.faults.imports import CAPTURE, mutant
from tests.faults.spoiling import Spoil, spoilt_text

Dice = random.Random
PASSPHRASE = "a long enough one"
TOML_NASTY = (
    b"[[step]]\n", b"[a.b.c]\n", b'id = "x"\n', b"a = 1e999\n", b"a = 0x7fffffffffffffffffff\n",
    b"a = 1979-05-27T07:32:00Z\n", b'"""', b"'''", b"a." * 300 + b"b = 1\n", b"[" * 2000,
    b"a = {b = {c = 1}}\n", b"inf\n", b"= 1\n", b"# \xe2\x80\xae\n", b"\xef\xbb\xbf",
    b"a = [[[[]]]]\n",
)  # fmt: skip

VALUES = (
    b"0", b"-1", b'""', b"[]", b"{}", b"true", b"nan", b"1e300", b'"x"', b"9" * 4400, b'["", ""]',
    b"1_0", b'"' + b"x" * 3000 + b'"', b'"\\ud800"', b'"\\u0000"',
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """``take``: whether it was kept; it raises where a promise was broken."""

    samples: Callable[[], tuple[bytes, ...]]
    spoil: Spoil
    take: Callable[[bytes], bool]


def spoilt_toml(data: bytes, dice: Dice) -> bytes:
    """Lines cut out, doubled, put elsewhere, and values replaced; or any bytes."""
    if dice.random() < 0.3:
        return mutant(data, dice)
    lines = data.splitlines(keepends=True)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(lines) + 1)
        match dice.randrange(5):
            case 0:
                del lines[at : at + 1]
            case 1:
                lines[at:at] = lines[at : at + dice.choice((1, 1, 10, 40))]
            case 2:
                lines.insert(at, dice.choice(TOML_NASTY))
            case 3 if at < len(lines) and b"=" in lines[at]:
                value = dice.choice(VALUES)
                lines[at] = lines[at].split(b"=")[0] + b"= " + value + b"\n"
            case _:
                lines.insert(at, dice.choice(lines or [b""]))
    return b"".join(lines)


@cache
def _content(package: str, folder: str) -> tuple[bytes, ...]:
    """The files that come with biocoach."""
    root = Path(str(files(package))) / "content" / LANGUAGE / folder
    found = tuple(path.read_bytes() for path in sorted(root.glob("*.toml")))
    assert len(found) > 3, "the content could not be listed"
    return found


def _own_file(data: bytes, folder: Path) -> str | Problem:
    path = folder / "mine.toml"
    path.write_bytes(data)
    return own_files.read_file(path)


def _practice(data: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        text = _own_file(data, Path(folder))
    if isinstance(text, Problem):
        return False
    found = library.join(shipped(), {"mine.toml": text})
    assert set(shipped().practices) <= set(found.practices)
    return isinstance(library.parse(text, "mine.toml"), practice.Practice)


def _worksheet(data: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        text = _own_file(data, Path(folder))
    if isinstance(text, Problem):
        return False
    found = forms.join(shipped_forms(), {"mine.toml": text})
    assert set(shipped_forms().forms) <= set(found.forms)
    return isinstance(forms.parse(text, "mine.toml"), form.Form)


@cache
def _vaults() -> tuple[bytes, ...]:
    found = []
    for passphrase in (PASSPHRASE, None):
        with tempfile.TemporaryDirectory() as folder:
            vault = Vault(Path(folder), NoKeyring())
            assert isinstance(vault.create(passphrase, plain=passphrase is None), Key)
            text = (Path(folder) / VAULT).read_text()
            found.append(text.replace('"n": 32768', '"n": 16').encode())
    return tuple(found)


def _vault(data: bytes) -> bool:
    record = from_text(data.decode("utf-8", "replace"))
    if record is not None and record.wrap is not None:
        wrap = record.wrap
        assert 128 * wrap.n * wrap.r <= 256 << 20, "a guess would take more than 256 MB"
        if wrap.n * wrap.r > 4096:
            return True  # it would be tried, at a cost that is within its bound
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / VAULT).write_bytes(data)
        vault = Vault(Path(folder), NoKeyring())
        vault.state()
        return isinstance(vault.open(PASSPHRASE), Key) or isinstance(vault.open(plain=True), Key)


@cache
def _beside() -> tuple[bytes, ...]:
    """What lies beside the journal: where the page is, the page's secrets, the certificate."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        secret = load_secret(place)
        certificate.ensure(place / "phone.pem", "x", [ip_address("10.0.0.2")], datetime.now(UTC))
        pem = (place / "phone.pem").read_bytes()
    return (
        json.dumps({"url": "http://127.0.0.1:8765"}).encode(),
        secret,
        secret.hex().encode(),
        pem,
    )


def _folder(data: bytes) -> bool:
    """The same bytes in the place of each of them."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("serving.json", "page-secret", "run-secret", "phone.pem"):
            (place / name).write_bytes(data)
        with FolderLock(place):
            (place / "serving.json").write_bytes(data)
            try:
                FolderLock(place)
                raise AssertionError("two hold one folder")
            except HeldError:
                pass
        assert len(load_secret(place)) == 32
        (place / "page-secret").write_bytes(data)
        load_secret(place)
        try:
            run_secret(place)
        except (OSError, ValueError):
            return False
        return True


def _certificate(data: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phone.pem"
        path.write_bytes(data)
        return certificate._read(path, "x") is not None


def _capture(data: bytes) -> bool:
    found = list(captures.read_stream(io.BytesIO(data)))
    return any(isinstance(item, captures.Timed) for item in found)


@cache
def _memory() -> tuple[bytes, ...]:
    rr = rr_file([800 + n for n in range(60)])
    beats = heart_rate_file([60 + n % 9 for n in range(60)])
    return (rr, beats, directory({"20260301120000": 600}), rr + beats)


def _strap(data: bytes) -> bool:
    recording.read_status(data)
    recording.read_directory(data)
    samples = recording.read_samples(data)
    if isinstance(samples, Refusal):
        return False
    found = judged(samples, device="H10", started=None, lasted_s=600.0)
    if isinstance(found, Refusal):
        return False
    times_s = [at_s for at_s, _ in found.recording.inputs]
    assert times_s == sorted(times_s)
    return True


MEDIA = (
    b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9", b"\x89PNG\r\n\x1a\n" + bytes(60),
    b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(50), b"RIFF\x40\x00\x00\x00WAVEfmt " + bytes(50),
    b"OggS" + bytes(60), b"\x1a\x45\xdf\xa3" + b"\x42\x82\x84webm" + bytes(50),
    b"\x00\x00\x00\x18ftypM4A " + bytes(50),
    b"ID3\x03\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x64" + bytes(900),
)  # fmt: skip
HARMFUL = ("text/", "svg", "xml", "html", "script", "pdf", "octet")


def _media(data: bytes) -> bool:
    found = media_type(data)
    assert found is None or not any(part in found for part in HARMFUL)
    return found is not None


FILES: dict[str, Target] = {
    "practice": Target(
        samples=lambda: _content("biocoach.coach", ""), spoil=spoilt_toml, take=_practice
    ),
    "worksheet": Target(
        samples=lambda: _content("biocoach.exposure", "forms"), spoil=spoilt_toml, take=_worksheet
    ),
    "vault": Target(samples=_vaults, spoil=spoilt_text, take=_vault),
    "folder": Target(samples=_beside, spoil=mutant, take=_folder),
    "certificate": Target(samples=_beside, spoil=mutant, take=_certificate),
    "capture": Target(samples=lambda: (CAPTURE.encode(),), spoil=mutant, take=_capture),
    "strap memory": Target(samples=_memory, spoil=mutant, take=_strap),
    "media": Target(samples=lambda: MEDIA, spoil=mutant, take=_media),
}
