"""Pictures, sound files and recorded voices of one's own, with a microphone that beeps."""

from __future__ import annotations

import io
import shutil
from base64 import b64encode
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ARGS, LAPTOP, PHONE, PROGRAMS, Watch, guarded
from tests.browser.own_card import CANARY, bring, kept, look, own_things, photo, until
from tests.browser.support import Served, by_keyboard, origin
from tests.store.test_media import wav

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# An audio element has its sound: it could be decoded, and there is some of it.
PLAYABLE = """async audio => {
  const answer = await fetch(audio.src);
  const sound = await new AudioContext().decodeAudioData(await answer.arrayBuffer());
  const loud = sound.getChannelData(0).some(level => Math.abs(level) > 0.01);
  return { type: answer.headers.get("content-type"), seconds: sound.duration, loud };
}"""
DROP = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const zone = document.querySelector("[aria-label='Add to my comfort kit']").closest("section");
  const how = { dataTransfer: data, bubbles: true, cancelable: true };
  zone.dispatchEvent(new DragEvent("dragover", how));
  zone.dispatchEvent(new DragEvent("drop", how));
}"""


@pytest.fixture
def card(page: Page, served: Served) -> Locator:
    return own_things(page, served)


# ---- pictures and sounds


@PHONE
def test_a_picture_is_drawn_anew_and_asks_for_words(
    page: Page, card: Locator, watch: Watch, served: Served
) -> None:
    bring(page, card, "Add a picture", "DCIM_0001.jpg", photo())
    words = card.get_by_label("What does the picture show?")
    expect(words).to_be_focused()
    expect(card.get_by_text("Please say it in a few words.")).to_be_visible()
    page.keyboard.type("The garden in May")
    shown = card.get_by_role("img", name="The garden in May")
    expect(shown).to_be_visible()
    assert shown.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [1600, 1067]
    (thing,) = kept(page)["kit"]
    address = f"{origin(page)}/api/own/media/{thing['media']}"
    answer = page.context.request.get(address)
    assert answer.headers["content-type"] == "image/webp"
    assert not Image.open(io.BytesIO(answer.body())).getexif()
    assert CANARY.encode() not in answer.body()
    look(page, watch, "own-picture")
    until(page, "own.kit[0].text === 'The garden in May'")
    card.get_by_role("button", name="Remove: The garden in May").click()
    card.get_by_role("button", name="Erase", exact=True).click()
    until(page, "own.kit.length === 0")
    assert page.context.request.get(address).status == 404


@LAPTOP
def test_files_are_dropped_and_what_is_neither_is_told(
    page: Page, card: Locator, watch: Watch
) -> None:
    watch.expected += ["422"]
    files = [("a.png", "image/png", photo(64, 32)), ("voice.wav", "audio/wav", wav())]
    for count, (name, kind, content) in enumerate(files, 1):
        page.evaluate(DROP, [name, kind, b64encode(content).decode()])
        until(page, f"own.kit.length === {count}")
    assert [thing["kind"] for thing in kept(page)["kit"]] == ["picture", "voice"]
    page.evaluate(DROP, ["a.gif", "image/png", b64encode(b"no picture").decode()])
    expect(card.get_by_text("open that picture")).to_be_visible()
    page.evaluate(DROP, ["letter.pdf", "", b64encode(b"%PDF-1.7").decode()])
    expect(card.get_by_text("no picture or sound that every browser knows")).to_be_visible()
    page.evaluate(DROP, ["long.wav", "audio/wav", b64encode(bytes(6_000_001)).decode()])
    expect(card.get_by_text("That is too large")).to_be_visible()
    assert len(kept(page)["kit"]) == 2


@LAPTOP
def test_a_sound_file_is_kept_as_it_is(page: Page, card: Locator) -> None:
    bring(page, card, "Add a sound file", "grandma.wav", wav())
    expect(card.get_by_label("Whose voice is it")).to_be_focused()
    until(page, "own.kit.length === 1")
    (thing,) = kept(page)["kit"]
    answer = page.context.request.get(f"{origin(page)}/api/own/media/{thing['media']}")
    assert (answer.headers["content-type"], answer.body()) == ("audio/wav", wav())


# ---- the microphone


@pytest.fixture
def hears(chromium: Browser) -> Iterator[Browser]:
    """A browser with a microphone that beeps, and a person who lets pages use it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    browser = chromium.browser_type.launch(executable_path=program, args=[*ARGS, *MICROPHONE])
    yield browser
    browser.close()


