"""How the inside of one file is laid out: the names of its columns, and how a name in the configuration finds them.

Put here: headers, sampled keys, paths, and the error for a column that is not there. Keep out: reading the rows.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.documents import sampled_keys
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.files.streams import open_text

_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 20
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]")


@dataclass(frozen=True)
class Layout:
    """What is known of a file's columns before it is read."""

    names: tuple[str, ...]  # columns in order; for JSON every path seen, `owner.id`, `media[].type`
    every_row: bool  # True: each row has all of them (tables); False: keys that sampled rows had
    roots: frozenset[str] = frozenset()  # JSON: the top-level keys among them
    nested: frozenset[str] = frozenset()  # Parquet: columns that hold lists or records
    is_array: bool = False  # JSON: the document is an array of the records
    delimiter: str = ","
    encoding: str = "utf-8"
    head_lines: int = 0  # physical lines before the first row
    plain_head: bool = True  # no quotes in those, and all end alike: any reader counts them alike


@dataclass(frozen=True)
class Access:
    """Where a value lies: a top-level column, and steps into it (keys, indexes from 0, '*' for all)."""

    root: str
    steps: tuple[str | int, ...] = ()


def layout_of(spec: FileSourceSpec, file: SourceFile) -> Layout:
    """Look at a file's head. Raises FixConfigurationError (not what its name says, no such sheet, unknown encoding)."""
    if file.kind == "csv":
        return _delimited(spec, file)
    if file.kind == "parquet":
        try:
            schema = pl.scan_parquet(file.path).collect_schema()
        except pl.exceptions.ComputeError as error:
            raise _unreadable(spec, file, error) from error
        return Layout(tuple(schema), every_row=True, nested=frozenset(n for n, t in schema.items() if t.is_nested()))
    if file.kind == "xlsx":
        rows = sheet_rows(spec, file)
        spec = _at_its_header(spec, file, rows)
        return Layout(_names(spec, iter(rows)), every_row=True, head_lines=_head_rows(spec))
    return _json(spec, file)


def access(layout: Layout, name: str) -> Access | None:
    """The place a configured name means, or None when the layout does not have it. A column with dots wins over a path."""
    wanted = cleaned(name)
    if layout.every_row and wanted in layout.names:
        return Access(wanted)
    if name in layout.roots:
        return Access(name)
    steps = [match[1] or (match[2] if match[2] == "*" else int(match[2])) for match in _STEP.finditer(name.removeprefix("$."))]
    root = str(steps[0]) if steps else name
    if layout.every_row:
        alike = [column for column in layout.names if column.casefold() == wanted.casefold()]
        if len(alike) == 1:
            return Access(alike[0])
        return Access(root, tuple(steps[1:])) if root in layout.names and len(steps) > 1 else None
    return Access(root, tuple(steps[1:]))


def seen(layout: Layout, name: str) -> bool:
    """Whether any row looked at had this name."""
    found = access(layout, name)
    if found is None or layout.every_row:
        return found is not None
    path = found.root + "".join("[]" if isinstance(step, int) or step == "*" else f".{step}" for step in found.steps)
    return path in layout.names


def missing_column(spec: FileSourceSpec, file: SourceFile, layout: Layout, name: str) -> FixConfigurationError:
    """The error for a name the file does not have, with the nearest it has."""
    return FixConfigurationError(
        f"{file.name} has no column {name!r}",
        where=f"source {spec.name}",
        fix=f"{nearest(layout, name)}columns there: {', '.join(map(repr, layout.names[:40]))}",
    )


def nearest(layout: Layout, name: str) -> str:
    """'did you mean …? ' or ''."""
    folded = {column.casefold(): column for column in layout.names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"did you mean {folded[close[0]]!r}? " if close else ""


def cleaned(name: str) -> str:
    """A header as it is spoken of: no line breaks, no surrounding blanks, no byte order mark."""
    return " ".join(name.replace("\ufeff", "").split())


def sheet_rows(spec: FileSourceSpec, file: SourceFile) -> list[tuple[str | None, ...]]:
    """All rows of the sheet as text. Raises FixConfigurationError when there is no such sheet."""
    import fastexcel

    try:
        book = fastexcel.read_excel(file.path)
    except fastexcel.FastExcelError as error:
        raise _unreadable(spec, file, error) from error
    sheet = spec.sheet or book.sheet_names[0]
    if sheet not in book.sheet_names:
        raise FixConfigurationError(
            f"{file.name} has no sheet {sheet!r}",
            where=f"source {spec.name}",
            fix=f"sheets there: {', '.join(map(repr, book.sheet_names))}",
        )
    return book.load_sheet(sheet, header_row=None, dtypes="string").to_polars().rows()


def _unreadable(spec: FileSourceSpec, file: SourceFile, error: Exception) -> FixConfigurationError:
    return FixConfigurationError(
        f"{file.name} cannot be read as {file.kind}: {str(error).splitlines()[0]}",
        where=f"source {spec.name}",
        fix="have the file delivered again",
    )


def csv_reader(lines: Iterable[str], layout: Layout, quote: str | None) -> Iterator[list[str]]:
    """A strict reader: what it cannot read raises csv.Error."""
    delimiter = layout.delimiter
    if len(delimiter) > 1:
        lines, delimiter = (line.replace(layout.delimiter, "\x1f") for line in lines), "\x1f"
    if quote is None:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None, strict=True)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)


