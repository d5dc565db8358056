"""Posts: what is one post, its state, its metrics, what it repeats."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import ADD, DUPLICATE_TYPES, METRICS, PSEUDO, hidden, own, pick
from microinf_pipeline.catalog.model import Layer, Read, Reference, Rule, Scope, Severity, Stage, Table

_POST = ("network", "post_id")
_ACCOUNT = ("network", "account_id")
_FLAG = '"(abuse|adult|violence|spam)"'
_FLAGS = rf"^\[({_FLAG}(,{_FLAG})*)?\]$"

POST_IDENTITY = Table(
    name="_post_identity", layer=Layer.CORE, stage=Stage.DEDUPLICATE, published=False,
    grain=("network", "post_id", "posted_on"),
    purpose="Only posts delivered under several ids or several days: which id and which day they end on.",
    reads=(Read("observations_all"),),
    columns=(
        *pick("network!", "post_id!", "posted_on!"),
        hidden("to_network", "VARCHAR", "Network of the surviving key."),
        hidden("to_post_id", "VARCHAR", "Id of the surviving key."),
        hidden("home_on", "DATE", "Day the merged post lies on."),
    ),
)  # fmt: skip

CORE_POST_STATUS = Table(
    name="core_post_status", layer=Layer.CORE, stage=Stage.DEDUPLICATE, partition_by="posted_on",
    grain=("network", "post_id", "changed_at"),
    purpose="Availability history of each post; reversible, a later row says the newer state.",
    reads=(
        Read("_deliveries", Scope.TOUCHED), Read("_posts_latest", Scope.TOUCHED), Read("_post_identity"), Read("status_observations"),
    ),
    columns=(
        *pick("network!", "post_id!"),
        own("changed_at", "TIMESTAMP", "When the state was first seen.", unit="UTC", required=True),
        *pick("status!", "evidence", "posted_on!"),
    ),
)  # fmt: skip

CORE_POST_METRICS = Table(
    name="core_post_metrics", layer=Layer.CORE, stage=Stage.DEDUPLICATE, partition_by="posted_on",
    grain=("network", "post_id", "observed_on"),
    purpose="Metrics of a post as seen on each day: the history rates are read from.",
    reads=(Read("_deliveries", Scope.TOUCHED),),
    columns=(
        *pick("network!", "post_id!", "observed_on!", *METRICS, "reach_measured"),
        own("age_days", "INTEGER", "Full days from the post to the day's last observation, so that 7 is at least 168 hours (K2).", unit="days"),
        *pick("source!", "posted_on!"),
    ),
)  # fmt: skip

CORE_DUPLICATES = Table(
    name="core_duplicates", layer=Layer.CORE, stage=Stage.CLASSIFY, partition_by="posted_on",
    grain=("network", "post_id", "duplicate_type", "night", "source"),
    purpose="Every removed or uncounted row and every copy that counts, with its survivor and the reason.",
    reads=(
        Read("_deliveries", Scope.TOUCHED), Read("_posts_latest", Scope.TOUCHED), Read("_originals", Scope.TOUCHED),
        Read("_post_copies", Scope.TOUCHED),
    ),
    columns=(
        *pick("network!", "post_id!"),
        own("duplicate_type", "VARCHAR", "Kind of duplicate.", allowed=DUPLICATE_TYPES, required=True),
        *pick("night!", "source!"),
        own("survivor_network", "VARCHAR", "Network of the row that stays; NULL where a repost names no original."),
        own("survivor_post_id", "VARCHAR", "Post that stays; NULL where a repost names no original.", privacy=PSEUDO),
        own("removed_rows", "BIGINT", "Deliveries that became no row of their own; 0 for kinds that keep one.", unit="rows", additivity=ADD, required=True, minimum=0),
        own("similarity", "DOUBLE", "How alike, from 0 to 1; 1 where the key proves it.", minimum=0, maximum=1),
        *pick("reason!", "posted_on!"),
    ),
)  # fmt: skip

CORE_POSTS = Table(
    name="core_posts", layer=Layer.CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=_POST, config=("tiers", "policies"), rule_files=("policies.toml",),
    purpose="One row per post: text and identity from the last delivery, each metric from the last that had it.",
    reads=(
        Read("_posts_latest", Scope.TOUCHED), Read("core_post_status", Scope.TOUCHED), Read("core_post_metrics", Scope.TOUCHED),
        Read("core_duplicates", Scope.TOUCHED), Read("_post_copies", Scope.TOUCHED), Read("_account_day_audience", Scope.TOUCHED),
        Read("engagement_parts"), Read("_post_readings", Scope.TOUCHED), Read("refusing_origins"),
    ),
    columns=(
        *pick("network!", "post_id!", "account_id", "handle", "url", "title", "text", "lang", "lang_source", "country"),
        *pick("created_at!", "posted_on!", "edited_at", "post_type!"),
        *pick("reply_to_post_id", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id", "media_types"),
        *pick(*METRICS, "reach_measured", "engagements", "engagement_parts", "metrics_observed_at", "is_mature!"),
        *pick("followers_at_post", "followers_basis!", "tier_at_post!", "tier_basis!", "is_paid_label", "sponsor_accounts"),
        *pick("sentiment", "sentiment_source", "safety_flags", "safety_evidence", "origin", "capture_reason!", "first_seen_at!", "last_seen_at!"),
        *pick("status!", "is_counted!", "cluster_id"),
    ),
    references=(Reference(_ACCOUNT, "core_accounts", _ACCOUNT),),
    rules=(
        Rule("counts_no_repost", "post_type = 'repost' AND is_counted", "K11: a repost has no mention and no engagement of its own."),
        Rule("knows_tier_basis", "(tier_at_post = 'unknown') <> (tier_basis = 'unknown')", "A tier has a basis, an unknown one has none."),
        Rule("knows_followers_basis", "(followers_at_post IS NULL) <> (followers_basis = 'none')", "K2: followers_basis says where the count comes from."),
        Rule("says_who_tells_the_sentiment", "(sentiment IS NULL) <> (sentiment_source IS NULL)", "A feeling is somebody's or some model's word."),
        Rule(
            "knows_and_shows_its_flags",
            f"(safety_flags IS NULL) <> (safety_evidence IS NULL) OR (safety_flags = '[]') <> (safety_evidence = '[]')"
            f" OR regexp_matches(safety_flags, '{_FLAGS}') IS FALSE",
            "Safety flags are a closed set, and each has its evidence.",
        ),
        Rule(
            "engages_plausibly", "followers_at_post >= 1000 AND engagements > 20 * followers_at_post",
            "More than 20 engagements a follower is a parsing error more often than a viral post; real posts reach 8.7.",
            severity=Severity.ERROR, allowed_share=0.01,
        ),
    ),
)  # fmt: skip

CORE_POST_HASHTAGS = Table(
    name="core_post_hashtags", layer=Layer.CORE, stage=Stage.CLASSIFY, partition_by="posted_on", grain=("network", "post_id", "hashtag"),
    purpose="Hashtags of each post.",
    reads=(Read("_posts_latest", Scope.TOUCHED),),
    columns=(
        *pick("network!", "post_id!", "hashtag!"),
        own("hashtag_as_written", "VARCHAR", "Hashtag without '#', as the author wrote it.", required=True),
        *pick("posted_on!"),
    ),
    references=(Reference(_POST, "core_posts", _POST),),
)  # fmt: skip
