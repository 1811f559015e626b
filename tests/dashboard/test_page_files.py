"""Every file of the page is sent as what it is, whatever the system takes it for."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard.app import STATIC
from dashboard.page_files import TYPES, PageFiles


@pytest.mark.parametrize("suffix", sorted(TYPES))
def test_a_changed_registry_changes_nothing(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = dict.fromkeys(mimetypes.types_map, "text/plain") | {suffix: "text/plain"}
    mimetypes.init()
    monkeypatch.setattr(mimetypes._db, "types_map", (wrong, wrong))  # type: ignore[attr-defined]
    (tmp_path / f"a{suffix}").write_bytes(b"x")
    assert mimetypes.guess_type(f"a{suffix}")[0] == "text/plain"
    page = TestClient(PageFiles(directory=tmp_path))
    sent = page.get(f"/a{suffix}")
    assert sent.headers["content-type"] == TYPES[suffix]
    again = page.get(f"/a{suffix}", headers={"if-none-match": sent.headers["etag"]})
    assert (again.status_code, "content-type" in again.headers) == (304, False)


def test_every_file_of_the_built_page_has_a_type() -> None:
    built = [path for path in STATIC.rglob("*") if path.is_file() and path.name != ".stamp"]
    assert {path.suffix for path in built} <= set(TYPES)
