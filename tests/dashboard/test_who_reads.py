"""Of every text that a person can write it is told who reads it at their clinic: here field by
field, in docs/beyond.md in a table, and beside each field of the page."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest
from pydantic import BaseModel

import dashboard
from biocoach.syncing.items import ITEMS, STUDY, item_of
from dashboard.clinic_forms import ClinicAgreeForm
from tests.data import ROOT

Json = dict[str, Any]
# By the first words of its row in the docs: the line of the journal that holds it (session, kind
# and value), or None: it is in no line, or in one that never goes.
ROWS: dict[str, tuple[str, str, Any] | None] = {
    "the plan of a practice": ("s", "plan", {}),
    "a note in a practice": ("s", "mark", {}),
    "the debrief": ("s", "debrief", {}),
    "your words on the day after": ("", "fact:check_in", {}),
    "ladders and their steps": ("", "fact:ladders", {}),
    "a note beside a total": ("", "fact:total:1", {}),
    "moments and urges": ("", "fact:sheet:1", {"state": "kept", "makes": "moment"}),
    "worksheets that you kept": ("", "fact:sheet:1", {"state": "kept", "makes": None}),
    "notes pinned to a session": ("", "fact:beside:s:note:1", {}),
    "your phrases, your kit": ("", "fact:own", {}),
    "what you write in practices": ("", "fact:practices", {}),
    "worksheets that you are still writing": ("", "fact:sheet:1", {"state": "open"}),
    "names and phone numbers": ("", "fact:contacts", {}),
    "what you would like to talk about": None,
    "files for a therapist": ("", "fact:shared", {}),
    "passphrases and recovery words": None,
    "the code of your invitation": None,
}
# Where each text of a form stands in that table.
WRITTEN = {
    "the plan of a practice": (
        "StepForm.title", "StepForm.who", "StepForm.where", "PlanForm.feared", "PlanForm.context",
        "PlanForm.contact", "PlanForm.medicine",
    ),
    "a note in a practice": ("MarkForm.text", "AfterwardsForm.text"),
    "the debrief": ("DebriefForm.happened", "DebriefForm.body_words", "DebriefForm.learnt"),
    "your words on the day after": ("CheckInForm.words",),
    "ladders and their steps": (
        "LadderStepForm.title", "LadderStepForm.who", "LadderStepForm.where",
        "LadderStepForm.contexts", "LadderStepForm.contact", "LadderForm.title",
        "NewLadderForm.title", "OverruleForm.by", "OverruleForm.reason", "ArcForm.by",
    ),
    "a note beside a total": ("TotalForm.note", "TotalAgainForm.note"),
    "moments and urges": ("BeginForm.answers", "WriteForm.answers"),
    "worksheets that you kept": ("BeginForm.answers", "WriteForm.answers"),
    "notes pinned to a session": ("NoteForm.text", "NoteAgainForm.text"),
    "your phrases, your kit": (
        "OwnForm.phrases", "ThingForm.text", "ImageryForm.text", "ImageryForm.by",
    ),
    "what you write in practices": ("WordsForm.words", "ChoiceForm.enabled_by"),
    "worksheets that you are still writing": ("BeginForm.answers", "WriteForm.answers"),
    "names and phone numbers": ("ContactForm.name", "ContactForm.phone", "PhonePairForm.name"),
    "what you would like to talk about": ("NoteDraftForm.talk", "ReportForm.talk"),
    "files for a therapist": (
        "AddressForm.address", "NewPersonForm.address", "NewPersonForm.name", "ShareForm.to",
        "ShareForm.sender", "ShareForm.names",
    ),
    "passphrases and recovery words": (
        "UnlockForm.passphrase", "PhoneOnForm.passphrase", "PhonePairForm.passphrase",
        "WordsForm.passphrase", "NewPersonForm.passphrase", "NewPassphraseForm.old",
        "NewPassphraseForm.new", "EraseAllForm.passphrase", "KeepWordsForm.words",
    ),
    "the code of your invitation": ("ClinicJoinForm.code",),
}  # fmt: skip
# Names that the program made and the page sends back; and what a therapist writes.
NAMES = {
    "StepForm.id", "StepForm.ladder", "PracticeForm.practice", "EndForm.reason",
    "CheckInForm.session", "ChooseForm.source", "PhoneOnForm.address", "WordsForm.rev",
    "ForgetForm.at_utc", "OpenForm.id", "DraftForm.practise", "DraftForm.changes",
    "ProgressForm.ladder", "ProgressForm.step", "ExportForm.session", "ShareForm.sessions",
    "ShareForm.sheets", "AnswerForm.item", "BeginForm.form", "BeginForm.link", "TotalForm.scale",
    "TotalForm.day", "TotalAgainForm.scale", "TotalAgainForm.day",
}  # fmt: skip


def texts_of_the_forms() -> set[str]:
    """Each field in which any letters may stand, of whatever the person's page can send."""
    found = set()
    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if module.name.startswith("dashboard.clinic.") or module.name == "dashboard.refusals":
            continue  # what people of a clinic write there, and what the server answers
        for name, form in vars(importlib.import_module(module.name)).items():
            if isinstance(form, type) and issubclass(form, BaseModel) and form is not BaseModel:
                fields = form.model_json_schema().get("properties", {})
                found |= {f"{name}.{field}" for field, told in fields.items() if _free(told)}
    return found


