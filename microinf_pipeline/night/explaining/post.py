"""The story of one post: every delivery, what it was merged from, and how each of its published values came about.

Put here: that story, from the accepted state. Keep out: the rules themselves (models).
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.features.links import canonical_urls
from microinf_pipeline.night.sections import Section, facts, said, table
from microinf_pipeline.storage.lake import Candidate

_READ = (
    "observations", "_post_identity", "core_posts", "core_duplicates", "core_post_status", "core_post_metrics", "core_mentions",
    "core_mention_campaigns", "core_campaigns", "core_account_history", "core_tier_history", "_account_day_audience",
)  # fmt: skip
_KEY = "network = $network AND post_id = $post_id"

_FIND = """
WITH asked AS (
    SELECT network, post_id, posted_on FROM observations
    WHERE (network = $network AND post_id = $post_id) OR url_key = $url_key OR url = $key OR (post_id = $key AND $network = '')
)
SELECT DISTINCT coalesce(i.to_network, a.network) AS network, coalesce(i.to_post_id, a.post_id) AS post_id
FROM asked AS a
LEFT JOIN _post_identity AS i ON i.network = a.network AND i.post_id = a.post_id AND i.posted_on = a.posted_on
ORDER BY network, post_id
"""

_NEAR = """
SELECT network || '/' || post_id AS key FROM core_posts
ORDER BY levenshtein(network || '/' || post_id, $key), key LIMIT 3
"""

_DELIVERIES = """
WITH members AS (
    SELECT network, post_id FROM _post_identity WHERE to_network = $network AND to_post_id = $post_id
    UNION SELECT $network AS network, $post_id AS post_id
)
SELECT o.night, o.source, o.attempt, o.file, CAST(o.row_number AS VARCHAR) AS row, o.seen_at,
    o.network || '/' || o.post_id AS delivered_as, o.origin,
    o.likes, o.comments, o.shares, o.quotes, o.saves, o.views, o.impressions, o.reach_measured AS reach, o.followers
FROM observations AS o
SEMI JOIN members AS m ON m.network = o.network AND m.post_id = o.post_id
ORDER BY o.night, o.observed_at NULLS FIRST, o.source_rank, o.attempt, o.file, o.row_number
"""

_MERGED = """
SELECT DISTINCT network || '/' || post_id AS delivered_as, posted_on, home_on AS lies_on FROM _post_identity
WHERE to_network = $network AND to_post_id = $post_id ORDER BY ALL
"""

_DUPLICATES = """
SELECT duplicate_type, night, source, removed_rows, similarity, survivor_network || '/' || survivor_post_id AS survivor, reason
FROM core_duplicates WHERE network = $network AND post_id = $post_id ORDER BY night, source, duplicate_type
"""

_COPIES = """
SELECT network || '/' || post_id AS copy, duplicate_type, night, source, reason FROM core_duplicates
WHERE survivor_network = $network AND survivor_post_id = $post_id AND (network <> $network OR post_id <> $post_id)
ORDER BY night, copy LIMIT 20
"""

_CLUSTER = """
SELECT p.network || '/' || p.post_id AS post, p.handle, p.created_at, d.duplicate_type, d.similarity,
    d.survivor_network || '/' || d.survivor_post_id AS repeats, coalesce(d.reason, 'the earliest') AS reason
FROM core_posts AS p
LEFT JOIN core_duplicates AS d
    ON d.network = p.network AND d.post_id = p.post_id AND d.duplicate_type IN ('cross_post', 'near_duplicate', 'template')
