"""What a browser fetches for the first page: by hand, and of the page as it is built."""

from __future__ import annotations

from pathlib import Path

from biocoach.cli.first_page import page_bytes
from dashboard.app import STATIC


def test_what_is_named_is_counted_once_and_the_clinic_s_page_is_not(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    files = {
        "index.html": '<script src="./assets/a-1.js"></script>',
        "assets/a-1.js": 'import"./b-2.js";"assets/b-2.js"',
        "assets/b-2.js": "url(./f-3.woff2)",
        "assets/f-3.woff2": "letters",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "assets/clinic-4.js").write_text("not asked for")
    assert page_bytes(tmp_path) == sum(map(len, files.values()))


def test_the_page_as_it_is_built() -> None:
    """Script, words, styles and letters: a page that lost one of them would look light."""
    whole = sum(path.stat().st_size for path in STATIC.rglob("*.*") if path.name != ".stamp")
    clinic = sum(path.stat().st_size for path in STATIC.rglob("clinic*"))
    assert page_bytes(STATIC) == whole - clinic
