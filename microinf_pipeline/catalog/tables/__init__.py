"""Every table, in the order a night builds them. A module of this folder holds the tables of one theme."""

from __future__ import annotations

from microinf_pipeline.catalog.model import Stage, Table, by_name
from microinf_pipeline.catalog.tables import (
    accounts,
    campaigns,
    configured,
    content,
    contests,
    copies,
    creators,
    daily,
    disclosure,
    facts,
    known_people,
    kpis,
    mentions,
    meta,
    money,
    observed,
    outreach,
    posts,
    refusals,
    responses,
    standing,
    trust,
    voices,
)

_CORE = (
    configured.CORE_BRANDS, configured.CORE_CAMPAIGNS, configured.CORE_CONTESTS, money.RATE_CARD, posts.POST_IDENTITY,
    posts.CORE_POST_STATUS, posts.CORE_POST_METRICS, accounts.ACCOUNT_DAYS,
    accounts.CORE_ACCOUNT_ALIASES, accounts.CORE_ACCOUNT_HISTORY, creators.PROFILE_NAMES, creators.CORE_CREATOR_LINKS,
    accounts.CORE_ACCOUNT_ROLES, accounts.EMPLOYEES, accounts.VESTED, money.DEALS, accounts.CORE_TIER_HISTORY,
    accounts.ACCOUNT_DAY_AUDIENCE,
    copies.POST_SIGNATURES, copies.COPY_EDGES, copies.POST_COPIES, posts.CORE_DUPLICATES,
    mentions.BRAND_MATCHES, mentions.POST_READINGS, posts.CORE_POSTS, posts.CORE_POST_HASHTAGS, responses.CORE_INTERACTIONS, contests.CONTEST_POSTS,
    mentions.CORE_MENTIONS,
    mentions.CORE_MENTION_CAMPAIGNS, disclosure.POST_LABELS, accounts.ACCOUNT_PROFILES, accounts.CORE_ACCOUNTS,
    creators.CORE_CREATORS, creators.CORE_CREATOR_SUGGESTIONS,
)  # fmt: skip

_MARTS = (
    trust.MART_COMPLETENESS, trust.BRAND_COMPLETENESS, facts.MENTION_FACTS, responses.ANSWERABLE_MENTIONS,
    responses.MART_OPEN_MENTIONS, facts.ACCOUNT_SUMS, facts.ACCOUNT_BRAND_DAYS,
    facts.ACCOUNT_VISITS, facts.ACCOUNT_TALK, disclosure.MART_DISCLOSURE,
    daily.MART_BRAND_DAILY, daily.MART_CREATOR_BRAND_DAILY, daily.MART_HASHTAG_DAILY,
    campaigns.CAMPAIGN_CREATORS, campaigns.CAMPAIGN_POSTS, money.SALES_ACCOUNTS, money.SALES_TOUCHES,
    money.CONVERSIONS, money.MONEY, money.CREATOR_MONEY, money.MART_ROI, campaigns.MART_CAMPAIGN, standing.CREATOR_RATES,
    standing.MART_TIER_BENCHMARK, standing.MART_CREATOR_SCORECARD, outreach.MART_OUTREACH, content.MART_CONTENT_LIBRARY,
    kpis.KPI_COUNTS, kpis.KPI_MEDIANS, kpis.KPI_RATES, kpis.KPI_ADOPTION,
    kpis.KPI_RESPONSE, disclosure.KPI_DISCLOSURE, kpis.MART_KPI,
    known_people.MART_EMPLOYEE_ADVOCACY, known_people.MART_CUSTOMER_CREATORS,
    voices.MART_SHARE_OF_VOICE, voices.MART_CREATOR_RETENTION,
    contests.CONTEST_ENTRANTS, contests.MART_CONTEST_ENTRIES, contests.MART_CONTEST_DRAW, contests.MART_CONTEST, refusals.MART_POLICY_REFUSALS,
    trust.MART_QUALITY, trust.MART_RESTATEMENTS,
)  # fmt: skip

#: Build order: every table stands after all it reads.
ORDER: tuple[Table, ...] = (*observed.TABLES, facts.SEALED_MENTIONS, *_CORE, *_MARTS, *meta.TABLES)
TABLES: dict[str, Table] = by_name(ORDER)
PUBLISHED: tuple[Table, ...] = tuple(t for t in ORDER if t.published)


def of_stage(stage: Stage) -> tuple[Table, ...]:
    """Tables one stage builds, in order."""
    return tuple(t for t in ORDER if t.stage is stage)
