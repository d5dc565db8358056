"""What creators get, as the brand's own lists say it: deals and the rate card.

Put here: reading and judging their rows. Keep out: what a deal makes of a post (models), who the accounts are
(`listed_people`). The rows are data of a night, not configuration.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from typing import Any, Final

import polars as pl

from microinf_pipeline.night.lists.judged_rows import JudgedRows
from microinf_pipeline.people.known_people import LISTED
from microinf_pipeline.settings import Settings

DEALS: Final = {
    "deal_key": pl.String(), "deal_id": pl.String(), "brand_id": pl.String(), "campaign_id": pl.String(),
    "network": pl.String(), "account": pl.String(), "kind": pl.String(), "relation": pl.String(), "gifts": pl.Float64(),
    "fees": pl.Float64(), "currency": pl.String(), "pricing_model": pl.String(), "code": pl.String(), "link": pl.String(),
    "agreed_on": pl.Date(), "valid_from": pl.Date(), "valid_to": pl.Date(),
}  # fmt: skip
RATE_CARD: Final = {
    "network": pl.String(), "tier": pl.String(), "format": pl.String(), "low": pl.Float64(), "high": pl.Float64(),
    "currency": pl.String(), "valid_from": pl.Date(), "valid_to": pl.Date(),
}  # fmt: skip
_KEY: Final = ("deal_id", "brand_id", "network", "account", "campaign_id", "valid_from")
_CELL: Final = ("network", "tier", "format")


def given_deals(settings: Settings) -> pl.DataFrame:
    """DEALS of `inputs: deals`: one row a line; amounts in units of the currency, NULL where none is stated.

    relation: paid | gifted (`rules/relations.toml`). valid_from: else agreed_on. Codes in capitals. An amount without a
    currency is in that of its campaign's budget. Raises FixConfigurationError that names every line with something wrong,
    among it currencies mixed within a deal or within a campaign with a budget.
    """
    path = settings.inputs.deals
    if path is None:
        return pl.DataFrame(schema=DEALS)
    file = JudgedRows(path, "deals")
    file.refuse_empty("deal_id", "network", "account", "brand_id")
    file.refuse_strangers(settings)
    file.read_days("agreed_on", "valid_from", "valid_to")
    file.read_amounts("gifts", "fees")
    file.read_currency()
    file.refuse_order()
    kinds = deal_kinds()
    file.rows = file.rows.with_columns(pl.col("kind").str.to_lowercase())
    file.refuse_unknown("kind", kinds)
    got = pl.when(pl.col("fees") > 0).then(pl.lit("fee")).when(pl.col("gifts") > 0).then(pl.lit("gift"))
    file.rows = file.rows.with_columns(
        kind=pl.coalesce("kind", got), account=pl.col("account").str.strip_prefix("@"), code=pl.col("code").str.to_uppercase(),
        valid_from=pl.coalesce("valid_from", "agreed_on"),
    )  # fmt: skip
    file.refuse(pl.col("kind").is_null(), "neither kind, gifts nor fees", f"say what was given: {', '.join(kinds)}")
    _judge_money(file, settings)
    file.refuse_twice(_KEY, "the same deal twice")
    _refuse_shared_words(file)
    relation = pl.when(pl.col("fees") > 0).then(pl.lit("paid")).otherwise(pl.col("kind").replace_strict(kinds, default=None))
    key = pl.concat_str(pl.col(_KEY).cast(pl.String).fill_null(""), separator="|")
    return file.judged().with_columns(relation=relation, deal_key=key).select(list(DEALS)).sort("deal_key")


def _judge_money(file: JudgedRows, settings: Settings) -> None:
    budgets = {c.id: c.budget.currency for c in settings.campaigns if c.budget}
    given = pl.col("currency")
    budget = pl.col("campaign_id").replace_strict(budgets, default=None, return_dtype=pl.String)
    file.refuse_mixed_currencies(("brand_id", "deal_id"), "within deal", "give each currency a deal_id of its own")
    for campaign_id, currency in budgets.items():
        other = (pl.col("campaign_id") == campaign_id) & (given != currency)
        file.refuse(
            other, f"currencies mixed: campaign {campaign_id} has a budget in {currency}, another currency stands",
            "write the amount in the budget's currency, or take budget: out of the campaign",
        )  # fmt: skip
    file.rows = file.rows.with_columns(currency=pl.coalesce(given, budget))
    amount = pl.sum_horizontal("gifts", "fees") > 0
    file.refuse(amount & pl.col("currency").is_null(), "an amount without a currency", "fill in currency")
    undated = pl.all_horizontal(pl.col("valid_from", "campaign_id").is_null())
    file.refuse(amount & undated, "an amount of no month", "fill in agreed_on, valid_from or campaign_id")


def _refuse_shared_words(file: JudgedRows) -> None:
    """A code or link leads to one creator at a time, else nobody could say whose order it was."""
    for word in ("code", "link"):
        named = file.rows.filter(pl.all_horizontal(pl.col(word, "account").is_not_null())).sort("line")
        for _, rows in named.group_by("brand_id", word, maintain_order=True):
            for one, other in combinations(rows.to_dicts(), 2):
                if _whose(one) != _whose(other) and _overlap(one, other):
                    what = f"the {word} '{one[word]}' leads to two creators or campaigns at once"
                    file.refuse_lines([one["line"], other["line"]], what, f"give each a {word} of their own")


def _whose(deal: dict[str, Any]) -> tuple[Any, ...]:
    return deal["network"], deal["account"].lower(), deal["campaign_id"]


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    ends_after = (
        a["valid_to"] is None or b["valid_from"] is None or b["valid_from"] < a["valid_to"]
        for a, b in ((one, other), (other, one))
    )  # fmt: skip
    return all(ends_after)


def listed_by_deals(deals: pl.DataFrame) -> pl.DataFrame:
    """LISTED (`people.known_people`) of deals, to be matched with accounts: person_id is the deal_key."""
    empty = {name: pl.lit(None, type_).alias(name) for name, type_ in LISTED.items()}
    given = ("brand_id", "network", "account", "valid_from", "valid_to")
    rest = [column for name, column in empty.items() if name not in (*given, "person_id")]
    return deals.with_columns(*rest, person_id="deal_key").select(list(LISTED))


@cache
def deal_kinds() -> dict[str, str]:
    """Kind of a deal → relation it makes without a fee, from `rules/relations.toml`."""
    rules = tomllib.loads((files("microinf_pipeline") / "rules" / "relations.toml").read_text(encoding="utf-8"))
    kinds: dict[str, str] = rules["kinds"]
    return kinds


def given_rate_card(settings: Settings) -> pl.DataFrame:
    """RATE_CARD of `inputs: rate_card`; valid_from inclusive, valid_to exclusive, NULL = open.

    Raises FixConfigurationError that names every line with something wrong, among it lines of one cell that overlap.
    """
    path = settings.inputs.rate_card
    if path is None:
        return pl.DataFrame(schema=RATE_CARD)
    file = JudgedRows(path, "rate_card")
    file.refuse_empty(*_CELL, "low", "high", "currency")
    file.refuse_strangers(settings)
    file.refuse_unknown("tier", settings.tiers.cuts)
    file.read_amounts("low", "high")
    file.refuse(pl.col("low") > pl.col("high"), "a low above its high", "swap the two")
    file.read_currency()
    file.read_days("valid_from", "valid_to")
    file.refuse_order()
    _refuse_overlaps(file)
    return file.judged().select(list(RATE_CARD)).sort(list(RATE_CARD), nulls_last=True)


def _refuse_overlaps(file: JudgedRows) -> None:
    cells = file.rows.sort("valid_from", "line", nulls_last=False).group_by((*_CELL, "currency"), maintain_order=True)
    for cell, rows in cells:
        for one, other in pairwise(rows.to_dicts()):
            if _overlap(one, other):
                what = f"two prices at once for {' '.join(map(str, cell))}"
                file.refuse_lines([one["line"], other["line"]], what, "end the first where the second begins")
