"""Published tables in a Postgres schema, for tools that read nothing else.

Put here: one transaction that replaces all of them, with comments. Keep out: which tables, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
import psycopg
from psycopg import sql

from microinf_pipeline.catalog.model import Table
from microinf_pipeline.errors import FixConfigurationError

SCHEMA: Final = "microinf"
_TYPES: Final = {
    "VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "integer", "DOUBLE": "double precision", "BOOLEAN": "boolean",
    "DATE": "date", "TIMESTAMP": "timestamp",
}  # fmt: skip
_ROWS_AT_ONCE: Final = 50_000
_SHAPE: Final = (
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
    " ORDER BY ordinal_position"
)


def write_tables(dsn: str, folder: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Put the Parquet rows of `folder`/<table>/ into SCHEMA, all tables in one transaction. Returns rows by table.

    A table of the same shape is emptied and filled: readers see the old rows until the commit and never wait, views and grants
    on it stay. One of another shape is made anew. Raises FixConfigurationError where Postgres refuses; nothing changes then.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=20, application_name="microinf") as db:
            db.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
            return {table.name: _replace(db, folder / table.name, table) for table in tables}
    except psycopg.Error as error:
        raise FixConfigurationError(
            "Postgres did not take the tables: nothing changed there", where=_said(error),
            fix="look at publish.postgres, and at the rights of its user: CREATE on the database",
        ) from error  # fmt: skip


def _replace(db: psycopg.Connection[tuple[str, ...]], folder: Path, table: Table) -> int:
    name = sql.Identifier(SCHEMA, table.name)
    columns = [(column.name, _TYPES[column.type]) for column in table.published_columns]
    there = db.execute(_SHAPE, (SCHEMA, table.name)).fetchall()
    if [(column, kind.replace(" without time zone", "")) for column, kind in there] == columns:
        db.execute(sql.SQL("DELETE FROM {}").format(name))
    else:
        db.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        declared = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(kind)) for c, kind in columns)
        db.execute(sql.SQL("CREATE TABLE {} ({})").format(name, declared))
    rows = _copy(db, name, folder, [column for column, _ in columns])
    purpose = f"{table.purpose} One row per {', '.join(table.grain)}."
    db.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(name, sql.Literal(purpose)))
    for column in table.published_columns:
        place = sql.Identifier(SCHEMA, table.name, column.name)
        db.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, sql.Literal(column.comment)))
    return rows


def _copy(db: psycopg.Connection[tuple[str, ...]], name: sql.Identifier, folder: Path, columns: Sequence[str]) -> int:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    rows = 0
    with db.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, listed)) as copy:
        for frame in _frames(folder, columns):
            for row in frame.iter_rows():
                copy.write_row(row)
            rows += frame.height
    return rows


def _frames(folder: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Rows in pieces; columns that older files lack are NULL; Postgres holds no NUL characters."""
    for file in sorted(folder.glob("*.parquet")):
        frame = pl.read_parquet(file)
        frame = frame.with_columns(pl.lit(None).alias(name) for name in columns if name not in frame.columns).select(columns)
        yield from frame.with_columns(pl.col(pl.String).str.replace_all("\x00", "", literal=True)).iter_slices(_ROWS_AT_ONCE)


def _said(error: psycopg.Error) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
