"""A recorder in the network: finds biocoach's streams and prints what comes, a line of JSON each.

``python -m tests.cli.lsl_reader COUNT``: until each of the three that flow has so many samples.
"""

from __future__ import annotations

import json
import sys
from xml.etree import ElementTree

import pylsl

FLOWING = ("beats", "features", "states")


def main() -> None:
    count = int(sys.argv[1])
    found = pylsl.resolve_bypred("starts-with(name,'biocoach ')", 4, 60.0)
    inlets = {info.name(): pylsl.StreamInlet(info) for info in found}
    for name, inlet in inlets.items():
        info = inlet.info(30.0)
        tree = ElementTree.fromstring(info.as_xml())
        channels = [{part.tag: part.text for part in channel} for channel in tree.iter("channel")]
        told = {
            "name": name, "type": info.type(), "rate": info.nominal_srate(), "channels": channels,
            "simulated": tree.findtext("desc/simulated"), "source": info.source_id(),
        }  # fmt: skip
        sys.stdout.write(json.dumps({"stream": told}) + "\n")
    for name, inlet in inlets.items():
        if not any(word in name for word in FLOWING):
            continue
        for _ in range(count):
            values, at_s = inlet.pull_sample(60.0)
            sys.stdout.write(json.dumps({"of": name, "at_s": at_s, "values": values}) + "\n")


if __name__ == "__main__":
    main()
