"""What leaves: chosen item by item, names taken out, and every word of it to be seen before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from biocoach.clock import day_of, moment_of
from biocoach.coach.shipped import shipped
from biocoach.exposure.form import Makes
from biocoach.exposure.sheet import KEPT, Sheet, sheet_of
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.store import Reader
from biocoach.store.codec import canonical
from biocoach.store.redact import BYTES, Redactor, leaving, texts_in, words_in
from biocoach.store.transfer import ENTRY, FACT, HEADER, Chosen, contents_of, ended

Json = dict[str, Any]
SHEET, TOTAL, BESIDE = "sheet:", "total:", "beside:"
LADDER_FACTS, CHECK_IN = ("ladders", "arc"), "check_in"
KINDS = ("sessions", "ladder", "measures", "notes", "moments", "worksheets")
USUAL = ("sessions", "ladder", "measures")  # without anything else being said
WARNING = (
    "Your therapist's copy is their record; law may make them keep, report or disclose it; "
    "erase doesn't reach it."
)
MOMENTS = (Makes.MOMENT.value, Makes.BEHAVIOUR.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person chose. Days are local, "" is open. ``sessions`` None: all of the period;
    ``sheets``: worksheets one by one, none unless named. ``names``: words to take out."""

    since: str = ""
    until: str = ""
    kinds: frozenset[str] = frozenset(USUAL)
    sessions: frozenset[str] | None = None
    sheets: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Days are compared as texts: any other spelling would choose other days."""
        for day in filter(None, (self.since, self.until)):
            day_of(day)

    def has_day(self, day: str) -> bool:
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)


@dataclass(slots=True, kw_only=True)
class Item:
    """One thing that leaves, and every word in it, as it leaves."""

    kind: str
    id: str
    title: str
    day: str = ""
    words: list[str] = field(default_factory=list)

    def told(self) -> Json:
        return {
            "kind": self.kind, "id": self.id, "title": self.title, "day": self.day,
            "words": list(dict.fromkeys(self.words)),
        }  # fmt: skip


def may_leave(reader: Reader) -> list[Item]:
    """All that could be chosen: sessions that are over, and kept sheets; the latest first."""
    found = [
        Item(kind="sessions", id=name, title=row.get("step_title") or "", day=_day(row))
        for name, row in reader.summaries().items()
        if _is_shown(row)
    ]
    for sheet in _sheets(reader):
        kind = "moments" if sheet.makes in MOMENTS else "worksheets"
        found.append(Item(kind=kind, id=sheet.id, title=sheet.title, day=sheet.day))
    return sorted(found, key=lambda item: item.day, reverse=True)


class Leaving:
    """One pass over the record: the lines as they leave, and what was seen in them."""

    def __init__(self, reader: Reader, wish: Wish, *, simulated: bool) -> None:
        self._reader = reader
        self._wish = wish
        self._simulated = simulated
        self._shipped = frozenset(shipped().practices) | frozenset(shipped_forms().forms)
        self.redactor = Redactor(wish.names, self._shipped)
        self._titles = Redactor(wish.names)  # shown, not sent: what they count is not in the file
        self.items: dict[tuple[str, str], Item] = {}
        chosen = [item for item in may_leave(reader) if self._chooses(item)]
        self._sheets = frozenset(item.id for item in chosen if item.kind != "sessions")
        self._sessions = frozenset(item.id for item in chosen if item.kind == "sessions")
        for item in reversed(chosen):
            self._note(item)

    def _chooses(self, item: Item) -> bool:
        wish = self._wish
        if item.kind == "worksheets":
            return item.id in wish.sheets
        if item.kind not in wish.kinds or not wish.has_day(item.day):
            return False
        return item.kind != "sessions" or wish.sessions is None or item.id in wish.sessions

    def lines(self) -> Iterator[str]:
        """As ``transfer.take_in`` reads them. Raises StoreError."""
        return ended(canonical(value) for value in self._values())

    @property
    def expected(self) -> int:
        """How many lines there are of the chosen sessions."""
        rows = self._reader.sessions()
        return sum(row.entries for row in rows if row.session in self._sessions)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        kinds = [item.kind for item in self.items.values()]
        return tuple((kind, kinds.count(kind)) for kind in KINDS if kind in kinds)

    @property
    def period(self) -> tuple[str, str]:
        """As asked; where it was left open, of what there is."""
        days = [item.day for item in self.items.values() if item.day] or [""]
        return self._wish.since or min(days), self._wish.until or max(days)

    # ---- inside

    def _values(self) -> Iterator[Json]:
        chosen = Chosen(sessions=self._sessions, fact=self._has_fact, wordings=False)
        for value in contents_of(self._reader, chosen, simulated=self._simulated):
            told = leaving(_less(value), self.redactor)
            self._see(told)
            yield told
            if HEADER in told:
                yield from self._totals()

    def _has_fact(self, name: str) -> bool:
        """What is not named here does not leave."""
        kinds = self._wish.kinds
        if name in LADDER_FACTS:
            return "ladder" in kinds
        if name.startswith(TOTAL):
            fact = self._reader.fact(name) or {}
            return "measures" in kinds and self._wish.has_day(fact.get("day", ""))
        if name.startswith(BESIDE):
            return "notes" in kinds and ":note:" in name
        if name == CHECK_IN:  # it follows a hard ending, so it tells of that session
            return (self._reader.fact(name) or {}).get("session") in self._sessions
        return name.startswith(SHEET) and name.removeprefix(SHEET) in self._sheets

    def _totals(self) -> Iterator[Json]:
        """A scale that was filled in as a sheet leaves as its total, not with its answers."""
        if "measures" not in self._wish.kinds:
            return
        for sheet in _sheets(self._reader):
            score = sheet.score
            if not score or not score["complete"] or sheet.id in self._sheets:
                continue
            if not score.get("scale") or not self._wish.has_day(sheet.day):
                continue
            value = {"scale": score["scale"], "day": sheet.day, "total": score["total"]}
            told = {FACT: f"{TOTAL}{sheet.id}", "value": value | {"note": "", "rev": sheet.id}}
            line = told | {"person": "", "writer": "", "boot_id": "", "at_s": 0.0}
            line |= {"wall_utc": sheet.changed_utc}
            self._see(line)
            yield line

    def _see(self, line: Json) -> None:
        if ENTRY in line:
            body, item = line[ENTRY]["body"], self.items.get(("sessions", line[ENTRY]["session"]))
            if item is not None and body["kind"] not in BYTES:
                item.words += texts_in(body)
                item.words += self._own_practices(body)
        elif FACT in line and line[FACT] == CHECK_IN:
            item = self.items.get(("sessions", line["value"]["session"]))
            if item is not None:
                item.words.append(f"{CHECK_IN} {line['value']['date']}")
        elif FACT in line:
            item = self._note(_item_of(line[FACT], line["value"]))
            item.words += words_in(line["value"])

    def _own_practices(self, body: Json) -> list[str]:
        """What practices of one's own are called by, as they leave."""
        ids = [one["id"] for one in body.get("practices", []) if isinstance(one, dict)]
        return [name for name in ids if name not in self._shipped]

    def _note(self, item: Item) -> Item:
        item.title = self._titles.text(item.title)
        return self.items.setdefault((item.kind, item.id), item)


