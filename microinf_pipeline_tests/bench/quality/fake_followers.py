"""Fake and genuine accounts told apart: within one set, from one set to another, and on another network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from microinf_pipeline.people.authenticity import Coefficients, authenticity, load_coefficients
from microinf_pipeline_tests.bench.quality.result import Result
from microinf_pipeline_tests.training.authenticity import trained
from microinf_pipeline_tests.training.fake_accounts import instafake, mib, srf

_SEEDS: Final = (0, 1, 2)


def run(data: Path) -> Iterable[Result]:
    """AUC of the score as the product computes it from the coefficients, and its Brier score (squared error of the share)."""
    swiss, other, bought = srf(data), instafake(data), mib(data)
    folds = [_cross_validated(swiss, seed) for seed in _SEEDS]
    protocol = f"srf, n={len(swiss)}, 98 fake; 5 folds, trained within folds, mean of {len(_SEEDS)} shuffles"
    yield Result("fake followers", "AUC, cross-validated", float(np.mean([_auc(swiss, one) for one in folds])), protocol, 0.95)
    yield Result("fake followers", "Brier, cross-validated", float(np.mean([_brier(swiss, one) for one in folds])), protocol)
    carried = _scores(swiss, trained(other, "instafake"))
    protocol = f"trained on instafake (n={len(other)}), tested on srf"
    yield Result("fake followers", "AUC, transferred", _auc(swiss, carried), protocol, 0.90)
    yield Result("fake followers", "Brier, transferred", _brier(swiss, carried), protocol)
    shipped = _scores(bought, load_coefficients())
    protocol = f"shipped file (trained on Instagram) on bots_mib (Twitter, n={len(bought)}), counts and handle only"
    yield Result("bought followers", "AUC, shipped coefficients", _auc(bought, shipped), protocol)
    yield Result("bought followers", "Brier, shipped coefficients", _brier(bought, shipped), protocol)


def _cross_validated(accounts: pl.DataFrame, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scores = np.zeros(len(accounts))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    for learning, judged in folds.split(np.zeros(len(accounts)), accounts["genuine"].to_numpy()):
        scores[judged] = _scores(accounts[judged.tolist()], trained(accounts[learning.tolist()], "a fold"))
    return scores


def _scores(accounts: pl.DataFrame, coefficients: Coefficients) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return authenticity(accounts, coefficients)["authenticity_score"].to_numpy()


def _auc(accounts: pl.DataFrame, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(roc_auc_score(accounts["genuine"].to_numpy(), scores))


def _brier(accounts: pl.DataFrame, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(brier_score_loss(accounts["genuine"].to_numpy(), scores))
