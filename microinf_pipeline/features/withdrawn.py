"""Observations whose words were withdrawn: without them, but with what was read from them.

A brand's own tags, names and sites are no words of the author, and stay: sums and campaigns hang on them. Pure. Put here: what
goes from a row, and the form of `kept_readings`. Keep out: which rows (`night.withdrawing`), raw pages (`storage.blanking`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from microinf_pipeline.features.brands import BrandRules, match_brands
from microinf_pipeline.features.folding import fold_word, fold_written
from microinf_pipeline.features.links import canonical_host
from microinf_pipeline.features.rows import said

#: Addresses of some networks repeat the title after the post's id.
_SLUG: Final = r"(/comments/\w+)/[^?#]*"


@dataclass(frozen=True)
class OwnWords:
    """What names brands, campaigns and contests, folded as observations are."""

    tags: frozenset[str]
    names: frozenset[str]
    hosts: frozenset[str]


def own_words(rules: Sequence[BrandRules], more_tags: Collection[str] = ()) -> OwnWords:
    """The brands' own words; `more_tags`: of contests, as written."""
    tags = {tag for rule in rules for tag in rule.tags()} | {fold_word(tag.lstrip("#＃")) for tag in more_tags}
    names = {name for rule in rules for names in rule.names().values() for name in names}
    return OwnWords(frozenset(tags), frozenset(names), frozenset(canonical_host(d) for rule in rules for d in rule.domains))


def without_words(rows: pl.DataFrame, own: OwnWords, kept_readings: pl.Series) -> pl.DataFrame:
    """Observations without title, text, tags, names and links but the brands' own; `kept_readings` in their place."""
    pairs = [
        [(tag, written) for tag, written in zip(tags or (), as_written or (), strict=True) if tag in own.tags]
        for tags, as_written in rows.select("hashtags", "hashtags_as_written").iter_rows()
    ]
    lists = {
        "hashtags": [[tag for tag, _ in one] for one in pairs],
        "hashtags_as_written": [[written for _, written in one] for one in pairs],
        "mentioned": [[name for name in one or () if name in own.names] for one in rows["mentioned"].to_list()],
        "link_hosts": [[host for host in one or () if _is_of(host, own.hosts)] for one in rows["link_hosts"].to_list()],
    }
    return rows.with_columns(
        *(pl.lit(None, pl.String()).alias(name) for name in ("title", "text")),
        *(pl.Series(name, values, pl.List(pl.String())) for name, values in lists.items()),
        *(pl.col(name).str.replace(_SLUG, "$1/") for name in ("url", "url_key")),
        kept_readings=kept_readings,
    )


def _is_of(host: str, hosts: Collection[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def readings(rows: pl.DataFrame, rules: Sequence[BrandRules], labels: pl.DataFrame) -> pl.Series:
    """`kept_readings` of observations, before their words go. `labels`: of `row` (place in `rows`), further columns."""
    keyed = rows.with_columns(post_id=pl.int_range(rows.height, eager=True).cast(pl.String))
    brands, told = defaultdict(list), defaultdict(list)
    for match in match_brands(keyed.with_columns(text_folded=fold_written(said(rows))), rules).iter_rows(named=True):
        brands[int(match["post_id"])].append({k: v for k, v in match.items() if k not in ("network", "post_id")})
    for label in labels.iter_rows(named=True):
        told[label["row"]].append({k: v for k, v in label.items() if k != "row"})
    texts = [json.dumps({"brands": brands[n], "labels": told[n]}, ensure_ascii=False) for n in range(rows.height)]
    return pl.Series(texts, dtype=pl.String)


def rows_of(posts: pl.DataFrame, part: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Kept readings of posts (network, post_id, posted_on, kept_readings) as rows: `part` is brands or labels."""
    found = [
        {"network": network, "post_id": post_id, "posted_on": posted_on, **row}
        for network, post_id, posted_on, kept in posts.select("network", "post_id", "posted_on", "kept_readings").iter_rows()
        for row in json.loads(kept)[part]
    ]
    return pl.DataFrame(found, schema=dict(schema), orient="row")