def test_a_voice_is_recorded_heard_and_recorded_again(
    hears: Browser, served: Served, watch: Watch
) -> None:
    context = guarded(hears, watch, "phone")
    page = context.new_page()
    card = own_things(page, served)
    by_keyboard(page, card.get_by_role("button", name="Record a voice"))
    page.keyboard.press("Enter")
    panel = card.get_by_role("group", name="Record a voice")
    expect(panel.get_by_role("button", name="Start recording")).to_be_focused()
    look(page, watch, "own-voice")
    record(page, panel)
    expect(card.get_by_label("Whose voice is it")).to_be_focused()
    page.keyboard.type("Ana, saying good night")
    player = card.get_by_label("Ana, saying good night", exact=True)
    heard = player.evaluate(PLAYABLE)
    assert heard["type"] == "audio/webm"
    assert heard["loud"]
    assert heard["seconds"] > 1
    player.evaluate("audio => audio.play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    until(page, "own.kit[0].text === 'Ana, saying good night'")
    look(page, watch, "own-voice-kept")
    before = kept(page)["kit"][0]["media"]
    card.get_by_role("button", name="Record again").click()
    record(page, panel)
    until(page, "own.kit[0].media !== like", before)
    assert page.context.request.get(f"{origin(page)}/api/own/media/{before}").status == 404
    context.close()


def record(page: Page, panel: Locator) -> None:
    page.keyboard.press("Enter")
    stop = panel.get_by_role("button", name="Stop")
    expect(stop).to_be_focused()
    expect(panel.get_by_text("Recording")).to_contain_text("0:02")
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()


def test_a_hidden_page_neither_records_nor_plays(
    hears: Browser, served: Served, watch: Watch
) -> None:
    context = guarded(hears, watch, "laptop")
    page = context.new_page()
    card = own_things(page, served)
    card.get_by_role("button", name="Record a voice").click()
    card.get_by_role("button", name="Start recording").click()
    expect(card.get_by_text("Recording", exact=False).filter(has_text="0:01")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_title("Blank page")
    until(page, "own.kit.length === 1")
    page.get_by_role("button", name="Return").click()
    player = card.locator("audio")
    player.evaluate("audio => { audio.loop = true; return audio.play(); }")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('audio').paused")
    context.close()


@LAPTOP
def test_a_microphone_that_is_refused_is_told_in_plain_words(page: Page, card: Locator) -> None:
    """This browser has none, or nobody who would allow it."""
    card.get_by_role("button", name="Record a voice").click()
    card.get_by_role("button", name="Start recording").click()
    told = card.get_by_role("group", name="Record a voice").get_by_role("status")
    expect(told).to_contain_text("a sound file instead")
    card.get_by_role("button", name="Not now").click()
    expect(card.get_by_role("button", name="Record a voice")).to_be_focused()


def test_all_that_a_browser_records_is_known(hears: Browser, served: Served, watch: Watch) -> None:
    context = guarded(hears, watch, "laptop")
    page = context.new_page()
    own_things(page, served)
    answers = page.evaluate(
        """async () => {
          const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
          const kinds = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4",
            "audio/mp4;codecs=opus", "audio/mp4;codecs=mp4a.40.2"];
          const found = [];
          for (const type of kinds.filter((kind) => MediaRecorder.isTypeSupported(kind))) {
            const recorder = new MediaRecorder(stream, { mimeType: type });
            const first = new Promise((done) => {
              recorder.ondataavailable = ({ data }) => data.size > 0 && done(data);
            });
            recorder.start(250);
            const body = await first;
            recorder.stop();
            const headers = { "Content-Type": "application/octet-stream" };
            const answer = await fetch("api/own/media", { method: "POST", headers, body });
            found.push([type.split(";")[0], (await answer.json()).type]);
          }
          return found;
        }"""
    )
    assert len(answers) >= 2, answers
    assert all(said == known for said, known in answers), answers
    context.close()
