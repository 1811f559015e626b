"""The campaigns over an emulated BlueZ; imported when asked for, as only Linux has one."""

from __future__ import annotations

from tests.faults.campaign import Campaign, Order, Outcome


def _disconnects(order: Order) -> Outcome:
    from tests.faults import ble

    return _told("disconnects", order, *ble.disconnects(order.count, order.seed))


def _stalls(order: Order) -> Outcome:
    from tests.faults import ble

    return _told("stalls", order, *ble.stalls(order.count, order.seed))


def _told(what: str, order: Order, line: str, held: bool) -> Outcome:
    return Outcome({what: order.count}, [] if held else [line], [line] if held else [])


BLE = Campaign(promise="the link comes back, and its gap is recorded", count=1000, run=_disconnects)
STALL = Campaign(promise="a silent link is seen within 5 s", count=1000, run=_stalls)
