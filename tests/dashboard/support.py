"""An app on fixed ports: the real gate, routes and hub; only the house behind them is small."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from biocoach.cli.accepting import Accepting
from biocoach.cli.answer_desk import AnswerDesk
from biocoach.cli.clinic_desk import ClinicDesk
from biocoach.cli.export_desk import ExportDesk
from biocoach.cli.laddering import Laddering
from biocoach.cli.note_drafting import NoteDrafting
from biocoach.cli.notes import Notes
from biocoach.cli.own_things import OwnThings
from biocoach.cli.phones import PhoneDesk
from biocoach.cli.report_desk import ReportDesk
from biocoach.cli.safe_desk import SafeDesk
from biocoach.cli.share_desk import ShareDesk
from biocoach.exposure.practised import Practised
from biocoach.review.progress import Asked
from biocoach.settings import CareSettings, LearningSettings, Settings
from biocoach.store import Journal
from biocoach.telling import Told
from biocoach.types import (
    Afterwards,
    Fit,
    InputBody,
    NotAfterwards,
    Plan,
    PracticeLog,
    Refusal,
)
from dashboard.app import Ports, create_app
from dashboard.guard import Guard, new_code
from dashboard.hub import Hub
from dashboard.ports import Outcome
from tests.fakes import FakeClock

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
SECRET = bytes(range(32))
RUN_SECRET = bytes(range(32, 64))
NOW_S = 1_800_000_000.0
Json = dict[str, Any]


@dataclass
class SmallErrands:
    """Keeps what was asked of it; answers with ``why``."""

    why: str = ""
    asked: list[str] = field(default_factory=list)

    def view(self) -> Json:
        return {"stage": "away"}

    async def start(self, *, replace: bool) -> Outcome:
        self.asked.append("replace" if replace else "start")
        return Outcome(why=self.why)

    async def fetch(self) -> Outcome:
        self.asked.append("fetch")
        return Outcome(why=self.why)

    async def try_out(self) -> Outcome:
        self.asked.append("trial")
        return Outcome(why=self.why)

    async def seen(self) -> Outcome:
        self.asked.append("seen")
        return Outcome(why=self.why)


@dataclass
class SmallDrafts:
    """The words of each, and how often they were written."""

    drafts: dict[str, Json] = field(default_factory=dict)

    def read(self, practice: str) -> Json:
        return self.drafts.get(practice, {"words": {}, "earlier": [], "rev": ""})

    async def keep(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool
    ) -> Json | Outcome:
        known = self.read(practice)["rev"]
        if rev != known:
            return Outcome(why="changed")
        self.drafts[practice] = {"words": words, "earlier": [], "rev": known + "x"}
        return {"rev": known + "x"}


@dataclass
class SmallHouse:
    """Keeps what was asked of it; answers with ``why``."""

    why: str = ""
    given: list[InputBody] = field(default_factory=list)
    facts: dict[str, Json] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    brought: list[bytes] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    errands: SmallErrands = field(default_factory=SmallErrands)
    still: bool = False
    due: Json | None = None
    rows: list[Json] = field(default_factory=lambda: [{"id": "a"}])

    async def submit(self, body: InputBody) -> Outcome:
        self.given.append(body)
        return Outcome(why=self.why, number=None if self.why else len(self.given))

    async def unlock(self, passphrase: str) -> Outcome:
        return Outcome(why="" if passphrase == "open sesame!" else "wrong_passphrase")

    async def may_plan(self, plan: Plan) -> str:
        return self.why

    async def set_fit(self, fit: Fit) -> Outcome:
        return Outcome(why=self.why)

    async def fact(self, name: str) -> Json | None:
        return self.facts.get(name)

    async def put_fact(self, name: str, value: Json) -> Outcome:
        self.facts[name] = value
        return Outcome()

    async def teach_again(self) -> Outcome:
        self.facts["threshold_again"] = {}
        return Outcome(why=self.why)

    async def keep_check_in(self, answer: Json) -> Outcome:
        self.facts["check_in"] = answer
        return Outcome(why=self.why)

    async def choose(self, source: str) -> Outcome:
        self.chosen.append(source)
        return Outcome()

    async def bring_in(self, pieces: AsyncIterator[bytes]) -> Json:
        self.brought.append(b"".join([piece async for piece in pieces]))
        return {"ok": False, "why": self.why} if self.why else {"ok": True, "session": "a"}

    async def say_afterwards(self, name: str, said: Afterwards | NotAfterwards) -> Outcome:
        self.given.append(said)
        return Outcome(why=self.why, number=None if self.why else len(self.given))

    async def tell(self, told: Told) -> Json:
        self.told.append(told)
        return {"ok": False, "why": self.why} if self.why else {"ok": True, "session": "told"}

    async def scan(self) -> Json:
        return {"found": [], "adapter": "missing"}

    async def forget(self) -> Outcome:
        return await self.put_fact("strap", {})

    async def ask_ecg(self, on: bool) -> Outcome:
        return await self.put_fact("ecg", {"on": on})

    def check_in(self) -> Json | None:
        return self.due

    def sessions(self) -> list[Json]:
        return self.rows

    def session(self, name: str) -> Json | Refusal | None:
        if self.still:
            return Refusal(why="still_review")
        return {"id": "a"} if name == "a" else None

    def learnt(self) -> Json:
        return {"threshold": 2.75}

    def recovery(self) -> Json:
        return {"groups": []}

    def progress(self, asked: Asked) -> Json | Outcome:
        return Outcome(why="locked") if self.still else {"asked": asdict(asked)}

    def hrv(self, name: str) -> Json | Refusal | None:
        return self.session(name)

    def then_and_now(self, name: str) -> Json | Refusal | None:
        return self.session(name)

    def crisis_lines(self) -> Sequence[Json]:
        return [{"country": "EU", "name": "Emergency", "phone": "112"}]


@dataclass
class SmallShelf:
    """The practices' side of it: one practice, and what is chosen goes to the facts."""

    house: SmallHouse

    async def shelf(self) -> Json:
        return {"practices": [{"id": "orienting"}]}

    def log(self, told: PracticeLog) -> PracticeLog | None:
        return replace(told, paced=True) if told.practice == "orienting" else None

    async def choose(self, practice: str, choice: Json) -> Outcome:
        return await self.house.put_fact(practice, choice)

    async def sample(self, on: bool) -> Outcome:
        return await self.house.put_fact("sampling", {"on": on})

    async def set_pace(self, per_min: float | None) -> Outcome:
        return await self.house.put_fact("pace", {"per_min": per_min})

    def words(self, practice: str) -> Json:
        return {"words": {"when": practice}}

    async def keep_words(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool = False
    ) -> Json | Outcome:
        outcome = await self.house.put_fact(practice, words)
        return outcome if outcome.why else {"rev": rev + "+"}

    async def forget_words(self, practice: str, at_utc: str) -> Json | Outcome:
        return await self.house.put_fact(practice, {"forgot": at_utc})

    def helps(self) -> Json:
        return {}


