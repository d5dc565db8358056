"""What the brand's own lists tell: its staff as advocates, its customers as creators."""

from __future__ import annotations

from microinf_pipeline.catalog.columns import own, pick
from microinf_pipeline.catalog.model import Column, Layer, Read, Reference, Rule, Stage, Table
from microinf_pipeline.catalog.tables.measures import OF_A_BRAND

_HIDDEN = "NULL where they, or the rest of the head count, are under five persons."


def _posts(name: str, which: str) -> Column:
    return own(name, "BIGINT", f"Posts {which}. {_HIDDEN}", unit="count", minimum=0)


MART_EMPLOYEE_ADVOCACY = Table(
    name="mart_employee_advocacy", layer=Layer.MART, stage=Stage.KPIS, grain=("brand_id", "unit", "month"), config=("brands",),
    purpose="What employees who opted in post about their brand, by unit and ended month, beside the head count of that month (K14). No person is named or ranked.",
    reads=(Read("core_brands"), Read("employee_posts"), Read("headcount_given")),
    columns=(
        *pick("brand_id!"),
        own("unit", "VARCHAR", "Unit of the company, as the brand's lists name it.", required=True),
        own("month", "DATE", "First day of the month.", unit="brand-local day", required=True),
        own("head_count", "BIGINT", "Persons in the unit in that month, as the brand says; NULL where it does not.", unit="persons", minimum=0),
        own("active", "BIGINT", f"Of those who opted in, persons with a post that names the brand. {_HIDDEN} Also NULL where it would tell another unit's.", unit="persons", minimum=0),
        Column("active_share", "DOUBLE", "Active by head count (K14).", unit="share", minimum=0, maximum=1),
        own("posts", "BIGINT", "Their posts that name the brand, reposts included; NULL where active is.", unit="count", minimum=0),
        _posts("original_posts", "that are original"), _posts("reply_posts", "that are replies"),
        _posts("quote_posts", "that quote"), _posts("repost_posts", "that repost"),
        _posts("recruiting_posts", "that look for people, by their words (rules/advocacy_topics.toml); a post may be of several topics"),
        _posts("product_posts", "about products, by their words"), _posts("culture_posts", "about working there, by their words"),
        own("posts_by_network", "VARCHAR", "Posts by network, a JSON object; networks whose count is hidden are left out."),
        own("null_reason", "VARCHAR", "Why active is NULL.", allowed=("no_head_count", "under_five_persons", "all_but_under_five_persons", "would_tell_another_unit")),
    ),
    references=OF_A_BRAND,
    rules=(
        Rule("says_why_null", "(active IS NULL) <> (null_reason IS NOT NULL)", "A number that cannot be shown is NULL with a reason."),
        Rule("shows_five_or_more", "active < 5 OR head_count - active < 5", "K14: neither a cell nor its complement under five persons."),
    ),
)  # fmt: skip

MART_CUSTOMER_CREATORS = Table(
    name="mart_customer_creators", layer=Layer.MART, stage=Stage.KPIS, grain=("creator_id", "brand_id"),
    purpose="Customers who agreed to be matched and hold accounts that were seen: who of them talks about the brand.",
    reads=(Read("core_account_roles"), Read("core_creator_links"), Read("mart_creator_brand_daily")),
    columns=(
        *pick("creator_id!", "brand_id!"),
        own("matched_by", "VARCHAR", "Strongest way the person was found: account named by the list > link > e-mail > another account of theirs.",
            allowed=("account", "link", "email", "confirmed_link"), required=True),
        own("customer_from", "DATE", "First day they are known, and agreed, to be a customer.", unit="UTC day", required=True),
        own("accounts", "BIGINT", "Their accounts that were seen.", unit="accounts", minimum=1, required=True),
        own("networks", "VARCHAR", "Networks of these, a JSON list.", required=True),
        own("mentions", "BIGINT", "Earned mentions of the brand, ever.", unit="count", minimum=0, required=True),
        *pick("engagements"),
        own("first_mention_on", "DATE", "First of them.", unit="brand-local day"),
        own("last_mention_on", "DATE", "Last of them.", unit="brand-local day"),
    ),
    references=(Reference(("creator_id",), "core_creators", ("creator_id",)), *OF_A_BRAND),
)  # fmt: skip
