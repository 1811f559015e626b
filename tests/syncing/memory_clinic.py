"""A clinic in memory: honest, strict, and held to the same tests as a real one.

It walks the chain of every row, checks the hash of every body whose salt it was given, and writes
down as ``wrong`` whatever comes that no honest biocoach sends.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from biocoach.store import chain
from biocoach.store.codec import parse
from biocoach.syncing.items import ITEMS, item_of
from biocoach.syncing.messages import Trouble
from biocoach.syncing.wire import (
    MIXED,
    SPEAKS,
    Bodies,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Position,
    Row,
    Spoken,
)


@dataclass
class Copy:
    """One journal there. ``rows`` by place: the first has the number 1."""

    before: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def at(self) -> Position:
        if not self.rows:
            return Position()
        return Position(seq=self.rows[-1].seq, chain=self.rows[-1].chain_sha256)


@dataclass
class Client:
    copies: dict[str, Copy] = field(default_factory=dict)
    agreed: dict[str, str] = field(default_factory=dict)  # since when, by item
    withdrawn: dict[str, str] = field(default_factory=dict)  # when, by item
    salts: dict[str, bytes] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    hellos: int = 0
    erased: bool = False

    @property
    def items(self) -> frozenset[str]:
        return frozenset(self.agreed)

    def agree(self, since: dict[str, str], changed_utc: str) -> dict[str, str]:
        """What is not taken: it was withdrawn later."""
        known = self.withdrawn
        late = {item: known[item] for item, utc in since.items() if utc <= known.get(item, "")}
        late = {item: utc for item, utc in late.items() if item not in self.agreed}
        ended = self.agreed.keys() - since.keys()
        for item in ended:
            self.withdrawn[item] = max(
                self.agreed.pop(item), changed_utc, self.withdrawn.get(item, "")
            )
        self.agreed = {item: utc for item, utc in since.items() if item not in late} | self.agreed
        if ended:
            for copy in self.copies.values():
                copy.rows = [self._agreed(row) for row in copy.rows]
        return late

    def _agreed(self, row: Row) -> Row:
        """Says nothing where it is of no item that is agreed."""
        if row.body is None:
            return row
        there = item_of(row.session, row.kind or "", parse(row.body)) in self.items
        return row if there else replace(row, kind=None, body=None)

    @property
    def known_utc(self) -> str:
        return max(["", *self.agreed.values(), *self.withdrawn.values()])


class MemoryClinic:
    """A ``Clinic``. ``invitations``: codes that are open. ``refuses``: a trouble for every call."""

    def __init__(self, *codes: str) -> None:
        self.invitations = set(codes)
        self.clients: dict[str, Client] = {}  # by token
        self.gone: list[Client] = []
        self.refuses: Trouble | None = None
        self.wrong: list[str] = []
        self.calls = 0

    async def join(self, message: Join) -> Joined | Trouble:
        if self.refuses or message.speaks != SPEAKS:
            return self.refuses or Trouble(code="older")
        if message.code not in self.invitations:
            return Trouble(code="code")
        self.invitations.discard(message.code)
        token = f"token-of-{message.code}"
        self.clients[token] = Client()
        return Joined(token=token, clinic="Harbour Clinic", therapist="Dr Vale", alias="R.")

    async def hello(self, token: str, message: Hello) -> Held | Trouble:
        client = self._client(token)
        if isinstance(client, Trouble):
            return client
        if not set(message.items) <= set(ITEMS):
            return Trouble(code="bad")
        since = {item: message.since.get(item, message.agreed_utc) for item in message.items}
        late = client.agree(since, message.agreed_utc)
        client.hellos += 1
        copy = client.copies.setdefault(message.journal, Copy(before=message.before))
        there = [row.seq for row in copy.rows if row.body is not None]
        spoken = Spoken(
            lines=len(there), total=sum(seq * seq % MIXED for seq in there)
        ) if message.count else Spoken()  # fmt: skip
        return Held(at=copy.at, withdrawn=late, known_utc=client.known_utc, spoken=spoken)

    async def lines(self, token: str, message: Lines) -> Held | Trouble:
        client = self._client(token)
        if isinstance(client, Trouble):
            return client
        copy = client.copies.get(message.journal)
        if copy is None:
            return Trouble(code="bad", detail="no hello")
        if message.after != copy.at:
            return Trouble(code="position", at=copy.at)
        salts = client.salts | {name: bytes.fromhex(salt) for name, salt in message.salts.items()}
        previous, expected = copy.at.chain, copy.at.seq + 1
        for row in message.rows:
            if row.seq != expected or chain.link(previous, asdict(row)) != row.chain_sha256:
                return Trouble(code="damaged", detail=str(row.seq))
            if row.body is not None and not self._fits(client, row, row.body, salts):
                return Trouble(code="damaged", detail=str(row.seq))
            previous, expected = row.chain_sha256, row.seq + 1
        if "" in message.salts:
            self.wrong.append("it was sent the salt of facts")
        if not all(
            row.settings_hash in (*message.settings, *client.settings, "")
            for row in message.rows
            if row.body is not None
        ):
            self.wrong.append("settings are missing")
        client.salts = salts
        client.settings |= message.settings
        copy.rows.extend(message.rows)
        return Held(at=copy.at)

    async def bodies(self, token: str, message: Bodies) -> Done | Trouble:
        client = self._client(token)
        if isinstance(client, Trouble):
            return client
        copy = client.copies.get(message.journal)
        if copy is None:
            return Trouble(code="bad", detail="no hello")
        last = copy.at.seq
        if any(not 0 < seq <= last for seq in (*message.take, *(one.seq for one in message.give))):
            self.wrong.append("a body of a line that was not sent")
            return Trouble(code="bad")
        salts = client.salts | {name: bytes.fromhex(salt) for name, salt in message.salts.items()}
        for one in message.give:
            row = replace(copy.rows[one.seq - 1], kind=one.kind, body=one.body)
            if not self._fits(client, row, one.body, salts):
                return Trouble(code="damaged", detail=str(one.seq))
        client.salts = salts
        client.settings |= message.settings
        for one in message.give:
            row = replace(copy.rows[one.seq - 1], kind=one.kind, body=one.body)
            copy.rows[one.seq - 1] = row
            if row.settings_hash and row.settings_hash not in client.settings:
                self.wrong.append("settings of a body are missing")
        for seq in message.take:
            self._take(client, copy, seq)
        return Done()

    async def leave(self, token: str, message: Leave) -> Done | Trouble:
        client = self._client(token)
        if isinstance(client, Trouble):
            return client
        del self.clients[token]
        client.erased = message.erase
        self.gone.append(client)
        return Done()

    # ---- for tests

    @property
    def client(self) -> Client:
        """The one there is."""
        (found,) = self.clients.values()
        return found

    def rows(self, journal: str) -> list[Row]:
        return self.client.copies[journal].rows

    # ---- inside

    def _client(self, token: str) -> Client | Trouble:
        self.calls += 1
        if self.refuses is not None:
            return self.refuses
        return self.clients.get(token) or Trouble(code="token")

    def _fits(self, client: Client, row: Row, body: str, salts: dict[str, bytes]) -> bool:
        if item_of(row.session, row.kind or "", parse(body)) not in client.items:
            self.wrong.append(f"line {row.seq} is of an item that was not agreed")
        if not row.session:
            return True  # nobody has the salt of facts
        salt = salts.get(row.session)
        if salt is None:
            self.wrong.append(f"line {row.seq} came without its salt")
            return False
        return chain.body_hash(salt, row.seq, body) == row.body_sha256

    def _take(self, client: Client, copy: Copy, seq: int) -> None:
        """From this journal, and from all others that have the same line: a record that was put
        back twice leaves journals of which none comes before the other."""
        seal = copy.rows[seq - 1].chain_sha256
        for other in client.copies.values():
            if seq <= len(other.rows) and other.rows[seq - 1].chain_sha256 == seal:
                other.rows[seq - 1] = replace(other.rows[seq - 1], kind=None, body=None)
