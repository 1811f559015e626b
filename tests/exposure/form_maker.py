"""Forms for tests: one with every kind of field, and any answers to it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from biocoach.exposure.form import Form, Kind
from biocoach.exposure.forms import parse

HEAD = """\
id = "look-back"
title = "Look back"
shelf = "self"
about = "You look back."
minutes = 5
ages = ["adult", "13_17"]
"""
SOURCE = """
[[sources]]
author = "Nobody"
year = 2020
where = "nowhere"
"""
OPTIONS = """options = [
  { value = "a", label = "A" },
  { value = "b", label = "B", hint = "The second." },
]"""
FIELDS = {
    Kind.SAID: "",
    Kind.LINE: "",
    Kind.LINES: 'start = "I begin."',
    Kind.SCALE: 'low = "none"\nhigh = "all"',
    Kind.PERCENT: "",
    Kind.NUMBER: 'least = -5\nmost = 10.5\nunit = "km"',
    Kind.CHOICE: OPTIONS,
    Kind.MANY: OPTIONS,
    Kind.YES_NO: "",
    Kind.DATE: "",
    Kind.MOMENT: "",
    Kind.ROWS: """most = 3
fields = [
  { id = "what", kind = "line", label = "What" },
  { id = "much", kind = "scale", label = "Much", low = "-", high = "+", optional = true },
]""",
    Kind.LINK: "",
}


def field(kind: str, rest: str, name: str = "", more: str = "") -> str:
    named = name or f"{kind}_field"
    return f'\n[[fields]]\nid = "{named}"\nkind = "{kind}"\nlabel = "{named}"\n{rest}\n{more}\n'


GOOD = HEAD + field("line", "") + SOURCE
EVERY = HEAD + "".join(field(kind, rest) for kind, rest in FIELDS.items()) + SOURCE


def form(text: str) -> Form:
    found = parse(text, "look-back.toml")
    assert isinstance(found, Form), found
    return found


# One answer that fits each kind of field of ``EVERY``.
FITTING: dict[str, Any] = {
    "line_field": "One line.",
    "lines_field": "Many\nlines.",
    "scale_field": 40,
    "percent_field": 100,
    "number_field": 2.5,
    "choice_field": "a",
    "many_field": ["b", "a"],
    "yes_no_field": False,
    "date_field": "2026-01-31",
    "moment_field": "2026-01-31T09:30Z",
    "rows_field": [{"what": "one", "much": 3}, {"what": "two"}],
    "link_field": {"session": "s1", "activation": None},
}
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(["a", "b", "2026-02-30", "2026-01-31", "2026-01-31T25:00Z", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["what", "much", "session", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
any_answers = (
    st.dictionaries(
        st.sampled_from([*FITTING, "said_field", "nobody"]),
        json_values | st.sampled_from(list(FITTING.values())),
        max_size=13,
    )
    | json_values
)
