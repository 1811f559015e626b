"""Parquet tables that come out the same, byte for byte, whoever did the work: rows, columns and row
groups in a fixed order, and nothing in them that tells when or where they were made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from biocoach.review.study.columns import Column, Row
from biocoach.store.folder import make_private_file

GROUP_ROWS = 65_536
KINDS = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes": pa.bool_()}


class Table:
    """A table that is being written. It has its name only once it is whole."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self._path, self._fresh = path, path.with_name(f"{path.name}.new")
        fields = [pa.field(c.name, KINDS[c.kind], nullable=not c.must) for c in columns]
        self._schema = pa.schema(fields)
        self._rows: list[Row] = []
        self._fresh.unlink(missing_ok=True)
        make_private_file(self._fresh)
        self._writer = pq.ParquetWriter(self._fresh, self._schema, compression="zstd")

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) == GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_pylist(self._rows, schema=self._schema)
            self._writer.write_table(table, row_group_size=GROUP_ROWS)
            self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()
        if kind is None:
            self._fresh.replace(self._path)
        else:
            self._fresh.unlink(missing_ok=True)


def rows_in(path: Path, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of a table, some of their columns, a piece of it at a time."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=GROUP_ROWS, columns=list(names)):
            yield from batch.to_pylist()
