"""A clinic's whole server over TLS, with two clinics in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from uuid import UUID

from biocoach.cli.clinic.desk import ClinicDesk
from biocoach.cli.clinic.devices import Devices
from biocoach.cli.clinic.members import Members
from biocoach.cli.clinic.summing import Sums
from biocoach.cli.contents import Contents
from biocoach.store import memory_store
from biocoach.store.clinic import ClinicEngine, doors, people
from biocoach.store.clinic.people import Invited
from biocoach.syncing.wire import Join, Joined
from dashboard.certificate import ensure, tls
from dashboard.clinic import passwords
from dashboard.clinic.app import ClinicPorts, create_clinic_app
from dashboard.clinic.passkeys import Passkeys
from dashboard.clinic.ports import Member
from dashboard.clinic.signing_in import SigningIn
from dashboard.clinic.sittings import COOKIE, Sittings
from dashboard.server import ClinicServer, listening
from tests.fakes import FakeClock
from tests.faults.doors import CANARY, Way, running
from tests.faults.knocks import Header
from tests.faults.tenants_world import World, made_world
from tests.postgres import Base
from tests.store.clinic.support import Clinic as People
from tests.store.clinic.support import sent
from tests.store.support import begin, closed

HOUR_S = 3600.0
NAMED = "Ruth"  # by this name somebody signs in with a password


@dataclass(slots=True, kw_only=True)
class Served:
    """``static``: a page of the trial's own, with a canary beside it."""

    base: Base
    world: World
    engine: ClinicEngine
    sittings: Sittings
    desk: ClinicDesk
    way: Way
    clock: FakeClock
    members: Members

    def member(self, who: UUID) -> Member:
        found = self.members.still(str(who))
        assert found is not None
        return found

    def cookie(self, who: Member) -> tuple[Header, ...]:
        """Of a fresh sitting."""
        return (("Cookie", f"{COOKIE}={self.sittings.begin(who)}"),)

    def joins(self, clinic: People, practitioner: UUID) -> str:
        """The token of one more computer of theirs."""
        code = people.invite(self.engine, clinic.admin, practitioner, Invited.DEVICE)
        answer = doors.join(self.engine, Join(speaks=1, code=code.shown, device="laptop"))
        assert isinstance(answer, Joined)
        return answer.token


@contextmanager
def served(base: Base, folder: Path) -> Iterator[Served]:
    """``base``: a fresh database; ``folder``: an empty one."""
    world = made_world(base)
    with ExitStack() as stack:
        engine = ClinicEngine(base.app)
        stack.callback(engine.close)
        _sum_up(base, world, engine)
        _can_sign_in(engine, world.elm.supervisor)
        yield _begun(base, world, engine, folder, stack)


def _begun(
    base: Base, world: World, engine: ClinicEngine, folder: Path, stack: ExitStack
) -> Served:
    clock, members = FakeClock(), Members(engine)
    sittings, desk = Sittings(clock.now_s, members.still), ClinicDesk(engine, clock)
    stack.callback(desk.close)
    listener = listening("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    host = f"127.0.0.1:{port}"
    hours = count()  # nobody is ever too quick: their pace has a test of its own
    unhurried = lambda: next(hours) * HOUR_S  # noqa: E731
    passkeys = Passkeys("127.0.0.1", f"https://{host}", "Elm")
    app = create_clinic_app(
        ClinicPorts(
            host=host, members=members, devices=Devices(engine, lambda who, what: None), desk=desk,
            library=Contents(), sittings=sittings, now_s=unhurried,
            signing_in=SigningIn(members, passkeys, unhurried, lambda: clock.wall().timestamp()),
        ),
        _page(folder),
    )  # fmt: skip
    pem = folder / "door.pem"
    ensure(pem, "at home", [ip_address("127.0.0.1")], datetime.now(UTC))
    stack.enter_context(running(ClinicServer(app, listener, tls(pem, "at home"))))
    way = Way(
        name="clinic", app=app, port=port, scheme="https", cookie=(COOKIE, "x"), elsewhere=(),
        routes=(), hears=frozenset(), sockets=(), may=lambda method, path: True, open=frozenset(),
        touched=lambda: 0,
    )  # fmt: skip
    return Served(
        base=base, world=world, engine=engine, sittings=sittings, desk=desk, way=way, clock=clock,
        members=members,
    )  # fmt: skip


def _page(folder: Path) -> Path:
    static = folder / "page" / "static"
    (static / "assets").mkdir(parents=True)
    for name in ("clinic.html", "index.html", "assets/page.js"):
        (static / name).write_text("<!doctype html><title>page</title>")
    for near in (folder, folder / "page"):
        (near / "outside.txt").write_text(CANARY)
    return static


def _sum_up(base: Base, world: World, engine: ClinicEngine) -> None:
    """As the server does it, so that all records open on their pages."""
    elm, oak = world.elm, world.oak
    own = memory_store(writer="other", clock=FakeClock())
    own.append([begin(), closed()])
    sent(engine, elm.other, own)
    own.close()
    with base.root() as root:
        for table in ("summaries", "thin_reviews", "digests"):
            root.execute(f"DELETE FROM clinic.{table}".encode())
    said: list[str] = []
    sums = Sums(engine, lambda: FakeClock().wall().date(), said.append)
    for client in (elm.client, elm.other, oak.client):
        sums.up(client.practitioner, client.client, world.journal)
    assert said == []


def _can_sign_in(engine: ClinicEngine, member: UUID) -> None:
    """By a password, so that a name which is there and one which is not can be compared."""
    kept = {"argon2": passwords.hash_of("quiet boats at noon")}
    doors.add_credential(engine, member, "password", kept, doors.handle_of(NAMED))
    doors.add_credential(
        engine, member, "totp", {"secret": passwords.new_secret(), "step": 0}, None
    )
