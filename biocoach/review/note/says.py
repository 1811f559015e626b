"""What a note is made of, and how one of its sentences is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biocoach.exposure.measures import Scale, Total
from biocoach.review.note import figures as fig
from biocoach.review.note.figures import Figure, Row
from biocoach.review.note.words import Words
from biocoach.settings import LearningSettings

Json = dict[str, Any]
MIDDLE_FROM = 3  # a middle of fewer says less than the numbers themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """``summaries``: of one kind, real or simulated, the oldest first. ``since``, ``until``: local
    days, both included. ``ladders``: as the page's view has them, with what stands proposed."""

    summaries: Sequence[Json]
    since: str
    until: str
    ladders: Sequence[Json] = ()
    totals: Sequence[Total] = ()
    scales: Mapping[str, Scale]
    talk: str = ""
    settings: LearningSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """``rule``: the key of its words."""

    rule: str
    text: str
    figures: tuple[Figure, ...]

    def told(self, words: Words) -> Json:
        """As JSON; ``what``: each figure's name in words."""
        rows = [asdict(f) | {"what": words.of("figures", f.name)} for f in self.figures]
        return {"rule": self.rule, "text": self.text, "from": rows}


class Says:
    """The material, and how a sentence is made of it."""

    def __init__(self, material: Material, words: Words) -> None:
        self.material = material
        self.words = words
        self.rows = fig.rows_between(material.summaries, material.since, material.until)

    def __call__(self, rule: str, *figures: Figure, **values: Any) -> Sentence:
        text = self.words.of("sentences", rule, **values)
        return Sentence(rule=rule, text=text, figures=figures)

    def word(self, group: str, key: str, **values: Any) -> str:
        return self.words.of(group, key, **values)


Rule = Callable[[Says], Iterator[Sentence]]


def share(name: str, part: Sequence[Row], of: Sequence[Row]) -> Figure:
    return Figure(name=name, value=len(part), n=len(of), sessions=fig.ids(part))


def pair(
    say: Says, name: str, rows: Sequence[Row], before: float | None, after: float | None
) -> Iterator[Sentence]:
    if not say.rows:
        return
    if len(rows) < MIDDLE_FROM or before is None or after is None:
        yield say(f"{name}_few", share(name, rows, say.rows), n=len(rows), of=len(say.rows))
        return
    own = fig.ids(rows)
    figures = [
        Figure(name=f"{name}_{when}", value=value, n=len(rows), sessions=own)
        for when, value in (("before", before), ("after", after))
    ]
    yield say(name, *figures, before=f"{before:g}", after=f"{after:g}", n=len(rows))
