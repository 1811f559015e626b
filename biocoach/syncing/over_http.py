"""A clinic over HTTPS: the only place in the program that sends anything anywhere.

Its certificate is checked, by the system's authorities or by the clinic's own alone. No redirect is
followed, no proxy of the environment is asked, and whatever comes back is read whole or refused.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx2

from biocoach.store.codec import parse
from biocoach.syncing.messages import (
    AWAY,
    CERTIFICATE,
    CLOCK,
    SLOW_DOWN,
    UNREADABLE,
    Trouble,
    trouble_of,
)
from biocoach.syncing.wire import (
    Bodies,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Refused,
    read,
    told,
)
from biocoach.types import Refusal

T = TypeVar("T")
CONNECT_S, ANSWER_S = 10.0, 60.0
ANSWER_BYTES = 65_536  # an answer is a few words
CLOCKS_DIFFER = timedelta(hours=2)
NOT_YET, EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
# Where an answer is no refusal of a clinic's, but a server in front of it, its number says this.
BY_STATUS = {429: SLOW_DOWN, 502: AWAY, 503: "busy", 504: AWAY, 507: "full"}
InThread: TypeAlias = Callable[[Callable[[], Any]], Awaitable[Any]]


class AddressError(Exception):
    """No address of a clinic, or no certificate; one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``url`` without an end; ``host`` as a person knows it."""

    url: str
    host: str


def address_of(text: str) -> Address:
    """Raises AddressError: only https, but for this computer itself."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        httpx2.URL(text)  # it has more to say against a name
    except (ValueError, httpx2.InvalidURL):
        parts, host = urlsplit(""), None
    if not host or parts.scheme not in ("https", "http") or not text.isprintable():
        raise AddressError(f"--sync {text}: give the address from your clinic, https://…")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressError(f"--sync {text}: give only https://, the name and the path")
    if parts.scheme == "http" and not _is_here(host):
        raise AddressError(f"--sync {text}: what is yours is sent by https:// only")
    # However it was typed, the same clinic is not taken for another one.
    place = parts.netloc.lower()
    place = place.removesuffix(":443") if parts.scheme == "https" else place
    return Address(url=f"{parts.scheme}://{place}{parts.path.rstrip('/')}", host=place)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def trusting(trust: Path | None) -> ssl.SSLContext:
    """``trust``: the clinic's own authority (PEM), not the system's. Raises AddressError."""
    try:
        context = ssl.create_default_context(cafile=trust)
    except (OSError, ssl.SSLError) as error:
        tls = isinstance(error, ssl.SSLError)  # whose words are for programmers
        why = "no certificate in it" if tls else error.strerror
        raise AddressError(f"--sync-trust {trust}: can't be read ({why})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class OverHttp:
    """A ``Clinic``. ``in_thread`` runs what would hold the live view up: a message of 2 MB."""

    def __init__(
        self,
        address: Address,
        tls: ssl.SSLContext,
        *,
        wall: Callable[[], datetime],
        in_thread: InThread,
    ) -> None:
        self._wall = wall
        self._in_thread = in_thread
        self._client = _client(address.url, tls)
        self._url = address.url

    async def close(self) -> None:
        await self._client.aclose()

    async def join(self, message: Join) -> Joined | Trouble:
        return await self._ask("/sync/join", "", message, Joined)

    async def hello(self, token: str, message: Hello) -> Held | Trouble:
        return await self._ask("/sync/hello", token, message, Held)

    async def lines(self, token: str, message: Lines) -> Held | Trouble:
        return await self._ask("/sync/lines", token, message, Held)

    async def bodies(self, token: str, message: Bodies) -> Done | Trouble:
        return await self._ask("/sync/bodies", token, message, Done)

    async def leave(self, token: str, message: Leave) -> Done | Trouble:
        return await self._ask("/sync/leave", token, message, Done)

    # ---- inside

    async def _ask(self, path: str, token: str, message: object, answer: type[T]) -> T | Trouble:
        content = await self._in_thread(lambda: json.dumps(told(message)).encode())
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            status, body = await self._post(path, content, headers)
        except httpx2.HTTPError as error:
            failed = _certificate_failed(error)
            if failed is None:
                return Trouble(code=AWAY, detail=type(error).__name__)
            return await self._mistrusted(failed)
        except (httpx2.InvalidURL, httpx2.StreamError, ValueError) as error:
            return Trouble(code=UNREADABLE, detail=type(error).__name__)
        return _read(status, body, answer)

    async def _post(self, path: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """At most so much of the answer, as it comes: nothing is unpacked."""
        sent = self._client.stream("POST", path, content=content, headers=headers)
        async with sent as response:
            body = b""
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > ANSWER_BYTES:
                    return response.status_code, b""
            return response.status_code, body

    async def _mistrusted(self, failed: ssl.SSLCertVerificationError) -> Trouble:
        """A certificate that is not valid at this hour: perhaps it is this computer's hour."""
        if failed.verify_code in (NOT_YET, EXPIRED) and await self._clock_is_wrong():
            return Trouble(code=CLOCK)
        return Trouble(code=CERTIFICATE, detail=failed.verify_message)

    async def _clock_is_wrong(self) -> bool:
        """By the hour that the server says it is. Nothing is sent but the question, and the answer
        changes nothing but which words are shown."""
        try:
            client = _client(self._url, _no_check())
            async with client, client.stream("HEAD", "/") as response:
                said: datetime = parsedate_to_datetime(response.headers.get("date", ""))
                return abs(said - self._wall()) > CLOCKS_DIFFER
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, OverflowError):
            return False


def _client(url: str, tls: ssl.SSLContext) -> httpx2.AsyncClient:
    headers = {
        "accept": "application/json", "accept-encoding": "identity",
        "content-type": "application/json", "user-agent": "biocoach",
    }  # fmt: skip
    return httpx2.AsyncClient(
        base_url=url, verify=tls, headers=headers, trust_env=False, follow_redirects=False,
        timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S),
        limits=httpx2.Limits(max_connections=2, keepalive_expiry=30.0),
    )  # fmt: skip


def _no_check() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate_failed(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """What TLS said, however deep it lies."""
    seen: BaseException | None = error
    for _ in range(10):
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen
        seen = seen.__cause__ or seen.__context__ if seen is not None else None
    return None


def _read(status: int, body: bytes, answer: type[T]) -> T | Trouble:
    """Total: whatever came."""
    try:
        found = parse(body.decode())
    except UnicodeDecodeError:
        found = None
    if status == httpx2.codes.OK:
        value = read(answer, found)
        if isinstance(value, Refusal):
            return Trouble(code=UNREADABLE, detail=value.why[:200])
        return value
    refused = read(Refused, found)
    if isinstance(refused, Refusal):
        return Trouble(code=BY_STATUS.get(status, UNREADABLE), detail=f"status {status}")
    return trouble_of(refused)
