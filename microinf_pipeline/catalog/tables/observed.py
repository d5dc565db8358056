"""Observations: one row per delivery, typed, before any decision. In the lake only, but for rejects.

Partitioned by night: a night that is captured again replaces its own rows and no others. Files inside a night are split
by the month of the post, so that a touched month reads only its own.
"""

from __future__ import annotations

from microinf_pipeline.catalog.columns import hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Stage, Table

_WHERE_FROM = (
    *pick("night!", "source!"),
    own("source_rank", "INTEGER", "Position of the source in the configuration.", required=True),
    own("attempt", "INTEGER", "1 for the first capture of a night, one more for each repeat.", required=True),
    *pick("file", "row_number", "origin"),
)

OBSERVATIONS = Table(
    name="observations",
    layer=Layer.OBSERVED,
    stage=Stage.CAPTURE,
    purpose="One row per delivery of a post, with the features of its row.",
    grain=("night", "source", "attempt", "file", "row_number"),
    partition_by="posted_on",
    published=False,
    columns=(
        *_WHERE_FROM,
        *pick("network!", "post_id!", "url"),
        hidden("url_key", "VARCHAR", "Canonical form of the URL: equal for the same post by another road."),
        hidden("protocol_uri", "VARCHAR", "at:// or ActivityPub uri."),
        hidden("bridged_from_uri", "VARCHAR", "Protocol uri of the original, for a bridge's copy."),
        hidden("account_key", "VARCHAR", "account_id, else 'h:' and the handle."),
        *pick("handle", "title", "text", "lang", "lang_source", "country", "created_at!", "posted_on!", "edited_at", "observed_at"),
        hidden("observed_on", "DATE", "UTC day of observed_at, else the night."),
        hidden("seen_at", "TIMESTAMP", "observed_at, else the end of the night."),
        *pick("post_type!", "reply_to_post_id", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id"),
        hidden("media", "VARCHAR[]", "Kinds of media."),
        *pick("likes", "comments", "shares", "quotes", "saves", "views", "impressions", "reach_measured"),
        *pick("followers", "followers_precision", "is_paid_label"),
        hidden("sponsors", "VARCHAR[]", "Sponsor accounts."),
        *pick("sentiment"),
        hidden("hashtags", "VARCHAR[]", "Folded hashtags, in order, each once."),
        hidden("hashtags_as_written", "VARCHAR[]", "The same, as written."),
        hidden("mentioned", "VARCHAR[]", "Folded handles named."),
        hidden("link_hosts", "VARCHAR[]", "Registrable domains and hosts linked."),
        hidden("words_beyond_handles", "BOOLEAN", "Words beyond leading @handles (K11)."),
        hidden("given_brand_id", "VARCHAR", "Brand the export was made for."),
        *pick("capture_reason"),
        hidden("kept_readings", "VARCHAR", "What was read from words that were withdrawn, JSON: brands named, labels; NULL = the words are held."),
    ),
)

ACCOUNT_OBSERVATIONS = Table(
    name="account_observations",
    layer=Layer.OBSERVED,
    stage=Stage.CAPTURE,
    purpose="One row per delivery of an account: a profile, or the author block of a post.",
    grain=("night", "source", "attempt", "file", "row_number", "account_key"),
    partition_by="observed_on",
    published=False,
    columns=(
        *_WHERE_FROM,
        *pick("network!"),
        hidden("account_key", "VARCHAR", "account_id, else 'h:' and the handle."),
        *pick("account_id", "handle", "display_name", "bio", "url", "followers", "followers_precision", "following", "post_count"),
        *pick("verified", "account_type", "created_at", "observed_at", "observed_on!", "country"),
        hidden("seen_at", "TIMESTAMP", "observed_at, else the end of the night."),
        hidden("email", "VARCHAR", "Contact address the profile shows."),
        hidden("category", "VARCHAR", "Category the network or export gives."),
        hidden("profile_links", "VARCHAR", "Addresses in fields of the profile, blanks between; '' where it has none."),
        hidden("checked_links", "VARCHAR", "Of these, those the network checked to link back (rel=me)."),
        hidden("with_post", "BOOLEAN", "Author block of a post rather than a profile."),
    ),
)

STATUS_OBSERVATIONS = Table(
    name="status_observations",
    layer=Layer.OBSERVED,
    stage=Stage.CAPTURE,
    purpose="One row per look at whether a post is still there.",
    grain=("night", "source", "attempt", "file", "row_number"),
    partition_by="night",
    published=False,
    columns=(
        *_WHERE_FROM,
        *pick("network!", "post_id!", "observed_at"),
        hidden("seen_at", "TIMESTAMP", "observed_at, else the end of the night."),
        *pick("status!", "evidence"),
    ),
)

CORE_REJECTS = Table(
    name="core_rejects",
    layer=Layer.CORE,
    stage=Stage.CAPTURE,
    purpose="Rows that could not be read, with the reason. Counted, never dropped in silence.",
    grain=("source", "night", "attempt", "file", "row_number"),
    partition_by="night",
    columns=(
        *pick("source!", "night!"),
        own("attempt", "INTEGER", "Attempt of the capture.", required=True),
        *pick("file", "row_number", "origin", "reason!"),
        own("raw", "VARCHAR", "The row as received, cut at 4,000 characters; expires after 30 days.", privacy=pick("text")[0].privacy),
    ),
)

CAPTURES = Table(
    name="captures",
    layer=Layer.OBSERVED,
    stage=Stage.CAPTURE,
    purpose="How each query of each source went, night by night; the rows behind completeness and row accounting.",
    grain=("night", "source", "attempt", "brand_id", "rule"),
    partition_by="night",
    published=False,
    columns=(
        *pick("night!", "source!"),
        own("attempt", "INTEGER", "Attempt of the capture.", required=True),
        hidden("is_files", "BOOLEAN", "A file source: its volume only warns."),
        *pick("brand_id!"),
        own("rule", "VARCHAR", "The query: a hashtag, keyword, handle, file set; '*' for the whole source.", required=True),
        hidden("holds", "VARCHAR", "What the source is for: posts, or profiles alone."),
        hidden("state", "VARCHAR", "complete, short, failed, budget_spent."),
        hidden("captured", "BIGINT", "Posts (of a source of profiles: profiles) seen by the query."),
        hidden("stated_total", "BIGINT", "What the source itself said there was."),
        hidden("gap_reason", "VARCHAR", "Why it fell short."),
        hidden("rows_read", "BIGINT", "Post rows of this night: deliveries and rejects ('*' rows only)."),
        hidden("rows_rejected", "BIGINT", "Of those, rejects ('*' rows only)."),
        hidden("rows_left_out", "BIGINT", "Rows a 'where' left out ('*' rows only)."),
        hidden("rows_withheld", "BIGINT", "Rows a policy or tombstone withheld ('*' rows only)."),
        hidden("profiles_read", "BIGINT", "Profile rows of this night, rejects among them ('*' rows only)."),
        hidden("profiles_rejected", "BIGINT", "Of those, rejects ('*' rows only)."),
    ),
)

TABLES = (OBSERVATIONS, ACCOUNT_OBSERVATIONS, STATUS_OBSERVATIONS, CORE_REJECTS, CAPTURES)