class SmallFacts:
    """A record in memory for the ladders; locked until it is opened."""

    def __init__(self) -> None:
        self.record: dict[str, Json] | None = None
        self.rows: list[Practised] = []
        self.fit = Fit(with_therapist=True)

    async def replace(self, name: str, value: Json) -> Outcome:
        if self.record is None:
            return Outcome(why="locked")
        self.record[name] = value
        return Outcome()

    def ladders(self) -> Laddering:
        return Laddering(
            fact=lambda name: (self.record or {}).get(name),
            replace=self.replace,
            record=lambda: self.record,
            practised=lambda: self.rows,
            urged=list,
            fit=lambda: self.fit,
            waits=str,
            simulated=bool,
            wall=lambda: datetime.fromtimestamp(NOW_S, UTC),
            care=CareSettings(),
        )


@dataclass
class Site:
    """The app with its parts, and a client that has the cookie."""

    static: Path
    hub: Hub = field(default_factory=lambda: Hub({"app": {"locked": False}}))
    house: SmallHouse = field(default_factory=SmallHouse)
    drafts: SmallDrafts = field(default_factory=SmallDrafts)
    reports: ReportDesk = field(
        default_factory=lambda: ReportDesk(lambda: datetime(2026, 3, 1, 12, tzinfo=UTC), Settings())
    )
    exports: ExportDesk = field(default_factory=lambda: ExportDesk(Settings()))
    still: bool = False
    sharing: ShareDesk = field(init=False)  # locked until a test opens a record
    answers: AnswerDesk = field(init=False)  # the same
    own: OwnThings = field(default_factory=OwnThings)  # locked until a test opens a record
    notes: Notes = field(init=False)  # the same
    facts: SmallFacts = field(default_factory=SmallFacts)

    phones: PhoneDesk = field(init=False)  # the same
    safe: SafeDesk = field(init=False)  # the same
    clinic: ClinicDesk = field(init=False)  # the same

    def __post_init__(self) -> None:
        self.sharing = ShareDesk(FakeClock().wall, lambda: self.still)
        self.answers = AnswerDesk(self._accepting, lambda: self.still)
        self.notes = Notes(
            self.static.parent,
            FakeClock().wall,
            LearningSettings(),
            watch=self.facts.ladders().watch,
            waits=str,
        )
        self.phones = PhoneDesk(
            fact=lambda name: None,
            keep=self.facts.replace,
            clock=FakeClock(),
            addresses=list,
            tell=lambda told: None,
        )
        self.clinic = ClinicDesk(None, FakeClock(), tell=lambda told: None)
        self.safe = SafeDesk(FakeClock(), busy=bool, left=str, changed=str)
        self.guard = Guard(secret=SECRET, run_secret=RUN_SECRET, port=PORT, now_s=lambda: NOW_S)
        self.ports = Ports(
            hub=self.hub,
            controls=self.house,
            reader=self.house,
            library=self.house,
            straps=self.house,
            errands=self.house.errands,
            recordings=self.house,
            drafts=self.drafts,
            reports=self.reports,
            exports=self.exports,
            sharing=self.sharing,
            answers=self.answers,
            note_drafts=self._note_drafts(),
            phones=self.phones,
            safe=self.safe,
            clinic=self.clinic,
            own=self.own,
            practices=SmallShelf(self.house),
            worksheets=self.notes.worksheets,
            measures=self.notes.measures,
            margin=self.notes.margin,
            separations=self.notes.separations,
            ladders=self.facts.ladders(),
            guard=self.guard,
        )
        self.app = create_app(self.ports, self.static)

    def _accepting(self, journal: Journal) -> Accepting:
        fit, wall = self.facts.fit, FakeClock().wall
        return Accepting(journal, self.facts.ladders(), lambda: fit, wall, Settings())

    def _note_drafts(self) -> NoteDrafting:
        ladders, measures = self.facts.ladders().view, self.notes.measures.measures
        return NoteDrafting(self.house.sessions, ladders, measures, LearningSettings())

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, follow_redirects=False)

    def friend(self) -> TestClient:
        """Came in by a one-time code, as a browser does, and sends its own Origin."""
        client = self.stranger()
        came = client.get("/enter", params={"code": new_code(RUN_SECRET, NOW_S)})
        assert came.status_code == 200
        client.headers["origin"] = ORIGIN
        return client
