"""Rows that grow too old for their origin's policy go, at the beginning of each night and by `microinf clean`; what they added
to sums stays, without anybody's name.

A night looks at what has come of age since the last accepted one; `clean` at everything, by the clock. Put here: which rows,
what stays of them, and their raw pages after the promotion. Keep out: rewriting nights (`removing`), deliveries that are too
old when they come (`policies`).
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl

from microinf_pipeline import clock
from microinf_pipeline.catalog.policies import MAX_AGE, Policy, policy_of, reject_days
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.policies import oldest_kept
from microinf_pipeline.night.removing import account_for_removed, count_removed, rewrite
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.sources import Source
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.partitions import month_of, night_key, night_of
from microinf_pipeline.storage.raw import Capture, closed_nights
from microinf_pipeline.storage.state import replace_file

_SEALED = TABLES["sealed_mentions"]
_SHOWN = {"observations": "core_posts", "account_observations": "core_accounts"}


def expire(run: NightRun, *, everything: bool = False) -> int:
    """Take away what has grown too old, and seal what it added to sums. Returns the rows removed."""
    last = max(run.as_of_night, clock.last_closed_night()) if everything else run.as_of_night
    run.aged_on = last
    since = None if everything or not run.accepted_nights else max(run.accepted_nights)
    rejects, rows = _rejects(run, last, since), 0
    held = _policies_with_an_age(run)
    limits = {origin: limit for origin, policy in held.items() if (limit := oldest_kept(policy, last)) is not None}
    if limits:
        earliest = None if since is None else min(since - timedelta(days=p.max_age_days or 0) for p in held.values())
        rows = _deliveries(run, limits, earliest)
    run.expired = rows > 0 or (everything and rejects > 0)  # a night is not published from nothing for some unreadable rows
    return rows + rejects


def _policies_with_an_age(run: NightRun) -> dict[str, Policy]:
    origins = {source.origin for source in run.settings.sources} | set(run.settings.policies)
    held = {origin: policy_of(origin, run.settings.policies) for origin in sorted(origins)}
    return {origin: policy for origin, policy in held.items() if policy.max_age_days is not None}


def _rejects(run: NightRun, last: date, since: date | None) -> int:
    """Rows nobody could read are kept as received for some days (rules/policies.toml); that there were such stays."""
    limit = last - timedelta(days=reject_days())
    first = date.min if since is None else since - timedelta(days=reject_days())
    aged = {
        n for key in run.candidate.state.partitions("core_rejects") if first <= (n := date.fromisoformat(night_of(key))) < limit
    }
    emptied = 0

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        nonlocal emptied
        emptied += rows["raw"].count()
        return rows.with_columns(raw=pl.lit(None, pl.String()))

    if aged:
        rewrite(run, "core_rejects", "raw IS NOT NULL", change, {night.isoformat() for night in aged})
    return emptied


def _deliveries(run: NightRun, limits: Mapping[str, datetime], earliest: date | None) -> int:
    condition = " OR ".join(f"(origin = '{origin}' AND seen_at < TIMESTAMP '{limit}')" for origin, limit in limits.items())
    is_old = pl.any_horizontal((pl.col("origin") == origin) & (pl.col("seen_at") < limit) for origin, limit in limits.items())
    posts: list[pl.DataFrame] = []
    removed = 0
    for name in ("observations", "account_observations", "status_observations"):
        keys = {night_of(key) for key in run.candidate.state.partitions(name)}
        nights = {key for key in keys if earliest is None or date.fromisoformat(key) >= earliest}

        def change(rows: pl.DataFrame, name: str = name) -> pl.DataFrame:
            nonlocal removed
            old = rows.filter(is_old)
            removed += old.height
            if name in _SHOWN:
                count_removed(run, _SHOWN[name], MAX_AGE, old)
            if name == "observations":
                posts.append(old.select("network", "post_id", "posted_on", "origin", "night", "source", "attempt"))
            return rows.filter(~is_old)

        rewrite(run, name, condition, change, nights)
    if posts:
        gone = pl.concat(posts)
        account_for_removed(run, gone)
        _seal(run, gone)
    return removed


def _seal(run: NightRun, gone: pl.DataFrame) -> None:
    """Mentions whose post is no longer held by any delivery, as rows that count and name nobody: `sealed_mentions`."""
    engine, candidate = run.engine, run.candidate
    engine.register_frame("expired_posts", gone.select("network", "post_id", "posted_on", "origin").unique())
    months = {month_of(day) for day in gone["posted_on"]}
    candidate.register(engine, TABLES["observations"], view="observations_left")
    candidate.register(engine, TABLES["_post_identity"], view="identity_accepted", accepted=True)
    around = {month_of(day + timedelta(days=shift)) for day in gone["posted_on"] for shift in (-1, 1)}
    candidate.register(engine, TABLES["_mention_facts"], months | around, view="facts_accepted", accepted=True)
    facts = engine.query(sql_of("facts_of_expired_posts"))
    if facts.is_empty():
        return
    salt = secrets.token_hex(16)  # thrown away: nobody can tell whose row a sealed one was
    keys = [f"sealed:{hashlib.sha256(f'{salt}{one}'.encode()).hexdigest()[:32]}" for one in facts["post_id"]]
    night = run.as_of_night
    nobody = {c: pl.lit(None, pl.String()) for c in ("account_id", "creator_id")}
    sealed = facts.with_columns(
        post_id=pl.Series(keys, dtype=pl.String),
        night=pl.lit(night),
        created_at=pl.col("day").cast(pl.Datetime("us")),
        **nobody,
    ).with_columns(month=pl.col("day").dt.truncate("1mo"))
    for part in sealed.partition_by("month"):
        candidate.write_frame(_SEALED, night_key(night, month_of(part["month"][0])), part)


def anew_path(home: Home) -> Path:
    """Its being there says that the next publication begins from nothing, and no older one stays."""
    return home.lake / "publish_anew"


def remove_raw(run: NightRun) -> int:
    """After the promotion: raw of captures that are too old, or hold what their origin may not store. Returns captures."""
    if run.expired:
        replace_file(anew_path(run.home), b"rows have expired\n")
    removed = 0
    for source in run.settings.sources:
        policy = policy_of(source.origin, run.settings.policies)
        if policy.max_age_days is not None or not (policy.may_store_text and policy.may_store_author):
            removed += _remove_raw_of(run, source, policy)
    return removed


def _remove_raw_of(run: NightRun, source: Source, policy: Policy) -> int:
    limit = oldest_kept(policy, run.aged_on or run.as_of_night)
    forbidden = not (policy.may_store_text and policy.may_store_author)
    kept: set[str] = set()
    gone: set[str] = set()
    removed = 0
    for night, manifests in closed_nights(run.home.raw, source.name).items():
        is_old = limit is not None and clock.night_end(night).replace(tzinfo=None) < limit
        is_due = is_old or (forbidden and night.isoformat() in run.candidate.state.nights)
        for manifest in manifests:
            capture = Capture(run.home.raw, source.name, night, manifest.attempt)
            paths = {path.name for file in manifest.files if (path := capture.path_of(file)).exists()}
            if not is_due and not manifest.purged:
                kept |= paths
                continue
            gone |= paths
            if not manifest.purged:
                capture.close(msgspec.structs.replace(manifest, purged=True))
                removed += 1
            shutil.rmtree(capture.pages.folder, ignore_errors=True)
    for name in gone - kept:
        (run.home.raw / source.name / "files" / name).unlink(missing_ok=True)
    return removed
