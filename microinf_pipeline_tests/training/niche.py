"""Words and weights learnt from labelled creators, beside which the bench sets the shipped taxonomy. Nothing of it ships.

Multinomial logistic regression on word strengths (`niche.word_strengths`) of the creators outside the test split of
`ig_niches`. Words: the shipped taxonomy's, and those the captions of at least LEAST_CREATORS training creators hold.
Left out: @handles, words that stand in display names more than a quarter as often as in captions (names of persons).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from microinf_pipeline.people.niche import Taxonomy, load_taxonomy, weights_of, word_strengths
from microinf_pipeline.people.word_presence import tokens
from microinf_pipeline_tests.training.ig_niches import LABELS

LEAST_CREATORS: Final = 10
MOST_IN_NAMES: Final = 0.25
STRENGTH_OF_PENALTY: Final = 0.03  # C of the regression, better than 0.1 on a fifth of the training creators
SMALLEST_WEIGHT: Final = 0.05
#: Never a weight: words of health, politics, religion, orientation, ethnicity, crime (kpis.md, end), in the set's languages.
SPECIAL: Final = (
    r"jesus|christ|god|gott|dios|dieu|dio$|lord|bless|pray|faith|church|kirche|islam|muslim|allah|ramadan|hijab|jew|hindu|buddh|bible"
    r"|easter|hanukkah|eid|trump|obama|hillary|clinton|vote|voting|elect|politi|democrat|republican|feminis|protest|union"
    r"|gay|lesbian|lgbt|queer|pride|trans$|cancer|krebs|depress|anxiety|mental|therapy|diabet|autis|disease|illness|disorder"
    r"|health|gesund|salud|santé|medic|doctor|hospital|pregnan|schwanger|embaraz|enceinte|incinta|black|latin|asian|african|ethnic"
    r"|immigra|refugee|flüchtling|arrest|prison|police|murder|crime|weed|cannabis"
)


def vocabulary(accounts: pl.DataFrame, posts: pl.DataFrame) -> pl.Series:
    """Folded words that may become weights."""
    said = tokens(accounts, posts).filter(
        pl.col("token").str.contains(r"^\p{L}{3,24}$") & ~pl.col("token").str.contains(SPECIAL)
    )
    users = said.group_by("token").agg(
        written=pl.col("account").filter(pl.col("place") != "name").n_unique(),
        named=pl.col("account").filter(pl.col("place") == "name").n_unique(),
    )
    own = users.filter((pl.col("written") >= LEAST_CREATORS) & (pl.col("named") <= MOST_IN_NAMES * pl.col("written")))
    return pl.concat([own["token"], load_taxonomy().weights["word"]]).unique().sort()


def matrix(accounts: pl.DataFrame, posts: pl.DataFrame, words: pl.Series) -> csr_matrix:
    """Creators × words, the strength of each word."""
    column = pl.DataFrame({"word": words}).with_row_index("column")
    held = word_strengths(accounts, posts, words, load_taxonomy().places).join(column, on="word")
    cells = (held["account"].to_numpy(), held["column"].to_numpy())
    return csr_matrix((held["strength"].to_numpy(), cells), shape=(len(accounts), len(words)))


def learnt(accounts: pl.DataFrame, posts: pl.DataFrame, c: float = STRENGTH_OF_PENALTY) -> Taxonomy:
    """Topics with weights learnt from accounts with a `label`. Classes are weighed equally: the set's own shares (35 %
    fashion) are nobody else's. No seed: the solver is deterministic."""
    words = vocabulary(accounts, posts)
    held = matrix(accounts, posts, words)
    rarity = 0.3 * (np.log((1 + len(accounts)) / (1 + np.asarray((held > 0).sum(axis=0)).ravel())) + 1)
    model = LogisticRegression(C=c, max_iter=300, class_weight="balanced")
    model.fit(held @ diags(rarity), accounts["label"].to_numpy())
    found = model.coef_ * rarity
    weights = np.where(np.abs(found) < SMALLEST_WEIGHT, 0, found)
    rows = [
        (word, niche, float(weights[n, i]))
        for i, word in enumerate(words)
        if weights[:, i].any()
        for n, niche in enumerate(LABELS)
    ]
    usual = load_taxonomy()
    return Taxonomy(dict(zip(LABELS, model.intercept_, strict=True)), weights_of(rows), usual.places, usual.least_confidence)
