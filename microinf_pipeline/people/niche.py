"""What an account is about, with the words that said so.

Put here: weighing words into topics, for any taxonomy. Keep out: finding words (`word_presence`), the words themselves
(`rules/niches.yaml` or a user's own file) and who may be read at all (candidates, kpis.md).

Every word adds its log odds to its topics, more in a profile than in a caption, and the more texts hold it
(log2(1 + texts)). Belief in a topic is the share of exp(sum) over all topics of the taxonomy, so a topic no word spoke
for keeps its share; below the least confidence nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import msgspec
import polars as pl
import yaml

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.features.folding import fold
from microinf_pipeline.people.word_presence import presence, tokens

NICHES: Final = {
    "network": pl.String(), "account_id": pl.String(), "niche": pl.String(), "niche_confidence": pl.Float64(),
    "niche_evidence": pl.String(),
}  # fmt: skip

_WORDS_SHOWN: Final = 5
#: Special categories (end of kpis.md; GDPR, articles 9 and 10), as a taxonomy might call them in English or German.
_SPECIAL: Final = frozenset((
    "health", "medical", "illness", "disease", "disability", "politics", "political", "religion", "faith", "church",
    "orientation", "sexuality", "lgbt", "lgbtq", "union", "unions", "ethnicity", "crime", "criminal", "gesundheit",
    "krankheit", "behinderung", "politik", "partei", "glaube", "kirche", "sexualität", "gewerkschaft", "herkunft", "ethnie",
    "kriminalität", "straftaten",
))  # fmt: skip

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Positive = Annotated[float, msgspec.Meta(gt=0)]


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    strong: list[str]
    words: list[str]


class _Weights(msgspec.Struct, forbid_unknown_fields=True):
    strong: _Positive
    words: _Positive


class _Places(msgspec.Struct, forbid_unknown_fields=True):
    category: _Positive
    bio: _Positive
    name: _Positive
    tag: _Positive
    text: _Positive
    mention: _Positive = 0.7


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    weights: _Weights
    places: _Places
    least_confidence: _Share
    niches: dict[str, _Words]
    no_topic: list[str] = []


@dataclass(frozen=True)
class Taxonomy:
    """Topics and what speaks for them. `weights`: word (folded, marks as written), niche, weight, one row a word and niche;
    niche is NULL for words that only keep the shorter ones in them from speaking. `bias`: log odds of a topic before any
    word; `places`: factor per place of `word_presence.tokens`."""

    bias: Mapping[str, float]
    weights: pl.DataFrame
    places: Mapping[str, float]
    least_confidence: float


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The shipped taxonomy, or a user's file of the same form.

    Raises FixConfigurationError if it cannot be read, does not fit the form, or names a topic that nobody is ever sorted into.
    """
    shipped = files("microinf_pipeline") / "rules" / "niches.yaml"
    try:
        read = msgspec.convert(yaml.load((path or shipped).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), _File)
    except (msgspec.ValidationError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise FixConfigurationError(
            f"the taxonomy of niches cannot be read: {error}", where=str(path or "rules/niches.yaml"),
            fix="give version, weights, places, least_confidence and niches, as in the shipped rules/niches.yaml",
        ) from error  # fmt: skip
    if special := sorted(niche for niche in read.niches if niche.casefold() in _SPECIAL):
        raise FixConfigurationError(
            f"niches that are special categories: {', '.join(special)}", where=str(path),
            fix="take them out: health, politics, religion, orientation, union, ethnicity, crime are inferred for nobody",
        )  # fmt: skip
    rows: list[tuple[str, str | None, float]] = [
        (word, niche, weight)
        for niche, said in read.niches.items()
        for words, weight in ((said.words, read.weights.words), (said.strong, read.weights.strong))
        for word in words
    ]
    weights = weights_of([*rows, *((word, None, 0.0) for word in read.no_topic)])
    return Taxonomy(dict.fromkeys(read.niches, 0.0), weights, msgspec.structs.asdict(read.places), read.least_confidence)


def niches(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    """NICHES, one row per row of `accounts`, in their order; niche, confidence (0–1) and evidence (words in order of
    weight, joined by commas) are NULL with too little to go by. Input frames: `word_presence.tokens`."""
    told = _said(accounts, posts, taxonomy)
    best = _beliefs(told, taxonomy).filter(pl.col("niche_confidence") >= taxonomy.least_confidence)
    evidence = told.join(best, on=["account", "niche"]).filter(pl.col("score") > 0)
    shown = (
        evidence.group_by("account", "token").agg(pl.col("score").max())
        .sort(["account", "score", "token"], descending=[False, True, False])
        .group_by("account", maintain_order=True).agg(pl.col("token").head(_WORDS_SHOWN))
        .select("account", niche_evidence=pl.col("token").list.join(", "))
    )  # fmt: skip
    keyed = accounts.select("network", "account_id", account=pl.int_range(pl.len(), dtype=pl.UInt32))
    spoken = best.join(shown, on="account")
    return keyed.join(spoken, on="account", how="left", maintain_order="left").select(*NICHES)


def word_strengths(accounts: pl.DataFrame, posts: pl.DataFrame, words: pl.Series, places: Mapping[str, float]) -> pl.DataFrame:
    """account, word, token (the form that carried it best), strength; one row an account and word."""
    found = presence(tokens(accounts, posts), words)
    factor = pl.col("place").replace_strict(places, default=0.0, return_dtype=pl.Float64)
    weighed = found.with_columns(strength=factor * (1 + pl.col("times")).log(2))
    heaviest = weighed.sort(["account", "word", "strength", "token"], descending=[False, False, True, False])
    return heaviest.unique(["account", "word"], keep="first", maintain_order=True).select(
        "account", "word", "token", "strength"
    )


def _said(accounts: pl.DataFrame, posts: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    strengths = word_strengths(accounts, posts, taxonomy.weights["word"], taxonomy.places)
    weighed = strengths.join(taxonomy.weights.drop_nulls("niche"), on="word")
    return weighed.select("account", "niche", "word", "token", score=pl.col("strength") * pl.col("weight"))


def _beliefs(told: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    """account, niche, niche_confidence of the likeliest topic; accounts no word spoke for have no row."""
    bias = pl.DataFrame(
        {"niche": list(taxonomy.bias), "bias": list(taxonomy.bias.values())}, schema_overrides={"bias": pl.Float64}
    )
    # sums in an order of their own, so that the order of rows cannot change the last digit
    sums = told.group_by("account", "niche").agg(pl.col("score").sort().sum())
    every = told.select("account").unique().join(bias, how="cross")
    scored = every.join(sums, on=["account", "niche"], how="left").with_columns(
        score=pl.col("score").fill_null(0.0) + pl.col("bias")
    )
    odds = (pl.col("score") - pl.col("score").max().over("account")).exp()
    believed = scored.sort("account", "niche").with_columns(niche_confidence=odds / odds.sum().over("account"))
    likeliest = believed.sort(["account", "score", "niche"], descending=[False, True, False])
    return likeliest.unique("account", keep="first", maintain_order=True).select("account", "niche", "niche_confidence")


def weights_of(rows: Sequence[tuple[str, str | None, float]]) -> pl.DataFrame:
    """The weights of a `Taxonomy`, from rows of word, niche, weight."""
    table = pl.DataFrame(rows, schema={"word": pl.String(), "niche": pl.String(), "weight": pl.Float64()}, orient="row")
    folded = table.with_columns(word=fold(table["word"]))
    return folded.group_by("word", "niche").agg(pl.col("weight").max())
