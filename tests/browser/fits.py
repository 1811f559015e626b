"""What doesn't fit a screen: what leaves it, what is cut, what lies over something else."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# A person's own text size, as the browser's settings or a phone's make it: the root's font size,
# from which every length of the page comes (rem). At 360 every width rule is a phone's already, so
# that it is the same here as the setting; zooming the view would only make the screen narrower.
TEXT_SIZE = (
    "share => { document.documentElement.style.fontSize = share === 1 ? '' : `${share * 100}%`; }"
)

FITS = """() => {
  const wide = document.documentElement.clientWidth;
  const root = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  const faults = [];
  const name = e => `${e.tagName}.${e.className} "${(e.innerText ?? "").slice(0, 40)}"`;
  const drawing = ".off-screen, svg, canvas, .uplot";
  const seen = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(drawing);
  const above = (e, is) => e && e !== document.body
    && (is(getComputedStyle(e), e) || above(e.parentElement, is));
  const scrolls = (style, e) =>
    ["auto", "scroll"].includes(style.overflowX) && e.scrollWidth > e.clientWidth;
  const floats = style => ["sticky", "fixed"].includes(style.position);
  const clips = way => ["hidden", "clip"].includes(way);
  const whole = document.documentElement.scrollWidth;
  if (whole > wide) faults.push(`the page is ${whole} wide`);
  const acts = [];
  for (const e of root.querySelectorAll("*")) {
    if (!seen(e)) continue;
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if ((box.right > wide + 1 || box.left < -1) && !above(e, scrolls))
      faults.push(`off the screen: ${name(e)}`);
    const style = getComputedStyle(e);
    const cut = (clips(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
      || (clips(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
    if (cut && e.innerText?.trim()) faults.push(`cut: ${name(e)}`);
    if (e.matches("button, a.button, summary, kbd, .badge")) {
      const words = document.createRange();
      words.selectNodeContents(e);
      const {left, right} = words.getBoundingClientRect();
      if (right > box.right + 1 || left < box.left - 1)
        faults.push(`longer than its button: ${name(e)}`);
    }
    if (e.matches("button, a[href], input, select, textarea, summary") && !above(e, floats))
      acts.push([e, [...e.getClientRects()]]);
  }
  for (const [n, [one, a]] of acts.entries()) for (const [other, b] of acts.slice(n + 1)) {
    if (one.contains(other) || other.contains(one)) continue;
    const meet = (p, q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2
      && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 2;
    if (a.some(p => b.some(q => meet(p, q))))
      faults.push(`over each other: ${name(one)} and ${name(other)}`);
  }
  return faults.slice(0, 6);
}"""

# Those of these buttons that a person can't press where they are now.
OUT_OF_REACH = """names => names.filter(name => {
  const reached = e => {
    const {top, bottom, left, right, height} = e.getBoundingClientRect();
    const inside = top >= 0 && bottom <= innerHeight + 1 && left >= 0 && right <= innerWidth + 1;
    return inside && height >= 44;
  };
  const found = [...document.querySelectorAll("button")].filter(e => e.checkVisibility());
  return !found.some(e => e.innerText.includes(name) && reached(e));
})"""
# Charts are drawn anew a frame after the screen has changed.
DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"""


def faults(page: Page) -> list[str]:
    page.evaluate(DRAWN)
    found: list[str] = page.evaluate(FITS)
    return found


def out_of_reach(page: Page, names: list[str]) -> list[str]:
    found: list[str] = page.evaluate(OUT_OF_REACH, names)
    return found


def text_size(page: Page, share: float) -> Any:
    return page.evaluate(TEXT_SIZE, share)
