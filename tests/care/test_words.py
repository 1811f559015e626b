"""No text of biocoach claims what it can't: one list, over all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.care.words import CLAIMS, PLACES, READERS, found_in, front, of_source, texts

BAD = (
    "Anxiety detected.",
    "A panic attack was detected at 10:31.",
    "This is your diagnosis.",
    "It cures fear.",
    "We guarantee that it helps.",
    "It is clinically proven.",
    "A medical device for home.",
    "You are safe now.",
    "You\N{RIGHT SINGLE QUOTATION MARK}re safe.",
    "Don't worry, everything is fine.",
    "Your heart is healthy.",
    "Not long ago: you are safe.",  # a "not" helps a diagnosis alone
    "It is not a toy. It is a diagnosis.",
)
FINE = (
    "It is not a diagnosis and not a test.",
    "Self-monitoring; not evidence of truthfulness, diagnosis or parenting.",
    "Near your baseline for three minutes.",
    "Keep the strap secure.",
    "A safe place to begin.",
    "It is not a medical device: it measures a heart rate.",
)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_claims_what_it_can_t(place: str) -> None:
    read = list(texts(place))
    assert read, "nothing was read there"
    assert [(t.where, found) for t in read if (found := found_in(t.said))] == []


def test_nor_do_the_readme_and_the_changes() -> None:
    read = list(front())
    assert len(read) >= 2
    assert [(t.where, found) for t in read if (found := found_in(t.said))] == []


@pytest.mark.parametrize("said", BAD)
def test_a_bad_sentence_is_found(said: str) -> None:
    assert found_in(said), said


@pytest.mark.parametrize("said", FINE)
def test_a_fine_one_is_not(said: str) -> None:
    assert found_in(said) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", ["Anxiety detected.", "It is a cure."])
def test_a_planted_word_is_found_wherever_it_stands(place: str, said: str, tmp_path: Path) -> None:
    folder, pattern = PLACES[place]
    planted = tmp_path / folder / "en" / pattern.replace("*", "planted")
    planted.parent.mkdir(parents=True)
    planted.write_text(
        {
            ".json": json.dumps({"a.key": said}),
            ".toml": f'[[steps]]\nsay = "{said}"\n',
            ".py": f'def told(n: int) -> str:\n    return f"{said} {{n}}"\n',
        }.get(planted.suffix, f"# Title\n\nA line. {said}\n"),
        encoding="utf-8",
    )
    assert planted.suffix in READERS or READERS.get(planted.suffix, of_source) is of_source
    assert [t for t in texts(place, tmp_path) if found_in(t.said)]


def test_practices_and_forms_have_the_stricter_list_too() -> None:
    for said in ("It will calm you.", "Your anxiety is high.", "It is powerful."):
        assert CLAIMS.search(said), said
