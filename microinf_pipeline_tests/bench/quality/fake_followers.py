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
from microinf_pipeline_tests.training.authenticity import learnt, trained
from microinf_pipeline_tests.training.fake_accounts import instafake, mib, srf

_SEEDS: Final = (0, 1, 2)


def run(data: Path) -> Iterable[Result]:
    """AUC of the score as the product computes it from the coefficients, and its Brier score (squared error of the share)."""
    swiss, other, bought = srf(data), instafake(data), mib(data)
    protocol = f"srf, n={len(swiss)}, 98 fake; 5 folds, mean of {len(_SEEDS)} shuffles; trained within folds"
    for beside, also, aim in ((None, "", None), (other, " and on instafake at half weight, as what ships", 0.95)):
        folds = [_cross_validated(swiss, seed, beside) for seed in _SEEDS]
        auc, brier = (float(np.mean([measure(swiss, one) for one in folds])) for measure in (_auc, _brier))
        yield Result("fake followers", "AUC, cross-validated", auc, protocol + also, aim)
        yield Result("fake followers", "Brier, cross-validated", brier, protocol + also)
    carried = _scores(swiss, trained(other, "instafake"))
    protocol = f"trained on instafake (n={len(other)}), tested on srf"
    yield Result("fake followers", "AUC, transferred", _auc(swiss, carried), protocol, 0.90)
    yield Result("fake followers", "Brier, transferred", _brier(swiss, carried), protocol)
    shipped = _scores(bought, load_coefficients())
    protocol = f"shipped file (trained on Instagram) on bots_mib (Twitter, n={len(bought)}), counts and handle only"
    yield Result("bought followers", "AUC, shipped coefficients", _auc(bought, shipped), protocol)
    yield Result("bought followers", "Brier, shipped coefficients", _brier(bought, shipped), protocol)


def _cross_validated(
    accounts: pl.DataFrame, seed: int, beside: pl.DataFrame | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scores = np.zeros(len(accounts))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    for learning, judged in folds.split(np.zeros(len(accounts)), accounts["genuine"].to_numpy()):
        found = learnt(accounts[learning.tolist()], beside)
        scores[judged] = _scores(accounts[judged.tolist()], found)
    return scores


def _scores(accounts: pl.DataFrame, coefficients: Coefficients) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return authenticity(accounts, coefficients)["authenticity_score"].to_numpy()


def _auc(accounts: pl.DataFrame, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(roc_auc_score(accounts["genuine"].to_numpy(), scores))


def _brier(accounts: pl.DataFrame, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(brier_score_loss(accounts["genuine"].to_numpy(), scores))
