"""What the dashboard needs from the rest, as Protocols; the composition root provides it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from biocoach.review.progress import Asked
from biocoach.sharing.leaving import Wish
from biocoach.telling import Told
from biocoach.types import Afterwards, Fit, InputBody, NotAfterwards, Plan, PracticeLog, Refusal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``why`` is a code for the page's words; empty when it was done."""

    why: str = ""
    number: int | None = None


class Controls(Protocol):
    """What a page may do."""

    async def submit(self, body: InputBody) -> Outcome: ...

    async def unlock(self, passphrase: str) -> Outcome: ...

    async def may_plan(self, plan: Plan) -> str:
        """Why this plan can't be followed, as a code; or nothing."""

    async def set_fit(self, fit: Fit) -> Outcome: ...

    async def fact(self, name: str) -> Json | None: ...

    async def put_fact(self, name: str, value: Json) -> Outcome: ...

    async def teach_again(self) -> Outcome: ...

    async def keep_check_in(self, answer: Json) -> Outcome: ...


class Safe(Protocol):
    """Nothing lost, no one in."""

    async def view(self) -> Json | Outcome:
        """``simulated``, ``plain``; whether there is a ``passphrase`` and ``recovery`` words; the
        ``backups`` (made_utc, bytes, name), the newest first; whether one is being made
        (``working``), and ``why`` the last one failed."""

    async def back_up(self) -> Json | Outcome:
        """Now; then the ``view``."""

    async def new_words(self, passphrase: str) -> Json | Outcome:
        """``words``, and the numbers of those that are ``asked``; nothing is kept of them yet.
        ``wrong_passphrase``, ``plain``, ``simulated``."""

    async def keep_words(self, given: list[str]) -> Outcome:
        """Those that were asked for: ``other_word``."""

    async def new_passphrase(self, old: str, new: str) -> Outcome:
        """``wrong_passphrase``, ``too_short``, ``plain``, ``simulated``."""

    async def erase_session(self, session: str) -> Outcome:
        """``not_there``; ``wrong_phase`` while one is under way."""

    async def erase_all(self, passphrase: str) -> Outcome:
        """The record closes, and all of it goes. ``wrong_passphrase``, ``wrong_phase``."""


class Straps(Protocol):
    """What is worn, or stands for it."""

    async def choose(self, source: str) -> Outcome: ...

    async def scan(self) -> Json: ...

    async def forget(self) -> Outcome: ...

    async def ask_ecg(self, on: bool) -> Outcome: ...


class Recordings(Protocol):
    """Sessions that were recorded elsewhere."""

    async def bring_in(self, pieces: AsyncIterator[bytes]) -> Json:
        """A recording's bytes; what became of it, with ``ok``, and ``why`` and ``words`` if not."""

    async def say_afterwards(self, name: str, said: Afterwards | NotAfterwards) -> Outcome:
        """About a session that was brought in whole."""

    async def tell(self, told: Told) -> Json:
        """A step that was practised without strap or screen: ``ok`` with its ``session``, or
        ``why``."""


class Errands(Protocol):
    """The strap's own memory. Each is answered at once; what becomes of it is in the live state
    as ``errand``."""

    def view(self) -> Json: ...

    async def start(self, *, replace: bool) -> Outcome:
        """``replace``: what is on the strap is kept here and taken off it first."""

    async def fetch(self) -> Outcome: ...

    async def try_out(self) -> Outcome:
        """A minute of wearing, to see what this strap keeps."""

    async def seen(self) -> Outcome:
        """What came of the last one was read, and may go."""


class Reader(Protocol):
    """What a page may read; called in a thread."""

    def sessions(self) -> list[Json]: ...

    def check_in(self) -> Json | None: ...

    def session(self, name: str) -> Json | Refusal | None: ...

    def then_and_now(self, name: str) -> Json | Refusal | None:
        """As ``biocoach.review.then_and_now.then_and_now``."""

    def learnt(self) -> Json:
        """What the person's answers taught; empty while the record is locked."""

    def recovery(self) -> Json:
        """How long half-recovery takes over all sessions; empty while the record is locked."""

    def progress(self, asked: Asked) -> Json | Outcome:
        """The way back by step over weeks, and the ladders as staircases, as
        ``biocoach.review.progress.progress``; with ``simulated``."""

    def hrv(self, name: str) -> Json | Refusal | None:
        """Heart-rate variability of a session; some seconds of work the first time."""


