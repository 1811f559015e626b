"""A note draft as plain text: each sentence with a mark, each mark with its numbers below."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def as_text(draft: Json) -> str:
    """Sections, each with room for one's own words; then what each sentence is made of."""
    blocks, made_of = list[str](), list[str]()
    for section in draft["sections"]:
        lines = [section["title"]]
        for sentence in section["sentences"]:
            made_of.append(_numbers(sentence, len(made_of) + 1))
            lines.append(f"{_one_line(sentence['text'])} [{len(made_of)}]")
        blocks.append("\n".join([*lines, *([section["yours"]] if section["yours"] else [])]))
    return "\n\n".join([*blocks, draft["foot"], "\n".join(made_of)]) + "\n"


def _numbers(sentence: Json, mark: int) -> str:
    told = "; ".join(_figure(figure) for figure in sentence["from"])
    return f"[{mark}] {told}"


def _figure(figure: Json) -> str:
    value = figure["value"]
    shown = "?" if value is None else f"{value:g}" if isinstance(value, int | float) else value
    of = "" if figure["n"] is None else f" (n = {figure['n']})"
    inside = f" in {', '.join(figure['sessions'])}" if figure["sessions"] else ""
    return f"{figure['what']}: {_one_line(shown)}{of}{inside}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
