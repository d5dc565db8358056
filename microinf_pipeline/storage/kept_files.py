"""Input files as a home keeps them, without an account: its rows are emptied, mentions in rows of others are taken out.

A file keeps its name, its form and its number of rows. The name is the hash of what was received: from then on it says what
file it was, not what it holds. Put here: each form of file. Keep out: which files there are (`storage.erasing`).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import zstandard

from microinf_pipeline.errors import BrokenStateError
from microinf_pipeline.storage.state import replace_file
from microinf_pipeline.storage.traces import Traces, cleaned, emptied_text

_DELIMITERS = ",;\t|"
_HEAD = 20
#: Columns that say who somebody is: namesakes and a person's other accounts say the same, and it goes all the same.
_PERSONAL = re.compile(
    r"(?<!network)(?<!network_)(?<!platform)(?<!platform_)name|nick|bio|mail|phone|text|caption|title", re.IGNORECASE
)


def without_account(path: Path, traces: Traces, own: frozenset[str]) -> bool:
    """Rewrite a kept file that names the account. `own`: names of the columns that say whose a row is; empty: any may.
    Returns whether it did. Raises BrokenStateError where the name is left in it."""
    packed = path.suffix if path.suffix in (".gz", ".zst") else ""
    form = Path(path.name.removesuffix(packed)).suffix.lower()
    content = _unpacked(path.read_bytes(), packed)
    if form == ".parquet":
        return _parquet(path, traces, own)
    if form == ".xlsx":
        return _workbook(path, traces, own)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = content.decode(encoding, errors="surrogateescape")
    if not any(traces.which_may_name([text])):
        return False
    keys = frozenset(name.rpartition(".")[2].lower() for name in own)
    clean = _documents(text, traces, keys) if form in (".json", ".ndjson", ".jsonl") else _delimited(text, traces, own)
    if clean == text:
        return False
    if _is_named(clean, traces):
        raise BrokenStateError(
            "an erased name is left in a raw file", where=str(path), fix="delete the file's night and say so"
        )
    replace_file(path, _packed(clean.encode(encoding, errors="surrogateescape"), packed))
    return True


def _unpacked(content: bytes, packed: str) -> bytes:
    if packed == ".gz":
        return gzip.decompress(content)
    return zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True).read() if packed else content


def _packed(content: bytes, packed: str) -> bytes:
    if packed == ".gz":
        return gzip.compress(content, mtime=0)
    return zstandard.compress(content, 3) if packed else content


def _documents(text: str, traces: Traces, keys: frozenset[str]) -> str:
    """A JSON document, or one a line; a line that is none only loses the mentions."""
    try:
        return json.dumps(cleaned(json.loads(text), traces, keys), ensure_ascii=False)
    except ValueError:
        lines = text.splitlines(keepends=True)
        return "".join(
            _line(line, traces, keys) if maybe else line
            for line, maybe in zip(lines, traces.which_may_name(lines), strict=True)
        )


def _is_named(text: str, traces: Traces) -> bool:
    lines = text.splitlines()
    return any(traces.found_in(line) for line, maybe in zip(lines, traces.which_may_name(lines), strict=True) if maybe)


def _line(line: str, traces: Traces, keys: frozenset[str]) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return traces.without(line)
    clean = cleaned(found, traces, keys)
    return line if clean == found else json.dumps(clean, ensure_ascii=False) + "\n"


def _delimited(text: str, traces: Traces, own: frozenset[str]) -> str:
    head = text.splitlines()[:_HEAD]
    delimiter = max(_DELIMITERS, key=lambda one: sum(line.count(one) for line in head))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    names = next((row for row in rows if not own or own & {cell.strip() for cell in row}), rows[0])
    clean = _emptied_rows(rows, names, traces, own)
    end = "\r\n" if "\r\n" in text[:10_000] else "\n"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(clean)
    return out.getvalue()


def _emptied_rows(rows: Sequence[list[str]], names: Sequence[str], traces: Traces, own: frozenset[str]) -> list[list[str]]:
    """Rows of the account keep names as markers, times, numbers, and single words that other rows say as well (a network)."""
    watched = [n for n, name in enumerate(names) if not own or name.strip() in own]
    told = traces.which_may_name(["\n".join(row) for row in rows])
    theirs = [
        maybe and any(n < len(row) and _is_name(row[n], traces) for n in watched) for maybe, row in zip(told, rows, strict=True)
    ]
    shared: dict[int, set[str]] = {n: set() for n in range(len(names))}
    for row, gone in zip(rows, theirs, strict=True):
        if not gone:
            for n, cell in enumerate(row[: len(names)]):
                shared[n].add(cell)
    return [
        _emptied_row(row, names, shared, traces) if gone else [traces.without(cell) for cell in row] if maybe else row
        for row, gone, maybe in zip(rows, theirs, told, strict=True)
    ]


def _is_name(cell: str, traces: Traces) -> bool:
    return traces.are(cell) or ("/" in cell and traces.found_in(cell))


def _emptied_row(row: Sequence[str], names: Sequence[str], shared: dict[int, set[str]], traces: Traces) -> list[str]:
    return [
        cell if n < len(names) and cell in shared[n] and _is_a_kind(names[n], cell, traces)
        else emptied_text(names[n] if n < len(names) else "", cell, traces)
        for n, cell in enumerate(row)
    ]  # fmt: skip


def _is_a_kind(column: str, cell: str, traces: Traces) -> bool:
    """Whether a cell tells what kind of row this is, and nothing of a person."""
    personal = _PERSONAL.search(column) is not None or len(cell.split()) > 1
    return not personal and traces.without(cell) == cell and not traces.are(cell)


def _parquet(path: Path, traces: Traces, own: frozenset[str]) -> bool:
    frame = pl.read_parquet(path)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    rows = [[value or "" for value in row] for row in frame.select(texts).iter_rows()]
    clean = _emptied_rows(rows, texts, traces, own)
    if clean == rows:
        return False
    columns = {name: [row[n] or None for row in clean] for n, name in enumerate(texts)}
    out = io.BytesIO()
    frame.with_columns(pl.Series(name, values, pl.String) for name, values in columns.items()).write_parquet(out)
    replace_file(path, out.getvalue())
    return True


def _workbook(path: Path, traces: Traces, own: frozenset[str]) -> bool:
    book = openpyxl.load_workbook(path)
    changed = False
    for sheet in book.worksheets:
        cells = [list(row) for row in sheet.iter_rows()]
        rows = [[_text(cell.value) for cell in row] for row in cells]
        if not rows:
            continue
        names = next((row for row in rows if not own or own & set(row)), rows[0])
        for row, before, after in zip(cells, rows, _emptied_rows(rows, names, traces, own), strict=True):
            for cell, old, new in zip(row, before, after, strict=True):
                if old != new:
                    cell.value, changed = new or None, True
    if changed:
        out = io.BytesIO()
        book.save(out)
        replace_file(path, out.getvalue())
    return changed


def _text(value: Any) -> str:
    return "" if value is None else str(value)
