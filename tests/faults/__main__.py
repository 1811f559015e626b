"""``python -m tests.faults CAMPAIGN -n COUNT --seed S``: one promise, tried at any count.

The last line tells the counts and the failures; the exit is 1 when the promise was broken.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.faults import (
    budget,
    climbs,
    cost,
    erase,
    helps,
    hostile,
    imports,
    keys,
    offers,
    packets,
    routes,
    schema,
    stale,
    sync,
)
from tests.faults.campaign import FAILURES_SHOWN, Campaign, Order
from tests.faults.durable import repeats

# A new campaign is one line here.
CAMPAIGNS: dict[str, Campaign] = {
    "packets": packets.CAMPAIGN,
    "routes": routes.CAMPAIGN,
    "hostile": hostile.CAMPAIGN,
    "schema": schema.CAMPAIGN,
    "offers": offers.CAMPAIGN,
    "stale": stale.CAMPAIGN,
    "budget": budget.CAMPAIGN,
    "climbs": climbs.CAMPAIGN,
    "cost": cost.CAMPAIGN,
    "erase": erase.CAMPAIGN,
    "import": imports.CAMPAIGN,
    "helps": helps.CAMPAIGN,
    "keys": keys.CAMPAIGN,
    "repeats": repeats.CAMPAIGN,
    "sync": sync.CAMPAIGN,
}
if sys.platform == "linux":  # BlueZ is emulated there only, and a child forked
    from tests.faults import ble, latency, slow, soak, tenants, watchdog
    from tests.faults.clinic import routes as clinic_routes
    from tests.faults.durable import (
        disk,
        imagecut,
        kill9,
        migrations,
        powercut,
        safe_cuts,
        safe_kills,
    )

    CAMPAIGNS |= {
        "ble": ble.DISCONNECTS,
        "stall": ble.STALLS,
        "latency": latency.CAMPAIGN,
        "kill9": kill9.CAMPAIGN,
        "powercut": powercut.CAMPAIGN,
        "imagecut": imagecut.CAMPAIGN,
        "migrate": migrations.CAMPAIGN,
        "disk": disk.CAMPAIGN,
        "safe": safe_kills.CAMPAIGN,
        "safe-cuts": safe_cuts.CAMPAIGN,
        "watchdog": watchdog.CAMPAIGN,
        "slow": slow.CAMPAIGN,
        "tenants": tenants.CAMPAIGN,
        "clinic": clinic_routes.CAMPAIGN,
        "soak": soak.DAY,
        "soak-real": soak.REAL,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True, metavar="CAMPAIGN")
    for name, campaign in CAMPAIGNS.items():
        one = names.add_parser(name, help=campaign.promise)
        one.add_argument("-n", "--count", type=int, default=campaign.count)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args(arguments)
    order = Order(count=asked.count, seed=asked.seed, processes=asked.processes)
    began_s = time.monotonic()
    outcome = CAMPAIGNS[asked.name].run(order)
    for failure in outcome.failures[:FAILURES_SHOWN]:
        sys.stdout.write(failure + "\n")
    took_s = time.monotonic() - began_s
    sys.stdout.write(f"{asked.name}, seed {order.seed}: {outcome.last_line()} in {took_s:.0f} s\n")
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
