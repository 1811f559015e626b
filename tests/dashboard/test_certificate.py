"""The phone's certificate: made, kept, remade; and a handshake that checks it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest

from dashboard.certificate import CLOCKS_DIFFER, LIFE, REMADE_BEFORE, Certificate, ensure, tls

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = ip_address("192.168.1.20")
HOME_6 = ip_address("fd12:3456::20")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "phone.pem"


def made(path: Path, now: datetime = NOW) -> Certificate:
    return ensure(path, "word", [HOME, HOME_6], now)


def test_it_is_kept_until_it_nears_its_end(path: Path) -> None:
    first = made(path)
    assert first.addresses == {HOME, HOME_6}
    assert first.until - NOW <= timedelta(days=397)
    late = NOW + LIFE - CLOCKS_DIFFER - REMADE_BEFORE
    assert made(path, late - timedelta(seconds=1)) == first
    again = made(path, late)
    assert again.fingerprint != first.fingerprint
    assert again.until > first.until


def test_another_address_another_password_or_a_damaged_file_make_another(path: Path) -> None:
    seen = {made(path).fingerprint}
    seen.add(ensure(path, "word", [HOME], NOW).fingerprint)
    seen.add(ensure(path, "another", [HOME], NOW).fingerprint)
    pem = path.read_bytes()
    for damaged in (b"", pem[: len(pem) // 2], pem[300:], pem.replace(b"A", b"B")):
        path.write_bytes(damaged)
        seen.add(ensure(path, "another", [HOME], NOW).fingerprint)
    assert len(seen) == 7


def test_a_key_of_another_certificate_is_seen(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    ensure(other, "word", [HOME, HOME_6], NOW)
    first = made(path)
    end = "-----END CERTIFICATE-----\n"
    mixed = path.read_text().partition(end)[0] + end + other.read_text().partition(end)[2]
    path.write_text(mixed)
    assert made(path).fingerprint != first.fingerprint


def test_the_key_is_the_owner_s_alone_and_sealed(path: Path) -> None:
    made(path)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "ENCRYPTED PRIVATE KEY" in text
    assert text.count("PRIVATE KEY") == 2
    with pytest.raises(OSError):
        tls(path, "another")


def test_the_fingerprint_is_of_what_is_shown(path: Path) -> None:
    found = made(path)
    der = ssl.PEM_cert_to_DER_cert(path.read_text().partition("-----BEGIN ENC")[0])
    assert found.fingerprint.replace(":", "").lower() == sha256(der).hexdigest()


@pytest.mark.parametrize("name", ["192.168.1.20", "fd12:3456::20"])
def test_a_client_that_trusts_it_shakes_hands(path: Path, name: str) -> None:
    made(path, datetime.now(UTC))
    shake(path, name)


@pytest.mark.parametrize("name", ["192.168.1.21", "localhost", "192.168.1.20.example"])
def test_it_is_for_no_other_address(path: Path, name: str) -> None:
    made(path, datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(path, name)


def shake(path: Path, name: str) -> None:
    """A whole TLS handshake between two ends in memory."""
    trusting = ssl.create_default_context(cadata=path.read_text().partition("-----BEGIN ENC")[0])
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(down, up, server_hostname=name)
    server = tls(path, "word").wrap_bio(up, down, server_side=True)
    waiting = [client, server]
    while waiting:
        for end in list(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                continue
    assert client.version() == "TLSv1.3"
