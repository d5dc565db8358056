"""Makes `rules/authenticity.json`: `MICROINF_REAL_DATA=… python -m microinf_pipeline_tests.training.authenticity`.

Gradient boosting of stumps, which add up, with monotone constraints (following more never makes an account more
genuine), the mean of BAGS models each on a random 70 % of the accounts. Being additive, its effect of one feature is
read off by moving that feature alone. Features no set has are set by hand (BY_HAND), small, with the reason.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier

from microinf_pipeline.people.authenticity import Coefficients, Steps
from microinf_pipeline.people.authenticity_features import features
from microinf_pipeline_tests.training.fake_accounts import instafake, srf

#: Feature → direction in which it may speak for a genuine account (0: either).
LEARNT: Final = {
    "following_per_follower": -1, "following_per_post": -1, "followers_per_post": 0, "posts": 1, "following": -1, "followers": 1,
    "digits": -1, "has_picture": 1, "is_private": 0,
}  # fmt: skip
BAGS: Final = 8
SHARE: Final = 0.7
SETTINGS: Final[dict[str, Any]] = {
    "max_iter": 250,
    "max_depth": 1,
    "learning_rate": 0.05,
    "min_samples_leaf": 8,
    "early_stopping": False,
}
BY_HAND: Final = {
    "has_bio": Steps([0.5], [-0.2, 0.1], "an empty bio is common with genuine private people too: a hint only"),
    "has_default_name": Steps([0.5], [0.0, -0.3], "a name never changed since the account was opened"),
    "has_link": Steps([0.5], [0.0, 0.2], "bulk accounts rarely lead anywhere"),
    "verified": Steps([0.5], [0.0, 1.5], "the network checked who it is; verification that is bought exists, so no certainty"),
    "age_days": Steps([30, 365], [-0.5, 0.0, 0.2], "bulk accounts are young, and old ones are sold too"),
    "posts_per_day": Steps([24, 72], [0.0, -0.4, -1.0], "more than one post an hour, day and night, is a schedule"),
    "growth_jump": Steps([1.5, 3], [0.0, -0.3, -0.8], "followers bought come at once; so do those of a viral post"),
    "engagement_against_peers": Steps([0.05, 0.2, 5], [-0.8, -0.3, 0.1, -0.2], "far below peers: followers who never look"),
    "near_copy_share": Steps([0.3, 0.7], [0.0, -0.4, -1.0], "an account that mostly repeats others' texts"),
}
TARGET: Final = Path("microinf_pipeline/rules/authenticity.json")

Matrix = npt.NDArray[np.float64]


def trained(accounts: pl.DataFrame, trained_on: str, weights: Matrix | None = None) -> Coefficients:
    """Coefficients learnt from accounts with `genuine`; seeds 0 … BAGS − 1."""
    values = features(accounts).select(*LEARNT).to_numpy()
    models = _models(values, accounts["genuine"].to_numpy(), np.ones(len(accounts)) if weights is None else weights)
    middle = np.median(values, axis=0)
    base = _odds(models, middle[None, :])[0]
    steps, shift = {}, 0.0
    for i, name in enumerate(LEARNT):
        cuts, effects, mean = _effect(models, values[:, i], i, middle, base)
        steps[name], shift = Steps(cuts, [round(float(effect - mean), 3) for effect in effects], "learnt"), shift + mean
    needs = ["followers", "following", "posts"]
    return Coefficients(
        1,
        "microinf_pipeline_tests/training/authenticity.py",
        trained_on,
        ["instagram"],
        round(float(base + shift), 3),
        needs,
        4,
        steps,
    )


def _models(values: Matrix, genuine: npt.NDArray[np.bool_], weights: Matrix) -> list[Any]:
    models = []
    for seed in range(BAGS):
        drawn = np.random.default_rng(seed).choice(len(values), int(SHARE * len(values)), replace=False)
        model = HistGradientBoostingClassifier(monotonic_cst=list(LEARNT.values()), random_state=seed, **SETTINGS)
        models.append(model.fit(values[drawn], genuine[drawn], weights[drawn]))
    return models


def _odds(models: list[Any], values: Matrix) -> Matrix:
    return np.asarray(np.mean([model.decision_function(values) for model in models], axis=0))


def _effect(models: list[Any], column: Matrix, i: int, middle: Matrix, base: float) -> tuple[list[float], list[float], float]:
    """Cuts, log odds between them, and their mean over the accounts, of one feature."""
    seen = np.unique(column)
    probes = np.tile(middle, (len(seen), 1))
    probes[:, i] = seen
    effect = _odds(models, probes) - base
    steps = [0, *(k + 1 for k, (one, two) in enumerate(pairwise(effect)) if abs(two - one) > 0.005)]
    cuts = [round(float((seen[k - 1] + seen[k]) / 2), 4) for k in steps[1:]]
    levels = [float(np.mean(part)) for part in np.split(effect, steps[1:])]
    mean = float(np.mean(np.interp(column, seen, effect)))
    return cuts, levels, mean


def learnt(accounts: pl.DataFrame, beside: pl.DataFrame | None = None) -> Coefficients:
    """Coefficients of labelled accounts, with those of another set `beside` them at half weight."""
    if beside is None:
        return trained(accounts, "srf_fake_followers")
    both = pl.concat([accounts, beside], how="diagonal").select(accounts.columns)
    weights = np.concatenate([np.ones(len(accounts)), np.full(len(beside), 0.5)])
    told = "srf_fake_followers and instafake, the latter at half weight: its 17 % of fakes are a collection's"
    return trained(both, told, weights)


def main() -> None:
    """Train on both Instagram sets and write the file."""
    data = os.environ.get("MICROINF_REAL_DATA")
    if not data:
        sys.exit("set MICROINF_REAL_DATA to the folder of the labelled sets")
    found = learnt(srf(Path(data)), instafake(Path(data)))
    found.features |= BY_HAND
    content = msgspec.to_builtins(found)
    rows = (f'  "{name}": {json.dumps(steps)}' for name, steps in content.pop("features").items())
    head = json.dumps(content, indent=1).removesuffix("\n}")
    TARGET.write_text(head + ',\n "features": {\n' + ",\n".join(rows) + "\n }\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
