"""What posts of the staff are about: recruiting, product, culture (K14).

Put here: finding the words. Keep out: the words and why they stand there (`rules/advocacy_topics.toml`), whose posts are read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from microinf_pipeline.features.folding import WORD, fold, fold_word

TOPICS: Final = ("recruiting", "product", "culture")


def advocacy_topics(texts: pl.Series, products: Sequence[str] = ()) -> pl.DataFrame:
    """is_recruiting, is_product, is_culture per text: true where one of the topic's words stands whole in it, as text or tag.

    `products` are names that count as words of the topic product. Several topics may hold, or none; NULL texts hold none.
    """
    if texts.is_empty():  # compiling the patterns costs a fifth of a CPU second
        return pl.DataFrame(schema={f"is_{topic}": pl.Boolean() for topic in TOPICS})
    folded = fold(texts.cast(pl.String).fill_null(""))
    patterns = {topic: _pattern((*_words()[topic], *(products if topic == "product" else ()))) for topic in TOPICS}
    return pl.DataFrame({f"is_{topic}": folded.str.contains(pattern) for topic, pattern in patterns.items()})


def _pattern(words: Sequence[str]) -> str:
    any_of = "|".join(_one(word) for word in sorted(set(words)) if fold_word(word.rstrip("*")))
    return rf"(?:^|[^{WORD}])(?:{any_of})(?:$|[^{WORD}])"


def _one(word: str) -> str:
    whole = re.escape(fold_word(word.rstrip("*"))).replace(r"\ ", r"\s+")
    return f"{whole}[{WORD}]*" if word.endswith("*") else whole


@cache
def _words() -> dict[str, list[str]]:
    rules = tomllib.loads((files("microinf_pipeline") / "rules" / "advocacy_topics.toml").read_text(encoding="utf-8"))
    return {topic: rules[topic]["words"] for topic in TOPICS}
