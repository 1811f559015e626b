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
  const open = [...document.querySelectorAll("dialog[open]")].pop();
  const root = open ?? document.body;
  const faults = [];
  const name = e => `${e.tagName.toLowerCase()}.${e.className} ${JSON.stringify((e.innerText ?? "").slice(0, 40))}`;
  const seen = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".off-screen, svg, canvas, .u-over, .uplot");
  const scrolls = e => {
    for (let up = e; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true;
    return false;
  };
  const lies = e => {
    for (let up = e; up; up = up.parentElement) {
      const {position} = getComputedStyle(up);
      if (position === "sticky" || position === "fixed") return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth > wide) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const acts = [];
  for (const e of root.querySelectorAll("*")) {
    if (!seen(e)) continue;
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(e)) faults.push(`off the screen: ${name(e)}`);
    const style = getComputedStyle(e);
    const clips = way => ["hidden", "clip"].includes(style[way]);
    if (e.innerText?.trim() && ((clips("overflowX") && e.scrollWidth > e.clientWidth + 1) || (clips("overflowY") && e.scrollHeight > e.clientHeight + 1)))
      faults.push(`cut: ${name(e)}`);
    if (e.matches("button, a.button, summary, kbd, .badge")) {
      const words = document.createRange();
      words.selectNodeContents(e);
      const {left, right} = words.getBoundingClientRect();
      if (right > box.right + 1 || left < box.left - 1) faults.push(`longer than its button: ${name(e)}`);
    }
    if (e.matches("button, a[href], input, select, textarea, summary") && !lies(e)) acts.push([e, box]);
  }
  for (const [n, [one, a]] of acts.entries()) for (const [other, b] of acts.slice(n + 1)) {
    if (one.contains(other) || other.contains(one)) continue;
    const [x, y] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
    if (x > 2 && y > 2) faults.push(`over each other: ${name(one)} and ${name(other)}`);
  }
  return faults.slice(0, 6);
}"""

# Whether a person can press it where it is now.
IN_REACH = """([...names]) => names.filter(name => {
  const found = [...document.querySelectorAll("button")].filter(e => e.checkVisibility() && e.innerText.includes(name));
  return !found.some(e => {
    const box = e.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight + 1 && box.left >= 0 && box.right <= innerWidth + 1 && box.height >= 44;
  });
})"""


# Charts are drawn anew a frame after the screen has changed.
DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"""


def faults(page: Page) -> list[str]:
    page.evaluate(DRAWN)
    found: list[str] = page.evaluate(FITS)
    return found


def out_of_reach(page: Page, names: list[str]) -> list[str]:
    found: list[str] = page.evaluate(IN_REACH, names)
    return found


def text_size(page: Page, share: float) -> Any:
    return page.evaluate(TEXT_SIZE, share)
