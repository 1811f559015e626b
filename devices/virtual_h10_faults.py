"""What can go wrong with a virtual H10: each fault by its word, with what it does.

Each was seen on real straps (docs/straps.md says where). Those marked *once*
strike the first time only, so that a second try can show what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterable

FAULTS = {
    # the link
    "taken": "another client holds the only link: it does not advertise, a connect is refused",
    "link_loss": "the link drops 45 s after each connect, as off the body",
    "falls_silent": "20 to 60 s after each connect it says nothing more, though the link is up",
    "needs_bond": "commands to the measurement service answer ATT 0x05 or 0x0F until paired",
    "no_pmd": "firmware 2.1.9: no measurement service at all",
    # streams
    "short_errors": "every error of the control point has 4 bytes, never 5",
    "strap_stops": "once: 20 to 60 s after a start the strap stops its streams by itself",
    "lost_frames": "about one frame in twelve never arrives",
    "time_back": "about one frame in twenty carries a time 1 to 5 s too early",
    "clock_set": "once: 20 to 60 s after a start the strap's clock jumps from 2019 to a wall time",
    "z_stuck": "the z axis stands at -2000 mG",
    # the recording
    "lost_packet": "once: a packet in the middle of a long reply never arrives",
    "double_packet": "once: a packet in the middle of a long reply arrives twice",
    "silent_file": "once: a long reply stops half-way, and nothing follows",
    "start_refused": "a start answers 106 though nothing is stored",
    "fetch_refused": "a fetch of the file answers 106 at first, later in one of three",
    "battery_low": "a start answers 209",
    "heart_rate_file": "a heart-rate file although RR were asked for",
    "absurd_rr": "intervals of 0, 26 to 28, 14679420 and 1878949389 among the true ones",
    "cut_file": "the file ends in the middle of a number",
}

# Those of a reply's packets, in the order in which they strike.
PACKET_FAULTS = ("lost_packet", "double_packet", "silent_file")


def known(faults: Iterable[str]) -> frozenset[str]:
    """The faults as a set. Raises ValueError for a word that is none."""
    asked = frozenset(faults)
    for word in sorted(asked - FAULTS.keys()):
        raise ValueError(f"no fault {word!r} of an H10; there is {', '.join(FAULTS)}")
    return asked
