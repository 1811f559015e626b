"""Which of this computer's addresses are a home's, and which one is served on."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.cli.networks import addresses_here, at_home, choose, host_of, network_of


@pytest.mark.parametrize(
    "word",
    ["10.0.0.5", "172.16.0.1", "172.31.255.9", "192.168.178.20", "169.254.7.7", "fd12:3456::1"],
)
def test_an_address_at_home(word: str) -> None:
    assert at_home([ip_address(word)] * 2) == [ip_address(word)]


@pytest.mark.parametrize(
    "word",
    [
        "0.0.0.0", "127.0.0.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1", "192.0.2.2",
        "100.64.0.1", "255.255.255.255", "224.0.0.1", "::", "::1", "fe80::1", "2001:db8::1",
        "2a02:8388::1", "::ffff:192.168.1.1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_a_home_s(word: str) -> None:
    assert at_home([ip_address(word)]) == []


@given(st.ip_addresses())
def test_no_public_address_is_ever_at_home(address: object) -> None:
    found = at_home([address])  # type: ignore[list-item]
    assert not any(a.is_global or a.is_loopback or a.is_multicast for a in found)


def test_what_this_computer_has_is_a_home_s() -> None:
    here = addresses_here()
    assert here == at_home(here)


def test_the_same_network_is_the_same_range() -> None:
    assert network_of(ip_address("192.168.1.20")) == "192.168.1.0/24"
    assert network_of(ip_address("fd12:3456::20")) == "fd12:3456::/64"


def test_the_address_that_was_then_its_neighbour_then_none() -> None:
    here = [ip_address(word) for word in ("10.0.0.5", "192.168.1.21", "192.168.1.20")]
    home = {"address": "192.168.1.20", "network": "192.168.1.0/24"}
    assert choose(here, **home) == here[2]
    assert choose(here[:2], **home) == here[1]
    assert choose(here[:1], **home) is None
    assert choose([], **home) is None


def test_hosts_are_written_as_browsers_do() -> None:
    assert host_of(ip_address("192.168.1.20"), 8766) == "192.168.1.20:8766"
    assert host_of(ip_address("fd12::20"), 8766) == "[fd12::20]:8766"
