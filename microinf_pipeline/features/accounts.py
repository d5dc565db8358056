"""Accounts as deliveries show them: one row per account, day and source, each attribute from its last delivery.

Put here: that reduction. Keep out: which account a handle stands for (models).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from microinf_pipeline.features.batches import apart

_KEY: Final = ("network", "account_key", "observed_on")
_PLACE: Final = ("night", "source", "source_rank", "attempt", "origin")
_LAST: Final = ("file", "row_number")
_ATTRIBUTES: Final = {
    "account_id": pl.String(), "handle": pl.String(), "display_name": pl.String(), "bio": pl.String(), "url": pl.String(),
    "followers": pl.Int64(), "followers_precision": pl.String(), "following": pl.Int64(), "post_count": pl.Int64(),
    "verified": pl.Boolean(), "account_type": pl.String(), "created_at": pl.Datetime("us"), "country": pl.String(),
    "email": pl.String(), "category": pl.String(),
    "profile_links": pl.String(), "checked_links": pl.String(),
}  # fmt: skip
_COLUMNS: Final = (*_KEY, *_PLACE, *_LAST, "with_post", "observed_at", "seen_at", *_ATTRIBUTES)
#: What a post's row tells of its author.
_OF_AUTHOR: Final = ("account_id", "handle", "display_name", "followers", "followers_precision")


def account_days(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one source and night → one row per (network, account_key, observed_on), in no order.

    `rows` are accounts (with account_key, observed_on, seen_at) or posts with features, told apart by `text`; posts
    lend only their author block. A profile's own values win over those that came with a post.
    """
    told: Collection[str] = _ATTRIBUTES
    if "text" in rows.columns:
        told = _OF_AUTHOR
        rows = rows.filter(pl.col("account_key").is_not_null()).with_columns(with_post=pl.lit(value=True))
    kept = rows.select(*_KEY, *_PLACE, *_LAST, "with_post", "observed_at", "seen_at", *told)
    ordered = kept.sort(~pl.col("with_post"), "seen_at", "file", "row_number")
    reduced = ordered.group_by(_KEY).agg(
        *(pl.col(name).last() for name in (*_PLACE, *_LAST, "with_post")),
        pl.col("observed_at").max(),
        pl.col("seen_at").max(),
        *(pl.col(name).last(ignore_nulls=True) for name in told),
    )
    untold = [pl.lit(None, kind).alias(name) for name, kind in _ATTRIBUTES.items() if name not in told]
    return apart(reduced.with_columns(untold).select(_COLUMNS))
