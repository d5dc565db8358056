"""What a text is found again by: its normal form, a key for equal texts, and keys that near-copies share.

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
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.folding import on_rows
from microinf_pipeline.features.sketches import sketches

#: What `signatures` gives, all NULL where a text is too short to judge.
SIGNATURE: Final[Schema] = {
    "copy_key": pl.String(),  # md5 of the normal form: equal for equal texts
    "copy_letters": pl.Int32(),  # characters of the normal form that are compared
    "copy_keys": pl.List(pl.Int64()),  # one number for each two of the text's longest words
    "copy_sketch": pl.List(pl.Int64()),  # bits of its letter triples (`sketches`)
}

_ROWS_AT_ONCE: Final = 50_000
_NO_WORD: Final = r"[^\p{L}\p{M}\p{N}]+"
_UNSPACED: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_UNSPACED_RUN: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{5,}")
_MAY_BE_ONE_WORD_OFTEN: Final = 60  # letters up to which words are counted once each: a longer refrain is a text
_PIECE: Final = 4  # characters that stand in for a word where none are written
_LENGTH_BIT: Final = np.uint64(57)
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_Numbers = npt.NDArray[np.uint64]


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
            "copy_keys": _keys(compared),
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


def _keys(normal: pl.Series) -> pl.Series:
    """A number for each two of a text's longest words; words of one length by a hash; one word alone is a key itself."""
    longest = _longest_words(normal)
    columns = [
        np.where(longest[:, b] > 0, longest[:, a] * _MIX[0] ^ longest[:, b] * _MIX[1], np.uint64(0))
        for a, b in combinations(range(longest.shape[1]), 2)
    ]
    columns.append(np.where(longest[:, 1] == 0, longest[:, 0] * _MIX[0], np.uint64(0)))
    table = np.stack(columns, axis=1)
    held = table != 0
    flat = pl.Series(table[held].view(np.int64))
    rows = pl.Series(np.repeat(np.arange(len(table)), held.sum(axis=1)))
    grouped = pl.DataFrame({"row": rows, "key": flat}).group_by("row", maintain_order=True).agg("key")
    return grouped["key"] if len(normal) else pl.Series([], dtype=pl.List(pl.Int64))


def _longest_words(normal: pl.Series) -> _Numbers:
    """(texts, key_words) numbers of words, the longest first, 0 where a text has fewer."""
    pieced = on_rows(normal, normal.str.contains(_UNSPACED), _in_pieces)
    words = pl.DataFrame({"word": pieced.str.split(" ")}).with_row_index("row").explode("word")
    distinct = words["word"].unique()
    numbers = pl.DataFrame({"word": distinct, "number": pl.Series([_number(word) for word in distinct], dtype=pl.UInt64)})
    numbered = words.join(numbers, on="word", how="left", maintain_order="left")
    row, number = numbered["row"].to_numpy().astype(np.int64), numbered["number"].to_numpy()
    order = np.lexsort((~number, row))
    row, number = row[order], number[order]
    fresh = np.ones(len(row), bool)
    fresh[1:] = (row[1:] != row[:-1]) | (number[1:] != number[:-1])
    row, number = row[fresh], number[fresh]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    kept = place < rules()["key_words"]
    longest = np.zeros((len(normal), rules()["key_words"]), np.uint64)
    longest[row[kept], place[kept]] = number[kept]
    return longest


def _number(word: str) -> int:
    """Length before hash, so that the larger number is the longer word."""
    digest = int.from_bytes(hashlib.md5(word.encode(), usedforsecurity=False).digest()[:8], "big")
    return (min(len(word), 63) << int(_LENGTH_BIT)) | (digest >> 7)


def _in_pieces(rows: pl.Series) -> pl.Series:
    """Runs of scripts without blanks as overlapping pieces, so that a part of them can be found again."""
    return pl.Series([_UNSPACED_RUN.sub(_pieces, text) for text in rows], dtype=pl.String)


def _pieces(run: re.Match[str]) -> str:
    return " ".join(run[0][at : at + _PIECE] for at in range(len(run[0]) - _PIECE + 1))
