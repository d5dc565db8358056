"""Niche of nine, per creator, on creators no rule was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from microinf_pipeline.people.niche import Taxonomy, load_taxonomy, niches
from microinf_pipeline_tests.bench.quality.result import Result
from microinf_pipeline_tests.training.ig_niches import LABELS, creators_and_posts
from microinf_pipeline_tests.training.niche import learnt


def run(data: Path) -> Iterable[Result]:
    """Macro-F1 over the nine labels; NULL and topics the set has no label for count as its 'other'."""
    accounts, posts = creators_and_posts(data)
    test = accounts.filter("test")
    judged = (
        ("taxonomy, not trained", load_taxonomy(), 0.50),
        ("learnt words", learnt(accounts.filter(~pl.col("test")), posts), 0.60),
    )
    protocol = f"n={len(test)} creators of the test split (md5, 30 %); name, handle, captions; no bio in the set"
    for name, taxonomy, aim in judged:
        yield Result("niche", f"macro-F1, {name}", _macro_f1(test, posts, taxonomy), protocol, aim)
        yield Result("niche", f"said (not NULL), {name}", _said(test, posts, taxonomy), protocol)


def _macro_f1(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> float:
    found = niches(accounts, posts, taxonomy)["niche"].fill_null("other")
    guess = found.replace_strict({label: label for label in LABELS}, default="other")
    return sum(_f1(accounts["label"] == label, guess == label) for label in LABELS) / len(LABELS)


def _f1(true: pl.Series, said: pl.Series) -> float:
    return 2 * len(true.filter(true & said)) / (len(true.filter(true)) + len(said.filter(said)))


def _said(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> float:
    return niches(accounts, posts, taxonomy)["niche"].drop_nulls().len() / len(accounts)
