"""The wire fixtures are what the server says today; the page's own tests (dashboard/web/tests) read
the same files. `python -m tests.wire` writes them anew."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from biocoach.types import Support
from tests.wire.__main__ import ELSEWHERE, FOLDER
from tests.wire.stories import Json, Stage, messages, told

AGAIN = "the server says something else now: python -m tests.wire, and see what changed"


@pytest.fixture(scope="module")
def made() -> dict[str, Json]:
    return messages()


def read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def unlike(found: object, wanted: object, at: str = "") -> list[str]:
    """Where two messages differ. Another computer may round the last digits of a number."""
    match found, wanted:
        case dict(), dict() if list(found) == list(wanted):
            return [d for key in found for d in unlike(found[key], wanted[key], f"{at}.{key}")]
        case dict(), dict():
            return [f"{at}: has {sorted(found)}, not {sorted(wanted)}"]
        case list(), list() if len(found) == len(wanted):
            pairs = enumerate(zip(found, wanted, strict=True))
            return [d for n, (a, b) in pairs for d in unlike(a, b, f"{at}[{n}]")]
        case float(), float():
            return [] if math.isclose(found, wanted, rel_tol=1e-6, abs_tol=1e-6) else [at]
        case _:
            same = type(found) is type(wanted) and found == wanted
            return [] if same else [f"{at}: {found!r:.80} is not {wanted!r:.80}"]


def test_each_is_what_the_server_says(made: dict[str, Json]) -> None:
    kept = {path.stem: path for path in FOLDER.glob("*.json") if path.stem not in ELSEWHERE}
    assert sorted(kept) == sorted(made), AGAIN
    differ = [line for name in made for line in unlike(read(kept[name]), made[name], name)]
    assert differ == [], f"{AGAIN}\n" + "\n".join(differ[:20])


def test_the_comparison_sees_a_change() -> None:
    plain: Json = {"a": [1, {"b": 2.0}], "c": None}
    assert unlike(plain, {"a": [1, {"b": 2.0 + 1e-9}], "c": None}) == []
    others: list[Json] = [{"c": None, "a": []}, {"a": [1], "c": None}, plain | {"c": 0}]
    for other in others:
        assert unlike(plain, other)
    assert unlike({"a": 1}, {"a": 1.0})


def test_every_phase_policy_and_question_is_among_them(made: dict[str, Json]) -> None:
    sessions = [m["state"]["session"] for m in made.values() if "session" in m.get("state", {})]
    plans = [session["plan"] for session in sessions if session["plan"]]
    assert {session["phase"] for session in sessions} == {
        "plan", "baseline", "apart", "back", "debrief",
    }  # fmt: skip
    assert {plan["step"]["support"] for plan in plans} == {str(support) for support in Support}
    assert {plan["strapless"] for plan in plans} == {True, False}


def test_what_a_page_folded_is_what_a_new_page_is_sent() -> None:
    """By the rules of docs/design.md, in Python: set replaces, push appends and keeps the last."""
    stage = Stage()
    state = stage.snapshot()["state"]
    for _ in stage.play(told(Support.REGULATE), 60):
        while stage.heard:
            message = stage.heard.pop(0)
            state = message.get("state", state) | message.get("set", {})
            trace = message.get("push", {}).get("trace", [])
            state["trace"] = [*state["trace"], *trace][-900:]
        assert state == stage.snapshot()["state"]
