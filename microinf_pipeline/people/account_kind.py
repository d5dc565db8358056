"""Whether an account is a person's, a brand's, a medium's or a bot's.

Put here: the order of what is believed (network, category, name, bio) with the evidence. Keep out: the words
(`rules/account_kind.toml`) and whether the account is genuine (`authenticity`).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from microinf_pipeline.people.phrases import found_phrase

ACCOUNT_KIND: Final = {
    "network": pl.String(), "account_id": pl.String(), "account_type": pl.String(), "account_type_evidence": pl.String(),
}  # fmt: skip

UNKNOWN: Final = "unknown"


def account_kind(accounts: pl.DataFrame) -> pl.DataFrame:
    """ACCOUNT_KIND, one row per row of `accounts` (network, account_id, account_type as the network says or NULL or
    'unknown', category, display_name, bio), in their order.

    account_type: person | brand | media | bot | unknown. Evidence names the place and the words ("bio: bot account"),
    "network" where it said so itself, NULL for unknown."""
    told = pl.col("account_type").is_not_null() & (pl.col("account_type") != UNKNOWN)
    places = {"category": "category", "name": "display_name", "bio": "bio"}
    found = accounts.select("network", "account_id", account_type=pl.when(told).then("account_type")).with_columns(
        found_phrase(accounts[column], words).alias(f"{place} {kind}")
        for place, column in places.items() for kind, rule in _rules().items() if (words := rule[place])
    )  # fmt: skip
    order = [column for column in found.columns if " " in column]
    kinds = [pl.when(pl.col(column).is_not_null()).then(pl.lit(column.split()[1])) for column in order]
    said = [pl.when(pl.col(column).is_not_null()).then(pl.lit(column.split()[0] + ": ") + pl.col(column)) for column in order]
    network = pl.when(pl.col("account_type").is_not_null()).then(pl.lit("network"))
    return found.select(
        "network", "account_id", account_type=pl.coalesce("account_type", *kinds, pl.lit(UNKNOWN)),
        account_type_evidence=pl.coalesce(network, *said),
    )  # fmt: skip


@cache
def _rules() -> dict[str, Any]:
    read = tomllib.loads((files("microinf_pipeline") / "rules" / "account_kind.toml").read_text(encoding="utf-8"))
    return {kind: rule for kind, rule in read.items() if kind != "version"}
