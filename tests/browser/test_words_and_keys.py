"""What people write stays text; and the way to *They left* needs no mouse."""

from __future__ import annotations

import json
import math
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import by_keyboard, go_apart, origin, plan, state, tell

FAST = "virtual:unscripted,scenario=calm,speed=60"
HURT = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>"
HZ, A_FRAME = 130, 73


@LAPTOP
def test_what_is_written_stays_text(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    step = plan("regulate")["step"] | {"title": f"Shop {HURT}"}
    go_apart(page, "regulate", step=step, feared=f"Feared {HURT}")
    page.get_by_role("button", name="Add a note").click()
    page.get_by_label("Note").fill(f"Noted {HURT}")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_role("button", name="Add a note")).to_be_visible()
    tell(page, kind="end", reason="ended")
    expect(page.get_by_text(f"Feared {HURT}")).to_be_visible()
    page.get_by_label("What did happen?").fill(f"Happened {HURT}")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name=f"Shop {HURT}")).to_be_visible()
    for text in (f"Feared {HURT}", f"Happened {HURT}", f"Note: Noted {HURT}"):
        expect(page.get_by_text(text)).to_be_visible()
    page.get_by_role("link", name="All practices").click()
    expect(page.get_by_text(f"Shop {HURT}")).to_be_visible()
    assert not page.evaluate("'hurt' in window")


@PHONE
def test_a_strap_with_only_an_ecg(start: Start, page: Page, watch: Watch, tmp_path: Path) -> None:
    """A replayed recording without heart rate shows its strip, and its strap's name as text."""
    capture = tmp_path / "ecg.jsonl"
    capture.write_text("\n".join(ecg_capture(60)), encoding="utf-8")
    page.goto(start("serve", "--source", f"replay:{capture}@2").address)
    strip = page.get_by_role("img", name="ECG line from your strap")
    expect(strip).to_be_visible()
    expect(page.get_by_text("ECG from your strap, one lead. Not for diagnosis.")).to_be_visible()
    strip.scroll_into_view_if_needed()
    page.wait_for_function(INKED)
    expect(page.get_by_text("Simulated: not your heart right now")).to_be_visible()
    expect(page.get_by_text(f"{HURT} is connected.")).to_be_visible()
    expect(page.get_by_role("region", name="Your heart now")).to_contain_text("Unknown for now")
    watch.look(page, "ecg")
    assert not page.evaluate("'hurt' in window")


INKED = """() => {
  const canvas = document.querySelector(".strip canvas");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width || 1, canvas.height || 1);
  return data.some(byte => byte > 0);
}"""


