"""A clinic's own authority, and certificates by it: good, of another hour, of another name."""

from __future__ import annotations

import ssl
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from biocoach.clock import SystemClock

DAY = timedelta(days=1)


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _named(host: str) -> x509.GeneralName:
    """As an address, or as a name."""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class Authority:
    """``pem`` is what ``--sync-trust`` is given."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._now = SystemClock().wall()
        self.pem = folder / "authority.pem"
        self._own = self._signed(_name("Test authority"), self._key, self._now - DAY, True, "")
        self.pem.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def tls(
        self, *, begins: timedelta = -DAY, lasts: timedelta = 2 * DAY, host: str = "127.0.0.1"
    ) -> ssl.SSLContext:
        """A server's. ``begins``: from now."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certified(begins=begins, lasts=lasts, host=host)[0])
        return context

    def certified(
        self, *, begins: timedelta = -DAY, lasts: timedelta = 2 * DAY, host: str = "127.0.0.1"
    ) -> tuple[Path, str]:
        """The PEM file of a server's certificate and key, and the key's SHA-256 in base64, by which
        a browser can be told to believe it."""
        key = ec.generate_private_key(ec.SECP256R1())
        start = self._now + begins
        made = self._signed(_name("A clinic"), key, start, False, host, lasts)
        path = self._folder / f"{len(list(self._folder.iterdir()))}.pem"
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return path, b64encode(sha256(public).digest()).decode()

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        start: datetime,
        ca: bool,
        host: str,
        lasts: timedelta = 30 * DAY,
    ) -> x509.Certificate:
        found = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name("Test authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + lasts)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
        )
        if ca:
            usage = x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False,
            )  # fmt: skip
            found = found.add_extension(usage, critical=True)
        if host:
            names = [_named(host)]
            found = found.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return found.sign(self._key, hashes.SHA256())
