"""Labelled fake and genuine accounts as frames of `authenticity_features.INPUTS` with `genuine` (Boolean)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import polars as pl

_TRUE: Final = "TRUE"


def srf(data: Path) -> pl.DataFrame:
    """975 followers of Swiss influencers on Instagram, 98 of them labelled fake by hand."""
    read = pl.read_csv(data / "srf_fake_followers" / "labelled_1000_inclprivate.csv", infer_schema=False)
    return read.select(
        network=pl.lit("instagram"), account_id="Username", handle="Username", followers=pl.col("Number.of.followers").cast(pl.Int64),
        following=pl.col("Number.of.people.they.follow").cast(pl.Int64), post_count=pl.col("Number.of.posts").cast(pl.Int64),
        has_picture=pl.col("has_profile_picture").str.to_uppercase() == _TRUE,
        is_private=pl.col("Private.account").str.to_uppercase() == _TRUE, genuine=pl.col("rating").str.to_uppercase() != _TRUE,
    )  # fmt: skip


def instafake(data: Path) -> pl.DataFrame:
    """1,194 Instagram accounts, 200 fake. The set holds no handles: one of as many digits stands in for each."""
    folder = data / "instafake"
    rows = [
        row for name in ("fakeAccountData", "realAccountData") for row in json.loads((folder / f"{name}.json").read_bytes())
    ]
    return pl.DataFrame(rows).select(
        network=pl.lit("instagram"), account_id=pl.int_range(pl.len()).cast(pl.String),
        handle=pl.lit("0").repeat_by("usernameDigitCount").list.join(""), followers=pl.col("userFollowerCount").cast(pl.Int64),
        following=pl.col("userFollowingCount").cast(pl.Int64), post_count=pl.col("userMediaCount").cast(pl.Int64),
        has_picture=pl.col("userHasProfilPic") == 1, is_private=pl.col("userIsPrivate") == 1, genuine=pl.col("isFake") == 0,
    )  # fmt: skip


def mib(data: Path) -> pl.DataFrame:
    """1,481 people and 1,337 bought followers on Twitter, counts and handles alone (language and time zone give the class away)."""
    sides = [(data / "bots_mib" / name, genuine) for name, genuine in (("users.csv", True), ("fusers.csv", False))]
    return pl.concat([
        pl.read_csv(path, infer_schema=False, encoding="utf8-lossy").select(
            network=pl.lit("x"), account_id="id", handle="screen_name", followers=pl.col("followers_count").cast(pl.Int64),
            following=pl.col("friends_count").cast(pl.Int64), post_count=pl.col("statuses_count").cast(pl.Int64), genuine=pl.lit(genuine),
        ) for path, genuine in sides
    ])  # fmt: skip
