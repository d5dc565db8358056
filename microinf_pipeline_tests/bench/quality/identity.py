"""One person across networks, by handle and name only: what the suggestions find, and how often they are right.

Labelled set: identity_us_congress, public self-links withheld. A true pair is two accounts of one person on two networks.
Persons are split by sha256 of their id: rules were set on the first half, the second was left alone; each half, and all
together, is a pool of its own. Handles only is the figure that counts: the set's names are the roster's, the same for all
accounts of a person, so with every name shown a pair is found by its label.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

import polars as pl

from microinf_pipeline.people.identity_names import handle_key, stem
from microinf_pipeline.people.identity_rules import suggestion_rules
from microinf_pipeline.people.identity_suggestions import suggest
from microinf_pipeline_tests.bench.quality.result import Result

_TASK: Final = "identity"
_Pair = tuple[int, int]


def run(data: Path) -> Iterable[Result]:
    """Simple methods, then the suggestions: per half and all, by what is shown, and in pools where many have no partner."""
    accounts = _accounts(data)
    yield from _simple(accounts)
    halves = {"set-up half": pl.col("half") == 0, "other half": pl.col("half") == 1, "all": pl.lit(value=True)}
    for name, chosen in halves.items():
        yield from _figures(accounts.filter(chosen), f"handles, {name}", "no name shown", aims=(0.99, 0.80))
    yield from _figures(
        accounts.with_columns(shown=pl.when("named").then("person_name")),
        "half named",
        "the roster's name on a random half of the accounts",
    )
    yield from _figures(accounts.with_columns(shown="person_name"), "all named", "no test: the name is the label's own")
    yield from _open_world(accounts)


def _accounts(data: Path) -> pl.DataFrame:
    rows = pl.read_csv(data / "identity_us_congress" / "accounts.csv", infer_schema=False).with_row_index("row")
    halves = [hashlib.sha256(person.encode()).digest()[0] % 2 for person in rows["person_id"]]
    named = [hashlib.sha256(str(row).encode()).digest()[1] % 2 == 0 for row in rows["row"]]
    return rows.with_columns(
        network=pl.col("platform").replace({"twitter": "x"}), account_id=pl.col("row").cast(pl.String),
        half=pl.Series(halves), named=pl.Series(named), shown=pl.lit(None, pl.String),
    )  # fmt: skip


def _true_pairs(accounts: pl.DataFrame) -> set[_Pair]:
    own = accounts.select("row", "network", "person_id")
    joined = own.join(own, on="person_id").filter(
        (pl.col("row") < pl.col("row_right")) & (pl.col("network") != pl.col("network_right"))
    )
    return set(joined.select("row", "row_right").iter_rows())


def _measured(found: set[_Pair], true: set[_Pair]) -> tuple[float, float]:
    right = len(found & true)
    return right / len(found), right / len(true)


def _suggested(accounts: pl.DataFrame) -> set[_Pair]:
    pairs = suggest(accounts.select("network", "account_id", "handle", display_name="shown"))
    return {(min(p), max(p)) for p in pairs.select(pl.col("account_id", "other_account_id").cast(pl.Int64)).iter_rows()}


def _figures(
    accounts: pl.DataFrame, what: str, protocol: str, aims: tuple[float | None, float | None] = (None, None)
) -> Iterator[Result]:
    true = _true_pairs(accounts)
    found = _suggested(accounts)
    precision, recall = _measured(found, true)
    counted = f"{protocol}; {accounts['person_id'].n_unique()} persons, {len(true)} true pairs, {len(found)} suggested"
    yield Result(_TASK, f"precision ({what})", precision, counted, aims[0])
    yield Result(_TASK, f"recall ({what})", recall, counted, aims[1])


def _simple(accounts: pl.DataFrame) -> Iterator[Result]:
    """What one gets by equality, and by one handle inside another, on all persons."""
    rules, true = suggestion_rules(), _true_pairs(accounts)
    network = dict(accounts.select("row", "network").iter_rows())
    keys = {row: handle_key(there, handle) for row, there, handle in accounts.select("row", "network", "handle").iter_rows()}
    stems = {row: stem(key, rules) for row, key in keys.items()}
    across = [(a, b) for a, b in combinations(sorted(keys), 2) if network[a] != network[b]]
    methods = {
        "equal handle": {(a, b) for a, b in across if keys[a] and keys[a] == keys[b]},
        "equal stem": {(a, b) for a, b in across if stems[a] and stems[a] == stems[b]},
        "stem begins or ends stem": {(a, b) for a, b in across if _within(stems[a], stems[b], rules.shortest_part)},
    }
    for name, found in methods.items():
        precision, recall = _measured(found, true)
        yield Result(_TASK, f"precision ({name})", precision, "simple method, all persons, every pair compared")
        yield Result(_TASK, f"recall ({name})", recall, "simple method, all persons, every pair compared")


def _within(one: str | None, other: str | None, shortest: int) -> bool:
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= shortest and (long.startswith(short) or long.endswith(short)))


def _open_world(accounts: pl.DataFrame) -> Iterator[Result]:
    """Half of all accounts, five times: many have no partner left, as in life."""
    samples = [accounts.sample(fraction=0.5, seed=seed) for seed in range(5)]
    measured = [_measured(_suggested(sample), _true_pairs(sample)) for sample in samples]
    protocol = "handles only, all persons, a random half of the accounts, 5 draws"
    yield Result(_TASK, "precision (open pool, mean)", sum(p for p, _ in measured) / 5, protocol)
    yield Result(_TASK, "precision (open pool, worst)", min(p for p, _ in measured), protocol)
    yield Result(_TASK, "recall (open pool, mean)", sum(r for _, r in measured) / 5, protocol)
