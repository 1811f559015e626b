"""What the rules of care ask to be said stands where it is read; what they forbid, nowhere.

That each message is on a screen the page's own tests say (``words.test.ts``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from biocoach.cli.doorway import CLOCK
from biocoach.cli.readings import Readings
from biocoach.review.progress import Asked
from biocoach.settings import Settings
from tests.cli.support import call
from tests.cli.test_sharing import address_in, client_app, open_own, reading
from tests.many_days import many_days

ROOT = Path(__file__).parents[2]
MESSAGES: dict[str, str] = json.loads((ROOT / "dashboard/web/messages/en.json").read_text("utf-8"))
PAGE = ROOT / "dashboard/web/src"
# A key, what it must say, and the part of the page that says it.
SAID = [
    ("plan.never_danger", "never practise while you drive", "live/PlanForm.svelte"),
    ("plan.never_danger", "someone who frightens you", "live/PlanForm.svelte"),
    ("fit.hard.1", "ending your life", "parts/FitForm.svelte"),
    ("fit.hard.2", "hurting yourself", "parts/FitForm.svelte"),
    ("fit.hard.3", "psychosis", "parts/FitForm.svelte"),
    ("fit.hard.4", "losing time", "parts/FitForm.svelte"),
    ("fit.hard.5", "hurts, threatens or controls you", "parts/FitForm.svelte"),
    ("fit.hard_kept", "never stored", "parts/FitForm.svelte"),
    ("fit.age.13_17_hint", "who reads your journal is agreed out loud", "parts/FitForm.svelte"),
    ("fit.age.under_13_hint", "an adult within reach", "parts/FitForm.svelte"),
    ("fit.age.under_13_hint", "you can always say stop", "parts/FitForm.svelte"),
    ("fit.note.heart_slowing", "rises of the heart smaller", "views/Session.svelte"),
    ("fit.is.pregnancy", "stop any practice that feels wrong", "views/Settings.svelte"),
    ("privacy.line", "no one reads this until you share it", "parts/Privacy.svelte"),
    ("privacy.hurt", "i might hurt myself", "parts/Privacy.svelte"),
    ("crisis.body", "get medical help", "views/Crisis.svelte"),
    ("crisis.privacy", "isn\N{RIGHT SINGLE QUOTATION MARK}t written down", "views/Crisis.svelte"),
    ("contacts.other", "who is not the one you practise being apart from", "parts/Contacts.svelte"),
    ("contacts.only_them", "it helps to have one more person to call", "parts/Contacts.svelte"),
    ("contacts.only_them", "stays on the card either way", "parts/Contacts.svelte"),
    ("aftercare.driving", "no driving until you feel here", "live/Aftercare.svelte"),
    ("aftercare.today", "no worksheet and no other step today", "live/Aftercare.svelte"),
    ("aftercare.tomorrow", "asks how you are", "live/Aftercare.svelte"),
]
COUNTS_SILENCE = re.compile(
    r"\b(silen(t|ce)|no (reply|answer|word)|not (replied|answered|written)"
    r"|last (seen|heard|online))\b"
    r".*(\{(n|minutes|length|time)\}|\bminutes?\b|\bhours?\b)",
    re.IGNORECASE,
)
SEARCHES = re.compile(r"suicid|kill myself|end(ing)? my life|self[- ]?harm|overdose", re.IGNORECASE)


@pytest.mark.parametrize(("key", "said", "part"), SAID)
def test_what_the_rules_ask_to_be_said_is_said(key: str, said: str, part: str) -> None:
    assert said in MESSAGES[key].lower()
    assert f'"{key}"' in (PAGE / part).read_text("utf-8")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of somebody who took such medicine on two days of four and takes none today;
    shared with a therapist, who has answered nothing of the kind."""
    home = tmp_path_factory.mktemp("slowed")
    many_days(home / "client", days=4, slowed=(1, 2))
    address = address_in(home, home / "therapist", "--plain")
    sent = ("--to", address, "--name", "Dr Vale", "--only", "sessions", "--words")
    done = call(home, "share", "--out", home / "all.biocoach", "--as", "Robin", "--yes", *sent,
                "--data-dir", home / "client")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return home


TWO_OF_FOUR = {"of": 4, "with": 2}  # what the page says of it is of ``seen.test.ts``


def test_medicine_that_slows_the_heart_is_told_with_results_over_weeks(shared: Path) -> None:
    """As each session said when it began, whatever is answered today. A session's own review says
    it by itself; that the three places show it is of the browser's ``test_progress``."""
    own = open_own(shared / "client")
    own_page = Readings(CLOCK, Settings())
    own_page.open(own, simulated=False)
    assert own_page.recovery()["heart_slowing"] == TWO_OF_FOUR
    assert own_page.helps()["heart_slowing"] == TWO_OF_FOUR
    progress = own_page.progress(Asked())
    assert isinstance(progress, dict)
    assert progress["heart_slowing"] == TWO_OF_FOUR
    own.close()


def test_it_is_told_to_whom_the_record_was_shared_with(shared: Path) -> None:
    clients = reading(shared, shared / "therapist")
    page, own = client_app(shared, shared / "therapist", clients)
    for path in ("recovery", "progress", "practices/helps"):
        assert page.get(f"/api/{path}").json()["heart_slowing"] == TWO_OF_FOUR, path
    own.close()


def test_nothing_counts_the_time_that_another_is_silent() -> None:
    """No text has a place for it; and no word that a person can log tells of another's doing."""
    assert [text for text in MESSAGES.values() if COUNTS_SILENCE.search(text)] == []
    for counting in ("No reply for {n} minutes", "Silent for 20 minutes", "Last seen {time}"):
        assert COUNTS_SILENCE.search(counting)


def test_nothing_looks_for_words_in_what_is_written() -> None:
    """No list of words to look for is in the program; the page's own questions are messages."""
    files = [*ROOT.glob("biocoach/**/*.py"), *ROOT.glob("dashboard/**/*.py")]
    files += [*PAGE.rglob("*.ts"), *PAGE.rglob("*.svelte")]
    assert len(files) > 500
    assert [f.name for f in files if SEARCHES.search(f.read_text("utf-8"))] == []
    assert SEARCHES.search("/suicid|kill myself/i.test(text)")
