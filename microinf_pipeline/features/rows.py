"""From a delivery to an observation: identity, days and text features of each row.

Put here: columns every observation carries, settled from one delivery. Keep out: how tags, links and folding work
(their own modules), brands, and anything that needs a second row.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features import tags
from microinf_pipeline.features.folding import fold_written, written
from microinf_pipeline.features.links import canonical_urls, post_ids

#: What `with_features` adds. It also settles `post_id` (never NULL) and `media_types` (sorted, each once).
OBSERVED_FEATURES: Final[Schema] = {
    "account_key": pl.String(),  # account_id, else 'h:' + lower-case handle, else NULL
    "url_key": pl.String(),  # canonical address: equal for all addresses of one post
    "posted_on": pl.Date(),  # UTC day of created_at
    "observed_on": pl.Date(),  # UTC day of observed_at, else the night
    "seen_at": pl.Datetime("us"),  # observed_at, else the (exclusive) end of the night
    "text_folded": pl.String(),  # title and text as they are compared (folding.py)
    "hashtags": pl.List(pl.String()),  # folded, without '#', each once, in order; [] if none
    "hashtags_as_written": pl.List(pl.String()),  # parallel to hashtags
    "mentioned": pl.List(pl.String()),  # folded handles or account ids, without '@'; [] if none
    "link_hosts": pl.List(pl.String()),  # registrable domains, and hosts that are deeper; [] if none
    "words_beyond_handles": pl.Boolean(),  # K11; NULL without text
}

_ROWS_AT_ONCE: Final = 100_000


def with_features(posts: pl.DataFrame) -> pl.DataFrame:
    """POST_DELIVERY + PROVENANCE → the same rows in the same order, with OBSERVED_FEATURES.

    Each row depends on itself alone, so slices run side by side.
    """
    if posts.height <= _ROWS_AT_ONCE:
        return _with_features(posts)
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return pl.concat(pool.map(_with_features, posts.iter_slices(_ROWS_AT_ONCE)))


def said(posts: pl.DataFrame) -> pl.Series:
    """What a post says as its author wrote it: title and text, without invisible characters; NULL if it has neither."""
    if posts["title"].null_count() == posts.height:
        return written(posts["text"])
    titled = pl.col("title").is_not_null() & pl.col("text").is_not_null()
    both = pl.when(titled).then(pl.concat_str("title", "text", separator="\n"))
    return written(posts.select(pl.coalesce(both, "text", "title")).to_series())


def _with_features(posts: pl.DataFrame) -> pl.DataFrame:
    text = said(posts)
    url_key = canonical_urls(posts["url"])
    handle = pl.col("handle").str.to_lowercase()
    night_end = pl.col("night").cast(pl.Datetime("us")) + pl.duration(days=1)
    return posts.with_columns(
        post_id=_post_id(posts, url_key),
        media_types=_sorted(posts["media_types"]),
        account_key=pl.coalesce("account_id", "h:" + handle),
        url_key=url_key,
        posted_on=pl.col("created_at").dt.date(),
        observed_on=pl.coalesce(pl.col("observed_at").dt.date(), "night"),
        seen_at=pl.coalesce("observed_at", night_end),
        text_folded=fold_written(text),
        **tags.hashtags(text, posts["given_hashtags"]).to_dict(),
        mentioned=tags.mentioned(text, posts["given_mentions"], posts["network"]),
        link_hosts=tags.link_hosts(text, posts["given_links"]),
        words_beyond_handles=tags.words_beyond_handles(text),
    )


def _post_id(posts: pl.DataFrame, url_key: pl.Series) -> pl.Series:
    """The platform's id; else the one in the URL; else a hash of the URL; else of who said what when (rule 3)."""
    unnamed = posts["post_id"].is_null()
    rows = posts.filter(unnamed).with_columns(url=url_key.filter(unnamed))
    when = pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    who_what_when = pl.concat_str(
        pl.col("handle").str.to_lowercase().fill_null(""), when.fill_null(""), pl.coalesce("text", "title").fill_null(""),
        separator="\n",
    )  # fmt: skip
    named = rows.with_columns(
        known=post_ids(rows["network"], rows["url"]),
        hashed=pl.when(pl.col("url").is_not_null()).then("u:" + pl.col("url")).otherwise("c:" + who_what_when),
    )
    ids = named.select(pl.when(pl.col("known").is_null()).then(pl.col("hashed"))).to_series()
    settled = named["known"].zip_with(named["known"].is_not_null(), _hashed(ids))
    return posts["post_id"].clone().scatter(unnamed.arg_true(), settled)


def _sorted(lists: pl.Series) -> pl.Series:
    """Each value once, sorted; by way of the few distinct lists there are (sorting each list costs a second)."""
    joined = lists.list.join(",")
    distinct = joined.unique().drop_nulls()
    values = [sorted({kind for kind in text.split(",") if kind}) for text in distinct]
    if [",".join(kinds) for kinds in values] == distinct.to_list():
        return lists
    places = joined.replace_strict(distinct, range(len(distinct)), default=None, return_dtype=pl.get_index_type())
    return pl.Series(values, dtype=lists.dtype).gather(places)


def _hashed(marked: pl.Series) -> pl.Series:
    """`u:…` → `u:` + sha256 of what follows the mark, in hex."""
    digests = [None if text is None else text[:2] + hashlib.sha256(text[2:].encode()).hexdigest() for text in marked]
    return pl.Series(digests, dtype=pl.String)
