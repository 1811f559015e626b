"""What is sealed opens whole for whom it was sealed, or is refused in one of the known ways."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import SHARING
from biocoach.store.bundle import Kind, Manifest, pack, unpack
from biocoach.store.seal import (
    FORMAT,
    Address,
    Identity,
    SealError,
    Why,
    address_of,
    identity_of,
    new_identity,
    seal,
    unseal,
)

LINES = ["one", "zwei \N{GRINNING FACE}", "", "<script>alert(1)</script>"]


@cache
def people() -> tuple[Identity, Identity, Identity]:
    return new_identity(), new_identity(), new_identity()


def manifest(sender: Identity, to: Sequence[Identity]) -> Manifest:
    return Manifest(
        id="b1", kind=Kind.RECORD, made_utc="2026-01-31T09:00:00.000Z", sender=sender.address,
        name="Robin", to=tuple(one.address for one in to), period=("2026-01-01", "2026-01-31"),
        chosen=(("sessions", 3),), redacted=2,
    )  # fmt: skip


@cache
def bundle() -> bytes:
    client, therapist, _ = people()
    return pack(manifest(client, [therapist]), LINES, client)


def forged(plain: bytes) -> bytes:
    """Encrypted for the therapist by anybody who has the address."""
    reader = pyrage.x25519.Recipient.from_str(people()[1].address.reads_with)
    return bytes(pyrage.encrypt(plain, [reader]))


def signed(packed: bytes, by: Identity) -> bytes:
    from biocoach.store.seal import _signed

    head = {"by": by.address.line, "signature": b64encode(by.sign(_signed(packed))).decode()}
    return forged(FORMAT.encode() + b"\n" + json.dumps(head).encode() + b"\n" + packed)


def refused(sealed: bytes, reader: Identity | None = None) -> Why:
    with pytest.raises(SealError) as error:
        list(unpack(sealed, reader or people()[1]).lines())
    assert "\n" not in str(error.value)
    return error.value.why


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))))
def test_what_is_sealed_is_opened(lines: list[str]) -> None:
    client, therapist, _ = people()
    opened = unseal(seal(lines, client, [therapist.address]), therapist)
    assert list(opened.lines()) == lines
    assert opened.by == client.address


def test_a_bundle_says_what_it_is() -> None:
    client, therapist, _ = people()
    found = unpack(bundle(), therapist)
    assert found.manifest == manifest(client, [therapist])
    assert list(found.lines()) == LINES


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(bundle())
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    assert refused(bytes(sealed)) in (Why.DAMAGED, Why.NOT_A_BUNDLE, Why.NOT_FOR_US)


@given(st.integers(0, 10_000))
def test_any_cut_is_refused(length: int) -> None:
    sealed = bundle()
    assert refused(sealed[: length % len(sealed)]) in (Why.DAMAGED, Why.NOT_A_BUNDLE)


@given(st.binary(max_size=400))
def test_any_bytes_inside_are_refused(plain: bytes) -> None:
    for some in (plain, FORMAT.encode() + b"\n" + plain):
        assert refused(forged(some))


def test_for_somebody_else() -> None:
    assert refused(bundle(), people()[2]) is Why.NOT_FOR_US


def test_passed_on_by_its_reader_it_is_not_for_us() -> None:
    _, therapist, other = people()
    plain = therapist.decrypt(bundle())
    to_other = pyrage.x25519.Recipient.from_str(other.address.reads_with)
    assert refused(bytes(pyrage.encrypt(plain, [to_other])), other) is Why.NOT_FOR_US


def test_a_newer_one_says_so() -> None:
    assert refused(forged(b"biocoach.bundle.v2\nanything")) is Why.NEWER


def test_another_one_signed_it() -> None:
    client, therapist, stranger = people()
    theirs = replace(manifest(client, [therapist]))  # says it comes from the client
    assert refused(pack(theirs, LINES, stranger)) is Why.BAD_SIGNATURE


def test_changed_after_it_was_signed() -> None:
    plain = people()[1].decrypt(bundle())
    head, packed = plain.rsplit(b"}\n", 1)
    assert refused(forged(head + b"}\n" + zlib.compress(b"other"))) is Why.BAD_SIGNATURE
    assert packed


def test_a_bomb_does_not_go_off() -> None:
    client, therapist, _ = people()
    bomb = zlib.compress(b"0" * 50_000_000, 9)
    assert len(bomb) < 60_000
    assert refused(signed(bomb, client)) is Why.TOO_LARGE  # a line without end
    many = zlib.compress(b"0\n" * 1_000_000)
    small = replace(SHARING, content_max_bytes=1_000_000)
    with pytest.raises(SealError) as error:
        list(unseal(signed(many, client), therapist, small).lines())
    assert error.value.why is Why.TOO_LARGE


def test_a_file_too_large_is_not_read() -> None:
    small = replace(SHARING, file_max_bytes=100)
    with pytest.raises(SealError) as error:
        unseal(bundle(), people()[1], small)
    assert error.value.why is Why.TOO_LARGE


@pytest.mark.parametrize(
    "first",
    ["[" * 100_000, "{}", "null", json.dumps({"schema": FORMAT}), '{"schema": 3}', "[1, 2]"],
)
def test_a_signed_manifest_that_is_none(first: str) -> None:
    client, *_ = people()
    assert refused(signed(zlib.compress(first.encode() + b"\n"), client))


def test_bytes_after_the_end_are_refused() -> None:
    client, therapist, _ = people()
    plain = therapist.decrypt(pack(manifest(client, [therapist]), LINES, client))
    packed = plain.split(b"\n", 2)[2]
    assert refused(signed(packed + b"more", client)) is Why.DAMAGED
    assert refused(signed(packed[:-6], client)) is Why.DAMAGED


def test_an_address_survives_a_walk_but_no_mistake() -> None:
    address = people()[0].address
    assert address_of(f"  {address.line[:30].upper()} {address.line[30:]}\n") == address
    for at in range(len("biocoach1:"), len(address.line)):
        other = "a" if address.line[at] != "a" else "b"
        assert address_of(address.line[:at] + other + address.line[at + 1 :]) is None
    assert len(address.fingerprint) == 24


@given(st.one_of(st.none(), st.text(), st.integers(), st.binary().map(bytes.hex)))
def test_what_is_no_address_is_none(line: object) -> None:
    assert address_of(line) is None
    assert address_of(f"biocoach1:{line}") is None


def test_an_identity_is_kept_and_tells_nothing() -> None:
    one = people()[0]
    again = identity_of(one.kept())
    assert again is not None
    assert again.address == one.address
    assert repr(one) == "Identity(…)"
    assert identity_of({"reads": "x", "signs": "y"}) is None
    assert identity_of(None) is None


def test_fingerprints_differ() -> None:
    assert len({one.address.fingerprint for one in people()}) == 3
    one, two, _ = people()
    mixed = Address(one.address.reads_with, two.address.signs_with)
    assert mixed.fingerprint not in (one.address.fingerprint, two.address.fingerprint)
