"""A language that nobody speaks, made from the English one: every letter is marked, every text is a
third longer and in brackets. What a page shows without the marks did not come through its words.

It is given to the browser in the place of the English file and is in no build.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.support import ROOT

Words = dict[str, str]
MESSAGES = ROOT / "dashboard" / "web" / "messages"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MARKED = "ÀḂĆĎÈḞĜĤÌĴḰĹḾŃÒṖɊŔŚŤÙṼŴẊŶŹàḃćďèḟĝĥìĵḱĺḿńòṗɋŕśťùṽŵẋŷź"
LONGER = (
    " òńè ťẁò ťĥŕèè ḟòùŕ ḟìṽè śìẋ śèṽèń èìĝĥť ńìńè ťèń"  # words, so that lines break as they do
)
PLACE = re.compile(r"(\{\w+\})")
# Single keys stay as they are: a keyboard has no other.
KEYS = ("key.", "urge_key.")


def english() -> Words:
    found: Words = json.loads((MESSAGES / "en.json").read_text(encoding="utf-8"))
    return found


def pseudo(words: Words) -> Words:
    return {key: text if key.startswith(KEYS) else marked(text) for key, text in words.items()}


def marked(text: str) -> str:
    """Marks around a placeholder, never in it. What has no letter is no text of a language."""
    table = str.maketrans(PLAIN, MARKED)
    parts = [part if PLACE.fullmatch(part) else part.translate(table) for part in PLACE.split(text)]
    said = "".join(parts)
    letters = len(PLACE.sub("", text).strip())
    if not any(letter.isalpha() for letter in PLACE.sub("", text)):
        return text
    return f"[{said}{(LONGER * 9)[: letters // 3]}]"


def speak(context: BrowserContext, words: Words) -> None:
    """The page is given these words, and each name of a day or month in Greek: so it is known by
    its letters what came from ``Intl``."""
    module = f"export default {json.dumps(words)}"

    def give(route: Route) -> None:
        route.fulfill(body=module, content_type="text/javascript")

    context.route(re.compile(r"/assets/en-[\w-]+\.js$"), give)
    context.add_init_script(GREEK)


GREEK = """
window.unspoken = [];
for (const name of ["DateTimeFormat", "NumberFormat"]) {
  const Real = Intl[name];
  Intl[name] = class extends Real {
    constructor(locale, options) {
      super("el", options);
      this.unspoken = locale === undefined;
    }
    get format() {
      if (this.unspoken) window.unspoken.push(`Intl.${name} without a language`);
      return super.format;
    }
  };
}
"""

# Each text a person can see or hear, with the place where it stands.
SAID = """() => {
  const HEARD = [
    "aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt",
  ];
  const found = [];
  const place = e => e.closest("[id]")?.id + " " + e.tagName.toLowerCase() + "." + e.className;
  const add = (text, e) => text && text.trim() && found.push([text.trim(), place(e)]);
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || ["SCRIPT", "STYLE"].includes(e.tagName)) continue;
    for (const name of HEARD) add(e.getAttribute(name), e);
    if (e.closest("option") || e.tagName === "TEXTAREA") continue;
    for (const node of e.childNodes) if (node.nodeType === Node.TEXT_NODE) add(node.data, e);
  }
  for (const e of document.querySelectorAll("option")) add(e.textContent, e);
  add(document.title, document.body);
  return [...found, ...window.unspoken.map(text => [text, "Intl"])];
}"""
LETTER = re.compile("[A-Za-z]")


def unsaid(page: Page, known: Iterable[str]) -> list[str]:
    """What stands there and came neither through the page's words nor is one of ``known``."""
    known = sorted(known, key=len, reverse=True)
    keys = {text for key, text in english().items() if key.startswith(KEYS)}
    found = []
    for text, place in page.evaluate(SAID):
        said = " ".join(text.split())
        if said in keys or not LETTER.search(left_over(said, known)):
            continue
        # A shelf shows the first sentence of a form's text, a chart the beginning of a name.
        if not any(said.removesuffix("…") in one for one in known):
            found.append(f"{text[:100]!r} at {place[:60]}")
    return found


def left_over(said: str, known: Iterable[str]) -> str:
    for part in known:
        if part in said:
            said = re.sub(rf"(?<![A-Za-z]){re.escape(part)}(?![A-Za-z])", "", said)
    return said


# ---- what others wrote: files, and the person


def content() -> set[str]:
    """Every text of the content files that come with biocoach."""
    files = [path for path in (ROOT / "biocoach").rglob("*.toml") if "content" in path.parts]
    return {text for path in files for text in texts(tomllib.loads(path.read_text("utf-8")))}


# Fields in which a person, or a strap, wrote.
WRITTEN = {
    "title", "feared", "who", "where", "context", "contexts", "contact", "happened", "body_words",
    "learnt", "text", "line", "name", "country", "phone", "by", "reason", "milestones", "folder",
    "fingerprint",
}  # fmt: skip


def texts(value: Any, fields: set[str] | None = None, under: bool = True) -> Iterator[str]:
    """Each text in a JSON or TOML value, as it is drawn; where fields are given, of these alone."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from texts(inner, fields, fields is None or key in fields)
        case list():
            for inner in value:
                yield from texts(inner, fields, under)
        case str() if under and LETTER.search(value):
            yield " ".join(value.split())
            yield from (
                " ".join(line.split()) for line in value.splitlines() if LETTER.search(line)
            )
        case _:
            pass