class Library(Protocol):
    """The shipped contents."""

    def crisis_lines(self) -> Sequence[Json]: ...


class Practices(Protocol):
    """The practices that there are, what is open of them, and what was written in them.

    ``shelf``: ``practices`` for the person's age, in their order, each as
    ``biocoach.coach.practice.Practice`` with four more: ``mine`` (a file of one's own),
    ``closed`` (why it can't be begun: "", opt_in, ask_first, not_for_me, therapist, no_pace),
    ``offered`` and ``may_be_offered`` (by the coach itself). A step at one's own pace has its
    ``breath`` filled in. Beside them ``problems`` (``file``, ``line``, ``why``), the ``folder``
    for files of one's own, ``sampling``, and ``pace`` (``per_min``, ``found_utc``) or None.
    """

    async def shelf(self) -> Json: ...

    def log(self, told: PracticeLog) -> PracticeLog | None:
        """The same with the breath that its step paces; None for a practice that is not there."""

    async def choose(self, practice: str, choice: Json) -> Outcome:
        """One of ``opted_in`` (bool), ``asked`` (clear, not_for_me, again), ``enabled_by`` (the
        therapist's name, "" for no more), ``offered`` (bool)."""

    async def sample(self, on: bool) -> Outcome:
        """Whether the coach may choose by trying among equals."""

    async def set_pace(self, per_min: float | None) -> Outcome:
        """The person's own pace, breaths a minute; None: none any more."""

    def words(self, practice: str) -> Json:
        """What was last written and chosen in it: ``words`` by field; ``earlier`` sheets, each with
        ``at_utc`` and its ``words``, the latest first; ``rev``, another after each change."""

    async def keep_words(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool = False
    ) -> Json | Outcome:
        """In place of what was there at ``rev``; the new ``rev``, or ``changed``. ``afresh``: what
        was there goes to the earlier sheets."""

    async def forget_words(self, practice: str, at_utc: str) -> Json | Outcome:
        """An earlier sheet is erased."""

    def helps(self) -> Json:
        """How settling went with each practice against none, as
        ``biocoach.review.what_helps.WhatHelps.told``; with ``titles`` by practice, and
        ``sampling``. Empty while the record is locked."""


class Ladders(Protocol):
    """What is practised, step by step, and what the record suggests next.

    ``view``: ``ladders`` (each ``id``, ``title``, ``put_away``, ``rev``, ``steps``; a step as
    ``biocoach.exposure.ladder.LadderStep`` with ``state``, ``history``, ``proposal`` and
    ``overrule``), ``templates``, ``limits`` (without a therapist, else None), ``waits`` (as
    ``may_practise``), ``simulated``, and the ``arc``.
    """

    async def view(self) -> Json | Outcome: ...

    async def add(self, template: str | None, title: str) -> Json | Outcome:
        """A new ladder: its ``id`` and ``rev``."""

    async def keep(self, name: str, wish: Json) -> Json | Outcome:
        """``title``, ``put_away``, ``steps`` and the ``rev`` that they were made from; the new
        ``rev``, or ``changed``. What was practised is put away, never lost."""

    async def answer(self, name: str, proposal: str, *, yes: bool, way: str | None) -> Outcome:
        """The person's word on a proposal; ``way``: one of its ``others`` instead."""

    async def overrule(self, name: str, less: Json) -> Outcome:
        """A therapist's word towards less: ``step``, ``way``, ``by``, ``reason``."""

    async def lift(self, name: str, step: str) -> Outcome:
        """It is taken back, and stays in the record."""

    async def set_phase(self, phase: str, by: str) -> Outcome: ...

    async def watch(self, signs: list[str]) -> Outcome:
        """The early-warning signs to look for: these, and no others."""


