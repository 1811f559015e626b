"""The server of ``biocoach clinic``, from its first line to its last request."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from biocoach.cli.clinic.desk import ClinicDesk
from biocoach.cli.clinic.devices import Devices
from biocoach.cli.clinic.members import Members
from biocoach.cli.clinic.summing import Summing, Sums
from biocoach.cli.contents import Contents
from biocoach.cli.doorway import CLOCK, now_s
from biocoach.cli.say import err, fail, out
from biocoach.store.clinic import ClinicEngine
from dashboard.clinic.app import ClinicPorts, create_clinic_app
from dashboard.clinic.passkeys import Passkeys
from dashboard.clinic.signing_in import SigningIn
from dashboard.clinic.sittings import Sittings
from dashboard.server import ClinicServer, listening

HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``host``: as browsers know it, without a port; with one where it is not that of ``port``."""

    database: str
    host: str
    certificate: Path
    key: Path
    listen: str
    port: int


def run(wish: Wish) -> None:
    """Until a signal. Raises StoreError, UnfitRoleError."""
    tls = _tls(wish)
    engine = ClinicEngine(wish.database)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(wish, tls, engine))
    finally:
        engine.close()
    out("The clinic's server has stopped. Clients' computers send again when it is back.")


async def _serve(wish: Wish, tls: ssl.SSLContext, engine: ClinicEngine) -> None:
    try:
        listener = listening(wish.listen, wish.port)
    except OSError as error:
        fail(f"{wish.listen}, port {wish.port}: can't be listened on ({error.strerror})")
    port = int(listener.getsockname()[1])
    host = wish.host if ":" in wish.host or port == HTTPS else f"{wish.host}:{port}"
    members, desk = Members(engine), ClinicDesk(engine, CLOCK)
    summing = Summing(Sums(engine, lambda: CLOCK.wall().astimezone().date(), err), CLOCK)
    passkeys = Passkeys(host.partition(":")[0], f"https://{host}", "")
    ports = ClinicPorts(
        host=host, members=members, devices=Devices(engine, summing.came), desk=desk,
        library=Contents(),
        signing_in=SigningIn(members, passkeys, CLOCK.now_s, now_s),
        sittings=Sittings(CLOCK.now_s, members.still), now_s=CLOCK.now_s,
    )  # fmt: skip
    out(f"The clinic is served at https://{host}")
    working = asyncio.create_task(summing.run())
    try:
        await ClinicServer(create_clinic_app(ports), listener, tls).run()
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        desk.close()


def _tls(wish: Wish) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(wish.certificate, wish.key)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or "no certificate and key that fit together, as PEM"
        fail(f"{wish.certificate} and {wish.key}: can't be used ({why})")
    return context
