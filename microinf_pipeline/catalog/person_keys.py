"""Which columns of a table name a person: by a post, an account or a creator.

Put here: reading that off a table's declaration, so that a new table is covered as soon as it is declared. Keep out: whose
rows are withheld (models/withheld) and writing what is left (`night.withholding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from microinf_pipeline.catalog.model import Column, Table

#: What ends the name of a column that names a person → the relation of those who are withheld.
_HOLDERS: Final = {"post_id": "withheld_posts", "account_id": "withheld_accounts"}
_CREATORS: Final = ("creator_id", "merged_into")


@dataclass(frozen=True)
class PersonKey:
    """`columns` of the table that hold `names` of the relation `withheld`. `owns`: the row is theirs and goes; else it only
    names them, and the last column becomes NULL; or a hash of itself, where it is needed to tell which rows belong together."""

    columns: tuple[str, ...]
    withheld: str
    names: tuple[str, ...]
    owns: bool
    groups: bool = False


def person_keys(table: Table) -> tuple[PersonKey, ...]:
    """The keys of a table, in the order of its columns. An id without a network beside it names nobody."""
    return tuple(key for column in table.published_columns if (key := _key(table, column)) is not None)


def _key(table: Table, column: Column) -> PersonKey | None:
    if column.name == "cluster_id":
        return PersonKey((column.name,), "withheld_posts", ("post_key",), owns=False, groups=True)
    if column.name in _CREATORS:
        return PersonKey((column.name,), "withheld_creators", ("creator_id",), column.name == "creator_id")
    for ending, withheld in _HOLDERS.items():
        if column.name.endswith(ending):
            network = _network_of(table, column.name.removesuffix(ending))
            owns = column.name == ending or column.required
            return PersonKey((network, column.name), withheld, ("network", ending), owns) if network else None
    return None


def _network_of(table: Table, prefix: str) -> str | None:
    return next((name for name in (f"{prefix}network", "network") if name in table.column_names), None)
