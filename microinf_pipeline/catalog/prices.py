"""What networks charge for what they count: the shipped prices, with who says so.

Pure values over `rules/prices.toml`. Put here: what a unit costs. Keep out: how many a night takes (`night.planning`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Price:
    """Money for one of a unit that a network counts (`QuotaState.unit`)."""

    network: str
    unit: str
    amount: Decimal
    currency: str  # ISO 4217
    valid_from: date
    reason: str
    source: str


@cache
def prices() -> tuple[Price, ...]:
    """Every shipped price, in the order of the file."""
    text = (files("microinf_pipeline") / "rules" / "prices.toml").read_text(encoding="utf-8")
    return tuple(Price(**{**row, "amount": Decimal(row["amount"])}) for row in tomllib.loads(text)["price"])


def price_of(network: str, unit: str) -> Price | None:
    """What one of a unit costs; None where nothing is charged for it, or nothing is known."""
    return next((price for price in prices() if (price.network, price.unit) == (network, unit)), None)
