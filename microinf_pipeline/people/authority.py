"""Authority that lies outside the network: academics, journalists, technical experts, practitioners.

Put here: reading it from the bio, with the words. Keep out: the words (`rules/authority.toml`) and any guess from posts:
who writes about physics is no physicist.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from microinf_pipeline.people.phrases import own_phrase

AUTHORITY: Final = {
    "network": pl.String(),
    "account_id": pl.String(),
    "authority": pl.String(),
    "authority_evidence": pl.String(),
}


def authority(accounts: pl.DataFrame) -> pl.DataFrame:
    """AUTHORITY, one row per row of `accounts` (network, account_id, bio), in their order.

    authority: academic | journalist | technical_expert | practitioner, the first in the rule's order; evidence: its words
    as they stand in the bio. Both NULL where the bio states none of the owner's own ("son of a professor", "journalism
    student", "future doctor" are none)."""
    rules = _rules()
    refused = rules["not_own"]
    found = accounts.select("network", "account_id").with_columns(
        own_phrase(accounts["bio"], words, refused["before"], refused["after"]).alias(kind)
        for kind, words in rules["kinds"].items()
    )
    kinds = [pl.when(pl.col(kind).list.len() > 0).then(pl.lit(kind)) for kind in rules["kinds"]]
    words = [pl.when(pl.col(kind).list.len() > 0).then(pl.col(kind).list.join(", ")) for kind in rules["kinds"]]
    return found.select("network", "account_id", authority=pl.coalesce(kinds), authority_evidence=pl.coalesce(words))


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "authority.toml").read_text(encoding="utf-8"))