def _encoding(spec: FileSourceSpec, file: SourceFile) -> str:
    with open_text(file.path, file.compression, "latin-1", newline="\n")[0] as text:
        head = text.read(3)
    if head[:2] in ("\xff\xfe", "\xfe\xff"):
        return "utf-16"
    encoding = spec.csv.encoding.lower().replace("_", "-")
    return "utf-8-sig" if encoding in ("utf-8", "utf8") and head == "\xef\xbb\xbf" else encoding


def _delimited(spec: FileSourceSpec, file: SourceFile) -> Layout:
    encoding = _encoding(spec, file)
    with open_text(file.path, file.compression, encoding, newline="")[0] as text:
        head = list(islice(text, _head_rows(spec) + 50))
    spec = _at_its_header(spec, file, _cut(head))
    first = next(iter(head[spec.csv.skip_rows :]), "")
    delimiter = spec.csv.delimiter or _likely_delimiter(file, first)
    layout = Layout((), every_row=True, delimiter=delimiter, encoding=encoding)
    reader = csv_reader(iter(head[spec.csv.skip_rows :]), layout, spec.csv.quote)
    try:
        rows = list(islice(reader, 0 if spec.csv.header else spec.csv.header_row))
    except csv.Error as error:
        raise FixConfigurationError(
            f"the header of {file.name} cannot be read: {error}",
            where=f"source {spec.name}",
            fix="correct `csv:` (delimiter, quote, skip_rows), or give `header: [names]`",
        ) from error
    skipped: list[Sequence[str | None]] = [()] * spec.csv.skip_rows
    names = _names(spec, iter([*skipped, *rows]))
    lines = spec.csv.skip_rows + (0 if spec.csv.header else reader.line_num)  # type: ignore[attr-defined]
    plain = _is_plain(head[:lines], spec.csv.quote)
    return Layout(names, True, delimiter=delimiter, encoding=encoding, head_lines=lines, plain_head=plain)


def _is_plain(head: Sequence[str], quote: str | None) -> bool:
    # Told to skip lines that end differently, DuckDB skips to the end of the file without a word.
    ends = {line[len(line.rstrip("\r\n")) :] for line in head}
    return len(ends) <= 1 and not any(quote in line for line in head if quote)


def first_rows(spec: FileSourceSpec, file: SourceFile) -> list[Sequence[str | None]]:
    """The cells of a table's first rows, whatever stands between them; of other files none.

    Raises FixConfigurationError when the file is not what its name says.
    """
    if file.kind == "xlsx":
        return list(sheet_rows(spec, file)[:_HEADER_WITHIN])
    if file.kind != "csv":
        return []
    with open_text(file.path, file.compression, _encoding(spec, file), newline="")[0] as text:
        return _cut(islice(text, _HEADER_WITHIN))


def _cut(lines: Iterable[str]) -> list[Sequence[str | None]]:
    return [[cell.strip('"') for cell in re.split(rf"[{_DELIMITERS}]", line.strip())] for line in lines]


def holds_names(row: Sequence[str | None], names: Iterable[str]) -> bool:
    """Whether a row has all of these names, whatever their case."""
    return {name.casefold() for name in names} <= {cleaned(cell or "").casefold() for cell in row}


def _at_its_header(spec: FileSourceSpec, file: SourceFile, rows: Iterable[Sequence[str | None]]) -> FileSourceSpec:
    """The row of names, where it is told by some of its names: exports put a varying number of rows before it."""
    if not spec.csv.header_with:
        return spec
    for number, row in enumerate(islice(rows, _HEADER_WITHIN)):
        if holds_names(row, spec.csv.header_with):
            return replace(spec, csv=replace(spec.csv, skip_rows=number, header_row=1))
    raise FixConfigurationError(
        f"none of the first {_HEADER_WITHIN} rows of {file.name} has all of {', '.join(spec.csv.header_with)}",
        where=f"source {spec.name}",
        fix="check that the file is such an export; csv: {header_with: [names of its header]} says what to look for",
    )


def _likely_delimiter(file: SourceFile, line: str) -> str:
    if ".tsv" in file.name.lower():
        return "\t"
    return max(_DELIMITERS, key=lambda delimiter: (line.count(delimiter), -_DELIMITERS.index(delimiter)))


def _head_rows(spec: FileSourceSpec) -> int:
    return spec.csv.skip_rows + (0 if spec.csv.header else spec.csv.header_row)


def _names(spec: FileSourceSpec, rows: Iterator[Sequence[str | None]]) -> tuple[str, ...]:
    head = list(islice(rows, _head_rows(spec)))
    given: Sequence[str | None] = spec.csv.header or (head[-1] if len(head) == _head_rows(spec) else ())
    names: list[str] = []
    for position, cell in enumerate(given, 1):
        plain = name = cleaned(cell or "") or f"column{position}"
        repeated = 0
        while name in names:
            repeated += 1
            name = f"{plain}_{repeated}"
        names.append(name)
    return tuple(names)


def _json(spec: FileSourceSpec, file: SourceFile) -> Layout:
    encoding = _encoding(spec, file)
    keys = sampled_keys(file, encoding, spec.records)
    return Layout(tuple(keys.paths), every_row=False, roots=frozenset(keys.roots), is_array=keys.is_array, encoding=encoding)
