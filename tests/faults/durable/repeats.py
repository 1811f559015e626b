"""What comes a second time adds nothing: recordings, whole records, replies, answers, words.

Each repeat is a draw of one of these over one record; after it the record has what it had, and at
the end it holds each thing once. A rating has no name of its own: said twice it is two ratings.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from itertools import count

from biocoach.cli.accepting import accepting
from biocoach.clock import StoryClock, iso_utc
from biocoach.keeping import Keeper, Kept
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.sharing.people import RECIPIENTS, Person, identity_in, keep_people, note_sent
from biocoach.sharing.replies import CAME, NOTE, answered, lines_of_draft, open_reply
from biocoach.store import NotEmptyError, beside_of, memory_store
from biocoach.store.bundle import Kind, Manifest, pack
from biocoach.store.seal import new_identity
from biocoach.store.taking_in import take_in
from biocoach.store.transfer import lines_of
from biocoach.types import Begin, End, InputBody, Mark, MarkKind, PhaseChange
from tests.fakes import FIT, START
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.repeat_files import FORMATS, heart, read_in
from tests.strategies import plan

PIECE = 200
HEARTS = 4
SETTINGS = Settings()
LIVE: tuple[InputBody, ...] = (
    plan(), Mark(kind=MarkKind.BASELINE), Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK),
    End(), End(),
)  # fmt: skip


def run(order: Order) -> Outcome:
    return in_pieces(order, "repeats", PIECE, _repeat)


def _repeat(piece: Piece) -> Outcome:
    seed, number = piece
    record = Record(seed)
    try:
        return record.outcome(number)
    finally:
        record.close()


class Record:
    """One record, everything in it once; then again, and again."""

    def __init__(self, seed: str) -> None:
        self.seed, self.dice = seed, random.Random(seed)
        self.clock = StoryClock(START)
        self.journal = memory_store(writer="t", clock=self.clock)
        names = count(1)
        self.keeper = Keeper(
            journal=self.journal, clock=self.clock, settings=SETTINGS, writer="t",
            fit=lambda: FIT, new_id=lambda: f"r{next(names)}",
        )  # fmt: skip
        self.hearts = [heart(self.dice) for _ in range(HEARTS)]
        self.sessions = [self._bring(n)[0].session for n in range(HEARTS)]
        self.sealed = self._reply()
        self.reply = open_reply(self.journal, self.sealed).id
        self._accept()
        self.ways: dict[str, Callable[[], list[str]]] = {
            "recordings": self.recording,
            "records": self.record,
            "replies": self.again_the_reply,
            "answers": self.answer,
            "settings": self.settings,
            "words": self.words,
        }

    def close(self) -> None:
        self.journal.close()

    def outcome(self, number: int) -> Outcome:
        outcome = Outcome({"repeats": 0} | dict.fromkeys(self.ways, 0))
        for _ in range(number):
            name = self.dice.choice(list(self.ways))
            outcome.counts["repeats"] += 1
            outcome.counts[name] += 1
            before = self._held()
            wrong = self.ways[name]()
            if self._held() != before:
                wrong.append(f"it added something: {before} became {self._held()}")
            outcome.failures += [f"{self.seed} {name}: {why}" for why in wrong]
        outcome.failures += [f"{self.seed}: {why}" for why in self.journal.verify().problems]
        return outcome

    def _held(self) -> tuple[int, int, int, int]:
        """Sessions, their lines, facts that count, notes on sessions."""
        rows = self.journal.sessions()
        notes = sum(self.journal.count_facts(beside_of(name)) for name in self.sessions)
        lines = sum(row.entries for row in rows)
        return len(rows), lines, self.journal.count_facts(""), notes

    # ---- recordings

    def _bring(self, number: int) -> tuple[Kept, str]:
        """Of one heart, in a format that is drawn."""
        name = self.dice.choice(list(FORMATS))
        found = self.keeper.keep(read_in(FORMATS[name](self.hearts[number], number + 1)))
        if not isinstance(found, Kept):
            raise TypeError(found.why)
        return found, name

    def recording(self) -> list[str]:
        number = self.dice.randrange(HEARTS)
        found, name = self._bring(number)
        if found.new or found.session != self.sessions[number]:
            return [f"as {name} it was taken for another recording"]
        return []

    # ---- the whole record

    def record(self) -> list[str]:
        """Into itself it is refused; into an empty one it gives the same lines, once."""
        lines = list(lines_of(self.journal))
        wrong = self._refused(lambda: take_in(self.journal, lines), "its own lines")
        fresh = memory_store(writer="f", clock=self.clock)
        try:
            take_in(fresh, lines)
            wrong += self._refused(lambda: take_in(fresh, lines), "lines that are there")
            if list(lines_of(fresh)) != lines:
                wrong.append("the record is not the same in another one")
        finally:
            fresh.close()
        return wrong

    @staticmethod
    def _refused(take: Callable[[], object], what: str) -> list[str]:
        try:
            take()
        except NotEmptyError:
            return []
        return [f"it took in {what}"]

    # ---- what a therapist wrote

    def _reply(self) -> bytes:
        therapist, mine = new_identity(), identity_in(self.journal).address
        person = Person(name="Dr Vale", address=therapist.address, added="2026-01-01")
        keep_people(self.journal, RECIPIENTS, (person,))
        now = iso_utc(self.clock.wall())
        sent = Manifest(
            id="0" * 32, kind=Kind.RECORD, made_utc=now, sender=mine, name="me",
            to=(therapist.address,),
        )  # fmt: skip
        note_sent(self.journal, sent, person)
        back = Manifest(
            id="1" * 32, kind=Kind.REPLY, made_utc=now, sender=therapist.address, name="",
            to=(mine,), of=sent.id,
        )  # fmt: skip
        notes = [{"session": self.sessions[0], "at_s": 5.0, "text": "Look here"}]
        draft = {"notes": notes, "practise": "Two evenings", "changes": []}
        return pack(back, lines_of_draft(draft), therapist)

    def again_the_reply(self) -> list[str]:
        answers = self.journal.fact(CAME + self.reply)
        came = open_reply(self.journal, self.sealed)
        if came.new or came.value != answers:
            return ["a reply that was there came as a new one"]
        return []

    def _accept(self) -> str:
        """Its first item, a note; why not, as a code."""
        accept, readings = accepting(self.journal, self.clock, SETTINGS, simulated=False)
        try:
            return asyncio.run(accept.answer(self.reply, "0", "accepted")).why
        finally:
            readings.close()

    def answer(self) -> list[str]:
        """Accepted again, or where the program was killed between the note and its being noted."""
        name = CAME + self.reply
        value = self.journal.fact(name) or {}
        if answered(value, "0", "accepted") is not None:
            return ["an accepted item waits for another answer"]
        if self.dice.random() < 0.5:
            return [] if self._accept() else ["an item was accepted twice"]
        items = [one | {"answer": ""} if one["kind"] == NOTE else one for one in value["items"]]
        self.journal.replace_fact(name, value | {"items": items})
        return ["after a kill it can't be accepted"] if self._accept() else []

    # ---- the rest

    def settings(self) -> list[str]:
        document = json.loads(SETTINGS.document())
        self.journal.put_settings(SETTINGS.hash(), document)
        self.journal.put_settings(SETTINGS.hash(), document)
        self.keeper.summarise(self.sessions[0])
        return [] if len(self.journal.summaries()) == HEARTS else ["a summary is there twice"]

    def words(self) -> list[str]:
        """Each word of a session as often as a hand that presses again; its phases pass once."""
        once, again = self._phases(1), self._phases(self.dice.randint(2, 4))
        return [] if once == again else [f"its phases were {again}"]

    def _phases(self, times: int) -> list[str]:
        running = Running(
            id="live", person="me", writer="t", settings=SETTINGS,
            start_clock_s=self.clock.now_s(), started=self.clock.wall(),
        )  # fmt: skip
        said: list[InputBody] = [Begin(seed=1, settings_hash="", fit=FIT)]
        said += [word for word in LIVE[:-2] for _ in range(times)]
        steps = [
            step
            for at_s, word in enumerate([*said, *LIVE[-2:]])
            for step in running.arrive(self.clock.now_s() + at_s, word, self.clock)
        ]
        changes = (o for step in steps for o in step.outputs if isinstance(o, PhaseChange))
        return [change.phase.value for change in changes]


CAMPAIGN = Campaign(
    promise="what comes a second time, in whatever form, adds nothing", count=1_000, run=run
)
