"""From closed raw captures to observations: parsed, given their features, written by night and month of the post.

A pure function of raw, configuration and code: the same raw gives the same rows. Put here: that walk. Keep out: how a
format is parsed (`sources`) and what a row tells (`features`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from microinf_pipeline.catalog.observed import PROVENANCE
from microinf_pipeline.catalog.tables import observed
from microinf_pipeline.features.accounts import account_days
from microinf_pipeline.features.language import with_language
from microinf_pipeline.features.rows import with_features
from microinf_pipeline.night.delivered import carry, schema_of, write, write_by_month
from microinf_pipeline.night.erased import own_columns, without_erased
from microinf_pipeline.night.policies import kept_accounts, kept_posts, kept_rejects, within_age
from microinf_pipeline.night.reading import staged_files
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sources import network_source
from microinf_pipeline.night.withdrawing import as_withdrawn
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import Source
from microinf_pipeline.sources.files.plan import ReadPlan
from microinf_pipeline.sources.mastodon_parse import NOT_PUBLIC, POST_GONE
from microinf_pipeline.sources.reddit_parse import GONE_UPSTREAM, SUSPENDED
from microinf_pipeline.sources.x_parse import SUPERSEDED
from microinf_pipeline.storage.erasing import erase_capture
from microinf_pipeline.storage.partitions import night_key
from microinf_pipeline.storage.raw import Capture, Manifest, attempts
from microinf_pipeline.storage.traces import Traces, united

_BY_NIGHT = (
    observed.OBSERVATIONS,
    observed.ACCOUNT_OBSERVATIONS,
    observed.STATUS_OBSERVATIONS,
    observed.CORE_REJECTS,
    observed.CAPTURES,
)
#: Bridgy Fed names the original inside the address of its copy.
_BRIDGED = r"brid\.gy/convert/ap/(at://\S+)$"
#: Rows that were read well but are not ours to keep: they say nothing about how well a source is read.
WITHHELD = (NOT_PUBLIC, POST_GONE, GONE_UPSTREAM, SUSPENDED, SUPERSEDED)
_COUNTS = ("rows_read", "rows_rejected", "rows_left_out", "rows_withheld", "profiles_read", "profiles_rejected")
_RENAMED = {"media_types": "media", "sponsor_accounts": "sponsors"}


@dataclass
class Tally:
    """What one capture delivered, for row accounting and completeness."""

    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # files that could not be read, and how to mend that
    erased: list[Traces] = field(default_factory=list)  # names of erased persons that were delivered again

    def add(self, **counts: int) -> None:
        self.counts.update(counts)

    def meet(self, traces: Traces | None) -> None:
        if traces is not None and traces:
            self.erased.append(traces)


def observe(run: NightRun) -> dict[str, int]:
    """Replace what the run's nights delivered by what their raw captures hold. Returns rows read per source."""
    for table in _BY_NIGHT:
        run.candidate.drop_nights(table, run.night_keys)
    rows: dict[str, int] = {}
    for night in run.nights:
        for rank, source in enumerate(run.settings.sources):
            for attempt in attempts(run.home.raw, source.name, night):
                capture = Capture(run.home.raw, source.name, night, attempt)
                manifest = capture.manifest()
                if manifest is not None:
                    tally = _observe_capture(run, source, rank, capture, manifest)
                    rows[source.name] = rows.get(source.name, 0) + tally.counts["rows_read"] + tally.counts["profiles_read"]
    return rows


def _observe_capture(run: NightRun, source: Source, rank: int, capture: Capture, manifest: Manifest) -> Tally:
    origin = {
        "night": capture.night, "source": source.name, "source_rank": rank, "attempt": capture.attempt, "origin": source.origin,
    }  # fmt: skip
    tally = Tally()
    if manifest.purged:
        carry(run, source, capture, _BY_NIGHT)
        return tally
    if isinstance(source, FileSource):
        _files(run, source, capture, manifest, origin, tally)
    else:
        _pages(run, source, capture, origin, tally)
    if tally.erased:
        erase_capture(capture, manifest, united(tally.erased), own_columns(source))
    _write_rejects(run, tally.rejects)
    _write_captures(run, source, capture.night, manifest, tally)
    return tally


def _files(
    run: NightRun, source: FileSource, capture: Capture, manifest: Manifest, origin: Mapping[str, Any], tally: Tally
) -> None:
    blocks: list[pl.DataFrame] = []
    for plan in staged_files(run, source, capture, manifest, tally.failures):
        blocks += list(_staged(run, plan, origin, tally))
    _write_accounts(run, blocks)


