"""What a table tells of a file reaches it, however the system writes the file's name."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from biocoach.review.study.source import Folder


@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
@pytest.mark.parametrize("in_table", ["NFC", "NFD"])
def test_a_letter_with_dots_is_one_letter(on_disk: str, in_table: str, tmp_path: Path) -> None:
    name = "M\u00fcller/morgens f\u00fcnf.txt"
    file = tmp_path / normalize(on_disk, name)  # type: ignore[arg-type]
    file.parent.mkdir()
    file.write_text("800\n", encoding="utf-8")
    told = normalize(in_table, f"path,person\n{name},p7\n")  # type: ignore[arg-type]
    (tmp_path / "about.csv").write_text(told, encoding="utf-8")
    (item,) = Folder(tmp_path).items()
    assert item.told.person == "p7"
