"""What a night leaves out because a policy says so: before core from its deliveries, before marts by origin; and how many rows.

Put here: leaving out and counting. Keep out: what a policy is (`catalog.policies`), rows that are stored already
(`night.removing`), which sums leave a row out (models, by `refusing_origins`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from microinf_pipeline import clock
from microinf_pipeline.catalog.policies import (
    BEFORE_CORE,
    BEFORE_MARTS,
    MAX_AGE,
    WITHHELD_FROM,
    Policy,
    policies,
    policy_of,
    reject_days,
)
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings

_OF_AUTHOR = ("account_id", "account_key", "handle", "display_name", "url", "url_key")
_REFUSED = {
    "origin": pl.String(), "table_name": pl.String(), "reason": pl.String(), "night": pl.Date(), "rows_withheld": pl.Int64(),
}  # fmt: skip


def held_policies(settings: Settings) -> dict[str, Policy]:
    """Origin → policy, of every origin a rule, the configuration or a source names."""
    return policies(settings.policies, tuple(source.origin for source in settings.sources))


def refusing_origins(settings: Settings) -> pl.DataFrame:
    """The given relation `refusing_origins`: origin, not_derived, not_summed, not_compared, follows_deletions; of origins with
    one of them."""
    rows = [
        (
            p.origin,
            not p.may_derive,
            not p.may_aggregate,
            not (p.may_benchmark and p.may_aggregate),
            bool(p.delete_within_hours),
        )
        for p in held_policies(settings).values()
        if p.delete_within_hours or any(duty in p.refuses for duty in BEFORE_MARTS)
    ]
    flags = dict.fromkeys(("not_derived", "not_summed", "not_compared", "follows_deletions"), pl.Boolean())
    return pl.DataFrame(rows, {"origin": pl.String(), **flags}, orient="row")


def days_of_looks(refresh_days: Collection[int], policy: Policy) -> tuple[int, ...]:
    """Days after posting on which a post is looked at again: those configured and, up to the last of them, as many more as
    the policy's recheck interval needs."""
    found: set[int] = set()
    seen = 0
    for day in sorted(refresh_days):
        step = policy.recheck_days or day
        found |= {day, *range(seen + step, day, step)}
        seen = day
    return tuple(sorted(found))


def oldest_kept(policy: Policy, night: date) -> datetime | None:
    """The moment (UTC, naive) from which on rows of an origin are kept, as a night that is the last one sees it."""
    if policy.max_age_days is None:
        return None
    return clock.night_end(night).replace(tzinfo=None) - timedelta(days=policy.max_age_days)


def within_age(run: NightRun, origin: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows (with `seen_at`) that are not too old to be kept."""
    oldest = oldest_kept(policy_of(origin, run.settings.policies), run.as_of_night)
    return rows if oldest is None else rows.filter(pl.col("seen_at") >= oldest)


def kept_posts(run: NightRun, origin: str, posts: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Posts (with `night`, `seen_at` and features) as they may be stored, and how many may not. Counts what is withheld."""
    policy = policy_of(origin, run.settings.policies)
    kept = within_age(run, origin, posts)
    withheld = posts.height - kept.height
    _count(run, policy, "core_posts", MAX_AGE, posts, withheld)
    if not policy.may_store_text:
        texts = [c for c in ("title", "text") if c in kept.columns]
        told = kept.filter(pl.any_horizontal(pl.col(texts).is_not_null()))
        _count(run, policy, "core_posts", "may_store_text", kept, told.height)
        kept = kept.with_columns(pl.lit(None, pl.String()).alias(c) for c in texts)
    if not policy.may_store_author:
        kept = kept.with_columns(pl.lit(None, pl.String()).alias(c) for c in _OF_AUTHOR if c in kept.columns)
        kept = kept.with_columns(pl.lit(None, pl.Int64()).alias("followers"))
    return kept, withheld


def kept_accounts(run: NightRun, origin: str, accounts: pl.DataFrame) -> pl.DataFrame:
    """Days of accounts (with `night`, `seen_at`) as they may be stored. Counts what is withheld."""
    policy = policy_of(origin, run.settings.policies)
    if not policy.may_store_author:
        _count(run, policy, "core_accounts", "may_store_author", accounts, accounts.height)
        return accounts.clear()
    kept = within_age(run, origin, accounts)
    _count(run, policy, "core_accounts", MAX_AGE, accounts, accounts.height - kept.height)
    return kept if policy.may_store_text else kept.with_columns(bio=pl.lit(None, pl.String()))


def kept_rejects(run: NightRun, origin: str, rejects: pl.DataFrame) -> pl.DataFrame:
    """Rejects as they may be stored: a row nobody could read may hold anything, so no text means no row as received."""
    policy = policy_of(origin, run.settings.policies)
    aged = rejects["night"][0] < run.as_of_night - timedelta(days=reject_days())
    whole = policy.may_store_text and policy.may_store_author and not aged
    return rejects if whole else rejects.with_columns(raw=pl.lit(None, pl.String()))


def _count(run: NightRun, policy: Policy, table: str, reason: str, rows: pl.DataFrame, number: int) -> None:
    if number:
        run.refused[policy.origin, table, reason, rows["night"][0]] += number


def carry_refusals(run: NightRun, origin: str, night: date) -> None:
    """What a night was said to have refused before core, of an origin whose raw is gone, is said again."""
    run.candidate.register(run.engine, TABLES["mart_policy_refusals"], view="refusals_accepted", accepted=True)
    rows = run.engine.query(
        "SELECT table_name, reason, rows_withheld FROM refusals_accepted WHERE origin = $origin AND night = $night",
        {"origin": origin, "night": night},
    )
    for table, reason, number in rows.iter_rows():
        if reason in BEFORE_CORE:
            run.refused[origin, table, reason, night] = number


def count_refusals(run: NightRun) -> None:
    """Before mart_policy_refusals: what was refused as the session relation `refused_rows`, and which counts of which nights
    they replace (`recounted_refusals`)."""
    rebuilt = run.touched.everything
    nights = sorted({date.fromisoformat(n) for n in run.candidate.before.nights} if rebuilt else run.nights)
    rows = [*_before_core(run), *_before_marts(run, nights)]
    run.engine.register_frame("refused_rows", pl.DataFrame(rows, _REFUSED, orient="row"))
    seen = () if rebuilt or run.removal else BEFORE_CORE
    recounted = [(night, reason) for night in nights for reason in (*seen, *BEFORE_MARTS)]
    schema = {"night": pl.Date(), "reason": pl.String()}
    run.engine.register_frame("recounted_refusals", pl.DataFrame(recounted, schema, orient="row"))


def _before_core(run: NightRun) -> Iterable[tuple[str, str, str, date, int]]:
    return ((*key, rows) for key, rows in sorted(run.refused.items()))


def _before_marts(run: NightRun, nights: Sequence[date]) -> Iterable[tuple[str, str, str, date, int]]:
    """Mentions the nights delivered that sums, rates or comparisons leave out."""
    refused = {origin: set(policy.refuses) & set(BEFORE_MARTS) for origin, policy in held_policies(run.settings).items()}
    if not any(refused[source.origin] for source in run.settings.sources):
        return
    keys = {night.isoformat() for night in nights}
    run.candidate.register(run.engine, TABLES["observations"], nights=keys, view="observations_counted")
    run.candidate.register(run.engine, TABLES["core_mentions"])
    for origin, night, mentions in run.engine.query(sql_of("refused_mentions")).iter_rows():
        for duty in sorted(refused[origin]):
            yield from ((origin, table, duty, night, mentions) for table in WITHHELD_FROM[duty])
