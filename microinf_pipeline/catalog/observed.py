"""The contract between everything that delivers (network parsers, file plans) and everything that reads.

A source hands over *deliveries*: one row per post, account or status it saw, exactly as wide as below. Rows carry no
derived text features yet; `features.with_features` adds those before rows become observations.

Put here: the delivered columns and their polars types. Keep out: how they are fetched or stored.
"""

from __future__ import annotations

from typing import Final

import polars as pl

Schema = dict[str, pl.DataType]

_TS: Final = pl.Datetime("us")  # UTC without zone, as in every table of the lake

NETWORKS: Final = (
    "bluesky", "mastodon", "reddit", "threads", "youtube", "x", "instagram", "facebook", "tiktok", "linkedin",
    "web", "blog", "news", "forum", "review", "other",
)  # fmt: skip
POST_TYPES: Final = ("original", "reply", "quote", "repost")
STATUSES: Final = ("available", "edited", "deleted", "protected", "withheld", "unknown")
CAPTURE_REASONS: Final = ("mention", "timeline", "owned")
FOLLOWERS_PRECISION: Final = ("exact", "rounded", "hidden", "unknown")
ACCOUNT_TYPES: Final = ("person", "brand", "media", "bot", "unknown")

#: Where a delivery came from. Filled by the caller of the parser, the same for all three kinds.
#: The total order of deliveries is (night, observed_at nulls first, source_rank, attempt, file, row_number).
PROVENANCE: Final[Schema] = {
    "night": pl.Date(),
    "source": pl.String(),
    "source_rank": pl.Int32(),  # position of the source in the configuration
    "attempt": pl.Int32(),  # 1 for the first capture of a night, one more for each --recapture
    "file": pl.String(),  # raw file (or page) inside the capture
    "row_number": pl.Int64(),  # position inside the file, from 1
    "origin": pl.String(),  # the road by which the row came: policies hang on it
}

#: One row per delivery of a post. NULL = the source did not say; never 0 for unknown.
POST_DELIVERY: Final[Schema] = {
    "network": pl.String(),
    "post_id": pl.String(),  # the platform's id (Bluesky: at:// uri; Mastodon: ActivityPub uri); NULL if not given
    "url": pl.String(),  # as delivered
    "protocol_uri": pl.String(),  # the id that is the same on every road: at:// or ActivityPub uri, else NULL
    "bridged_from_uri": pl.String(),  # protocol uri of the original, when this post is a bridge's copy of it
    "account_id": pl.String(),  # the platform's id of the author, else NULL
    "handle": pl.String(),  # without leading @; Mastodon fully qualified user@domain
    "display_name": pl.String(),
    "title": pl.String(),
    "text": pl.String(),  # plain text, HTML already removed, reply prefix left in
    "lang": pl.String(),  # ISO 639-1, lower case, as the source says
    "country": pl.String(),  # ISO 3166 alpha-2
    "created_at": _TS,
    "edited_at": _TS,
    "observed_at": _TS,  # when the source answered; NULL in most exports
    "post_type": pl.String(),  # POST_TYPES
    "reply_to_post_id": pl.String(),
    "reply_to_account_id": pl.String(),
    "repost_of_post_id": pl.String(),
    "quote_of_post_id": pl.String(),
    "thread_root_post_id": pl.String(),
    "media_types": pl.List(pl.String()),  # of: picture, video, audio, gif, link, poll
    "likes": pl.Int64(),
    "comments": pl.Int64(),  # = replies on microblogs
    "shares": pl.Int64(),  # = reposts on microblogs
    "quotes": pl.Int64(),
    "saves": pl.Int64(),
    "views": pl.Int64(),
    "impressions": pl.Int64(),
    "reach_measured": pl.Int64(),
    "followers": pl.Int64(),  # of the author, when delivered with the post
    "followers_precision": pl.String(),  # FOLLOWERS_PRECISION, NULL when followers is not delivered
    "is_paid_label": pl.Boolean(),  # the platform's own label, not the text's
    "sponsor_accounts": pl.List(pl.String()),
    "sentiment": pl.Float64(),  # -1 … 1, as the export says
    "given_hashtags": pl.List(pl.String()),  # beyond those in the text (facets, tags fields), without '#'
    "given_mentions": pl.List(pl.String()),  # handles or account ids named by facets or fields
    "given_links": pl.List(pl.String()),  # absolute addresses from facets, cards, fields
    "given_brand_id": pl.String(),  # the export was made for this brand (matched_by=export)
    "capture_reason": pl.String(),  # CAPTURE_REASONS
    "status": pl.String(),  # STATUSES, where an export tells of it; network sources deliver statuses of their own
}

#: One row per delivery of an account: a profile look-up, a profile export, or the author block of a post.
ACCOUNT_DELIVERY: Final[Schema] = {
    "network": pl.String(),
    "account_id": pl.String(),
    "handle": pl.String(),
    "display_name": pl.String(),
    "bio": pl.String(),
    "url": pl.String(),
    "followers": pl.Int64(),
    "followers_precision": pl.String(),
    "following": pl.Int64(),
    "post_count": pl.Int64(),
    "verified": pl.Boolean(),
    "account_type": pl.String(),  # ACCOUNT_TYPES, as the network says (bot flag); else NULL
    "created_at": _TS,
    "observed_at": _TS,
    "country": pl.String(),
    "email": pl.String(),
    "category": pl.String(),
    "profile_links": pl.String(),  # addresses in fields of the profile, blanks between; '' where it has none
    "checked_links": pl.String(),  # of these, those the network checked to link back (rel=me); '' where none
    "with_post": pl.Boolean(),  # true: the author block of a post; false: a profile of its own
}

#: One row per look at whether a post is still there (refresh, deletion probes, edit marks).
STATUS_DELIVERY: Final[Schema] = {
    "network": pl.String(),
    "post_id": pl.String(),
    "observed_at": _TS,
    "status": pl.String(),  # STATUSES
    "evidence": pl.String(),  # e.g. 'absent from getPosts, second night', 'HTTP 410'
}

#: A row that could not be read. Counted, shown in core_rejects, never dropped in silence.
REJECT_DELIVERY: Final[Schema] = {
    "reason": pl.String(),  # short, from a closed set per source: 'not JSON', 'no time', 'time out of range' …
    "raw": pl.String(),  # the row as received, cut at 4,000 characters
}
