"""What a text is found again by: its normal form, a key for equal texts, and the long words that near-copies share.

Put here: what one post's text alone decides. Keep out: looking at two texts (`near_copies`) and groups of them.
Every number comes from `rules/near_copies.toml`, every hash is md5 or fixed arithmetic: the same on every machine.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.folding import on_rows
from microinf_pipeline.features.longest_words import longest_words
from microinf_pipeline.features.sketches import sketches

#: What `signatures` gives, all NULL where a text is too short to judge.
SIGNATURE: Final[Schema] = {
    "copy_key": pl.String(),  # md5 of the normal form: equal for equal texts
    "copy_letters": pl.Int32(),  # characters of the normal form that are compared
    "copy_words": pl.List(pl.Int64()),  # numbers of its longest words (`longest_words`)
    "copy_sketch": pl.List(pl.Int64()),  # bits of its letter triples (`sketches`)
}

_ROWS_AT_ONCE: Final = 50_000
_NO_WORD: Final = r"[^\p{L}\p{M}\p{N}]+"
_UNSPACED: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_UNSPACED_RUN: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{5,}")
_MAY_BE_ONE_WORD_OFTEN: Final = 60  # letters up to which words are counted once each: a longer refrain is a text
_PIECE: Final = 4  # characters that stand in for a word where none are written


@cache
def rules() -> dict[str, Any]:
    """`rules/near_copies.toml`."""
    text = (files("microinf_pipeline") / "rules" / "near_copies.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def normal_form(folded: pl.Series) -> pl.Series:
    """Folded texts as their letters and digits in order, one blank between words. NULL stays NULL.

    Signs, emoji, # and @ are gone; words of tags, handles and links stay, for they tell one text from another.
    """
    bare = on_rows(folded, folded.str.contains_any(["://", "www."]), lambda rows: rows.str.replace_all(r"https?://|www\.", " "))
    return bare.str.replace_all(_NO_WORD, " ").str.strip_chars()


def signatures(folded: pl.Series) -> pl.DataFrame:
    """SIGNATURE of each folded text (`text_folded`), in the same order. Each row depends on itself alone."""
    if len(folded) <= _ROWS_AT_ONCE:
        return _signatures(folded)
    slices = [folded.slice(at, _ROWS_AT_ONCE) for at in range(0, len(folded), _ROWS_AT_ONCE)]
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return pl.concat(pool.map(_signatures, slices))


def _signatures(folded: pl.Series) -> pl.DataFrame:
    normal = normal_form(folded)
    judged = says_enough(normal)
    texts = normal.filter(judged)
    compared = texts.str.slice(0, rules()["longest_letters"])
    found = pl.DataFrame(
        {
            "copy_key": pl.Series(
                [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts], dtype=pl.String
            ),
            "copy_letters": compared.str.len_chars().cast(pl.Int32),
            "copy_words": _words(compared),
            "copy_sketch": sketches(compared),
        },
        schema=SIGNATURE,
    )
    rows = pl.DataFrame({"row": pl.Series(range(len(folded)), dtype=pl.get_index_type())})
    placed = found.with_columns(row=judged.arg_true().cast(pl.get_index_type()))
    return rows.join(placed, on="row", how="left", maintain_order="left").drop("row")


def says_enough(normal: pl.Series) -> pl.Series:
    """Whether a normal form is long enough to be judged; false for NULL."""
    least = rules()
    blanks = normal.str.count_matches(" ", literal=True)
    letters = normal.str.len_chars().cast(pl.Int64) - blanks
    words = on_rows(blanks + 1, letters.is_between(1, _MAY_BE_ONE_WORD_OFTEN), lambda _: _distinct_words(normal, letters))
    worded = (words >= least["shortest_words"]) | normal.str.contains(_UNSPACED)
    enough: pl.Series = (letters >= least["shortest_letters"]) & worded
    return enough.fill_null(False)


def _distinct_words(normal: pl.Series, letters: pl.Series) -> pl.Series:
    short = normal.filter(letters.is_between(1, _MAY_BE_ONE_WORD_OFTEN))
    return short.str.split(" ").list.n_unique().cast(pl.UInt32)


def _words(compared: pl.Series) -> pl.Series:
    pieced = on_rows(compared, compared.str.contains(_UNSPACED), _in_pieces)
    words = longest_words(pieced, rules()["key_words"])
    return pl.Series(words, dtype=pl.Array(pl.Int64, words.shape[1])).cast(pl.List(pl.Int64))


def _in_pieces(rows: pl.Series) -> pl.Series:
    """Runs of scripts without blanks as overlapping pieces, so that a part of them can be found again."""
    return pl.Series([_UNSPACED_RUN.sub(_pieces, text) for text in rows], dtype=pl.String)


def _pieces(run: re.Match[str]) -> str:
    return " ".join(run[0][at : at + _PIECE] for at in range(len(run[0]) - _PIECE + 1))