def _staged(run: NightRun, plan: ReadPlan, origin: Mapping[str, Any], tally: Tally) -> Iterator[pl.DataFrame]:
    """Store the posts and rejects of a staged file; yield its accounts, one row an account and day."""
    counts = run.engine.query(plan.counts_sql).row(0, named=True)
    holds_posts = plan.posts_sql is not None
    read = counts["accepted"] + counts["rejected"]
    tally.add(rows_left_out=counts["left_out"], **({"rows_read": read} if holds_posts else {"profiles_read": read}))
    rejects = run.engine.query(plan.rejects_sql)
    tally.add(**{"rows_rejected" if holds_posts else "profiles_rejected": rejects.height})
    tally.rejects.append(_with(rejects, origin))
    if plan.posts_sql is not None:
        for batch in run.engine.batches(plan.posts_sql):
            posts = _write_posts(run, _with(batch, origin), tally)
            yield account_days(posts)
    for batch in run.engine.batches(plan.accounts_sql):
        accounts, traces = without_erased(run, origin["origin"], "core_accounts", _with(batch, origin))
        tally.meet(traces)
        yield account_days(_account_rows(accounts))


def _pages(run: NightRun, source: Any, capture: Capture, origin: Mapping[str, Any], tally: Tally) -> None:
    client = network_source(source, run.home)
    parsed = client.parse(capture.pages.all())
    withheld = parsed.rejects.filter(pl.col("reason").is_in(WITHHELD)).height
    rejected = parsed.rejects.height - withheld
    tally.add(rows_read=parsed.posts.height + parsed.rejects.height, rows_rejected=rejected, rows_withheld=withheld)
    tally.rejects.append(_with(parsed.rejects, origin))
    posts = _write_posts(run, _with(parsed.posts, origin), tally) if parsed.posts.height else parsed.posts
    blocks = [account_days(posts)] if posts.height else []
    accounts, traces = without_erased(run, source.origin, "core_accounts", _with(parsed.accounts, origin))
    tally.meet(traces)
    tally.add(profiles_read=parsed.accounts.filter(~pl.col("with_post")).height)
    if accounts.height:
        blocks.append(account_days(_account_rows(accounts)))
    _write_accounts(run, blocks)
    statuses = within_age(run, source.origin, _with(parsed.statuses, origin).with_columns(seen_at=_seen_at()))
    write(run, observed.STATUS_OBSERVATIONS, night_key(capture.night), statuses)


def _with(frame: pl.DataFrame, origin: Mapping[str, Any]) -> pl.DataFrame:
    """Rows with where they came from, in the types of `PROVENANCE`."""
    given = [pl.lit(value).cast(PROVENANCE[name]).alias(name) for name, value in origin.items()]
    return frame.with_columns(given)


def _seen_at() -> pl.Expr:
    return pl.coalesce("observed_at", pl.col("night").cast(pl.Datetime("us")) + pl.duration(days=1))


def _account_rows(accounts: pl.DataFrame) -> pl.DataFrame:
    return accounts.with_columns(
        account_key=pl.coalesce("account_id", "h:" + pl.col("handle").str.to_lowercase()),
        observed_on=pl.coalesce(pl.col("observed_at").dt.date(), "night"),
        seen_at=_seen_at(),
    ).filter(pl.col("account_key").is_not_null())


