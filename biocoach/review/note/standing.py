"""What the program's rules make of it, and what stands proposed, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from biocoach.review.note.figures import Figure
from biocoach.review.note.says import Says, Sentence, share


def done(say: Says) -> Iterator[Sentence]:
    if say.rows:
        done = [row for row in say.rows if row.practised.done]
        yield say("done", share("done", done, say.rows), n=len(done), of=len(say.rows))


def proposals(say: Says) -> Iterator[Sentence]:
    steps = [s for la in say.material.ladders if not la["put_away"] for s in la["steps"]]
    standing = [s for s in steps if s.get("proposal") and not s["put_away"]]
    if not standing:
        yield say("no_proposal", Figure(name="proposals", value=0))
    for step in standing:
        found = step["proposal"]
        way, because = say.word("way", found["way"]), say.word("rule", found["rule"])
        figure = Figure(name="proposal", value=found["way"], sessions=tuple(found["sessions"]))
        if found["by"]:
            yield say(
                "held", figure, step=step["title"], way=way, by=found["by"], reason=found["reason"]
            )
        else:
            yield say("proposal", figure, step=step["title"], way=way, because=because)
