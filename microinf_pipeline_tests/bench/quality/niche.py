"""Niche of nine, per creator, on creators no rule was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from microinf_pipeline.people.niche import Taxonomy, load_taxonomy, load_trained, niches
from microinf_pipeline_tests.bench.quality.result import Result
from microinf_pipeline_tests.training.ig_niches import LABELS, creators_and_posts

_TARGETS: Final = ((load_taxonomy, "taxonomy, not trained", 0.50), (load_trained, "trained words", 0.60))


def run(data: Path) -> Iterable[Result]:
    """Macro-F1 over the nine labels; NULL and topics the set has no label for count as its 'other'."""
    accounts, posts = creators_and_posts(data)
    test = accounts.filter("test")
    protocol = f"n={len(test)} creators of the test split (md5, 30 %); name, handle, captions; no bio in the set"
    for load, name, aim in _TARGETS:
        yield Result("niche", f"macro-F1, {name}", _macro_f1(test, posts, load()), protocol, aim)
        yield Result("niche", f"said (not NULL), {name}", _said(test, posts, load()), protocol)


def _macro_f1(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> float:
    found = niches(accounts, posts, taxonomy)["niche"].fill_null("other")
    guess = found.replace_strict({label: label for label in LABELS}, default="other")
    return sum(_f1(accounts["label"] == label, guess == label) for label in LABELS) / len(LABELS)


def _f1(true: pl.Series, said: pl.Series) -> float:
    return 2 * len(true.filter(true & said)) / (len(true.filter(true)) + len(said.filter(said)))


def _said(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> float:
    return niches(accounts, posts, taxonomy)["niche"].drop_nulls().len() / len(accounts)