class Drafts(Protocol):
    """What is typed into a plan or a debrief before it is said: kept as it is typed, and erased
    when it was said."""

    def read(self, practice: str) -> Json:
        """``words`` by field, and ``rev``: another after each change."""

    async def keep(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool
    ) -> Json | Outcome:
        """In place of what was there at ``rev``; the new ``rev``, or ``changed``."""


class Own(Protocol):
    """One's own phrases, comfort kit and imagery, with pictures and recorded voice.

    ``own``: ``phrases`` (texts), ``kit`` (each ``id``, ``kind``: word, object, scent, picture or
    voice, ``text``, ``media``: an id or ""), ``imagery`` (``text``, ``by``), and ``rev``, which is
    another after each change.
    """

    def own(self) -> Json | Outcome:
        """With ``simulated``; or why it can't be read."""

    async def keep_own(self, own: Json) -> Json:
        """All of it anew, made from ``rev``: ``ok`` with the new ``rev``, or ``why``. What was
        taken out is erased, with the media that nothing names any more."""

    async def add_media(self, content: bytes) -> Json:
        """A picture or a sound: ``ok`` with its ``id`` and ``type``, or ``why``."""

    def media(self, name: str) -> tuple[str, bytes] | Outcome:
        """Its media type and bytes; or why there are none."""


class Worksheets(Protocol):
    """Forms, and the sheets that were filled in. What is not async is called in threads."""

    def worksheets(self) -> Json | Outcome:
        """``forms`` for the person's age as ``biocoach.exposure.form.told``, with ``mine`` (a file
        of one's own); ``sheets``, the latest first; ``problems`` and the ``folder`` of files."""

    def worksheet(self, name: str) -> Json | Outcome:
        """One of the sheets, with its ``answers`` and ``rev``."""

    async def begin(self, form: str, link: Json | None, answers: Json, *, keep: bool) -> Json:
        """A new sheet: ``ok`` with its ``id`` and ``rev``; or ``why``, and for ``unfit`` the
        ``field`` and ``what`` is wrong with it (``biocoach.exposure.answers.What``)."""

    async def write(self, name: str, answers: Json, rev: str, *, keep: bool) -> Json:
        """In place of what was there at ``rev``: ``ok`` with the new one; or ``why``."""

    def erase(self, name: str, rev: str) -> Json:
        """Nothing of it stays in the record."""


class Measures(Protocol):
    """Totals of scales, and what the weeks show."""

    def measures(self) -> Json | Outcome: ...

    def trends(self) -> Json | Outcome: ...

    def add(self, said: Json) -> Json:
        """A total that was typed in: ``scale``, ``day``, ``total``, ``note``."""

    def change(self, name: str, said: Json, rev: str) -> Json: ...

    def erase(self, name: str, rev: str) -> Json: ...


class Margin(Protocol):
    """Notes on a session that is over, each pinned to a moment of it; the session stays as it was.
    A session's notes go when it is erased."""

    def notes(self, session: str) -> Json | Outcome:
        """``notes`` by their moments, each ``id``, ``at_s``, ``text``, ``written_utc``,
        ``changed_utc`` and ``rev``."""

    def add(self, session: str, at_s: float, text: str) -> Json:
        """``ok`` with its ``id`` and ``rev``; or ``why``."""

    def change(self, session: str, note: str, at_s: float, text: str, rev: str) -> Json: ...

    def erase(self, session: str, note: str, rev: str) -> Json: ...


