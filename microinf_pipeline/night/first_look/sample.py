"""The first rows of a file nobody has described yet: how it is cut, what its columns are called, what they hold.

Put here: guesses about the form of a file. Keep out: what its columns mean (`guess`), reading files for a night.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import SourceFile, inspect
from microinf_pipeline.sources.files.documents import records_of
from microinf_pipeline.sources.files.layout import Layout, cleaned, csv_reader, sheet_rows
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.files.streams import open_text

SAMPLED_ROWS: Final = 2_000
_HEAD_LINES: Final = 200
_DELIMITERS: Final = (",", ";", "\t", "|")
_DATA_NOT_NAME: Final = re.compile(r"^https?://|^-?\d[\d.,:\s-]*$|\S{60}|^(true|false)$", re.IGNORECASE)

_MISSING: Final = ("", "NA", "N/A", "NAN", "NULL", "NONE", "-")

Row = dict[str, str | None]


@dataclass(frozen=True)
class Form:
    """How delimited text is cut."""

    delimiter: str = ","
    quote: str | None = '"'
    encoding: str = "utf-8"
    skip_rows: int = 0
    header: tuple[str, ...] = ()  # invented names, when the file has none


@dataclass(frozen=True)
class Sample:
    """Some rows, every value as text; `unreadable` are (row number, reason, row as received)."""

    file: SourceFile
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    form: Form | None = None  # delimited text only
    unreadable: tuple[tuple[int, str, str], ...] = ()

    def values(self, name: str) -> list[str]:
        """The values of a column that are there; words for a missing one are none."""
        there = (value for row in self.rows if (value := row.get(name)) is not None)
        return [value for value in there if value.strip().upper() not in _MISSING]


def sample_of(path: Path) -> Sample:
    """Look into a file. Raises FixConfigurationError when there is none, or nothing in it that can be read."""
    if not path.is_file():
        raise FixConfigurationError("there is no such file", where=str(path), fix="name an export: csv, json, parquet, xlsx")
    file = inspect(path, path.name)
    if file.kind == "csv":
        sample = _delimited(file)
    elif file.kind == "xlsx":
        sample = _sheet(file)
    else:
        sample = _records(file)
    if not sample.rows:
        raise FixConfigurationError("no row of the file can be read", where=str(path), fix="open it: is it what its name says?")
    return sample


def all_values(sample: Sample, name: str) -> Iterator[str]:
    """The values of one column over the whole file."""
    if sample.file.kind == "csv" and sample.form is not None:
        position = sample.names.index(name)
        for cells in _cells(sample.file, sample.form):
            if len(cells) > position and cells[position].strip():
                yield cells[position]
    elif sample.file.kind == "xlsx":
        yield from sample.values(name)
    else:
        for record in _each_record(sample.file):
            value = _flat(record).get(name) if isinstance(record, dict) else None
            if value is not None and value.strip():
                yield value


def _delimited(file: SourceFile) -> Sample:
    form = _form(file)
    lines = _cells(file, form)
    names = form.header or _unique(next(lines, []))
    rows: list[Row] = []
    bad: list[tuple[int, str, str]] = []
    for number, cells in enumerate(islice(lines, SAMPLED_ROWS), 1):
        if any(cells[len(names) :]):
            bad.append((number, "too many fields", form.delimiter.join(cells)))
        elif len(cells) == 1 and len(names) > 1:
            bad.append((number, "too few fields", cells[0]))
        else:
            rows.append(dict(zip(names, cells, strict=False)))
    return Sample(file, tuple(names), tuple(rows), form, tuple(bad))


def _cells(file: SourceFile, form: Form) -> Iterator[list[str]]:
    """Every row of delimited text from its header on; a row that breaks the quoting ends the reading."""
    layout = Layout((), every_row=True, delimiter=form.delimiter, encoding=form.encoding)
    with open_text(file.path, file.compression, form.encoding, newline="")[0] as text:
        reader = csv_reader(islice(text, form.skip_rows, None), layout, form.quote)
        try:
            yield from (cells for cells in reader if cells)
        except csv.Error:
            return


def _form(file: SourceFile) -> Form:
    encoding = _encoding(file)
    with open_text(file.path, file.compression, encoding, newline="")[0] as text:
        head = list(islice(text, _HEAD_LINES))
    forms = [(d, q) for d in _DELIMITERS for q in ('"', None)]
    delimiter, quote = max(forms, key=lambda f: (_regularity(head, *f), -forms.index(f)))
    rows, _ = _parsed(head, delimiter, quote)
    width = Counter(len(r) for r in rows if r).most_common(1)[0][0] if any(rows) else 1
    first = next((i for i, cells in enumerate(rows) if len(cells) == width and any(c.strip() for c in cells)), 0)
    invented = () if _is_header(rows[first : first + 1]) else tuple(f"column{n}" for n in range(1, width + 1))
    return Form(delimiter, quote, encoding, first, invented)


def _encoding(file: SourceFile) -> str:
    with open_text(file.path, file.compression, "latin-1", newline="\n")[0] as text:
        head = text.read(100_000).encode("latin-1")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8", "cp1252"):
        try:
            head[: head.rfind(b"\n") + 1 or None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _parsed(head: Sequence[str], delimiter: str, quote: str | None) -> tuple[list[list[str]], bool]:
    """The rows of the first lines, and whether this way of cutting breaks on them."""
    reader = csv_reader(iter(head), Layout((), every_row=True, delimiter=delimiter), quote)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        ends_inside_a_row = len(head) == _HEAD_LINES and "unexpected end" in str(error)
        return rows, not ends_inside_a_row
    return rows, False


def _regularity(head: Sequence[str], delimiter: str, quote: str | None) -> tuple[float, int]:
    """Share of rows that have the most common width above 1, and that width."""
    rows, broken = _parsed(head, delimiter, quote)
    widths = Counter(len(r) for r in rows if len(r) > 1)
    if broken or not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return round(count / len(rows), 2), width


def _is_header(first: Sequence[Sequence[str]]) -> bool:
    return all(not _DATA_NOT_NAME.search(c.strip()) and len(c) < 80 for cells in first for c in cells)


def _unique(names: Sequence[str | None]) -> list[str]:
    """Names as the file reader will call them: blanks joined, empty ones numbered, repeated ones counted."""
    found: list[str] = []
    for position, cell in enumerate(names, 1):
        plain = name = cleaned(cell or "") or f"column{position}"
        repeated = 0
        while name in found:
            repeated += 1
            name = f"{plain}_{repeated}"
        found.append(name)
    return found


def _sheet(file: SourceFile) -> Sample:
    table = sheet_rows(FileSourceSpec("try", str(file.path)), file)
    names = _unique(table[0]) if table else []
    rows = tuple(dict(zip(names, cells, strict=False)) for cells in table[1:] if any(c is not None for c in cells))
    return Sample(file, tuple(names), rows)


def _records(file: SourceFile) -> Sample:
    rows: list[Row] = []
    bad: list[tuple[int, str, str]] = []
    for number, record in enumerate(islice(_each_record(file), SAMPLED_ROWS), 1):
        if isinstance(record, dict):
            rows.append(_flat(record))
        else:
            bad.append((number, "not JSON", str(record)))
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    return Sample(file, names, tuple(rows), None, tuple(bad))


def _each_record(file: SourceFile) -> Iterator[Any]:
    """Records of JSON or Parquet; a line that is no JSON as its text."""
    if file.kind == "parquet":
        for batch in pl.scan_parquet(file.path).collect_batches(chunk_size=10_000):
            yield from batch.iter_rows(named=True)
        return
    with open_text(file.path, file.compression, "utf-8-sig", newline="\n")[0] as text:
        lines: Iterator[Any] = (line for line in text if line.strip()) if file.kind == "ndjson" else _document(text.read())
        for line in lines:
            try:
                yield msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeEncodeError):
                yield str(line)


def _document(text: str) -> Iterator[Any]:
    try:
        yield from records_of(text, None)
    except (msgspec.DecodeError, UnicodeEncodeError):
        yield text[:4_000]


def _flat(record: dict[str, Any], prefix: str = "") -> Row:
    """Nested values by their path (`owner.id`), lists of plain values joined by commas."""
    flat: Row = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            flat[prefix + key] = ",".join(str(v) for v in value if not isinstance(v, dict | list)) or None
        else:
            flat[prefix + key] = None if value is None else str(value)
    return flat