def sealed_sizes(packed: bytes) -> str:
    """A size for people."""
    size = len(packed)
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def preview_lines(leaving: Leaving, *, words: bool) -> Iterator[str]:
    """On a terminal: every item, and with ``words`` every text in it."""
    for kind in KINDS:
        items = [item for item in leaving.items.values() if item.kind == kind]
        if not items:
            continue
        yield f"{kind} ({len(items)})"
        for item in items:
            yield "  " + "  ".join(part for part in (item.day, item.title or item.id) if part)
            yield from (f"      {word}" for word in dict.fromkeys(item.words) if words)


def _less(line: Json) -> Json:
    """Of a check-in leaves only that it was answered, not what was said."""
    if line.get(FACT) != CHECK_IN:
        return line
    return line | {"value": {key: line["value"].get(key, "") for key in ("session", "date")}}


def _item_of(name: str, value: Json) -> Item:
    if name in LADDER_FACTS:
        return Item(kind="ladder", id=name, title="ladders" if name == "ladders" else "the arc")
    if name.startswith(TOTAL):
        title = f"{value.get('scale')}: {value.get('total')}"
        return Item(kind="measures", id=name, title=title, day=str(value.get("day", "")))
    if name.startswith(SHEET):
        kind = "moments" if value.get("makes") in MOMENTS else "worksheets"
        return Item(kind=kind, id=name.removeprefix(SHEET), title=str(value.get("title", "")))
    return Item(kind="notes", id=name, title="note", day=str(value.get("written_utc", ""))[:10])


def _sheets(reader: Reader) -> list[Sheet]:
    found = [sheet_of(name.removeprefix(SHEET), fact) for name, fact in reader.facts(SHEET).items()]
    return [sheet for sheet in found if sheet.state == KEPT]


def _is_shown(row: Json) -> bool:
    return bool((row.get("planned") or row.get("elsewhere")) and not row.get("still"))


def _day(row: Json) -> str:
    return moment_of(row["started_utc"]).astimezone().date().isoformat()
