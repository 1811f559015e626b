"""A clinic's whole server over TLS, with two clinics in it; and everybody who may knock there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from biocoach.cli.clinic.desk import ClinicDesk
from biocoach.cli.clinic.devices import Devices
from biocoach.cli.clinic.members import Members
from biocoach.cli.clinic.summing import Sums
from biocoach.cli.contents import Contents
from biocoach.store import memory_store
from biocoach.store.clinic import ClinicEngine, doors, people
from biocoach.store.clinic.people import Invited, Role
from biocoach.syncing.wire import Join, Joined
from dashboard.certificate import ensure, tls
from dashboard.clinic import passwords
from dashboard.clinic.app import ClinicPorts, create_clinic_app
from dashboard.clinic.passkeys import Passkeys
from dashboard.clinic.ports import Member
from dashboard.clinic.signing_in import SigningIn
from dashboard.clinic.sittings import CHECKED_S, COOKIE, IDLE_S, Sittings
from dashboard.server import ClinicServer, listening
from tests.fakes import FakeClock
from tests.faults.doors import CANARY, Way, running
from tests.faults.knocks import Header
from tests.faults.tenants_world import World, made_world
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, sent
from tests.store.clinic.support import Clinic as People
from tests.store.support import begin, closed

# In which role somebody comes, as far as their own ids go.
ADMIN, THERAPIST, SUPERVISOR = "an admin", "their therapist", "their supervisor"
THEMSELF, THEIR_COMPUTER = "themself", "their computer"
IDLE, JUST_DISABLED, STRANGER = "a therapist of nobody", "disabled just now", "a stranger"
HOUR_S = 3600.0
NAMED = "Ruth"  # by this name somebody signs in with a password
Ids = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever knocks. ``role``: what they are to their ``own`` clinic; ``shows``: the cookie or the token; ``knows``: the kinds of marks that are
    theirs to see; ``own``: the ids of their own clinic or person, ``others``: of somebody whom
    they have no right to."""

    name: str
    shows: tuple[Header, ...]
    own: Ids
    others: Ids
    role: str = STRANGER
    browser: bool = True
    member: Member | None = None
    knows: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.role != STRANGER


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
    actors: dict[str, Actor] = field(default_factory=dict)

    def member(self, who: UUID) -> Member:
        found = self.members.still(str(who))
        assert found is not None
        return found

    def cookie(self, who: Member) -> tuple[Header, ...]:
        """Of a fresh sitting."""
        return (("Cookie", f"{COOKIE}={self.sittings.begin(who)}"),)

    def joins(self, clinic: People, practitioner: UUID) -> str:
        """The token of one more computer of theirs."""
        code = people.invite(clinic.engine, clinic.admin, practitioner, Invited.DEVICE)
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
        found = _begun(base, world, engine, folder, stack)
        _sum_up(base, world, engine)
        _can_sign_in(engine, world.elm.supervisor)
        found.actors = {one.name: one for one in [*_browsers(found), *_computers(found)]}
        yield found


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


# ---- who knocks


def ids_of(clinic: People, world: World) -> Ids:
    return {
        "client": str(clinic.client.client), "member": str(clinic.therapist),
        "supervisor": str(clinic.supervisor), "device": str(clinic.client.holder.device),
        "journal": JOURNAL, "session": "s1", "code": world.used_code, "name": NAMED,
    }  # fmt: skip


def made_up() -> Ids:
    """Ids that nobody has."""
    fresh = {name: str(uuid4()) for name in ("client", "member", "supervisor", "device")}
    return fresh | {
        "journal": "journal-x", "session": "s-x", "code": "NOBODYS-CODE", "name": "Nobody",
    }  # fmt: skip


def _browsers(it: Served) -> Iterator[Actor]:
    world, elm, oak = it.world, it.world.elm, it.world.oak
    home, there = ids_of(elm, world), ids_of(oak, world)
    theirs = there | {
        "client": str(elm.other.client), "device": str(elm.other.holder.device),
    }  # fmt: skip
    therapist = it.member(elm.therapist)
    asleep = it.cookie(therapist)
    it.clock.advance(IDLE_S)
    gone = it.cookie(therapist)
    it.sittings.end({COOKIE: gone[0][1].partition("=")[2]})
    left = Member(id=str(world.disabled), name="gone", roles=("therapist",), clinic="Elm")
    disabled = it.cookie(left)
    it.clock.advance(CHECKED_S)
    for name, shows in {
        "nobody": (),
        "a made-up cookie": (("Cookie", f"{COOKIE}={'x' * 43}"),),
        "a sitting that was left alone": asleep,
        "a sitting that was signed out": gone,
        "a disabled member": disabled,
    }.items():
        yield Actor(name=name, shows=shows, own=there, others=home)
    yield Actor(
        name=JUST_DISABLED, role=JUST_DISABLED, shows=it.cookie(left), member=left, own=theirs,
        others=home,
    )  # fmt: skip
    staff, alias = frozenset({"staff"}), frozenset({"staff", "alias"})
    everything = frozenset({"staff", "alias", "record", "people", "deed"})
    nothing: frozenset[str] = frozenset()
    for name, role, who, knows, own, others in (
        (IDLE, IDLE, elm.idle, staff, theirs, home),
        ("a therapist of before", IDLE, world.former, staff, theirs, home),
        ("another client", THEMSELF, elm.other.practitioner, staff, theirs, home),
        (THERAPIST, THERAPIST, elm.therapist, everything, home, there),
        (SUPERVISOR, SUPERVISOR, elm.supervisor, everything, home, there),
        (THEMSELF, THEMSELF, elm.client.practitioner, everything, home, there),
        (ADMIN, ADMIN, elm.admin, alias | {"deed"}, home, there),
        ("another clinic: a therapist", THERAPIST, oak.therapist, nothing, there, home),
        ("another clinic: a supervisor", SUPERVISOR, oak.supervisor, nothing, there, home),
        ("another clinic: an admin", ADMIN, oak.admin, nothing, there, home),
        ("another clinic: a client", THEMSELF, oak.client.practitioner, nothing, there, home),
    ):
        member = it.member(who)
        yield Actor(
            name=name, role=role, shows=it.cookie(member), member=member, own=own, others=others,
            knows=knows,
        )  # fmt: skip


def _computers(it: Served) -> Iterator[Actor]:
    world, elm, oak = it.world, it.world.elm, it.world.oak
    home, there = ids_of(elm, world), ids_of(oak, world)
    tokens = {
        "a computer without a token": "", "a computer with a made-up token": "x" * 43,
        "a revoked computer": world.revoked_token,
        "a computer that shows a code": world.used_code.ljust(24, "x"),
        THEIR_COMPUTER: it.joins(elm, elm.client.practitioner),
        "another client's computer": it.joins(elm, elm.other.practitioner),
        "another clinic's computer": it.joins(oak, oak.client.practitioner),
    }  # fmt: skip
    for name, token in tokens.items():
        shows = (("Authorization", f"Bearer {token}"),) if token else ()
        own, others = (home, there) if name == THEIR_COMPUTER else (there, home)
        known = name == THEIR_COMPUTER or name.startswith("another")
        role = THEIR_COMPUTER if known else STRANGER
        yield Actor(name=name, role=role, shows=shows, own=own, others=others, browser=False)
