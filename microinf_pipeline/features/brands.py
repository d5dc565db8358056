"""Which brands a post speaks of, by which evidence, and whether in its own words.

Put here: a brand's rules and the strongest evidence for it in each post. Keep out: how keywords are found
(keywords.py), what counts as a mention (K11) and who is related to the brand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.folding import WORD, fold_word
from microinf_pipeline.features.keywords import (
    first_in,
    is_exact,
    literal,
    masked,
    spelled_as_written,
    stands_in,
    whole_tag,
    without_phrases,
)
from microinf_pipeline.features.links import canonical_host
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.tags import LEADING_HANDLES

BRAND_MATCHES: Final[Schema] = {
    "network": pl.String(),
    "post_id": pl.String(),
    "brand_id": pl.String(),
    "matched_by": pl.String(),  # the strongest of: hashtag > handle > domain > keyword > export
    "matched_text": pl.String(),  # as written, for the strongest; NULL for export
    "in_own_words": pl.Boolean(),  # some evidence stands in the text, beyond the handles it starts with
    "only_leading_handle": pl.Boolean(),  # nothing but a handle the text starts with (export aside)
}

_EVIDENCE: Final[Schema] = {
    "row": pl.UInt32(),
    "matched_by": pl.String(),
    "matched_text": pl.String(),
    "own": pl.Boolean(),
    "leading": pl.Boolean(),
}


@dataclass(frozen=True)
class BrandRules:
    """What a brand is recognised by. Networks are keys as in the catalogue; nothing needs folding beforehand."""

    brand_id: str
    keywords: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (word, exclusions)
    hashtags: tuple[str, ...] = ()
    handles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # Mastodon: user@domain
    domains: tuple[str, ...] = ()  # brand.example, or deeper: shop.brand.example
    owned_accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # account ids or handles
    campaign_hashtags: tuple[str, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """Folded hashtags without #, the campaigns' included."""
        return tuple(dict.fromkeys(fold_word(tag.lstrip("#＃")) for tag in (*self.hashtags, *self.campaign_hashtags)))

    def names(self) -> dict[str, tuple[str, ...]]:
        """Network → folded handles and account ids whose mention is a mention of the brand."""
        return {
            network: tuple(
                fold_word(name.lstrip("@")) for name in (*self.handles.get(network, ()), *self.owned_accounts.get(network, ()))
            )
            for network in {**self.handles, **self.owned_accounts}
        }


def match_brands(posts: pl.DataFrame, brands: Sequence[BrandRules]) -> pl.DataFrame:
    """Posts with features → BRAND_MATCHES: one row per post and brand that it speaks of, in the order of both.

    Reads network, title, text, text_folded, hashtags, mentioned, link_hosts, given_brand_id.
    """
    if not brands:
        return pl.DataFrame(schema=BRAND_MATCHES)
    texts = _Texts(posts)
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        found = list(pool.map(partial(_strongest, texts), brands))
    named = [rows.with_columns(brand_id=pl.lit(brand.brand_id)) for rows, brand in zip(found, brands, strict=True)]
    matches = (
        pl.concat(named).sort("row", maintain_order=True).rename({"own": "in_own_words", "leading": "only_leading_handle"})
    )
    whose = posts.select("network", "post_id")[matches["row"]]
    return pl.concat([whose, matches], how="horizontal").select(list(BRAND_MATCHES))


class _Texts:
    """What all brands look at: the folded texts, and one line per tag, name and site. Written texts are made for the
    few rows that need them."""

    def __init__(self, posts: pl.DataFrame) -> None:
        self.posts = posts
        self._said = posts.select("title", "text")
        self.folded = posts["text_folded"]
        self.tags = _lines(posts, "hashtags")
        self.names = _lines(posts, "mentioned")
        self.sites = _lines(posts, "link_hosts")
        self.distinct_tags = self.tags["value"].unique()

    def written(self, rows: pl.Series) -> pl.Series:
        return said(self._said[rows])


def _lines(posts: pl.DataFrame, column: str) -> pl.DataFrame:
    rows = posts.select("network", value=column).with_row_index("row").filter(pl.col("value").list.len() > 0)
    return rows.explode("value")