def _free(told: Json) -> bool:
    """Nothing holds it to a few words, a day or an id; or nothing holds it at all."""
    if told.get("type") == "object":
        return told.get("additionalProperties") is True or _free(told["additionalProperties"])
    if told.get("type") == "string":
        return not {"enum", "const", "format"} & told.keys() and told.get("pattern", "")[:1] != "^"
    inner = [*told.get("anyOf", []), *told.get("oneOf", []), told.get("items", {})]
    return any(_free(one) for one in inner if one)


def test_all_items_may_be_agreed_to_at_once() -> None:
    assert ClinicAgreeForm.model_validate({"items": list(ITEMS)}).items == list(ITEMS)


def rows_of_the_docs() -> list[list[str]]:
    page = (ROOT / "docs" / "beyond.md").read_text(encoding="utf-8")
    table = page.partition("| what you write |")[2].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def test_every_text_has_a_row_that_tells_who_reads_it() -> None:
    told = {field for fields in WRITTEN.values() for field in fields}
    assert texts_of_the_forms() == told | NAMES, "say in docs/beyond.md who reads it, and here"
    assert WRITTEN.keys() == ROWS.keys()


def test_the_docs_say_the_item_of_each() -> None:
    rows = rows_of_the_docs()
    assert len(rows) == len(ROWS)
    for begins, line in ROWS.items():
        (found,) = [row for row in rows if row[0].startswith(begins)]
        _, said, who = found
        item = None if line is None else item_of(*line)
        assert said == (item or "none"), begins
        assert item is None or who.endswith("while you agree"), begins
    assert {row[1] for row in rows} - {"none"} == {*ITEMS} - {STUDY}


WEB = ROOT / "dashboard" / "web" / "src"
# Their texts are asked for and not kept, or it is told where the field is used.
TOLD_ELSEWHERE = {"Thing", "MakeReply", "Field", "Moment", "Join", "TextField", "Write"}
FIELD = re.compile(r"<textarea|type=\"text\"")


@pytest.mark.parametrize(
    "path",
    [one for one in sorted(WEB.rglob("*.svelte")) if FIELD.search(one.read_text("utf-8"))],
    ids=lambda path: path.stem,
)
def test_beside_each_field_of_the_page_it_is_told(path: Any) -> None:
    assert "<Privacy " in path.read_text("utf-8") or path.stem in TOLD_ELSEWHERE
