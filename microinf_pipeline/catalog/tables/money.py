"""Money: deals, the rate card, what clicks and orders brought."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import ADD, hidden, own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Scope, Stage, Table

DEALS = Table(
    name="_deals", layer=Layer.CORE, stage=Stage.ENRICH, published=False, grain=("deal_key",),
    purpose="Deals with creators, one row a line of the list, with the account each was made with. Fees are confidential: never published.",
    reads=(Read("given_deals"), Read("known_roles")),
    columns=(
        hidden("deal_key", "VARCHAR", "Names the line: deal, brand, network, account, campaign and first day."),
        hidden("deal_id", "VARCHAR", "The deal, as the list names it."),
        *pick("brand_id!"),
        hidden("campaign_id", "VARCHAR", "Campaign it belongs to; NULL where none is named."),
        *pick("network!"),
        hidden("account", "VARCHAR", "The account as the list names it, without @."),
        *pick("account_id"),
        hidden("kind", "VARCHAR", "What was given (rules/relations.toml)."),
        hidden("relation", "VARCHAR", "paid or gifted."),
        hidden("gifts", "DOUBLE", "Value of the gifts, in units of the currency; NULL where not stated."),
        hidden("fees", "DOUBLE", "Fees in all; NULL where not stated."),
        hidden("cost", "DOUBLE", "Fees and gifts together; NULL where what was given has no amount."),
        hidden("currency", "VARCHAR", "ISO 4217; the campaign budget's where the line names none."),
        hidden("pricing_model", "VARCHAR", "As the list says: flat, per post, per click, product."),
        hidden("code", "VARCHAR", "Discount code that leads to the creator."),
        hidden("link", "VARCHAR", "Tracking link that leads to the creator."),
        hidden("agreed_on", "DATE", "Day it was agreed."),
        *pick("valid_from", "valid_to"),
    ),
)  # fmt: skip

RATE_CARD = Table(
    name="_rate_card", layer=Layer.CORE, stage=Stage.DEDUPLICATE, published=False, grain=("network", "tier", "format", "currency", "valid_from"),
    purpose="Prices for the compensation guide, without holes: on every day a cell of the card has one row, or one that says why it has no range.",
    reads=(Read("given_rate_card"),),
    columns=(
        *pick("network!"),
        hidden("tier", "VARCHAR", "Tier the price is for."),
        hidden("format", "VARCHAR", "What is paid for, as the card says."),
        hidden("currency", "VARCHAR", "ISO 4217."),
        *pick("valid_from!", "valid_to"),
        hidden("low", "DOUBLE", "Lower end; NULL in a gap."),
        hidden("high", "DOUBLE", "Upper end; NULL in a gap."),
        hidden("gap_reason", "VARCHAR", "Why there is no range on these days; NULL where there is."),
    ),
)  # fmt: skip

SALES_ACCOUNTS = Table(
    name="_sales_accounts", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("network", "account", "day"),
    purpose="Accounts that clicks and orders name by id or handle, as of their day.",
    reads=(Read("given_clicks"), Read("given_conversions"), Read("core_account_aliases"), Read("core_accounts")),
    columns=(
        *pick("network!"),
        hidden("account", "VARCHAR", "The account as the list names it, without @."),
        hidden("day", "DATE", "Day for which it is asked."),
        *pick("account_id"),
    ),
)  # fmt: skip

SALES_TOUCHES = Table(
    name="_sales_touches", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("touch_key",), config=("brands", "campaigns"),
    purpose="What clicks, and the clicks and codes of orders, lead to: campaign, creator, deal.",
    reads=(
        Read("given_clicks"), Read("given_conversions"), Read("_sales_accounts"), Read("_deals"), Read("core_accounts"),
    ),
    columns=(
        hidden("touch_key", "VARCHAR", "Names the line, and which part of it."),
        hidden("way", "VARCHAR", "clicks (a day's count), click or code (of an order)."),
        hidden("conversion_id", "VARCHAR", "The order; NULL for a day's clicks."),
        *pick("brand_id!"),
        hidden("day", "DATE", "Day of the clicks, click or order."),
        hidden("touched_at", "TIMESTAMP", "When the click was, or the code was used; NULL where not told."),
        hidden("campaign_id", "VARCHAR", "Campaign it leads to; NULL where to none."),
        hidden("network", "VARCHAR", "Network of the account."),
        *pick("account_id", "creator_id"),
        hidden("deal_key", "VARCHAR", "Deal it leads to."),
        hidden("clicks", "BIGINT", "Clicks of the day."),
    ),
)  # fmt: skip

CONVERSIONS = Table(
    name="_conversions", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("brand_id", "conversion_id"), config=("brands", "campaigns"),
    purpose="Orders on the brand's local day, each with what explains it (K12).",
    reads=(Read("given_conversions"), Read("_sales_touches"), Read("core_brands"), Read("core_campaigns")),
    columns=(
        *pick("brand_id!"),
        hidden("conversion_id", "VARCHAR", "The order."),
        hidden("day", "DATE", "The brand's local day of the order."),
        hidden("net_revenue", "DOUBLE", "Net revenue, in units of the currency."),
        hidden("currency", "VARCHAR", "ISO 4217."),
        hidden("campaign_id", "VARCHAR", "Campaign that explains it; 'unattributed' where none does."),
        *pick("creator_id"),
        hidden("deal_key", "VARCHAR", "Deal that explains it."),
        hidden("explained_by", "VARCHAR", "code or click; NULL where nothing explains it."),
    ),
)  # fmt: skip

MONEY = Table(
    name="_money", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("brand_id", "campaign_id", "creator_id", "currency", "month"),
    config=("brands", "campaigns"),
    purpose="What was paid, clicked and sold, per campaign, creator, currency and local month.",
    reads=(
        Read("_deals"), Read("_sales_touches"), Read("_conversions"), Read("core_brands"), Read("core_campaigns"), Read("core_accounts"),
    ),
    columns=(
        *pick("brand_id!"),
        hidden("campaign_id", "VARCHAR", "The campaign; 'unattributed' where none explains it."),
        hidden("creator_id", "VARCHAR", "The creator; 'unattributed' where none is known."),
        hidden("currency", "VARCHAR", "ISO 4217; XXX = none."),
        hidden("month", "DATE", "First day of the month."),
        hidden("clicks", "BIGINT", "Clicks; NULL = no line."),
        hidden("conversions", "BIGINT", "Orders; NULL = no line."),
        hidden("revenue", "DOUBLE", "Their net revenue."),
        hidden("cost", "DOUBLE", "Cost of the deals that have an amount."),
        hidden("deals", "BIGINT", "Deals that begin in the month."),
        hidden("deals_known", "BIGINT", "Of those, with an amount."),
    ),
)  # fmt: skip

CREATOR_MONEY = Table(
    name="_creator_money", layer=Layer.MART, stage=Stage.KPIS, published=False, grain=("creator_id", "brand_id", "currency"),
    config=("brands", "campaigns"),
    purpose="What each creator cost, over everything known. Fees are confidential: never published.",
    reads=(Read("_money"), Read("mart_creator_brand_daily", Scope.ALL)),
    columns=(
        *pick("creator_id!", "brand_id!"),
        hidden("currency", "VARCHAR", "ISO 4217; XXX = none."),
        hidden("cost", "DOUBLE", "Cost of the deals begun; NULL without a deal, or while one has no amount."),
        hidden("posts", "BIGINT", "Posts naming the brand under a deal (paid or gifted), the same in every currency's row."),
    ),
)  # fmt: skip

MART_ROI = Table(
    name="mart_roi", layer=Layer.MART, stage=Stage.KPIS, grain=("brand_id", "campaign_id", "currency", "month"), config=("brands", "campaigns"),
    purpose="What campaigns cost and brought, per currency and month (K12). An order belongs to a code, else to the last click of 30 days; a deal's whole cost falls in the month in which it begins (valid_from, else agreed_on, else its campaign's start). What no campaign explains, clicks of unknown creators among it, is campaign_id 'unattributed'. No earned media value.",
    reads=(Read("_money", Scope.ALL), Read("_mention_facts", Scope.ALL)),
    columns=(
        *pick("brand_id!"),
        Column("campaign_id", "VARCHAR", "The campaign, as configured; 'unattributed' = no campaign explains it.", required=True),
        Column("currency", "VARCHAR", "ISO 4217; currencies are never added. XXX = clicks that lead to no currency. Clicks are shown in their campaign's.", required=True),
        Column("month", "DATE", "First day of the brand's local month; the running month up to its last ended day.", unit="brand-local month", required=True),
        Column("posts", "BIGINT", "Mentions with the campaign's tags by anybody but the brand, its staff and those with an interest; the same in every currency's row.", unit="count", minimum=0),
        Column("engagements", "BIGINT", "Their engagements, as last seen (K1); the same in every currency's row.", unit="count", minimum=0),
        Column("clicks", "BIGINT", "Clicks; NULL in months of which the brand gives none.", unit="count", additivity=ADD, minimum=0),
        Column("conversions", "BIGINT", "Orders; NULL in months of which the brand gives none.", unit="count", additivity=ADD, minimum=0),
        Column("revenue", "DOUBLE", "Their net revenue.", unit="currency"),
        Column("cost", "DOUBLE", "Fees and gifts of the deals that begin in the month; NULL without a deal, a floor while cost_known_share < 1.", unit="currency", minimum=0),
        own("cost_known_share", "DOUBLE", "Of those deals, share whose amount is known.", unit="share", minimum=0, maximum=1),
        own("cpe", "DOUBLE", "Cost by engagements; this and all ratios NULL without a cost, and where a deal has no amount.", unit="currency per engagement", minimum=0),
        own("cpc", "DOUBLE", "Cost by clicks.", unit="currency per click", minimum=0),
        own("cpa", "DOUBLE", "Cost by orders.", unit="currency per order", minimum=0),
        own("roas", "DOUBLE", "Revenue by cost.", unit="ratio"),
        own("roi", "DOUBLE", "Revenue less cost, by cost.", unit="ratio"),
    ),
    references=(Reference(("brand_id",), "core_brands", ("brand_id",)),),
)  # fmt: skip
