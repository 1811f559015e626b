"""``biocoach serve`` in a house whose network is this computer's own: for tests, which can't count
on an address at home. ``python -m tests.at_home serve [--source …] [--plain] --port …``"""

from __future__ import annotations

from argparse import ArgumentParser
from ipaddress import ip_address

from biocoach.cli.opened import Wish, keep_open
from biocoach.types import Refusal
from devices import parse_source

HERE = "127.0.0.1"


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("--source", default="")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--no-browser", action="store_true")
    asked = parser.parse_args()
    spec = parse_source(asked.source) if asked.source else None
    assert not isinstance(spec, Refusal), spec
    keep_open(
        Wish(
            spec=spec,
            speed=spec.speed if spec else 1.0,
            port=asked.port,
            browser=False,
            data_dir=None,
            plain=asked.plain,
            addresses=lambda: [ip_address(HERE)],
        )
    )


if __name__ == "__main__":
    main()
