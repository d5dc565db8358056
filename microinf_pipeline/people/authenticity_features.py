"""What an account's numbers are compared by, when asking whether it is genuine.

Put here: features per account, each NULL where its inputs are, and the sentence that states its figures. Keep out: what
a value speaks for (`authenticity`, `rules/authenticity.json`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Feature → sentence with the figures it was made of; `{name}` is a column of the account.
SENTENCES: Final = {
    "following_per_follower": "follows {following} and is followed by {followers} (1 : {following_per_follower_shown})",
    "following_per_post": "follows {following} with {post_count} posts",
    "followers_per_post": "{followers} followers with {post_count} posts",
    "posts": "{post_count} posts",
    "following": "follows {following}",
    "followers": "{followers} followers",
    "digits": "{digits} digits in the handle",
    "has_picture": "picture: {has_picture}",
    "is_private": "private profile: {is_private}",
    "has_bio": "bio: {has_bio}",
    "has_default_name": "name as the network gives it: {has_default_name}",
    "has_link": "link in the profile: {has_link}",
    "verified": "verified by the network: {verified}",
    "age_days": "account {age_days} days old",
    "posts_per_day": "{posts_per_day_shown} posts a day",
    "growth_jump": "{growth_jump_shown} times the followers within a week",
    "engagement_against_peers": "{engagement_shown} times the engagement of its tier and network",
    "near_copy_share": "{near_copy_shown} % of its posts are near-copies of others'",
}
_FLAGS: Final = ("has_picture", "is_private", "has_bio", "has_default_name", "has_link", "verified")
INPUTS: Final = {
    "network": pl.String(), "account_id": pl.String(), "handle": pl.String(), "followers": pl.Int64(), "following": pl.Int64(),
    "post_count": pl.Int64(), **dict.fromkeys(_FLAGS, pl.Boolean()), "age_days": pl.Int64(), "posts_per_day": pl.Float64(),
    "growth_jump": pl.Float64(), "engagement_against_peers": pl.Float64(), "near_copy_share": pl.Float64(),
}  # fmt: skip


def features(accounts: pl.DataFrame) -> pl.DataFrame:
    """One column per key of SENTENCES (Float64), one row per row of `accounts` (any columns of INPUTS; a missing one is
    all NULL). Counts as log(1 + n), pairs of counts as differences of logs, flags as 0 and 1, the rest as it comes."""
    given = complete(accounts)
    log = {column: pl.col(column).cast(pl.Float64).log1p() for column in ("followers", "following", "post_count")}
    return given.select(
        following_per_follower=log["following"] - log["followers"],
        following_per_post=log["following"] - log["post_count"],
        followers_per_post=log["followers"] - log["post_count"],
        posts=log["post_count"],
        following=log["following"],
        followers=log["followers"],
        digits=pl.col("handle").str.count_matches(r"\d").clip(0, 6).cast(pl.Float64),
        **{flag: pl.col(flag).cast(pl.Float64) for flag in _FLAGS},
        **{
            name: pl.col(name).cast(pl.Float64)
            for name in ("age_days", "posts_per_day", "growth_jump", "engagement_against_peers", "near_copy_share")
        },
    ).select(*SENTENCES)


def complete(accounts: pl.DataFrame) -> pl.DataFrame:
    """`accounts` with every column of INPUTS, in its type."""
    return accounts.select(
        pl.col(name).cast(kind) if name in accounts.columns else pl.lit(None, kind).alias(name) for name, kind in INPUTS.items()
    )


def sentences(accounts: pl.DataFrame) -> pl.DataFrame:
    """One String column per key of SENTENCES, the figures written out; NULL where the feature is."""
    given = complete(accounts).with_columns(
        digits=pl.col("handle").str.count_matches(r"\d"),
        following_per_follower_shown=_ratio("followers", "following"),
        posts_per_day_shown=_short("posts_per_day"), growth_jump_shown=_short("growth_jump"),
        engagement_shown=_short("engagement_against_peers"),
        near_copy_shown=(100 * pl.col("near_copy_share")).round(0).cast(pl.Int64),
    )  # fmt: skip
    shown = given.with_columns(
        *(_thousands(given[name]) for name in ("followers", "following", "post_count", "age_days")),
        *(_yes_or_no(flag) for flag in _FLAGS),
    )
    return shown.select(**{name: _filled(text) for name, text in SENTENCES.items()})


def _yes_or_no(flag: str) -> pl.Expr:
    said = pl.when(pl.col(flag)).then(pl.lit("yes")).when(~pl.col(flag)).then(pl.lit("no"))
    return said.otherwise(pl.lit(None, pl.String)).alias(flag)


def _filled(text: str) -> pl.Expr:
    pieces = text.replace("}", "{").split("{")
    return pl.concat_str(pl.col(piece).cast(pl.String) if i % 2 else pl.lit(piece) for i, piece in enumerate(pieces))


def _ratio(one: str, many: str) -> pl.Expr:
    return (pl.col(many) / pl.col(one).clip(1)).round(2).pipe(_plain)


def _short(name: str) -> pl.Expr:
    return pl.col(name).round(2).pipe(_plain)


def _plain(number: pl.Expr) -> pl.Expr:
    whole = pl.when(number >= 10).then(number.round(0)).otherwise(number)
    return whole.cast(pl.String).str.strip_suffix(".0")


def _thousands(numbers: pl.Series) -> pl.Series:
    return pl.Series(numbers.name, [None if number is None else f"{number:,}" for number in numbers], dtype=pl.String)
