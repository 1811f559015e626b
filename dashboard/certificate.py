"""The certificate of the phone's door: made on this computer, for its addresses at home.

Nobody vouches for it, so a phone warns once; what it shows is compared with ``fingerprint``. The
private key only ever lies on the disk encrypted, and its password is kept in the record.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from biocoach.store.folder import write_private

Address = IPv4Address | IPv6Address
# Apple's limit for what its users trust by hand is 825 days, and 398 for public ones (support
# article 103769, 2019, and 102028, 2020); every phone takes 397.
LIFE = timedelta(days=397)
REMADE_BEFORE = timedelta(days=30)
CLOCKS_DIFFER = timedelta(days=1)  # a phone's clock may be behind this computer's
# Whoever looks around in the network reads it, so it does not say what runs here.
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "At home")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    addresses: frozenset[Address]
    until: datetime
    fingerprint: str  # SHA-256, as phones show it: pairs of hex digits

    def serves(self, addresses: Iterable[Address], now: datetime) -> bool:
        """For exactly these addresses, and not near its end."""
        return self.addresses == frozenset(addresses) and now < self.until - REMADE_BEFORE


def ensure(path: Path, password: str, addresses: Iterable[Address], now: datetime) -> Certificate:
    """The certificate at ``path``; another one where it does not serve. Raises StoreError."""
    wanted = frozenset(addresses)
    found = _read(path, password)
    if found is not None and found.serves(wanted, now):
        return found
    write_private(path, _made(wanted, password, now))
    fresh = _read(path, password)
    assert fresh is not None  # it was made just now
    return fresh


def tls(path: Path, password: str) -> ssl.SSLContext:
    """What a server needs to show it. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(path, password=password)
    return context


def _made(addresses: frozenset[Address], password: str, now: datetime) -> str:
    """Certificate and encrypted key as PEM. EC P-256, which every phone knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(address) for address in sorted(addresses, key=str)]
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now - CLOCKS_DIFFER + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    return (certificate.public_bytes(serialization.Encoding.PEM) + sealed).decode("ascii")


# What the library raises at bytes that were a certificate, or are one of another kind.
_DAMAGED = (
    OSError, ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.ExtensionNotFound,
    x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip


def _read(path: Path, password: str) -> Certificate | None:
    """None for what is not there, is damaged, or has a key of another record."""
    try:
        pem = path.read_bytes()
        certificate = x509.load_pem_x509_certificate(pem)
        key = serialization.load_pem_private_key(pem, password.encode())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        if key.public_key() != certificate.public_key():
            return None
        return Certificate(
            addresses=frozenset(names.value.get_values_for_type(x509.IPAddress)),  # type: ignore[arg-type]
            until=certificate.not_valid_after_utc,
            fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        )
    except _DAMAGED:
        return None
