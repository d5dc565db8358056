"""Audience tiers as a fold over an account's whole history (interface, rules of time 4).

Up at the cut; down only below a share of the cut, or after some days below it; a rounded count whose interval
straddles a cut keeps the tier. Put here: that fold. Keep out: where cuts come from (settings) and joins (models).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

TIER_HISTORY: Final = {
    "network": pl.String(), "account_id": pl.String(), "valid_from": pl.Date(), "tier": pl.String(), "valid_to": pl.Date(),
    "followers_at_change": pl.Int64(), "reason": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class TierRules:
    """Cuts as (tier, lowest followers), ascending from 0; when a tier falls."""

    cuts: tuple[tuple[str, int], ...]
    down_below_share: float
    down_after_days: int

    @classmethod
    def of(cls, cuts: Mapping[str, int], down_below_share: float, down_after_days: int) -> TierRules:
        return cls(tuple(sorted(cuts.items(), key=lambda cut: cut[1])), down_below_share, down_after_days)

    def rank(self, followers: float) -> int:
        """Position of the tier of a count, 0 for the smallest."""
        return max(i for i, (_, lowest) in enumerate(self.cuts) if followers >= lowest)


@dataclass(frozen=True)
class _Change:
    on: date
    rank: int
    followers: int
    reason: str


def tier_history(history: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """Fold histories into tiers.

    `history`: network, account_id, observed_on, followers, followers_precision; any order, one row an account and day;
    rows without followers are ignored. Returns TIER_HISTORY, one row per change; accounts never counted have none.
    """
    counted = history.filter(pl.col("followers").is_not_null()).sort("network", "account_id", "observed_on")
    ranked = counted.with_columns(_rank(rules))
    spread = ranked.group_by("network", "account_id").agg(pl.col("rank").n_unique().alias("ranks"))
    steady = ranked.join(spread.filter(pl.col("ranks") == 1), on=["network", "account_id"], how="semi")
    moving = ranked.join(spread.filter(pl.col("ranks") > 1), on=["network", "account_id"], how="semi")
    return pl.concat([_first_rows(steady, rules), _folded(moving, rules)]).sort("network", "account_id", "valid_from")


def _rank(rules: TierRules) -> pl.Expr:
    rank = pl.lit(0)
    for position, (_, lowest) in enumerate(rules.cuts):
        rank = pl.when(pl.col("followers") >= lowest).then(position).otherwise(rank)
    return rank.cast(pl.Int64).alias("rank")


def _first_rows(steady: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    names = {position: name for position, (name, _) in enumerate(rules.cuts)}
    return steady.unique(["network", "account_id"], keep="first", maintain_order=True).select(
        "network", "account_id", valid_from="observed_on", tier=pl.col("rank").replace_strict(names, return_dtype=pl.String),
        valid_to=pl.lit(None, pl.Date), followers_at_change="followers", reason=pl.lit(_FIRST),
    )  # fmt: skip


_FIRST: Final = "first observation"


def _folded(moving: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    rows: list[tuple[str, str, date, str, date | None, int, str]] = []
    for (network, account_id), account in moving.group_by(["network", "account_id"], maintain_order=True):
        changes = list(_changes(account, rules))
        ends = [*(c.on for c in changes[1:]), None]
        rows += [
            (str(network), str(account_id), c.on, rules.cuts[c.rank][0], end, c.followers, c.reason)
            for c, end in zip(changes, ends, strict=True)
        ]
    return pl.DataFrame(rows, schema=TIER_HISTORY, orient="row")


def _changes(account: pl.DataFrame, rules: TierRules) -> Iterator[_Change]:
    """The changes of one account, its rows in order of observation."""
    rank: int | None = None
    below_since: date | None = None
    for on, followers, precision, raw in account.select("observed_on", "followers", "followers_precision", "rank").iter_rows():
        if rank is None:
            rank = raw
            yield _Change(on, raw, followers, _FIRST)
        elif precision == "rounded" and _straddles(followers, rules):
            continue
        elif raw > rank:
            rank, below_since = raw, None
            yield _Change(on, raw, followers, "reached the cut")
        elif raw == rank:
            below_since = None
        else:
            below_since = below_since or on
            reason = _falls(followers, (on - below_since).days, rules.cuts[rank][1], rules)
            if reason:
                rank, below_since = raw, None
                yield _Change(on, raw, followers, reason)


def _falls(followers: int, days_below: int, cut: int, rules: TierRules) -> str | None:
    if followers < rules.down_below_share * cut:
        return f"below {rules.down_below_share:.0%} of the cut"
    return f"below the cut for {rules.down_after_days} days" if days_below >= rules.down_after_days else None


def _straddles(followers: int, rules: TierRules) -> bool:
    half = rounding_step(followers) / 2
    return rules.rank(max(followers - half, 0)) != rules.rank(followers + half)


def rounding_step(count: int) -> int:
    """Distance between neighbouring displayed values ('12.3K' → 100): the last digit shown, two digits at least."""
    digits = len(str(count))
    shown = str(count).rstrip("0")
    return int(10 ** min(digits - len(shown), max(digits - 2, 0)))
