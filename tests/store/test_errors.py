"""What a system's error means, in words that a person can act on."""

from __future__ import annotations

import errno

import pytest

from biocoach.store.errors import StoreError, Trouble, told_plainly


@pytest.mark.parametrize(
    ("winerror", "trouble"),
    [(None, Trouble.READ_ONLY), (5, Trouble.READ_ONLY), (32, Trouble.LOCKED)],
)
def test_a_file_that_another_program_has_open_is_not_a_matter_of_permissions(
    winerror: int | None, trouble: Trouble
) -> None:
    error = PermissionError(errno.EACCES, "as Windows says for both")
    if winerror is not None:
        setattr(error, "winerror", winerror)  # noqa: B010  only there on Windows
    with pytest.raises(StoreError) as told, told_plainly():
        raise error
    assert told.value.code is trouble