def _write_posts(run: NightRun, delivered: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Give rows their features and store them by month; rows dated impossibly become rejects. Returns what was stored."""
    read, found = delivered.height, _not_of_timelines(delivered)
    delivered, traces = without_erased(run, delivered["origin"][0], "core_posts", delivered)
    tally.meet(traces)
    tally.add(rows_withheld=read - delivered.height, kept_out=found - _not_of_timelines(delivered))
    posts = with_features(delivered)
    _write_stated_statuses(run, posts)
    reason = (
        pl.when(pl.col("created_at").is_null()).then(pl.lit("no time"))
        .when(pl.col("created_at") > pl.col("seen_at") + pl.duration(hours=24))
        .then(pl.lit("dated more than 24 h after it was seen"))
        .when(pl.col("created_at").dt.year() < 1990).then(pl.lit("time out of range"))
    )  # fmt: skip
    posts = posts.with_columns(reason=reason)
    refused = posts.filter(pl.col("reason").is_not_null())
    if refused.height:
        tally.add(rows_rejected=refused.height)
        tally.rejects.append(refused.with_columns(raw=pl.coalesce("url", "post_id")))
        posts = posts.filter(pl.col("reason").is_null())
    if posts.is_empty():
        return posts
    found = _not_of_timelines(posts)
    posts, withheld = kept_posts(run, posts["origin"][0], with_language(posts, _languages(run)))
    tally.add(rows_withheld=withheld, kept_out=found - _not_of_timelines(posts))
    write_by_month(run, observed.OBSERVATIONS, "posted_on", as_withdrawn(run, _as_observations(posts)))
    tally.add(rows_of_timelines=posts.height - _not_of_timelines(posts))
    return posts


def _not_of_timelines(posts: pl.DataFrame) -> int:
    return posts.filter(pl.col("capture_reason").ne_missing("timeline")).height


def _write_stated_statuses(run: NightRun, posts: pl.DataFrame) -> None:
    """What an export says of its posts' availability is a look at them."""
    stated = posts.filter(pl.col("status").is_not_null()).with_columns(evidence=pl.lit("stated by the export"))
    if stated.height:
        write(run, observed.STATUS_OBSERVATIONS, night_key(stated["night"][0]), stated)


def _languages(run: NightRun) -> tuple[str, ...]:
    """Languages to tell apart where a source states none: those the brands look for; none named, none guessed."""
    return tuple(sorted({language for brand in run.settings.brands for language in brand.target.languages}))


def _as_observations(posts: pl.DataFrame) -> pl.DataFrame:
    return posts.rename(_RENAMED).with_columns(
        post_type=pl.col("post_type").fill_null("original"),
        bridged_from_uri=pl.coalesce("bridged_from_uri", pl.col("post_id", "url").str.extract(_BRIDGED)),
    )


def _write_accounts(run: NightRun, blocks: Iterable[pl.DataFrame]) -> None:
    filled = [block for block in blocks if block.height]
    if filled:
        accounts = account_days(pl.concat(filled))
        kept = kept_accounts(run, accounts["origin"][0], accounts)
        write_by_month(run, observed.ACCOUNT_OBSERVATIONS, "observed_on", kept)


def _write_rejects(run: NightRun, refused: Sequence[pl.DataFrame]) -> None:
    """All rejects of a capture at once: how rows came in batches must not show in the table's hash."""
    filled = [frame.select(observed.CORE_REJECTS.column_names) for frame in refused if frame.height]
    if filled:
        rejects = pl.concat(filled, how="vertical_relaxed")
        rejects = kept_rejects(run, rejects["origin"][0], rejects)
        write(run, observed.CORE_REJECTS, night_key(rejects["night"][0]), rejects)


def _write_captures(run: NightRun, source: Source, night: date, manifest: Manifest, tally: Tally) -> None:
    counts = tally.counts
    holds = source.holds if isinstance(source, FileSource) else "posts"
    base = {
        "night": night, "source": source.name, "attempt": manifest.attempt, "is_files": isinstance(source, FileSource),
        "holds": holds,
    }  # fmt: skip
    # Timelines come by fits and starts: they say nothing about whether a night found the mentions there were. What a policy or
    # an erasure keeps out was captured: a night is not less complete for it.
    taken = counts["rows_read"] - counts["rows_rejected"] - counts["rows_withheld"] + counts["kept_out"]
    taken -= counts["rows_of_timelines"]
    brand = getattr(source, "brand", None)
    whole = {
        **base, "brand_id": (brand.constant if brand else None) or "*", "rule": "*",
        "state": "failed" if tally.failures else manifest.status,
        "captured": taken if holds == "posts" else counts["profiles_read"] - counts["profiles_rejected"],
        "gap_reason": "; ".join(filter(None, [manifest.error, *tally.failures])) or None,
        **{of: counts[of] for of in _COUNTS},
    }  # fmt: skip
    queries = [
        {
            **base, "brand_id": q.brand_id or "*", "rule": q.rule, "state": q.status, "captured": q.captured,
            "stated_total": q.expected, "gap_reason": q.gap_reason,
        }
        for q in manifest.outcomes()
    ]  # fmt: skip
    frame = pl.DataFrame([whole, *queries], schema=schema_of(observed.CAPTURES), orient="row")
    write(run, observed.CAPTURES, night_key(night), frame.unique(observed.CAPTURES.grain, keep="first", maintain_order=True))
