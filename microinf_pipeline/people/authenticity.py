"""Whether an account looks genuine, and the figures that say so.

Put here: adding up what each feature of an account speaks for, and the reasons in words. Keep out: the features
(`authenticity_features`), the numbers (`rules/authenticity.json`) and how they were learnt (training script).

Every feature has a table of steps (from this value on → log odds of being genuine), so a score is a sum whose parts can
be read. A feature that is NULL adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from microinf_pipeline.people.authenticity_features import SENTENCES, features, sentences

AUTHENTICITY: Final = {
    "network": pl.String(), "account_id": pl.String(), "authenticity_score": pl.Float64(), "authenticity_reasons": pl.String(),
}  # fmt: skip

_SPOKEN_FROM: Final = 0.05  # log odds: less changes the score by about one point at most


class Steps(msgspec.Struct):
    """Log odds of being genuine: `values[i]` from `cuts[i-1]` (exclusive) to `cuts[i]` (inclusive). `why`: source or reason."""

    cuts: list[float]
    values: list[float]
    why: str = ""


class Coefficients(msgspec.Struct):
    """`networks`: where the score was measured to hold, and is shown. `needs`: features without which nothing is said.
    `reasons_shown`: how many are named.
    """

    version: int
    made_by: str
    trained_on: str
    networks: list[str]
    intercept: float
    needs: list[str]
    reasons_shown: int
    features: dict[str, Steps]


def load_coefficients(text: str | None = None) -> Coefficients:
    """The shipped coefficients, or those of another file's content."""
    shipped = files("microinf_pipeline") / "rules" / "authenticity.json"
    return msgspec.json.decode((text or shipped.read_text(encoding="utf-8")).encode(), type=Coefficients)


@dataclass(frozen=True)
class _Parts:
    names: list[str]
    odds: npt.NDArray[np.float64]  # accounts × features


def authenticity(accounts: pl.DataFrame, coefficients: Coefficients) -> pl.DataFrame:
    """AUTHENTICITY, one row per row of `accounts`, in their order (columns: `authenticity_features.INPUTS`).

    Score 0–1, 1 = genuine; reasons: the largest parts in order, "+" speaks for and "−" against a genuine account, joined
    by "; ". Both are NULL where a needed count is unknown.
    """
    measured = features(accounts)
    parts = _parts(measured, coefficients)
    score = 1 / (1 + np.exp(-(coefficients.intercept + parts.odds.sum(axis=1))))
    judged = measured.select(known=pl.all_horizontal(pl.col(name).is_not_null() for name in coefficients.needs))["known"]
    reasons = _reasons(parts, sentences(accounts), coefficients.reasons_shown)
    return accounts.select("network", "account_id").with_columns(
        authenticity_score=pl.when(judged & reasons.is_not_null()).then(pl.Series(score)),
        authenticity_reasons=pl.when(judged).then(reasons),
    )


def _parts(measured: pl.DataFrame, coefficients: Coefficients) -> _Parts:
    names = [name for name in SENTENCES if name in coefficients.features]
    columns = [_stepped(measured[name], coefficients.features[name]) for name in names]
    return _Parts(names, np.column_stack(columns))


def _stepped(values: pl.Series, steps: Steps) -> npt.NDArray[np.float64]:
    place = np.searchsorted(np.array(steps.cuts), values.fill_null(0).to_numpy(), side="left")
    return np.where(values.is_not_null().to_numpy(), np.array(steps.values)[place], 0.0)


def _reasons(parts: _Parts, said: pl.DataFrame, shown: int) -> pl.Series:
    """The sentences of the largest parts of each account, signed; NULL where no part counts."""
    order = np.argsort(-np.abs(parts.odds), axis=1, kind="stable")[:, :shown]
    odds = np.take_along_axis(parts.odds, order, axis=1)
    texts = np.column_stack([said[name].fill_null("").to_numpy() for name in parts.names])
    named = np.take_along_axis(texts, order, axis=1)
    ranks = [f"reason_{rank}" for rank in range(order.shape[1])]
    lines = pl.DataFrame({rank: named[:, i].tolist() for i, rank in enumerate(ranks)}).with_columns(
        pl.when(pl.Series(np.abs(odds[:, i]) >= _SPOKEN_FROM))
        .then(pl.concat_str(pl.Series(np.where(odds[:, i] > 0, "+ ", "− ").tolist()), pl.col(rank)))
        .alias(rank)
        for i, rank in enumerate(ranks)
    )
    joined = lines.select(pl.concat_str(ranks, separator="; ", ignore_nulls=True).alias("reasons"))["reasons"]
    return joined.replace("", None)
