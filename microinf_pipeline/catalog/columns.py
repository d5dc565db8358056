"""Columns by meaning: one meaning, one name. A table picks from here or declares what only it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from microinf_pipeline.catalog.model import Additivity, Column, Privacy
from microinf_pipeline.catalog.observed import (
    ACCOUNT_TYPES,
    CAPTURE_REASONS,
    FOLLOWERS_PRECISION,
    NETWORKS,
    POST_TYPES,
    STATUSES,
)

ADD, SEMI, NON = Additivity.ADDITIVE, Additivity.SEMI, Additivity.NON
PSEUDO, PERSONAL = Privacy.PSEUDONYM, Privacy.PERSONAL

TIERS = ("nano", "micro", "macro", "unknown")
RELATIONS = ("organic", "owned", "employee", "vested", "paid", "gifted", "contest")
DUPLICATE_TYPES = ("redelivery", "cross_source", "bridge", "repost", "cross_post", "near_duplicate", "template")


def _c(name: str, type_: str, meaning: str, **more: Any) -> Column:
    return Column(name, type_, meaning, **more)


_COLUMNS = (
    _c("network", "VARCHAR", "The network the row belongs to.", allowed=NETWORKS),
    _c("post_id", "VARCHAR", "The platform's id of the post; 'u:' or 'c:' and a hash where the platform's is unknown.", privacy=PSEUDO),
    _c("account_id", "VARCHAR", "The platform's id of the account; 'h:' and the handle until the id is seen; NULL without an author.", privacy=PSEUDO),
    _c("creator_id", "VARCHAR", "The person: the key of the earliest linked account.", privacy=PSEUDO),
    _c("brand_id", "VARCHAR", "The brand, as configured."),
    _c("campaign_id", "VARCHAR", "The campaign, as configured; '*' where none."),
    _c("handle", "VARCHAR", "Handle without the leading @, as last seen.", privacy=PSEUDO),
    _c("display_name", "VARCHAR", "Display name, as last seen.", privacy=PERSONAL),
    _c("bio", "VARCHAR", "Profile text, as last seen.", privacy=PERSONAL),
    _c("url", "VARCHAR", "Address of the post or profile, as delivered.", privacy=PSEUDO),
    _c("title", "VARCHAR", "Title, where the network has one.", privacy=PERSONAL),
    _c("text", "VARCHAR", "Plain text of the last delivery.", privacy=PERSONAL),
    _c("lang", "VARCHAR", "Language, ISO 639-1; where the source does not say, detected for posts that mention a brand; NULL = unknown."),
    _c("lang_source", "VARCHAR", "Who says the language: the source, or the text, surely (detected) or as the likeliest of the languages looked for (guessed).", allowed=("source", "detected", "guessed")),
    _c("country", "VARCHAR", "Country stated by the source, ISO 3166 alpha-2."),
    _c("created_at", "TIMESTAMP", "When the author made it.", unit="UTC"),
    _c("posted_on", "DATE", "UTC day of the post.", unit="UTC day"),
    _c("edited_at", "TIMESTAMP", "Last edit the source told of.", unit="UTC"),
    _c("observed_at", "TIMESTAMP", "When the source answered.", unit="UTC"),
    _c("observed_on", "DATE", "UTC day of the observation.", unit="UTC day"),
    _c("post_type", "VARCHAR", "Original, reply, quote or repost.", allowed=POST_TYPES),
    _c("reply_to_post_id", "VARCHAR", "The post this one answers.", privacy=PSEUDO),
    _c("reply_to_account_id", "VARCHAR", "The account this post answers.", privacy=PSEUDO),
    _c("repost_of_post_id", "VARCHAR", "The original of a repost.", privacy=PSEUDO),
    _c("quote_of_post_id", "VARCHAR", "The post that is quoted.", privacy=PSEUDO),
    _c("thread_root_post_id", "VARCHAR", "First post of the thread.", privacy=PSEUDO),
    _c("media_types", "VARCHAR", "Kinds of media, a JSON list of picture, video, audio, gif, link, poll."),
    _c("likes", "BIGINT", "Likes, favourites or reactions; NULL where hidden or not told.", unit="count", additivity=ADD, minimum=0),
    _c("comments", "BIGINT", "Comments, or replies on microblogs; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("shares", "BIGINT", "Shares, or reposts on microblogs; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("quotes", "BIGINT", "Quotes; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("saves", "BIGINT", "Saves or bookmarks; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("views", "BIGINT", "Views as the network counts them; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("impressions", "BIGINT", "Impressions; NULL where not told.", unit="count", additivity=ADD, minimum=0),
    _c("reach_measured", "BIGINT", "Reach stated by the network for this post; NULL = unknown. Never summed.", unit="accounts", minimum=0),
    _c("engagements", "BIGINT", "Sum of the network's declared parts; NULL where a declared part is hidden (K1).", unit="count", additivity=ADD, minimum=0),
    _c("engagement_parts", "VARCHAR", "The parts that make up engagements on this network, a JSON list."),
    _c("metrics_observed_at", "TIMESTAMP", "When the latest metrics were seen.", unit="UTC"),
    _c("is_mature", "BOOLEAN", "Metrics were seen at an age of 7 days or more (K2)."),
    _c("followers", "BIGINT", "Followers of the account; NULL = unknown.", unit="accounts", additivity=SEMI, minimum=0),
    _c("followers_precision", "VARCHAR", "How exact the follower count is.", allowed=FOLLOWERS_PRECISION),
    _c("followers_at_post", "BIGINT", "Followers of the author that the post's rates use (K2).", unit="accounts", minimum=0),
    _c("followers_basis", "VARCHAR", "Where followers_at_post comes from (K2).", allowed=("delivered", "snapshot", "carried_back", "none")),
    _c("following", "BIGINT", "Accounts this one follows.", unit="accounts", minimum=0),
    _c("post_count", "BIGINT", "Posts of the account, as the network says.", unit="count", minimum=0),
    _c("verified", "BOOLEAN", "Verified by the network."),
    _c("account_type", "VARCHAR", "Kind of account.", allowed=ACCOUNT_TYPES),
    _c("tier", "VARCHAR", "Audience tier with hysteresis: nano, micro, macro; unknown without a follower count.", allowed=TIERS),
    _c("tier_raw", "VARCHAR", "Tier by the last count alone, without hysteresis.", allowed=TIERS),
    _c("tier_at_post", "VARCHAR", "Tier of the author on the day of the post.", allowed=TIERS),
    _c("tier_basis", "VARCHAR", "How tier_at_post is known.", allowed=("as_of", "carried_back", "unknown")),
    _c("tier_since", "DATE", "First day of the present tier.", unit="UTC day"),
    _c("is_paid_label", "BOOLEAN", "The platform labels the post as paid; NULL where it has no such label."),
    _c("sponsor_accounts", "VARCHAR", "Accounts the platform names as sponsors, a JSON list.", privacy=PSEUDO),
    _c("sentiment", "DOUBLE", "How the text feels, -1 to 1: as the export says, else the model's chance of glad minus chance of cross, for posts that mention a brand, in languages it knows; NULL = not told, never neutral.", minimum=-1, maximum=1),
    _c("sentiment_source", "VARCHAR", "Who says the sentiment; an export is never overruled.", allowed=("export", "model")),
    _c("safety_flags", "VARCHAR", "Brand-safety flags of the text of a post that mentions a brand, a JSON list of abuse, adult, violence, spam; [] = nothing found, NULL = not looked at, or in a language without word lists."),
    _c("safety_evidence", "VARCHAR", "The words or rule that raised each flag, a JSON list of objects: flag, words, rule of spam, words in quotation marks.", privacy=PERSONAL),
    _c("origin", "VARCHAR", "The road by which the row came; policies hang on it."),
    _c("capture_reason", "VARCHAR", "Why the post was captured.", allowed=CAPTURE_REASONS),
    _c("first_seen_at", "TIMESTAMP", "First observation.", unit="UTC"),
    _c("last_seen_at", "TIMESTAMP", "Last observation.", unit="UTC"),
    _c("status", "VARCHAR", "Availability as last known.", allowed=STATUSES),
    _c("is_counted", "BOOLEAN", "Counts as a post of its own: false for reposts and for bridge copies of a held original."),
    _c("cluster_id", "VARCHAR", "Cluster of copies, named by its earliest member; NULL for a post without copies.", privacy=PSEUDO),
    _c("relation", "VARCHAR", "Relation of the author to the brand on the day of the post.", allowed=RELATIONS),
    _c("source", "VARCHAR", "Name of the configured source."),
    _c("night", "DATE", "The night (UTC day) of the capture.", unit="UTC day"),
    _c("file", "VARCHAR", "File or page inside the capture."),
    _c("row_number", "BIGINT", "Position in the file, from 1."),
    _c("day", "DATE", "The brand's local day.", unit="brand-local day"),
    _c("valid_from", "DATE", "First day it holds.", unit="UTC day"),
    _c("valid_to", "DATE", "First day it no longer holds; NULL = still.", unit="UTC day"),
    _c("evidence", "VARCHAR", "What shows it."),
    _c("reason", "VARCHAR", "Why."),
    _c("hashtag", "VARCHAR", "Hashtag without '#', case-folded."),
    _c("is_total", "BOOLEAN", "The row is a total over the dimensions shown as '*'."),
)  # fmt: skip

VOCABULARY = {column.name: column for column in _COLUMNS}


def pick(*names: str, **more: Any) -> tuple[Column, ...]:
    """Columns of the vocabulary by name. A trailing '!' marks one as never NULL; keyword arguments change all."""
    columns = (replace(VOCABULARY[name.rstrip("!")], **more) for name in names)
    return tuple(
        replace(column, required=True) if name.endswith("!") else column for name, column in zip(names, columns, strict=True)
    )


def own(name: str, type_: str, meaning: str, **more: Any) -> Column:
    """A column only one table has."""
    if name in VOCABULARY:
        raise ValueError(f"{name} already has a meaning in the vocabulary")
    return _c(name, type_, meaning, **more)


def hidden(name: str, type_: str, meaning: str) -> Column:
    """A column of the lake that is not published."""
    return Column(name, type_, meaning, published=False)


METRICS = ("likes", "comments", "shares", "quotes", "saves", "views", "impressions")
