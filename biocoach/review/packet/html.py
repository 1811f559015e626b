"""The packet as one HTML file that holds all it needs: no script, nothing fetched, prints well."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Any

from biocoach.review.packet.pages import book
from biocoach.review.packet.words import Words

Json = dict[str, Any]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def as_html(document: Json, words: Words, *, first_only: bool = False) -> str:
    """``first_only``: the first page alone, as a look ahead."""
    pages = book(document, words)
    later = [] if first_only else pages["pages"]
    foot = _foot(pages)
    body = [_sheet(_first(pages["first"]), pages["mark"], foot)]
    body += [_sheet(_page(page), pages["mark"], foot) for page in later]
    style = files("biocoach.review.packet").joinpath("packet.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{escape(pages["language"])}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(pages['title'])}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"
    )


def _sheet(inside: str, mark: str, foot: str) -> str:
    told = f'<p class="mark">{escape(mark)}</p>\n' if mark else ""
    return f'<article class="sheet">\n{told}{inside}{foot}</article>\n'


def _foot(pages: Json) -> str:
    mark = f" <strong>{escape(pages['mark'])}</strong>" if pages["mark"] else ""
    return f'<p class="foot">{escape(pages["disclaimer"])}{mark}</p>\n'


def _first(first: Json) -> str:
    head = "".join(f"<p>{_text(text)}</p>\n" for text in first["head"])
    parts = "".join(
        f"<section>\n<h2>{part['number']} {_text(part['title'])}</h2>\n"
        f"{''.join(map(_item, part['items']))}</section>\n"
        for part in first["parts"]
    )
    return f"<h1>{_text(first['title'])}</h1>\n{head}{parts}"


def _page(page: Json) -> str:
    heading = f'<h2 class="page">{_text(page["title"])}</h2>\n'
    return heading + "".join(map(_item, page["items"]))


def _item(item: Json) -> str:
    match item["kind"]:
        case "heading":
            return f"<h3>{_text(item['text'])}</h3>\n"
        case "said":
            label = f"<b>{_text(item['label'])}:</b> " if item["label"] else ""
            return f'<div class="said" dir="auto">{label}{_text(item["text"])}</div>\n'
        case "table":
            return _table(item)
        case "boxes":
            names = "".join(f' <span class="box">{_text(name)}</span>' for name in item["boxes"])
            return f"<p>{_text(item['text'])}{names}</p>\n"
        case "chart":
            # The picture is ours; nobody's text is in it. A label tells it to who can't see it.
            picture = f'<svg role="img" aria-label="{escape(item["alt"])}" '
            return f"<figure>{item['svg'].replace('<svg ', picture, 1)}</figure>\n"
        case _:
            return f"<p>{_text(item['text'])}</p>\n"


def _table(item: Json) -> str:
    head = "".join(_cell(text, "th", ' scope="col"') for text in item["head"])
    rows = "".join(
        f"<tr>{''.join(_cell(text, 'td') for text in row)}</tr>\n" for row in item["rows"]
    )
    return (
        '<div class="wide" role="group" tabindex="0">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _cell(text: str, tag: str, more: str = "") -> str:
    name = tag if text else "td"  # an empty head heads nothing
    return f'<{name}{more if text else ""} dir="auto">{_text(text)}</{name}>'


def _text(text: str) -> str:
    return escape(text, quote=True)
