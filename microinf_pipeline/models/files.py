"""The SQL files of the models, and what a reader may find wrong with one.

A file named like a catalogued table is its model; any other is a view or a query of its session, known by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import sqlglot
from sqlglot import Token, exp

FOLDERS = ("core", "marts", "touched", "withheld")


@dataclass(frozen=True)
class ModelFile:
    """One `.sql` file: its table's or view's name, its folder, its text."""

    name: str
    folder: str
    sql: str

    @property
    def where(self) -> str:
        return f"models/{self.folder}/{self.name}.sql"


@dataclass(frozen=True)
class Finding:
    """Something a model may not say. `line` is counted from 1, None where the tree does not keep it."""

    where: str
    line: int | None
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line or 1}: {self.what}\n    fix: {self.fix}"


def model_files() -> tuple[ModelFile, ...]:
    """All SQL files, by folder and name."""
    root = files("microinf_pipeline") / "models"
    found = (
        ModelFile(entry.name.removesuffix(".sql"), folder, entry.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for entry in (root / folder).iterdir()
        if entry.name.endswith(".sql")
    )
    return tuple(sorted(found, key=lambda m: (m.folder, m.name)))


@cache
def parsed(sql: str) -> tuple[exp.Expr | None, ...]:
    """The statements of a text. Raises sqlglot.errors.ParseError."""
    return tuple(sqlglot.parse(sql, read="duckdb"))


@cache
def tokens(sql: str) -> tuple[Token, ...]:
    """The words of a text, with their lines."""
    return tuple(sqlglot.tokenize(sql, read="duckdb"))


def line_of(node: exp.Expr) -> int | None:
    """First line on which the node or one of its parts is known to stand."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines, default=None)


def relations_of(statement: exp.Expr) -> set[str]:
    """Names of the relations a statement reads, without its own named queries."""
    own = {cte.alias for cte in statement.find_all(exp.CTE)}
    return {table.name for table in statement.find_all(exp.Table) if table.name} - own
