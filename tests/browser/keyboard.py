"""A person with a keyboard and no mouse: every stop is looked at, every key and word is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

# How long it would take somebody: a key, and reading from the top of each screen down to what is
# pressed, each line once. Slower than most read: 238 words a minute (Brysbaert, 2019).
KEY_S = 0.25
WORDS_A_MIN = 200

# What has the focus, whether that can be seen, and whether it is in sight.
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const {top, bottom, left, right, width, height} = e.getBoundingClientRect();
  const floats = up => up !== null
    && (["sticky", "fixed"].includes(getComputedStyle(up).position) || floats(up.parentElement));
  const middle = document.elementFromPoint((left + right) / 2, Math.min(innerHeight, bottom) - 2);
  return {
    name: `${e.tagName} ${e.id} ${(e.ariaLabel ?? e.innerText ?? "").slice(0, 40)}`,
    shown: ring || style.boxShadow !== "none",
    inside: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && width > 0,
    bare: middle === null || e.contains(middle) || middle.contains(e) || e.labels?.length > 0,
    floats: floats(e), top: top + scrollY, text: e.matches("h1, h2"),
  };
}"""
READ = """until => {
  const lines = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const {currentNode: node} = walk, e = node.parentElement;
    const after = until.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (after && !until.contains(node)) break;
    if (node.data.trim() && e.checkVisibility() && !e.closest(".off-screen, kbd"))
      lines.push(node.data.trim());
  }
  return lines;
}"""


@dataclass
class Keys:
    """Presses keys only. ``faults``: a stop that can't be seen, or a key that leads nowhere."""

    page: Page
    faults: list[str] = field(default_factory=list)
    pressed: int = 0
    read: set[str] = field(default_factory=set)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def stop(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(STOP)
        if found is not None and not found["text"]:
            checks = (("no focus ring", "shown"), ("off screen", "inside"), ("covered", "bare"))
            for fault, ok in checks:
                if not found[ok]:
                    self.faults.append(f"{fault}: {found['name']}")
        return found

    def to(self, target: Locator, *, most: int = 60, back: bool = False) -> None:
        """By Tab, one stop after the other, downwards; each of them is looked at."""
        expect(target).to_be_visible()
        self.read.update(target.evaluate(READ))
        before = ""
        for _ in range(most):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.press("Shift+Tab" if back else "Tab")
            found = self.stop()
            name = found["name"] + str(found["top"]) if found else "the browser"
            if name == before and found:
                self.faults.append(f"the focus stays: {name}")
            before = name
        raise AssertionError(f"{most} stops do not lead to {target}")

    def do(self, target: Locator, key: str = "Enter") -> None:
        self.to(target)
        self.press(key)

    def choose(self, group: Locator, name: str) -> None:
        """Tab leads to a group once; Space takes where one is, the arrows take the next one."""
        wanted = group.get_by_role("radio", name=name, exact=True)
        self.to(group.get_by_role("radio").first)
        self.press("Space")
        while not wanted.is_checked():
            self.press("ArrowDown")
            self.stop()

    def through(self, *, most: int = 120) -> list[str]:
        """From the heading through every stop to the end of the page, downwards all the way."""
        names, last_top = list[str](), -1.0
        for _ in range(most):
            self.press("Tab")
            found = self.stop()
            if found is None or found["name"] + str(found["top"]) in names:
                return names
            names.append(found["name"] + str(found["top"]))
            if not found["floats"] and found["top"] < last_top - 60:
                self.faults.append(f"upwards: {found['name']}")
            last_top = last_top if found["floats"] else found["top"]
        raise AssertionError(f"no end after {most} stops: {names[-3:]}")

    @property
    def words(self) -> int:
        return sum(len(line.split()) for line in self.read)

    @property
    def seconds(self) -> float:
        return self.pressed * KEY_S + self.words * 60 / WORDS_A_MIN
