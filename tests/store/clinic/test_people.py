# ruff: noqa: E501
"""Who sees whom; what secrets open, and for how long; and the trace of all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.store import Journal
from biocoach.store.clinic import NotAllowedError, audit, doors, overview, people, records, ties
from biocoach.store.clinic.audit import Deed, Head, What
from biocoach.store.clinic.digests import digests_for
from biocoach.store.clinic.own import Own, erase_all
from biocoach.store.clinic.people import Invited, Role
from biocoach.store.clinic.secrets_of import hash_of, new_secret
from biocoach.syncing.wire import Join, Joined, Refused
from biocoach.types import Refusal
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, Clinic, sent
from tests.store.support import begin, ratings


def seen(clinic: Clinic, member: UUID) -> set[UUID]:
    return {one.client for one in people.clients(clinic.engine, member)}


def test_who_sees_whom(clinic: Clinic) -> None:
    one, other = clinic.client.client, clinic.other.client
    assert seen(clinic, clinic.therapist) == {one}
    assert seen(clinic, clinic.supervisor) == {one}
    assert seen(clinic, clinic.idle) == set()
    assert seen(clinic, clinic.client.practitioner) == {one}
    assert seen(clinic, clinic.admin) == {one, other}  # by name
    for member in (clinic.admin, clinic.idle, clinic.other.practitioner):
        with pytest.raises(NotAllowedError):
            records.open_reader(clinic.engine, member, one, JOURNAL)


def test_what_ends_ends_at_once(clinic: Clinic, record: Journal) -> None:
    record.append([begin(), *ratings(2)])
    sent(clinic.engine, clinic.client, record)
    one = clinic.client.client
    readers = [
        records.open_reader(clinic.engine, who, one, JOURNAL)
        for who in (clinic.therapist, clinic.supervisor)
    ]
    assert all(reader.has_session("s1") for reader in readers)
    ties.unsupervise(clinic.engine, clinic.admin, clinic.supervisor, clinic.therapist)
    assert [reader.has_session("s1") for reader in readers] == [True, False]
    ties.unassign(clinic.engine, clinic.admin, one, clinic.therapist)
    assert not readers[0].has_session("s1")
    ties.assign(clinic.engine, clinic.admin, one, clinic.therapist)
    assert readers[0].has_session("s1")
    people.disable(clinic.engine, clinic.admin, clinic.therapist)
    assert not readers[0].has_session("s1")
    assert people.member_of(clinic.engine, clinic.therapist) is None


def test_a_reading_leans_on_a_deed_of_the_last_hours(
    clinic: Clinic, record: Journal, base: Base
) -> None:
    record.append([begin()])
    sent(clinic.engine, clinic.client, record)
    reader = records.open_reader(clinic.engine, clinic.therapist, clinic.client.client, JOURNAL)
    deed = records.deed_of(reader)
    again = records.open_reader(
        clinic.engine, clinic.therapist, clinic.client.client, JOURNAL, deed
    )
    assert again.has_session("s1")
    with base.root() as root:
        root.execute(
            "UPDATE clinic.deeds SET at = at - interval '12 hours' WHERE deed = %s", [deed]
        )
    assert not again.has_session("s1")


def test_only_an_admin_changes_people(clinic: Clinic) -> None:
    e, one = clinic.engine, clinic.client
    for member in (clinic.therapist, clinic.supervisor, one.practitioner, uuid4()):
        for do in (
            lambda m: people.add_member(e, m, "x", [Role.ADMIN]),
            lambda m: people.add_client(e, m, "x"),
            lambda m: people.set_roles(e, m, m, [Role.ADMIN]),
            lambda m: people.disable(e, m, clinic.admin),
            lambda m: ties.assign(e, m, clinic.other.client, clinic.therapist),
            lambda m: ties.unassign(e, m, one.client, clinic.therapist),
            lambda m: people.invite(e, m, one.practitioner, Invited.DEVICE),
            lambda m: people.rename_client(e, m, one.client, "x"),
        ):
            with pytest.raises(NotAllowedError):
                do(member)
    assert doors.drop_credentials(e, clinic.therapist, one.practitioner) == 0
    with pytest.raises(NotAllowedError):
        ties.assign(e, clinic.admin, one.client, clinic.supervisor)  # no therapist
    with pytest.raises(NotAllowedError):
        people.set_roles(e, clinic.admin, one.practitioner, [Role.ADMIN])
    for name in ("", " ", "x" * 201, "a\nb"):
        assert isinstance(people.add_client(e, clinic.admin, name), Refusal)


def test_a_tie_that_can_t_be_made_is_refused_and_one_that_is_there_is_not(clinic: Clinic) -> None:
    e, admin, over = clinic.engine, clinic.admin, clinic.supervisor
    ties.supervise(e, admin, over, clinic.therapist)
    ties.assign(e, admin, clinic.client.client, clinic.therapist)
    for supervisor, therapist in (
        (over, uuid4()),
        (uuid4(), clinic.idle),
        (clinic.idle, clinic.therapist),
    ):
        with pytest.raises(NotAllowedError):
            ties.supervise(e, admin, supervisor, therapist)
    for member in (clinic.idle, clinic.client.practitioner, uuid4()):
        with pytest.raises(NotAllowedError):
            ties.supervise(e, member, over, clinic.idle)


def test_one_client_is_asked_for_alone(clinic: Clinic, record: Journal) -> None:
    record.append([begin()])
    sent(clinic.engine, clinic.client, record)
    sent(clinic.engine, clinic.other, record)
    one, other = clinic.client.client, clinic.other.client
    for member in (clinic.therapist, clinic.admin, clinic.client.practitioner, clinic.idle):
        known = {c.client: c for c in people.clients(clinic.engine, member)}
        heard = overview.heard_from(clinic.engine, member)
        for client in (one, other, uuid4()):
            assert people.client_of(clinic.engine, member, client) == known.get(client)
            assert overview.heard_of(clinic.engine, member, client) == heard.get(client)
    assert overview.heard_of(clinic.engine, clinic.therapist, one) is not None


def test_an_invitation_is_good_once_for_a_day(clinic: Clinic, base: Base) -> None:
    e, who = clinic.engine, clinic.client.practitioner
    codes = [people.invite(e, clinic.admin, who, Invited.DEVICE).shown for _ in range(2)]

    def join(code: str) -> Joined | Refused:
        return doors.join(e, Join(speaks=1, code=code, device="x"))

    with base.root() as root:
        text = "UPDATE clinic.invitations SET expires = now() WHERE hash = %s"
        root.execute(text, [hash_of(codes[0])])
    for code in (codes[0], "", "x"):
        assert join(code) == Refused(why="code", detail="this invitation is not, or not any more")
    assert doors.accept(e, codes[1]) is None  # of the other kind
    assert isinstance(join(codes[1].lower().replace("-", " ")), Joined)
    assert isinstance(join(codes[1]), Refused)
    member = people.invite(e, clinic.admin, clinic.idle, Invited.MEMBER).shown
    assert isinstance(join(member), Refused)
    assert doors.accept(e, member) == clinic.idle
    with pytest.raises(NotAllowedError):  # no computer of theirs is a client's
        people.invite(e, clinic.admin, clinic.idle, Invited.DEVICE)


def test_credentials_are_one_s_own(clinic: Clinic) -> None:
    e, handle = clinic.engine, doors.handle_of(" Theo ")
    made = doors.add_credential(e, clinic.therapist, "password", {"hash": "x"}, handle)
    assert made is not None
    assert doors.add_credential(e, clinic.idle, "password", {}, handle) is None
    assert doors.add_credential(e, clinic.therapist, "totp", {"seed": "y"}, None) is not None
    found = doors.credential(e, "password", doors.handle_of("theo"))
    assert found is not None
    assert (found.member, found.data) == (clinic.therapist, {"hash": "x"})
    assert [one.kind for one in doors.credentials(e, clinic.therapist)] == ["password", "totp"]
    assert doors.credentials(e, clinic.admin) == []
    with pytest.raises(NotAllowedError):
        doors.remove_credential(e, clinic.idle, made)
    with pytest.raises(NotAllowedError):
        doors.change_credential(e, clinic.idle, made, {})
    doors.change_credential(e, clinic.therapist, made, {"hash": "z"})
    people.disable(e, clinic.admin, clinic.therapist)
    assert doors.credential(e, "password", handle) is None
    assert doors.drop_credentials(e, clinic.admin, clinic.therapist) == 2


def test_a_caseload_is_one_look_that_is_noted(clinic: Clinic, record: Journal) -> None:
    record.append([begin()])
    sent(clinic.engine, clinic.client, record)
    own = Own(clinic.engine, clinic.client.practitioner, clinic.client.client, JOURNAL)
    own.put_digest({"new": 1}, "v1")
    [one] = digests_for(clinic.engine, clinic.therapist)
    assert (one.client, one.document, one.made_by) == (clinic.client.client, {"new": 1}, "v1")
    assert [d.client for d in digests_for(clinic.engine, clinic.supervisor)] == [one.client]
    assert digests_for(clinic.engine, clinic.admin) == []
    assert digests_for(clinic.engine, clinic.idle) == []
    told = audit.deeds(clinic.engine, clinic.client.practitioner)
    assert [d.member for d in told if d.what == What.CASELOAD] == [
        clinic.therapist, clinic.supervisor,
    ]  # fmt: skip
    assert audit.deeds(clinic.engine, clinic.other.practitioner, client=one.client) == []


def test_only_their_own_computer_writes_into_a_record(clinic: Clinic) -> None:
    for member in (clinic.therapist, clinic.supervisor, clinic.admin, clinic.other.practitioner):
        with pytest.raises(NotAllowedError):
            Own(clinic.engine, member, clinic.client.client, JOURNAL).put_digest({}, "v1")
        with pytest.raises(NotAllowedError):
            erase_all(clinic.engine, member, clinic.client.client)


def test_all_of_a_copy_goes_and_the_audit_says_so(
    clinic: Clinic, record: Journal, base: Base
) -> None:
    record.append([begin(), *ratings(3)])
    sent(clinic.engine, clinic.client, record)
    sent(clinic.engine, clinic.other, record)
    client = clinic.client.client
    Own(clinic.engine, clinic.client.practitioner, client, JOURNAL).put_summary("s1", {})
    assert erase_all(clinic.engine, clinic.client.practitioner, client).lines == 4
    with base.root() as root:
        for name in ("lines", "sessions", "summaries", "settings_documents", "journals", "digests"):
            text = f"SELECT count(*) FROM clinic.{name} WHERE client = %s"
            assert root.execute(text.encode(), [client]).fetchall() == [(0,)], name
        left = root.execute("SELECT count(*) FROM clinic.lines").fetchall()
    assert left == [(4,)]
    told = audit.deeds(clinic.engine, clinic.client.practitioner)
    assert told[-1].detail == "4 lines are gone"
    assert audit.check(clinic.engine, clinic.admin).problems == ()


# ---- the audit's chain


def test_a_deed_that_was_changed_or_taken_shows(clinic: Clinic, base: Base) -> None:
    known = audit.head(clinic.engine, clinic.admin)
    doors.sign_in(clinic.engine, clinic.therapist, "passkey")
    assert audit.check(clinic.engine, clinic.admin, known).problems == ()
    with base.root() as root:
        root.execute("UPDATE clinic.deeds SET detail = 'x' WHERE number = 3")
        root.execute("DELETE FROM clinic.deeds WHERE number = 5")
        root.execute("DELETE FROM clinic.deeds WHERE number >= %s", [known.number])
    found = audit.check(clinic.engine, clinic.admin, known).problems
    assert any(one.startswith("deed 3: was changed") for one in found)
    assert "deed 5: missing" in found
    assert any("should be the last" in one for one in found)
    assert any("was written down, and is missing" in one for one in found)
    assert audit.head(clinic.engine, clinic.therapist) == Head(number=0, hash="")


def test_deeds_at_once_are_one_chain(clinic: Clinic) -> None:
    from concurrent.futures import ThreadPoolExecutor

    before = audit.check(clinic.engine, clinic.admin).deeds
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: audit.begin(clinic.engine, clinic.idle, What.SIGN_IN), range(40)))
    found = audit.check(clinic.engine, clinic.admin)
    assert (found.deeds, found.problems) == (before + 40, ())


def test_any_words_are_sealed_alike_here_and_there(clinic: Clinic) -> None:
    for detail in ("", "ä 🙂 \u2028 \x7f", '" \\ / \b\f\n\r\t\x01\x1f', "</script>", "\U0010ffff"):
        audit.begin(clinic.engine, clinic.idle, What.SIGN_IN, None, detail)
    assert audit.check(clinic.engine, clinic.admin).problems == ()


@given(st.text(), st.integers(1, 9))
def test_a_seal_is_of_every_column(detail: str, number: int) -> None:
    one = Deed(
        number=number, deed=UUID(int=1), member=UUID(int=2), what="open", client=None,
        at=datetime(2026, 1, 31, tzinfo=UTC), detail=detail.replace("\x00", "").encode("utf-8", "ignore").decode(), hash="",
    )  # fmt: skip
    seal = audit.sealed("", one)
    for other in (
        replace(one, number=number + 1), replace(one, detail=one.detail + "x"),
        replace(one, client=UUID(int=1)), replace(one, member=UUID(int=3)), replace(one, what="read"),
    ):  # fmt: skip
        assert audit.sealed("", other) != seal
    assert audit.sealed("x", one) != seal


def test_a_code_can_be_typed_anyhow() -> None:
    secret = new_secret()
    for typed in (secret.shown.lower(), secret.shown.replace("-", ""), f" {secret.shown} "):
        assert hash_of(typed) == secret.hash
    assert secret.shown not in repr(secret)