WHERE p.cluster_id = $cluster_id ORDER BY p.created_at, post LIMIT 20
"""

_MENTIONS = """
SELECT brand_id, matched_by, matched_text, mention_mode, relation, counts_as_earned, not_counted_reason FROM core_mentions
WHERE network = $network AND post_id = $post_id ORDER BY brand_id
"""

_CAMPAIGNS = """
SELECT m.campaign_id, c.brand_id, m.tags_found, c.starts_at, c.ends_at FROM core_mention_campaigns AS m
JOIN core_campaigns AS c ON c.campaign_id = m.campaign_id
WHERE m.network = $network AND m.post_id = $post_id ORDER BY m.campaign_id
"""

_METRICS = f"""
SELECT observed_on, age_days, likes, comments, shares, quotes, saves, views, impressions, reach_measured AS reach, source
FROM core_post_metrics WHERE {_KEY} ORDER BY observed_on
"""

_HISTORY = """
SELECT observed_on, followers, followers_precision, source, CAST(observed_on - $posted_on AS INTEGER) AS days_after_post
FROM core_account_history WHERE network = $network AND account_id = $account_id AND followers IS NOT NULL
ORDER BY abs(observed_on - $posted_on), observed_on LIMIT 5
"""

#: The count that followers_at_post is, by its basis (K2).
_BEHIND = {
    "delivered": """
        SELECT observed_on, source, followers FROM observations
        WHERE network = $network AND post_id = $post_id AND followers = $followers AND observed_on >= $posted_on
        ORDER BY night, observed_at NULLS FIRST, source_rank, attempt, file, row_number LIMIT 1""",
    "snapshot": """
        SELECT observed_on, source, followers FROM core_account_history
        WHERE network = $network AND account_id = $account_id AND followers IS NOT NULL AND observed_on <= $posted_on
        ORDER BY observed_on DESC LIMIT 1""",
    "carried_back": """
        SELECT observed_on, source, followers FROM core_account_history
        WHERE network = $network AND account_id = $account_id AND followers IS NOT NULL AND observed_on >= $posted_on
        ORDER BY observed_on LIMIT 1""",
}

_TIERS = """
SELECT tier, valid_from, valid_to, followers_at_change, reason FROM core_tier_history
WHERE network = $network AND account_id = $account_id ORDER BY valid_from
"""


def post_story(engine: Engine, candidate: Candidate, key: str) -> list[Section]:
    """Sections about a post named by network/post_id or by its address. Raises FixConfigurationError if it is unknown."""
    for name in _READ:
        candidate.register(engine, TABLES[name])
    own = _found(engine, key)
    post = engine.query(f"SELECT * FROM core_posts WHERE {_KEY}", own).row(0, named=True)
    return [
        _head(post),
        table("Deliveries, in the order that decides", engine.query(_DELIVERIES, own), "none stored"),
        *_when_any(table("Merged: one post under several ids or days", engine.query(_MERGED, own), "")),
        table("Removed rows and what it copies", engine.query(_DUPLICATES, own), "no duplicate of it was removed"),
        *_when_any(table("Copies and reposts of it", engine.query(_COPIES, own), "")),
        *_when_any(table(_SAME_WORDS, engine.query(_CLUSTER, {"cluster_id": post["cluster_id"]}), "")),
        table(
            "Availability",
            engine.query(f"SELECT changed_at, status, evidence FROM core_post_status WHERE {_KEY} ORDER BY changed_at", own),
            "never told",
        ),
        table("Mentions", engine.query(_MENTIONS, own), "it names no brand"),
        table("Campaigns", engine.query(_CAMPAIGNS, own), "in none"),
        _engagements(post),
        table(
            "Metrics by day seen (rates use the first at an age of 7 days or more)", engine.query(_METRICS, own), "none told"
        ),
        *_audience(engine, post),
    ]


_SAME_WORDS = "Its cluster: posts that say the same, the first twenty; each counts as a post of its own"


def _when_any(section: Section) -> list[Section]:
    return [section] if section.rows else []


def _found(engine: Engine, key: str) -> dict[str, Any]:
    network, _, post_id = key.partition("/")
    known = network in NETWORKS
    asked = {
        "network": network if known else "", "post_id": post_id if known else key, "key": key,
        "url_key": canonical_urls(pl.Series([key]))[0] if "://" in key else None,
    }  # fmt: skip
    rows = engine.query(_FIND, asked).to_dicts()
    if len(rows) == 1:
        return rows[0]
    if rows:
        several = ", ".join(f"{r['network']}/{r['post_id']}" for r in rows[:5])
        raise FixConfigurationError(f"'{key}' names {len(rows)} posts", where=several, fix="name one as network/post_id")
    near = engine.query(_NEAR, {"key": key})["key"].to_list()
    where = f"nearest: {', '.join(near)}" if near else "no post is stored"
    raise FixConfigurationError(f"no post '{key}'", where=where, fix="name it as network/post_id, or by its address")


def _head(post: dict[str, Any]) -> Section:
    author = f"{post['handle'] or '–'} ({post['network']}:{post['account_id']})" if post["account_id"] else "unknown"
    counts = "counts as a post of its own" if post["is_counted"] else "does not count as a post of its own"
    pairs = [
        ("address", post["url"]), ("author", author), ("created", f"{said(post['created_at'])} UTC"),
        ("type", post["post_type"]),
        ("text", post["text"]), ("language", post["lang"] and f"{post['lang']} ({post['lang_source']})"),
        ("sentiment", None if post["sentiment"] is None else f"{post['sentiment']:.2f} (by the {post['sentiment_source']})"),
        ("safety", _safety(post)), ("origin", post["origin"]),
        ("seen", f"{said(post['first_seen_at'])} … {said(post['last_seen_at'])} UTC"), ("status", post["status"]),
        ("counting", counts),
        ("cluster of copies", post["cluster_id"] and f"{post['cluster_id']} (the key of its earliest post)"),
    ]  # fmt: skip
    return facts(f"Post {post['network']}/{post['post_id']}", pairs)


def _safety(post: dict[str, Any]) -> str | None:
    """Each flag with what raised it; None where nothing was read."""
    if post["safety_evidence"] is None:
        return None
    raised = [f"{flag['flag']}: {', '.join(flag['words'])}" for flag in json.loads(post["safety_evidence"])]
    return "; ".join(raised) or "nothing found"


def _engagements(post: dict[str, Any]) -> Section:
    parts: list[str] = json.loads(post["engagement_parts"] or "[]")
    terms = " + ".join(f"{part} {said(post[part])}" for part in parts)
    hidden = [part for part in parts if post[part] is None]
    result = said(post["engagements"]) if not hidden else f"unknown: {', '.join(hidden)} not told (K1: nothing is guessed)"
    rate = None
    if post["engagements"] is not None and post["followers_at_post"]:
        share = post["engagements"] / post["followers_at_post"]
        rate = f"{post['engagements']} / {post['followers_at_post']} followers = {share:.4%} by the latest metrics"
    return facts("Engagements", [(f"parts on {post['network']} (K1)", f"{terms} = {result}"), ("rate of the post", rate)])


_BASES = {
    "delivered": "delivered with the post, at most 7 days after it: measured",
    "snapshot": "last count of the 30 days up to the post: measured",
    "carried_back": "first later count, carried back: an estimate",
    "none": "the author was never counted: the post is in no rate",
}
_TIER_BASES = {
    "as_of": "the author's tier on the day of the post, or delivered with it at most 7 days after",
    "carried_back": "the author was first counted after the post",
    "unknown": "the author was never counted",
}


def _audience(engine: Engine, post: dict[str, Any]) -> list[Section]:
    basis, tier_basis = post["followers_basis"], post["tier_basis"]
    head = facts("Audience on the day of the post", [
        ("followers", said(post["followers_at_post"])), ("their basis", f"{basis}: {_BASES[basis]}"),
        ("counted", _behind(engine, post)),
        ("tier", post["tier_at_post"]), ("its basis", f"{tier_basis}: {_TIER_BASES[tier_basis]}"),
    ])  # fmt: skip
    if post["account_id"] is None:
        return [head]
    account = {name: post[name] for name in ("network", "account_id", "posted_on")}
    return [
        head,
        table("Counts of the author nearest to the post", engine.query(_HISTORY, account), "none"),
        table("Tiers of the author", engine.query(_TIERS, account), "none"),
    ]


def _behind(engine: Engine, post: dict[str, Any]) -> str | None:
    sql = _BEHIND.get(post["followers_basis"])
    if sql is None:
        return None
    names = ("network", "post_id", "account_id", "posted_on")
    rows = engine.query(sql, {**{name: post[name] for name in names}, "followers": post["followers_at_post"]}).to_dicts()
    return ", ".join(f"on {r['observed_on']} by {r['source']}: {said(r['followers'])}" for r in rows) or None
