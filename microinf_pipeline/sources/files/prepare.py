"""The careful way into a file: every row as text in Parquet, bad ones marked, for files no engine reads safely.

Used for odd encodings, spreadsheets, documents of JSON, cut or damaged files, and whenever the engine's own reader
refuses a file. One record of the file gives one row, in order, so a row's place is the same on both ways.

Put here: streaming a file into parts. Keep out: what the values mean, which the same SQL says for both ways.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.documents import records_of
from microinf_pipeline.sources.files.layout import Layout, csv_reader, sheet_rows
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.files.streams import Stream, is_text, open_text, readable

#: A part's columns, after c0, c1 … of a table's row: `line` is a JSON record, or a bad row as received; `reject` says why
#: it is bad.
PART_SCHEMA = {"line": pl.String(), "reject": pl.String()}

_PART_ROWS, _PART_CHARACTERS = 50_000, 64_000_000
_RAW_CHARACTERS = 4_000
_LARGEST_FIELD = 64_000_000
_LONGEST_RECORD = 10_000  # physical lines of one quoted record; beyond, a quote was opened by mistake


class Row(NamedTuple):
    """One record of a file as it lies there."""

    fields: list[str | None] | None = None
    line: str | None = None
    reject: str | None = None


def write_parts(spec: FileSourceSpec, file: SourceFile, layout: Layout, used: int, target: Path) -> int:
    """Write the file's rows into `target`/part-*.parquet and return how many there are.

    `used` is how many leading fields of a table's row the configuration needs: a shorter row is a reject.
    """
    target.mkdir(parents=True, exist_ok=True)
    rows = _rows(spec, file, layout, used)
    count = part = 0
    width = len(layout.names) if layout.every_row else 0
    while True:
        batch = list(_batch(rows))
        if batch or part == 0:
            _frame(batch, width).write_parquet(target / f"part-{part:06d}.parquet", compression="lz4")
        if not batch:
            return count
        count += len(batch)
        part += 1


def _frame(batch: list[Row], width: int) -> pl.DataFrame:
    nothing: list[str | None] = [None] * width
    cells = list(zip(*(row.fields or nothing for row in batch), strict=True)) or [()] * width
    columns: dict[str, Sequence[str | None]] = {f"c{position}": column for position, column in enumerate(cells)}
    columns |= {"line": [row.line for row in batch], "reject": [row.reject for row in batch]}
    return pl.DataFrame(columns, schema={name: pl.String() for name in columns} | PART_SCHEMA)


def _batch(rows: Iterator[Row]) -> Iterator[Row]:
    characters = 0
    for row in islice(rows, _PART_ROWS):
        yield row
        characters += len(row.line or "") + (sum(map(len, filter(None, row.fields))) if row.fields else 0)
        if characters > _PART_CHARACTERS:
            return


def _rows(spec: FileSourceSpec, file: SourceFile, layout: Layout, used: int) -> Iterator[Row]:
    if file.kind == "xlsx":
        for cells in sheet_rows(spec, file)[layout.head_lines :]:
            if any(cell is not None for cell in cells):
                yield _fitted(list(cells), layout, used, "")
        return
    text, stream = open_text(file.path, file.compression, layout.encoding, newline="" if file.kind == "csv" else "\n")
    with text:
        if file.kind == "csv":
            yield from _table_rows(_Lines(text, layout.head_lines), stream, spec, layout, used)
        elif file.kind == "ndjson":
            yield from _lines_of_json(text, stream, layout.encoding)
        else:
            yield from _document(text.read(), stream, spec)


def _lines_of_json(lines: Iterable[str], stream: Stream, encoding: str) -> Iterator[Row]:
    last: str | None = None
    for line in lines:
        if last is not None:
            yield _json_row(last, encoding)
        last = line.strip(" \t\r\n\ufeff") or None
        complete = line.endswith("\n")
    if last is not None and (complete or stream.damage is None):
        yield _json_row(last, encoding)
        last = None
    if stream.damage is not None:
        yield Row(line=readable((last or "")[:_RAW_CHARACTERS]), reject=stream.damage)


def _json_row(line: str, encoding: str) -> Row:
    if is_text(line):
        return Row(line=line)
    return Row(line=readable(line[:_RAW_CHARACTERS]), reject=f"not {_spoken(encoding)}")


def _document(document: str, stream: Stream, spec: FileSourceSpec) -> Iterator[Row]:
    if not document.strip(" \t\r\n\ufeff") and stream.damage is None:
        return
    try:
        for record in records_of(document.lstrip("\ufeff"), spec.records):
            yield Row(line=bytes(record).decode())
    except (msgspec.DecodeError, UnicodeEncodeError):
        yield Row(line=readable(document[:_RAW_CHARACTERS]), reject=stream.damage or "not JSON")
    except KeyError:
        yield Row(line=readable(document[:_RAW_CHARACTERS]), reject="no such records path")


class _Lines:
    """Physical lines with a memory of the record being read, so that a broken record costs one line and not a file."""

    def __init__(self, lines: Iterable[str], skip: int) -> None:
        self._source = islice(lines, skip, None)
        self._returned: list[str] = []
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.record) >= _LONGEST_RECORD:
            raise csv.Error("record too long")
        line = self._returned.pop() if self._returned else next(self._source)
        self.record.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extend(reversed(lines))


def _table_rows(lines: _Lines, stream: Stream, spec: FileSourceSpec, layout: Layout, used: int) -> Iterator[Row]:
    csv.field_size_limit(_LARGEST_FIELD)
    reader = csv_reader(lines, layout, spec.csv.quote)
    last: Row | None = None
    while True:
        lines.record.clear()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            first, *rest = lines.record
            lines.give_back(rest)
            reader = csv_reader(lines, layout, spec.csv.quote)
            row = Row(line=readable(first[:_RAW_CHARACTERS].rstrip("\r\n")), reject="not CSV")
        else:
            if not cells and len(layout.names) > 1:
                continue
            row = _fitted(list(cells), layout, used, "".join(lines.record))
        if last is not None:
            yield last
        last, complete = row, lines.record[-1].endswith(("\n", "\r"))
    if last is not None and (complete or stream.damage is None):
        yield last
        last = None
    if stream.damage is not None:
        shown = None if last is None else last.line or " | ".join(cell or "" for cell in last.fields or ())
        yield Row(line=shown, reject=stream.damage)


def _fitted(cells: list[str | None], layout: Layout, used: int, raw: str) -> Row:
    """A row with as many fields as the table has columns; missing ones are fine where the configuration needs none."""
    width = len(layout.names)
    while len(cells) > width and not cells[-1]:
        cells.pop()
    shown = readable((raw or " | ".join(cell or "" for cell in cells))[:_RAW_CHARACTERS].rstrip("\r\n"))
    if not is_text(raw):
        return Row(line=shown, reject=f"not {_spoken(layout.encoding)}")
    if len(cells) > width:
        return Row(line=shown, reject="too many fields")
    if len(cells) < used:
        return Row(line=shown, reject="too few fields")
    return Row(fields=cells + [None] * (width - len(cells)))


def _spoken(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding
