"""A Polar H10 without radio: its attributes, its link, and what it says as time is handed in.

A pure state machine for tests and trials: the same seed and the same calls give the same bytes.
Facts: docs/straps.md says where from; where no source tells, the seed decides. It was never laid
beside a real strap, only beside the bytes that were captured from some.

Times are seconds on the caller's clock and never run backwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from devices.gatt import AttError
from devices.polar import PMD_CONTROL
from devices.strap_words import DeviceError
from devices.virtual_h10_faults import known
from devices.virtual_h10_inside import Inside, Word
from devices.virtual_h10_table import Row, rows
from devices.virtual_story import dice_for

MTU = 232  # an H10 agrees to no more
_MTU_LEAST = 23
_LINK_LOSS_S = 45.0
_SHUTDOWN_S = (30.0, 60.0)  # "within a minute" off the strap and the link

# Attribute errors (Bluetooth Core, Vol 3, Part F, 3.4.1.1).
_NO_READ, _NO_WRITE, _NO_AUTHENTICATION, _NOT_FOUND = 0x02, 0x03, 0x05, 0x0A
_BAD_LENGTH, _NO_ENCRYPTION = 0x0D, 0x0F


@dataclass(slots=True)
class _Link:
    mtu: int
    drops_s: float | None
    silent_s: float | None
    listening: set[str] = field(default_factory=set)


class VirtualH10:
    """One strap on one virtual person.

    ``scenario`` and ``seed`` are those of the virtual source: the same heart. ``worn_s``: when
    the person put it on; no other time may be earlier. ``kept``: the name and the file of a
    recording made before. ``packet_s``: so far apart come the packets of a long reply, the first
    at once and the others by ``due``; with 0 a write gives them all. Raises ValueError for an
    unknown scenario or fault.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        serial: str = "12345678",
        scenario: str = "calm",
        faults: Iterable[str] = (),
        worn_s: float = 0.0,
        kept: tuple[str, bytes] | None = None,
        packet_s: float = 0.0,
    ) -> None:
        self.name = f"Polar H10 {serial}"
        self._faults = known(faults)
        self.table: tuple[Row, ...] = rows(self._faults)
        self._flags = {uuid: flags for _, uuid, flags in self.table}
        self._inside = Inside(
            seed=seed,
            serial=serial,
            scenario=scenario,
            faults=self._faults,
            kept=kept,
            packet_s=packet_s,
        )
        self._dice = dice_for(seed, "h10/link")
        self._bond_error = (_NO_AUTHENTICATION, _NO_ENCRYPTION)[int(self._dice.uniform(0, 2))]
        self._worn_s = worn_s
        self._sleeps_s: float | None = None
        self._link: _Link | None = None
        self._paired = False
        self._out: list[Word] = []

    # ---- to look at, as far as time has been handed in

    @property
    def connected(self) -> bool:
        return self._link is not None

    @property
    def advertising(self) -> bool:
        """Only while awake and free: with its one link taken it cannot be found."""
        return not (self._inside.asleep or self._link or "taken" in self._faults)

    @property
    def mtu(self) -> int:
        """Of the link. Raises DeviceError where there is none."""
        return self._linked().mtu

    @property
    def streams(self) -> tuple[int, ...]:
        """The measurement types that run, orphans too."""
        return self._inside.streams

    @property
    def memory(self) -> str:
        """empty, recording or stored."""
        return self._inside.memory

    @property
    def misused(self) -> list[str]:
        """What a client did and never should: risky questions, the clock set while streaming."""
        return list(self._inside.misused)

    # ---- the link

    def connect(self, now_s: float, mtu: int = MTU) -> None:
        """Raises DeviceError: busy for a second client, not_found while it is asleep."""
        at_s = self._advance(now_s)
        if self._inside.asleep:
            raise DeviceError("not_found", self.name)
        if self._link is not None or "taken" in self._faults:
            raise DeviceError("busy", f"{self.name} has another link")
        loses = "link_loss" in self._faults or not self._inside.body.worn(at_s)
        mute_s = at_s + self._dice.uniform(20, 60)
        self._link = _Link(
            mtu=max(_MTU_LEAST, min(mtu, MTU)),
            drops_s=at_s + _LINK_LOSS_S if loses else None,
            silent_s=mute_s if "falls_silent" in self._faults else None,
        )
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

    def _linked(self) -> _Link:
        if self._link is None:
            raise DeviceError("dropped", self.name)
        return self._link

    def _unlink(self, at_s: float) -> None:
        self._link = None
        self._inside.unlinked()
        if not self._inside.body.worn(at_s):
            self._sleeps_s = at_s + self._dice.uniform(*_SHUTDOWN_S)

    # ---- on and off the chest

    def take_off(self, now_s: float) -> None:
        """Off the chest: the link drops after 45 s, and within a minute more it shuts down."""
        at_s = self._advance(now_s)
        if not self._inside.body.worn(at_s):
            return
        self._inside.body.take_off(at_s)
        if self._link is None:
            self._sleeps_s = at_s + self._dice.uniform(*_SHUTDOWN_S)
        elif self._link.drops_s is None:
            self._link.drops_s = at_s + _LINK_LOSS_S

    def put_on(self, now_s: float) -> None:
        at_s = self._advance(now_s)
        if self._inside.body.worn(at_s):
            return
        self._inside.body.put_on(at_s)
        self._inside.wake()
        self._sleeps_s = None
        if self._link is not None and "link_loss" not in self._faults:
            self._link.drops_s = None

    # ---- attributes

    def read(self, uuid: str, now_s: float) -> bytes:
        """Raises AttError, or DeviceError without a link."""
        self._advance(now_s)
        self._linked()
        self._allowed(uuid, "read", _NO_READ)
        return self._inside.read(uuid)

    def write(self, uuid: str, data: bytes, now_s: float) -> list[Word]:
        """What it says back at once, in order: nothing to who does not listen.

        What was due before stays for ``due``. Raises AttError, or DeviceError without a link.
        """
        self._advance(now_s)
        link = self._linked()
        self._allowed(uuid, "write", _NO_WRITE)
        if not data or len(data) > link.mtu - 3:
            raise AttError(_BAD_LENGTH)
        if uuid == PMD_CONTROL and "needs_bond" in self._faults and not self._paired:
            raise AttError(self._bond_error)
        replies = self._inside.write(uuid, data, link.mtu)
        heard = uuid in link.listening and not self._mute(link)
        return [(uuid, reply[: link.mtu - 3]) for reply in replies if heard]

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
        until_s = max(self._inside.now_s, now_s - self._worn_s)
        while True:
            drops_s = self._link.drops_s if self._link else None
            if drops_s is not None and drops_s <= until_s:
                self._live(drops_s)
                self._unlink(drops_s)
            elif self._sleeps_s is not None and self._sleeps_s <= until_s:
                self._live(self._sleeps_s)
                self._sleeps_s = None
                self._inside.fall_asleep()
            else:
                self._live(until_s)
                return until_s

    def _live(self, until_s: float) -> None:
        """A notification that is too long for the link is cut, as the attribute protocol has it."""
        link = self._link
        if link is not None:
            speaks_s = until_s if link.silent_s is None else min(until_s, link.silent_s)
            said = self._inside.live(max(speaks_s, self._inside.now_s), link.listening)
            self._out += [(uuid, raw[: link.mtu - 3]) for uuid, raw in said]
        self._inside.live(until_s, ())

    def _mute(self, link: _Link) -> bool:
        return link.silent_s is not None and link.silent_s <= self._inside.now_s
