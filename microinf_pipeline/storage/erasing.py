"""Stored files without an account: raw pages, raw input files, manifests, logs and SQLite databases, each replaced whole.

A record that is theirs keeps its form, so that what is read from it again can be counted and withheld. Every step may be
repeated. Put here: which files a home keeps beside its tables, and rewriting them. Keep out: tables (`night.removing`), what a
name is (`storage.traces`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import zstandard

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.kept_files import without_account
from microinf_pipeline.storage.raw import Capture, Manifest, PageFolder
from microinf_pipeline.storage.state import replace_file
from microinf_pipeline.storage.traces import Traces, cleaned, redacted

_TEXT_FILES: Final = (".json", ".log", ".jsonl", ".txt", ".yaml")
_SQLITE: Final = b"SQLite format 3\x00"


def erase_pages(folder: Path, traces: Traces) -> int:
    """Rewrite the stored pages of a folder `pages` that name the account. Returns how many."""
    pages, changed = PageFolder(folder), 0
    words = traces.stored_forms()
    for name in pages.names() if words is None else pages.naming(words):
        page = pages.load(name)
        clean = _clean_page(page, traces)
        if clean != page:
            pages.save(clean)
            changed += 1
    if changed:
        pages.force()
    return changed


def _clean_page(page: Page, traces: Traces) -> Page:
    rule = None if page.rule is None else traces.without(page.rule)
    page = replace(page, rule=rule, request=redacted(dict(page.request), traces))
    if not traces.may_be_in(page.body):
        return page
    try:
        body = json.dumps(cleaned(json.loads(page.body), traces), ensure_ascii=False)
    except ValueError:
        body = traces.without(page.body)
    return replace(page, body=body)


def erase_capture(capture: Capture, manifest: Manifest, traces: Traces, own: frozenset[str]) -> None:
    """Rewrite the pages and files of one capture that brought an erased person again."""
    erase_pages(capture.pages.folder, traces)
    for file in manifest.files if not manifest.purged else ():
        without_account(capture.kept_path(file), traces, own)


def erase_raw(raw: Path, traces: Traces, own: dict[str, frozenset[str]]) -> Counter[str]:
    """Rewrite everything raw of every source; `own`: per source the columns of its files that say whose a row is.
    Returns pages and files rewritten, and files left because nobody can rewrite their form."""
    done: Counter[str] = Counter()
    for folder in sorted(raw.glob("*/night=*/attempt=*")):
        done["raw pages"] += erase_pages(folder / "pages", traces)
    for source in sorted(path for path in raw.glob("*") if path.is_dir()):
        for file in sorted((source / "files").glob("[!.]*")):
            done["raw files"] += without_account(file, traces, own.get(source.name, frozenset()))
    return done


def erase_beside(home: Home, traces: Traces) -> Counter[str]:
    """Rewrite what a home keeps beside its tables, raw pages and snapshots: logs, manifests, Dagster's databases."""
    done: Counter[str] = Counter()
    for path in _beside(home):
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
        if is_database:
            done["database rows"] += _erase_database(path, traces)
        elif path.suffix in _TEXT_FILES:
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
            if traces.found_in(text):
                replace_file(path, traces.without(text).encode("utf-8", errors="surrogateescape"))
                done["logs and manifests"] += 1
    return done


def _beside(home: Home) -> Iterator[Path]:
    folders: Collection[Path] = (home.logs, home.dagster, home.quotas)
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    yield from sorted(home.raw.glob("*/*.json"))
    yield from sorted(home.raw.glob("*/night=*/attempt=*/*.json"))
    yield from sorted(home.lake.glob("overrides.json"))
    yield from sorted(home.secrets.glob("*.json"))


def _erase_database(path: Path, traces: Traces) -> int:
    """Rows of an SQLite file whose texts named the account; the file is then written anew, so that no page keeps the old."""
    if not any(traces.found_in(beside.read_bytes().decode("latin-1")) for beside in path.parent.glob(f"{path.name}*")):
        return 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = sum(_erase_table(connection, table, traces) for table in tables if not table.startswith("sqlite_"))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return rows


def _erase_table(connection: sqlite3.Connection, table: str, traces: Traces) -> int:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    changed = 0
    for row in connection.execute(f'SELECT rowid, * FROM "{table}"').fetchall():
        found = {c: v for c, v in zip(columns, row[1:], strict=True) if isinstance(v, str) and traces.found_in(v)}
        if found:
            sets = ", ".join(f'"{column}" = ?' for column in found)
            connection.execute(f'UPDATE "{table}" SET {sets} WHERE rowid = ?', [*map(traces.without, found.values()), row[0]])
            changed += 1
    return changed


def decompressed(path: Path) -> bytes:
    """What a file holds, without its compression."""
    content = path.read_bytes()
    return zstandard.ZstdDecompressor().stream_reader(content).read() if path.suffix == ".zst" else content