class Reports(Protocol):
    """The packet for a therapist. One is made at a time, in a thread of its own; another takes its
    place. Each may be called in threads."""

    def begin(self, since: date | None, until: date | None, talk: str) -> Json:
        """``ok`` with its ``id``; or ``why``: ``locked``, ``no_days``."""

    def view(self, name: str) -> Json | Outcome:
        """``state``: working, ready, failed; ``done`` of ``of`` sessions; and where it is ready its
        ``first`` page (``biocoach.review.packet.first_page``) with ``disclaimer`` and ``mark``."""

    def drop(self, name: str) -> Outcome:
        """It is made no further, and is gone."""

    def document(self, name: str) -> Json | Outcome:
        """What its files are made of. ``not_there``, ``not_ready``."""

    def file(self, name: str, kind: str) -> bytes | Outcome:
        """``kind``: pdf, html. ``not_there``, ``not_ready``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A file on its way out; ``size`` in bytes. ``chunks``: go through once, then it is gone."""

    name: str
    media: str
    size: int
    chunks: Iterator[bytes]


class Exports(Protocol):
    """One's data, for other programs. One is made at a time, in a thread of its own; another takes
    its place. Each may be called in threads."""

    def begin(self, kind: str, session: str, since: date | None, until: date | None) -> Json:
        """``kind``: csv, kubios, edf, json, fhir; ``session``: only this one, or ""; the days are
        local ones, both included. ``ok`` with its ``id``; or ``why``: ``locked``, ``no_days``."""

    def begin_packet(self, document: Json) -> Json:
        """A packet's document as all of its files, and the raw data of its sessions, in one packed
        file. ``ok`` with its ``id``; or ``why``: ``locked``."""

    def view(self, name: str) -> Json | Outcome:
        """``state``: working, ready, failed; ``done`` of ``of`` sessions; ``why`` it failed:
        ``still_review``, ``not_there``, ``nothing``, ``no_room``. Where it is ready: the file's
        ``name`` and ``bytes``, and how many ``sessions`` and ``files`` are in it."""

    def drop(self, name: str) -> Outcome:
        """It is made no further, and is gone."""

    def take(self, name: str) -> Leaving | Outcome:
        """Once. ``not_there``, ``not_ready``, ``still_review``, ``locked``."""


class Sharing(Protocol):
    """A file for a therapist, chosen item by item. One is made at a time, in a thread of its own;
    another takes its place. Each may be called in threads; while a step is kept still each is
    refused as ``still_share``."""

    def view(self) -> Json | Outcome:
        """``people`` (``biocoach.sharing.people.Person.told``), what was ``sent``, the latest
        first; ``items`` that may be chosen (kind, id, title, day), ``names`` to think of; one's own
        ``fingerprint``, "" where there is none yet; what somebody new ``asks`` (passphrase, choose,
        nothing, plain)."""

    def look(self, line: str) -> Json | Outcome:
        """Its ``fingerprint``, and by what name it is ``known``; or ``slip``."""

    def add(self, name: str, line: str, passphrase: str) -> Outcome:
        """``slip``, ``no_name``, ``name_taken``, ``known``, ``own``, ``full``,
        ``wrong_passphrase``, ``too_short``."""

    def forget(self, line: str) -> Outcome: ...

    def begin(self, to: str, wish: Wish, *, sender: str, copy: bool) -> Json | Outcome:
        """Its ``id``; or ``not_there`` for an address that nobody here has, ``no_days``."""

    def file(self, name: str) -> Json | Outcome:
        """``state``: working, ready, made, failed; ``done`` of ``of``; and where it is ready all
        that leaves: ``items`` with their ``words``, ``bytes``, ``names`` taken out, and how often
        (``redacted``)."""

    def drop(self, name: str) -> Outcome:
        """It is made no further, and is gone."""

    def make(self, name: str) -> Outcome:
        """It may leave now, and is noted as shared. ``not_ready``."""

    def sealed(self, name: str) -> bytes | Outcome:
        """What was made; ``not_ready`` before."""


class Answers(Protocol):
    """What a therapist answered to what was shared with them."""

    async def view(self) -> Json | Outcome:
        """``answers``, the latest first: ``id``, ``by``, ``made_utc`` and ``items``, each with its
        ``id``, ``kind`` and ``answer``; a change as ``biocoach.sharing.proposed``."""

    async def come(self, sealed: bytes) -> Json | Outcome:
        """A file's bytes: its ``id``, or why it is refused (``biocoach.sharing.replies``)."""

    async def answer(self, reply: str, item: str, answer: str) -> Outcome:
        """``accepted`` or ``not_now``; ``not_there``, ``beyond_limits``, ``no_less``."""


