"""The vocabulary of the catalogue: what a table, a column and a rule are. Typed values, no IO.

A table exists when the catalogue says so; its gates exist because the table does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Layer(StrEnum):
    OBSERVED = "observed"  # typed deliveries, before any decision
    CORE = "core"
    MART = "mart"
    META = "meta"


class Stage(StrEnum):
    """The stages of a night, in order; one Dagster asset group and one step each."""

    CAPTURE = "capture"
    DEDUPLICATE = "deduplicate"
    ENRICH = "enrich_creators"
    CLASSIFY = "classify_tiers"
    KPIS = "materialise_kpis"
    PUBLISH = "publish"


class Additivity(StrEnum):
    ADDITIVE = "additive"
    SEMI = "semi-additive"
    NON = "non-additive"


class Privacy(StrEnum):
    NONE = "none"
    PSEUDONYM = "pseudonym"  # a platform's id or handle: singles out a person
    PERSONAL = "personal"  # name, bio, text, contact


class Severity(StrEnum):
    ERROR = "ERROR"  # stops the night
    WARN = "WARN"  # shown, never stops


class Scope(StrEnum):
    """Which partitions of an input a model sees."""

    TOUCHED = "touched"  # the months being recomputed
    AROUND = "around"  # those and their neighbours (a local day overlaps two UTC days)
    REFERENCED = "referenced"  # the touched ones and the months of the originals they point to
    ALL = "all"
    NIGHT = "night"  # only the night being run
    BEFORE = "before"  # the table's own last accepted state: rows of accounts that did not change are carried over


@dataclass(frozen=True)
class Column:
    """One column. `type` is DuckDB's name of it; `published=False` keeps it in the lake only."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    additivity: Additivity = Additivity.NON
    privacy: Privacy = Privacy.NONE
    required: bool = False  # never NULL
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    run_time: bool = False  # differs between runs over the same data: outside data_sha256
    published: bool = True

    @property
    def comment(self) -> str:
        """What the published column's comment says: meaning, unit, additivity."""
        unit = f" Unit: {self.unit}." if self.unit else ""
        return f"{self.meaning}{unit} {self.additivity.value.capitalize()}."


@dataclass(frozen=True)
class Read:
    """An input of a model, by name, with the partitions it may see."""

    table: str
    scope: Scope = Scope.ALL


@dataclass(frozen=True)
class Reference:
    """Every non-NULL value of `columns` occurs in `table`'s `target` columns."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Rule:
    """A fact about single rows that must hold: `failing` is a SQL predicate over the table, true where it is broken."""

    name: str
    failing: str
    why: str
    severity: Severity = Severity.ERROR
    allowed_share: float = 0.0  # share of rows that may break it before it counts


@dataclass(frozen=True)
class Table:
    """A table of the lake. `partition_by` names the DATE or TIMESTAMP column whose month is the partition; None = whole."""

    name: str
    layer: Layer
    stage: Stage
    purpose: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    partition_by: str | None = None
    reads: tuple[Read, ...] = ()
    parts: tuple[str, ...] = ()  # models its own is put together from, in order: relations of its build alone
    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    published: bool = True
    config: tuple[str, ...] = ()  # slices of the configuration the rows depend on
    rule_files: tuple[str, ...] = ()  # files of rules/ behind what code, not SQL, says in the rows
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update({c.name: c for c in self.columns})
        missing = [k for k in (*self.grain, *([self.partition_by] if self.partition_by else [])) if k not in self._by_name]
        if missing or len(self._by_name) != len(self.columns):
            raise ValueError(f"{self.name}: grain or partition names no column, or a column twice: {missing}")

    def column(self, name: str) -> Column:
        return self._by_name[name]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def published_columns(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.published)

    @property
    def sort_order(self) -> tuple[str, ...]:
        """Order of rows in files and hashes: the partition's day first, then the grain.

        A mart that stays in the lake is nobody's promise: its days lie together, and that is all its readers gain by.
        """
        first = (self.partition_by,) if self.partition_by else ()
        if first and self.layer is Layer.MART and not self.published:
            return first
        return tuple(dict.fromkeys((*first, *self.grain)))


def by_name(tables: Sequence[Table]) -> dict[str, Table]:
    """Tables keyed by name; refuses two of one name."""
    result: dict[str, Table] = {}
    for table in tables:
        if table.name in result:
            raise ValueError(f"two tables are called {table.name}")
        result[table.name] = table
    return result
