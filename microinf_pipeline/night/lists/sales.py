"""What came of it, as the brand's own lists say: clicks a day, orders with what led to them.

Put here: reading and judging their rows. Keep out: which campaign and creator explains them (models, K12). The rows are data
of a night, not configuration.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.night.lists.judged_rows import JudgedRows
from microinf_pipeline.settings import Settings

CLICKS: Final = {
    "click_key": pl.String(), "day": pl.Date(), "brand_id": pl.String(), "campaign_id": pl.String(), "network": pl.String(),
    "account": pl.String(), "link": pl.String(), "clicks": pl.Int64(),
}  # fmt: skip
CONVERSIONS: Final = {
    "touch_key": pl.String(), "conversion_id": pl.String(), "brand_id": pl.String(), "converted_at": pl.Datetime("us"),
    "net_revenue": pl.Float64(), "currency": pl.String(), "campaign_id": pl.String(), "network": pl.String(),
    "account": pl.String(), "link": pl.String(), "code": pl.String(), "clicked_at": pl.Datetime("us"),
}  # fmt: skip
_CLICK_KEY: Final = ("day", "brand_id", "campaign_id", "network", "account", "link")
_TOUCH_KEY: Final = ("brand_id", "conversion_id", "campaign_id", "network", "account", "link", "code", "clicked_at")


def given_clicks(settings: Settings) -> pl.DataFrame:
    """CLICKS of `inputs: clicks`; lines that differ in nothing but their count are added.

    `day` is the brand's local one. Raises FixConfigurationError that names every line with something wrong.
    """
    path = settings.inputs.clicks
    if path is None:
        return pl.DataFrame(schema=CLICKS)
    file = JudgedRows(path, "clicks")
    file.refuse_empty("day", "brand_id", "clicks")
    file.refuse_strangers(settings)
    file.read_days("day")
    file.read_whole("clicks")
    rows = file.judged().with_columns(pl.col("account").str.strip_prefix("@"))
    summed = rows.group_by(_CLICK_KEY).agg(pl.col("clicks").sum())
    return summed.with_columns(click_key=_joined(_CLICK_KEY)).select(list(CLICKS)).sort("click_key")


def given_conversions(settings: Settings) -> pl.DataFrame:
    """CONVERSIONS of `inputs: conversions`: a row for each thing that led to an order; codes in capitals, as shops read them.

    Raises FixConfigurationError that names every line with something wrong, among it lines of one order that tell different
    brands, times, amounts or currencies.
    """
    path = settings.inputs.conversions
    if path is None:
        return pl.DataFrame(schema=CONVERSIONS)
    file = JudgedRows(path, "conversions")
    file.refuse_empty("conversion_id", "converted_at", "brand_id", "net_revenue", "currency")
    file.refuse_strangers(settings)
    file.read_moments("converted_at", "clicked_at")
    file.read_amounts("net_revenue", negative=True)
    file.read_currency()
    order = ("brand_id", "conversion_id")
    file.refuse_mixed_currencies(order, "within order", "an order is paid in one currency")
    told = pl.struct("converted_at", "net_revenue").n_unique().over(order) > 1
    file.refuse(told, "one order with two times or amounts", "repeat the order's own time and net_revenue in each of its lines")
    rows = file.judged().with_columns(pl.col("account").str.strip_prefix("@"), pl.col("code").str.to_uppercase())
    return rows.with_columns(touch_key=_joined(_TOUCH_KEY)).select(list(CONVERSIONS)).unique().sort("touch_key")


def _joined(names: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str(pl.col(names).cast(pl.String).fill_null(""), separator="|")
