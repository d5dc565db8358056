"""Makes `rules/niches_trained.json`: `MICROINF_REAL_DATA=… python -m microinf_pipeline_tests.training.niche`.

Multinomial logistic regression on word strengths (`niche.word_strengths`) of the creators outside the test split of
`ig_niches`. Words: the shipped taxonomy's, and those the captions of at least LEAST_CREATORS training creators hold.
Left out: @handles, words that stand in display names more than a quarter as often as in captions (names of persons).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from microinf_pipeline.people.niche import load_taxonomy, word_strengths
from microinf_pipeline.people.word_presence import tokens
from microinf_pipeline_tests.training.ig_niches import LABELS, creators_and_posts

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
TARGET: Final = Path("microinf_pipeline/rules/niches_trained.json")


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


def trained(accounts: pl.DataFrame, posts: pl.DataFrame, words: pl.Series, c: float = STRENGTH_OF_PENALTY) -> dict[str, Any]:
    """Content of the file. Classes are weighed equally: the set's own shares (35 % fashion) are nobody else's."""
    held = matrix(accounts, posts, words)
    rarity = 0.3 * (np.log((1 + len(accounts)) / (1 + np.asarray((held > 0).sum(axis=0)).ravel())) + 1)
    model = LogisticRegression(C=c, max_iter=300, class_weight="balanced")
    model.fit(held @ diags(rarity), accounts["label"].to_numpy())
    learnt = model.coef_ * rarity
    weights = np.where(np.abs(learnt) < SMALLEST_WEIGHT, 0, learnt).round(2)
    rows = {word: weights[:, i].tolist() for i, word in enumerate(words) if weights[:, i].any()}
    return {
        "version": 1, "made_by": "microinf_pipeline_tests/training/niche.py", "niches": LABELS,
        "set": "ig_influencers, creators whose md5(account_id) mod 10 is below 7; no seed: the solver is deterministic",
        "bias": model.intercept_.round(2).tolist(), "words": rows,
    }  # fmt: skip


def main() -> None:
    """Train on the training creators and write the file."""
    data = os.environ.get("MICROINF_REAL_DATA")
    if not data:
        sys.exit("set MICROINF_REAL_DATA to the folder of the labelled sets")
    accounts, posts = creators_and_posts(Path(data))
    learning = accounts.filter(~pl.col("test"))
    content = trained(learning, posts, vocabulary(learning, posts))
    words = content.pop("words")
    head = json.dumps(content).removesuffix("}")
    rows = (json.dumps(word, ensure_ascii=False) + ": " + json.dumps(row) for word, row in words.items())
    TARGET.write_text(head + ',\n"words": {\n' + ",\n".join(rows) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