def ecg_capture(length_s: int) -> list[str]:
    """Frames as a Polar strap sends them: microvolts in three bytes, the stamp of the last."""
    said = {"biocoach_capture": 1, "started_utc": "2026-01-31T09:00:00Z"}
    lines: list[dict[str, object]] = [
        said,
        {"at_s": 0.0, "strap": {"name": HURT, "sends": ["ecg"]}},
    ]
    for frame in range(length_s * HZ // A_FRAME):
        first = frame * A_FRAME
        at_s = (first + A_FRAME) / HZ
        stamp = int(at_s * 1e9).to_bytes(8, "little")
        uv = b"".join(
            heart_uv((first + i) / HZ).to_bytes(3, "little", signed=True) for i in range(A_FRAME)
        )
        raw = b"\x00" + stamp + b"\x00" + uv
        lines.append({"at_s": round(at_s, 3), "notify": "pmd-data", "hex": raw.hex()})
    return [json.dumps(line) for line in lines]


def heart_uv(at_s: float) -> int:
    """P, QRS and T of a heart at 70 beats a minute."""
    since_s = at_s % 0.857
    bumps = ((0.16, 0.02, 90), (0.30, 0.009, -120), (0.32, 0.009, 1100), (0.345, 0.01, -220))
    waves = (*bumps, (0.55, 0.045, 260))
    return round(sum(h * math.exp(-(((since_s - c) / w) ** 2)) for c, w, h in waves))


@PHONE
def test_a_phone_hides_the_page_by_a_touch(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--source", FAST).address)
    go_apart(page, "ask")
    watch.look(page, "hide")
    page.get_by_role("button", name="Hide this page").click()
    expect(page).to_have_title("Blank page")
    expect(page.get_by_role("button", name="Return")).to_be_focused()
    expect(page.get_by_text("Your heart now")).to_be_hidden()
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_text("Your heart now")).to_be_visible()


@LAPTOP
def test_a_hidden_page_hears_only_the_call_for_help(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    go_apart(page, "ask")
    back = page.get_by_role("button", name="They are back")
    expect(back).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_title("Blank page")
    for key in ("x", "b", "t", "p"):
        page.keyboard.press(key)
    card = page.get_by_role("dialog", name="Help now")
    page.keyboard.press("?")
    expect(card).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    expect(card).to_be_hidden()
    expect(page).to_have_title("Blank page")
    page.get_by_role("button", name="Return").click()
    expect(back).to_be_visible()
    told = state(page)
    assert told["session"]["phase"] == "apart"
    assert [mark["kind"] for mark in told["events"]["marks"]] == ["baseline", "apart"]
    assert told["events"]["urges"] == []


@LAPTOP
def test_help_that_is_called_again_at_once_stays(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert page.evaluate(CLOSE_AND_CALL_AGAIN)


@PHONE
def test_the_way_out_of_the_crisis_card_is_in_sight(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--source", FAST).address)
    page.get_by_role("banner").get_by_role("button", name="Help now").click()
    card = page.get_by_role("dialog", name="Help now")
    close = card.get_by_role("button", name="Go back")
    expect(close).to_be_in_viewport(ratio=1)
    expect(card.get_by_role("link").first).to_be_in_viewport(ratio=1)
    watch.look(page, "crisis")
    last = card.get_by_text("biocoach calls no one by itself")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    expect(close).to_be_in_viewport(ratio=1)
    close.click()
    expect(card).to_be_hidden()


CLOSE_AND_CALL_AGAIN = """async () => {
  const card = document.querySelector("dialog");
  const call = () => dispatchEvent(new KeyboardEvent("keydown", {key: "?"}));
  const drawn = () => new Promise(done => queueMicrotask(() => queueMicrotask(done)));
  const closed = new Promise(done => card.addEventListener("close", () => setTimeout(done)));
  call();
  await drawn();
  card.querySelector("button").click();
  await drawn();
  call();
  await closed;
  return card.open;
}"""


@LAPTOP
def test_a_withdrawn_mark_is_not_in_the_review(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert tell(page, **plan("regulate"))["ok"]
    page.get_by_role("button", name="Begin the quiet minutes").click()
    page.get_by_role("button", name="Undo “Quiet minutes”").click()
    expect(page.get_by_role("button", name="Begin the quiet minutes")).to_be_visible()
    session = state(page)["session"]["id"]
    review = page.context.request.get(f"{origin(page)}/api/sessions/{session}").json()
    assert review["marks"] == []


@LAPTOP
def test_from_plan_to_they_left_by_keyboard(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", FAST).address)
    step = page.get_by_label("What will you practise?")
    by_keyboard(page, step)
    page.keyboard.type("Another room, x b ?")
    expect(step).to_have_value("Another room, x b ?")
    expect(page.get_by_role("dialog", name="Help now")).to_be_hidden()
    by_keyboard(page, page.get_by_label("Distress you expect at the hardest moment"))
    page.keyboard.press("ArrowLeft")
    by_keyboard(page, page.locator("summary", has_text="How should biocoach help?"))
    page.keyboard.press("Enter")
    by_keyboard(page, page.get_by_role("radio", name="Offer when my heart rises"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Let me try first")).to_be_checked()
    by_keyboard(page, page.get_by_role("button", name="This is my plan"))
    page.keyboard.press("Enter")
    by_keyboard(page, page.get_by_role("button", name="Begin the quiet minutes"))
    page.keyboard.press("Enter")
    left = page.get_by_role("button", name="They left")
    expect(left).to_be_enabled()
    by_keyboard(page, left)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
