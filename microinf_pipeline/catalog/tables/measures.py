"""Columns and ties that several marts have in common."""

from __future__ import annotations

from dataclasses import replace

from microinf_pipeline.catalog.columns import ADD, VOCABULARY, hidden, own
from microinf_pipeline.catalog.model import Column, Reference

PARTS = ("likes", "comments", "shares", "quotes", "saves", "views")

def summed(name: str, meaning: str, type_: str = "BIGINT", unit: str = "count") -> Column:
    return Column(name, type_, meaning, unit=unit, additivity=ADD, minimum=0)

def share(name: str, meaning: str) -> Column:
    return Column(name, "DOUBLE", meaning, unit="share", minimum=0)

def or_star(name: str) -> Column:
    """A dimension that is '*' in total rows."""
    column = VOCABULARY[name]
    allowed = (*column.allowed, "*") if column.allowed else ()
    return replace(column, meaning=f"{column.meaning} '*' = total.", required=True, allowed=allowed)

#: What a column beside an English sentence holds, so that others can be worded from it.
REASON_PARTS = "JSON list in the sentence's order, each with its code and the numbers, days and words in it."

OF_A_BRAND = (Reference(("brand_id",), "core_brands", ("brand_id",)),)

AUDIENCE = (
    Column("audience_low", "BIGINT", "Followers of the largest single account, as last shown (K3). Potential audience, not reach.", unit="accounts", minimum=0),
    Column("audience_high", "BIGINT", "Sum over distinct accounts, upper end of rounded counts (K3); a floor while audience_known_share < 1.", unit="accounts", minimum=0),
    Column("audience_gross", "BIGINT", "Sum over posts with an author: every double count included, upper end of rounded counts as in audience_high (K3).", unit="accounts", additivity=ADD, minimum=0),
    Column("audience_known_share", "DOUBLE", "Share of accounts whose followers are known.", unit="share", minimum=0, maximum=1),
)  # fmt: skip

RATES = tuple(
    Column(f"er_{basis}_{stat}", "DOUBLE", f"Engagement rate by {basis}, {words} (K2).", unit="share", minimum=0)
    for basis in ("followers", "views")
    for stat, words in (("pooled", "sum over sum"), ("mean", "mean over posts"), ("median", "median over posts"))
)

RATES_N = (
    own("n_posts", "BIGINT", "Posts the rates by followers rest on.", unit="count", minimum=0),
    own("n_posts_views", "BIGINT", "Posts the rates by views rest on.", unit="count", minimum=0),
)

FIRST_BY = hidden(
    "first_by",
    "BIGINT",
    "Of the earliest earned mention: microseconds since 1970 times 8, plus the place of the rule that matched.",
)