def _strongest(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    """One brand's evidence: a line a post, its strongest kind and first text, and where all of it stands."""
    kinds = (_by_hashtag, _by_handle, _by_domain, _by_keyword, _by_export)
    return (
        pl.concat([kind(texts, brand) for kind in kinds])
        .group_by("row", maintain_order=True)
        .agg(
            pl.first("matched_by", "matched_text"),
            pl.col("own").any(),
            pl.col("leading").any() & (pl.col("leading") | (pl.col("matched_by") == "export")).all(),
        )
    )


def _by_hashtag(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    return _signed(texts, texts.tags.filter(pl.col("value").is_in(brand.tags())), "hashtag", "#")


def _by_handle(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    named = [(pl.col("network") == net) & pl.col("value").is_in(same) for net, same in brand.names().items()]
    return _signed(texts, texts.names.filter(pl.any_horizontal(pl.lit(False), *named)), "handle", "@")


def _by_domain(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    hosts = list(map(canonical_host, brand.domains))
    below = pl.any_horizontal(pl.lit(False), *(pl.col("value").str.ends_with(f".{host}") for host in hosts))
    lines = texts.sites.filter(pl.col("value").is_in(hosts) | below)
    stands = pl.DataFrame({"text": texts.folded.gather(lines["row"]), "host": lines["value"]}).select(
        pl.col("text").str.contains(pl.col("host"), literal=True).fill_null(False)
    )
    return _evidence(lines["row"], "domain", lines["value"], own=stands.to_series())


def _by_keyword(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    alike: dict[tuple[str, ...], list[str]] = {}
    for word, exclusions in brand.keywords:
        alike.setdefault(exclusions, []).append(word)
    return pl.concat([_none(), *(_by_words(texts, words, unless) for unless, words in alike.items())])


def _by_words(texts: _Texts, words: Sequence[str], exclusions: Sequence[str]) -> pl.DataFrame:
    """An exclusion that holds a word takes away those places; any other, the whole post."""
    holding = [phrase for phrase in exclusions if any(literal(word) in fold_word(phrase) for word in words)]
    elsewhere = [phrase for phrase in exclusions if phrase not in holding]
    in_text, in_tags = _rows_with(texts, words, holding)
    if elsewhere:
        excluded, excluded_tags = _rows_with(texts, elsewhere)
        out = pl.concat([excluded, excluded_tags["row"]]).implode()
        in_text, in_tags = in_text.filter(~in_text.is_in(out)), in_tags.filter(~pl.col("row").is_in(out))
    found = first_in(without_phrases(masked(texts.written(in_text)), holding, folded=False), words)
    only_tags = in_tags.filter(~pl.col("row").is_in(in_text.implode()))
    own = pl.repeat(True, len(in_text), dtype=pl.Boolean, eager=True)
    return pl.concat([_evidence(in_text, "keyword", found, own=own), _signed(texts, only_tags, "keyword", "#")])


def _rows_with(texts: _Texts, words: Sequence[str], unless: Sequence[str] = ()) -> tuple[pl.Series, pl.DataFrame]:
    """Rows whose text holds one of the words outside the phrases `unless`, and (row, value) of hashtags that are one."""
    rows = texts.folded.str.contains_any([literal(word) for word in words]).arg_true()
    plain, exact = [word for word in words if not is_exact(word)], [word for word in words if is_exact(word)]
    hit = stands_in(without_phrases(masked(texts.folded.gather(rows)), unless, folded=True), plain)
    if exact:
        hit |= first_in(without_phrases(masked(texts.written(rows)), unless, folded=False), exact).is_not_null()
    tags = texts.distinct_tags.filter(whole_tag(texts.distinct_tags, plain))
    if unless:
        tags = tags.filter(~whole_tag(tags, unless))
    return rows.filter(hit), texts.tags.filter(pl.col("value").is_in(tags.implode()))


def _by_export(texts: _Texts, brand: BrandRules) -> pl.DataFrame:
    rows = (texts.posts["given_brand_id"] == brand.brand_id).fill_null(False).arg_true()
    return _evidence(rows, "export", pl.repeat(None, len(rows), dtype=pl.String, eager=True))


def _signed(texts: _Texts, lines: pl.DataFrame, kind: str, sign: str) -> pl.DataFrame:
    """Evidence from tags or handles found (row, value): as written where the text shows it, and on which side of the
    handles it starts with; what only the source told is neither."""
    if lines.is_empty():
        return _none()
    lines = lines.unique("row", keep="first", maintain_order=True)
    names = "|".join(map(spelled_as_written, sorted(lines["value"].unique(), key=len, reverse=True)))
    shown = rf"(?i)({sign}(?:{names}))(?:$|[^{WORD}])"
    text = texts.written(lines["row"])
    as_written = text.str.extract(shown, 1)
    own = text.str.replace(LEADING_HANDLES, "").str.contains(shown).fill_null(False)
    told = sign + lines["value"]
    return _evidence(lines["row"], kind, as_written.fill_null(told), own=own, leading=as_written.is_not_null() & ~own)


def _evidence(
    rows: pl.Series, kind: str, found: pl.Series, *, own: pl.Series | None = None, leading: pl.Series | None = None
) -> pl.DataFrame:
    no = pl.repeat(False, len(rows), dtype=pl.Boolean, eager=True)
    return pl.DataFrame(
        {
            "row": rows,
            "matched_by": pl.repeat(kind, len(rows), dtype=pl.String, eager=True),
            "matched_text": found,
            "own": no if own is None else own,
            "leading": no if leading is None else leading,
        },
        schema=_EVIDENCE,
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=_EVIDENCE)