class NoteDrafts(Protocol):
    """A progress note, drafted by rules."""

    async def draft(self, kind: str, since: str, until: str, talk: str) -> Json | Outcome:
        """``kind``: dap or soap; the days are local ones, both included. See
        ``biocoach.review.note.draft``, with ``simulated``."""


class Separations(Protocol):
    """Planned separations and therapy breaks; they are made as worksheets."""

    def separations(self) -> Json | Outcome:
        """``coming`` and ``past``, as ``biocoach.exposure.separations.told``."""

    def say(self, name: str, word: str, rev: str) -> Json:
        """``call_off``, ``back`` or ``on_again``."""

    def calendar(self, name: str, remind_min: int | None) -> bytes | Outcome:
        """A calendar file; with an alarm so many minutes before, or none."""


class Phones(Protocol):
    """Phones in the same house, of the record that is open.

    ``view``: ``state`` (off, on, elsewhere: turned on for another network, trouble), ``asks``
    (passphrase, choose: there is none yet, nothing: simulated, plain: refused), ``addresses`` of
    this computer at home, ``phones`` (each ``id``, ``name``, ``added`` and ``seen``, days); while
    it is on ``address`` and the certificate's ``fingerprint``.
    """

    async def view(self) -> Json: ...

    async def turn_on(self, passphrase: str, address: str) -> Outcome:
        """``plain``, ``wrong_passphrase``, ``too_short`` (where one is chosen), ``no_network``."""

    async def turn_off(self) -> Outcome:
        """Every phone is cut off, and nothing listens any more."""

    async def pair(self, passphrase: str, name: str) -> Json | Outcome:
        """``address`` with a one-time code, its ``code``, and ``qr``, a picture of it."""

    async def end_pairing(self) -> Outcome:
        """The code that was shown opens nothing any more."""

    async def revoke(self, phone: str) -> Outcome:
        """It is cut off at once, and comes in no more."""

    async def admit(self, code: str) -> str:
        """The token of the phone that comes with a good code; else nothing."""


class Clinic(Protocol):
    """A clinic's copy of the record that is open."""

    def view(self) -> Json | Outcome:
        """``told``, as the pages show it (None: there is nothing to it); ``all`` items that can be
        agreed to and the ``usual`` ones; the ``warning``; the ``member`` (``url``, ``clinic``,
        ``therapist``, ``alias``, ``joined_utc``, ``forked_utc``, ``since`` by item,
        ``overruled``: when it came out that an item which this record remembered as agreed to had
        been withdrawn since), or None."""

    async def join(self, code: str, items: Sequence[str]) -> Outcome:
        """``not_served``: no clinic's address was given; ``joined``: it is already; ``simulated``;
        a code of ``biocoach.syncing.messages``."""

    async def agree(self, items: Sequence[str]) -> Outcome:
        """To these, and no others. ``not_joined``."""

    async def leave(self, *, erase: bool, anyway: bool) -> Outcome:
        """``erase``: the clinic's copy too. ``anyway``: also where the clinic can't be told;
        else a code says why it can't."""


class Reading(Protocol):
    """Somebody's shared record, open for their therapist; called in threads."""

    def view(self) -> Json:
        """``clients`` by name (each as ``biocoach.cli.reading_desk.Client.told``), the one that is
        ``open`` (its id, or None) and the ``draft`` of the answer to it."""

    def open(self, client: str) -> Outcome:
        """Another client's record; ``not_there``."""

    def keep(self, practise: str, changes: list[Json]) -> Outcome:
        """The draft's words and proposed changes, kept in the therapist's own record."""

    def make_reply(self) -> Json | Outcome:
        """The sealed answer beside the bundle: its ``file``; or ``nothing_written``, ``exists``."""

    def helps(self) -> Json:
        """As ``Practices.helps``, of the record that is open."""

    def titles(self) -> Json:
        """The shipped practices, as far as the review names them."""
