"""A Polar H10 without radio: its attributes, its link, and what it says as time is handed in.

A pure state machine for tests and trials: the same seed and the same calls give the same bytes.
Facts: design/4b-polar.md; where no source tells, the seed decides. Nobody has laid it beside
every firmware of a real strap.

Times are seconds on the caller's clock and never run backwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from devices.gatt import AttError
from devices.polar import PMD_CONTROL, PMD_DATA
from devices.strap_words import DeviceError
from devices.virtual_h10_body import Body, StrapClock
from devices.virtual_h10_faults import known
from devices.virtual_h10_heart import HeartRate
from devices.virtual_h10_pmd import FEATURES, Pmd
from devices.virtual_h10_table import (
    BATTERY,
    FEATURE_CONTROL,
    MEASUREMENT,
    Row,
    constants,
    feature_answer,
    rows,
)
from devices.virtual_story import dice_for

MTU = 232  # an H10 agrees to no more
_MTU_LEAST = 23
_LINK_LOSS_S = 45.0
_HOUR_S = 3600.0
# 400 h without streams (Polar's data sheet); what a stream costs is not published.
_IDLE_PCT_AN_HOUR, _STREAM_PCT_AN_HOUR = 0.25, 2.0

# Attribute errors (Bluetooth Core, Vol 3, Part F, 3.4.1.1).
_NO_READ, _NO_WRITE, _NO_AUTHENTICATION, _NOT_FOUND = 0x02, 0x03, 0x05, 0x0A
_BAD_LENGTH, _NO_ENCRYPTION = 0x0D, 0x0F

Word = tuple[str, bytes]


@dataclass(slots=True)
class _Link:
    mtu: int
    drops_s: float | None
    listening: set[str] = field(default_factory=set)


class VirtualH10:
    """One strap on one virtual person.

    ``scenario`` and ``seed`` are those of the virtual source: the same heart. ``worn_s``: when
    the person put it on; no other time may be earlier. Raises ValueError for an unknown word.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        serial: str = "12345678",
        scenario: str = "calm",
        faults: Iterable[str] = (),
        worn_s: float = 0.0,
    ) -> None:
        self.name = f"Polar H10 {serial}"
        self._faults = known(faults)
        self.table: tuple[Row, ...] = rows(self._faults)
        self._flags = {uuid: flags for _, uuid, flags in self.table}
        self._constants = constants(serial, self._faults)
        self._worn_s, self._now_s = worn_s, 0.0
        self._dice = dice_for(seed, "h10")
        self._body = Body(seed, scenario)
        self._clock = StrapClock(-self._dice.uniform(5, 60))
        self._charge_pct = self._dice.uniform(55, 100)
        self._bond_error = (_NO_AUTHENTICATION, _NO_ENCRYPTION)[int(self._dice.uniform(0, 2))]
        self._heart = HeartRate(self._body, dice_for(seed, "h10/heart"), 0.0)
        self._pmd = Pmd(seed, self._body, self._clock, self._faults)
        self._link: _Link | None = None
        self._paired = False
        self._asleep = False
        self._sleeps_s: float | None = None
        self._out: list[Word] = []

    # ---- the link

    @property
    def connected(self) -> bool:
        """As far as time has been handed in."""
        return self._link is not None

    @property
    def advertising(self) -> bool:
        """Only while awake and free: with its one link taken it cannot be found."""
        return not (self._asleep or self._link or "taken" in self._faults)

    @property
    def mtu(self) -> int:
        """Of the link. Raises DeviceError where there is none."""
        return self._linked().mtu

    @property
    def streams(self) -> tuple[int, ...]:
        """The measurement types that run, orphans too: for tests to look at."""
        return self._pmd.running

    def connect(self, now_s: float, mtu: int = MTU) -> None:
        """Raises DeviceError: busy for a second client, not_found while it is asleep."""
        at_s = self._advance(now_s)
        if self._asleep:
            raise DeviceError("not_found", self.name)
        if self._link is not None or "taken" in self._faults:
            raise DeviceError("busy", f"{self.name} has another link")
        loses = "link_loss" in self._faults or not self._body.worn(at_s)
        agreed = max(_MTU_LEAST, min(mtu, MTU))
        self._link = _Link(mtu=agreed, drops_s=at_s + _LINK_LOSS_S if loses else None)
        self._sleeps_s = None
        self._out.clear()

    def disconnect(self, now_s: float) -> None:
        """The client leaves. Its streams and a recording go on."""
        at_s = self._advance(now_s)
        if self._link is not None:
            self._unlink(at_s)

    def pair(self) -> None:
        self._linked()
        self._paired = True

    def take_off(self, now_s: float) -> None:
        """Off the chest: the link drops after 45 s, and within a minute more it shuts down."""
        at_s = self._advance(now_s)
        if not self._body.worn(at_s):
            return
        self._body.take_off(at_s)
        if self._link is None:
            self._sleeps_s = at_s + self._dice.uniform(30, 60)
        else:
            lost_s = at_s + _LINK_LOSS_S
            self._link.drops_s = min(lost_s, self._link.drops_s or lost_s)

    def put_on(self, now_s: float) -> None:
        at_s = self._advance(now_s)
        if self._body.worn(at_s):
            return
        self._body.put_on(at_s)
        self._sleeps_s = None
        if self._asleep:
            self._asleep = False
            self._clock.boot(at_s)
            self._heart.boot(at_s)
        if self._link is not None and "link_loss" not in self._faults:
            self._link.drops_s = None

    def _linked(self) -> _Link:
        if self._link is None:
            raise DeviceError("dropped", self.name)
        return self._link

    def _unlink(self, at_s: float) -> None:
        self._link = None
        if not self._body.worn(at_s):
            self._sleeps_s = at_s + self._dice.uniform(30, 60)

    # ---- attributes

    def read(self, uuid: str, now_s: float) -> bytes:
        """Raises AttError, or DeviceError without a link."""
        self._advance(now_s)
        self._linked()
        self._allowed(uuid, "read", _NO_READ)
        if uuid == PMD_CONTROL:
            return FEATURES
        if uuid == BATTERY:
            return bytes([self._battery()])
        return self._constants[uuid]

    def write(self, uuid: str, data: bytes, now_s: float) -> list[Word]:
        """What it says back at once, in order: nothing to who does not listen.

        What was due before stays for ``due``. Raises AttError, or DeviceError without a link.
        """
        at_s = self._advance(now_s)
        link = self._linked()
        self._allowed(uuid, "write", _NO_WRITE)
        if not data or len(data) > link.mtu - 3:
            raise AttError(_BAD_LENGTH)
        if uuid == PMD_CONTROL and "needs_bond" in self._faults and not self._paired:
            raise AttError(self._bond_error)
        replies: list[bytes] = []
        if uuid == PMD_CONTROL:
            replies = [self._pmd.command(data, at_s, link.mtu)]
        elif uuid == FEATURE_CONTROL:
            replies = [feature_answer(data)]
        return [(uuid, reply[: link.mtu - 3]) for reply in replies if uuid in link.listening]

    def listen(self, uuid: str, now_s: float) -> None:
        """Raises AttError, or DeviceError without a link."""
        self._advance(now_s)
        link = self._linked()
        if not {"notify", "indicate"} & set(self._flags.get(uuid, ())):
            raise AttError(_NOT_FOUND)
        link.listening.add(uuid)

    def unlisten(self, uuid: str, now_s: float) -> None:
        self._advance(now_s)
        self._linked().listening.discard(uuid)

    def _allowed(self, uuid: str, flag: str, code: int) -> None:
        if uuid not in self._flags:
            raise AttError(_NOT_FOUND)
        if flag not in self._flags[uuid]:
            raise AttError(code)

    # ---- time

    def due(self, now_s: float) -> list[Word]:
        """All that it said by itself since the last call, in order.

        ``connected`` tells afterwards whether the link has lasted.
        """
        self._advance(now_s)
        said, self._out = self._out, []
        return said

    def _advance(self, now_s: float) -> float:
        """Lives until then; gives the moment in seconds since it was put on."""
        until_s = max(self._now_s, now_s - self._worn_s)
        while True:
            drops_s = self._link.drops_s if self._link else None
            if drops_s is not None and drops_s <= until_s:
                self._live(drops_s)
                self._unlink(drops_s)
            elif self._sleeps_s is not None and self._sleeps_s <= until_s:
                self._live(self._sleeps_s)
                self._sleeps_s, self._asleep = None, True
                self._pmd.shut_down()
            else:
                self._live(until_s)
                return until_s

    def _live(self, until_s: float) -> None:
        hours, self._now_s = (until_s - self._now_s) / _HOUR_S, until_s
        if self._asleep:
            return
        before_pct = self._battery()
        used_pct = _IDLE_PCT_AN_HOUR + _STREAM_PCT_AN_HOUR * len(self._pmd.running)
        self._charge_pct = max(0.0, self._charge_pct - hours * used_pct)
        listening = self._link.listening if self._link else set()
        heart = self._heart.due(until_s, heard=MEASUREMENT in listening)
        said = [(at_s, MEASUREMENT, raw) for at_s, raw in heart]
        said += self._pmd.due(until_s, heard=PMD_DATA in listening)
        if self._battery() != before_pct:
            said.append((until_s, BATTERY, bytes([self._battery()])))
        most = self._link.mtu - 3 if self._link else 0
        for _, uuid, raw in sorted(said, key=lambda word: word[0]):
            if uuid in listening:
                self._out.append((uuid, raw[:most]))

    def _battery(self) -> int:
        return round(self._charge_pct)
