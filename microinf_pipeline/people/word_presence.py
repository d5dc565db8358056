"""Which words of a rule an account uses, where, and how often.

Put here: cutting profiles and posts into words and tags, and when one of them is, or is made with, a rule's word. Keep
out: what a word stands for (`niche`) and which words there are (`rules/`).

A word is found whole; with a plural or case ending from four letters on; from six letters on at either end of a
compound ("Babymode"); in hashtags, handles and names written together from five letters on anywhere, with four at
either end. `mode*` opens the right side, `*mode` the left, whatever the length; `=mode` is found whole and nowhere else.
Where two words lie in one another, the longer one is meant ("hotdog" is no dog). Links and @handles in texts are no words;
whom a post names or tags is a place of its own, of which only the rule's words are told, not the others' handles.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.features.folding import WORD, fold
from microinf_pipeline.features.keywords import masked

PRESENCE: Final = {
    "account": pl.UInt32(), "place": pl.String(), "word": pl.String(), "token": pl.String(), "times": pl.UInt32(),
}  # fmt: skip

_TAG: Final = rf"#[{WORD}]+"
_RUN: Final = r"[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*"
_JOINED: Final = ["tag", "name", "mention"]  # places where words are written together
_ENDING: Final = r"^(?:s|es|e|n|en|er|x|'s)$"


def tokens(accounts: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """What accounts and their posts say, in words.

    `accounts`: network, account_id (one row an account), handle, display_name, bio, category; `posts`: network,
    account_id, text, mentioned (folded handles). Returns account (row number in `accounts`), place (category, bio, name, tag,
    text, mention), token (folded), times (number of texts that hold it); one row an account, place and token. The order of rows
    means nothing.
    """
    keyed = accounts.select("network", "account_id", "handle", account=pl.int_range(pl.len(), dtype=pl.UInt32))
    written = posts.select("network", "account_id", "text", "mentioned").join(keyed, on=["network", "account_id"])
    owned = [_of(keyed["account"], accounts[column], place) for column, place in _PROFILE.items()]
    texts = _split(pl.concat([*owned, _of(written["account"], written["text"], "text")]))
    return pl.concat([texts, _of_others(written)]).group_by("account", "place", "token").agg(times=pl.len().cast(pl.UInt32))


_PROFILE: Final = {"category": "category", "bio": "bio", "display_name": "name", "handle": "name"}


def _of(account: pl.Series, texts: pl.Series, place: str) -> pl.DataFrame:
    return pl.DataFrame({"account": account, "text": texts.cast(pl.String)}).drop_nulls().with_columns(place=pl.lit(place))


def _of_others(written: pl.DataFrame) -> pl.DataFrame:
    """Words of the handles posts name or tag, the author's own and decentralised ids (no words) left out."""
    named = written.select("account", "handle", name=pl.col("mentioned").list.unique()).explode("name", empty_as_null=False)
    others = named.filter(
        pl.col("name").ne_missing(pl.col("handle").str.to_lowercase()) & ~pl.col("name").str.starts_with("did:")
    )
    own = pl.col("name").str.extract(r"^([^@]+)").str.replace_all("_", " ", literal=True)  # without the server
    words = others.select("account", place=pl.lit("mention"), token=own.str.extract_all(_RUN).list.unique())
    return words.explode("token", empty_as_null=False).drop_nulls("token")


def _split(said: pl.DataFrame) -> pl.DataFrame:
    text = masked(fold(said["text"]))
    rows = said.select("account", "place").with_columns(text=text)
    tags = pl.col("text").str.replace_all("_", "", literal=True).str.extract_all(_TAG).list.unique()
    # digits and underscores only separate the words of a handle
    runs = pl.col("text").str.replace_all(_TAG, " ").str.replace_all("_", " ", literal=True).str.extract_all(_RUN).list.unique()
    tagged, spoken = (
        rows.select("account", "place", token=found).explode("token", empty_as_null=False).drop_nulls("token")
        for found in (tags, runs)
    )
    return pl.concat([tagged.with_columns(pl.col("token").str.slice(1), place=pl.lit("tag")), spoken])


def presence(said: pl.DataFrame, words: pl.Series) -> pl.DataFrame:
    """PRESENCE: the rule's words (folded, stars as written) found in `tokens`; one row an account, place, word and token."""
    rules = pl.DataFrame({"word": words.unique()}).with_columns(core=pl.col("word").str.strip_chars("*="))
    distinct = said.select("token", joined=pl.col("place").is_in(_JOINED)).unique()
    held = pl.col("token").str.extract_many(rules["core"].unique().to_list(), overlapping=True).alias("core")
    found = distinct.with_columns(held).explode("core", empty_as_null=False).drop_nulls("core").unique()
    fitting = _longest(found.join(rules, on="core").filter(_fits()))
    placed = said.with_columns(joined=pl.col("place").is_in(_JOINED)).join(fitting, on=["token", "joined"])
    shown = pl.when(pl.col("place") == "mention").then("core").otherwise("token")
    told = placed.with_columns(token=shown).group_by("account", "place", "word", "token").agg(pl.col("times").sum())
    return told.select(*PRESENCE)


def _longest(found: pl.DataFrame) -> pl.DataFrame:
    """Without the words that lie in a longer one of the same token: they would say the same thing twice, or another."""
    key = ["token", "joined"]
    several = found.filter(pl.col("core").n_unique().over(key) > 1).select(*key, "core").unique()
    pairs = several.join(several.rename({"core": "longer"}), on=key)
    within = (pl.col("core") != pl.col("longer")) & pl.col("longer").str.contains(pl.col("core"), literal=True)
    return found.join(pairs.filter(within).select(*key, "core"), on=[*key, "core"], how="anti")


def _fits() -> pl.Expr:
    token, core, word = pl.col("token"), pl.col("core"), pl.col("word")
    starts, ends, length = token.str.starts_with(core), token.str.ends_with(core), core.str.len_chars()
    open_right, open_left = word.str.ends_with("*"), word.str.starts_with("*")
    inflected = starts & (length >= 4) & token.str.strip_prefix(core).str.contains(_ENDING)
    compound = (starts | ends) & ((length >= 6) | (pl.col("joined") & (length >= 4)))
    inside = pl.col("joined") & (length >= 5)
    part = (starts & open_right) | (ends & open_left) | inflected | compound | inside
    return (token == core) | (part & ~word.str.starts_with("="))
