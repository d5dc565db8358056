"""The story of one creator: accounts and why they are one person, names, tiers, mentions, the scorecard.

Put here: that story, from the accepted state. Keep out: the rules themselves (models, people).
"""

from __future__ import annotations

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.sections import Section, facts, table
from microinf_pipeline.storage.lake import Candidate

_READ = (
    "core_creators", "core_creator_links", "core_accounts", "core_account_aliases", "core_account_roles", "core_tier_history",
    "core_account_history", "_deals", "mart_creator_brand_daily", "mart_creator_scorecard",
)  # fmt: skip

_FIND = """
SELECT coalesce(merged_into, creator_id) AS creator_id FROM core_creators WHERE creator_id = $key
UNION
SELECT creator_id FROM core_accounts WHERE network || '/' || account_id = $key OR network || '/' || lower(handle) = lower($key)
UNION
SELECT a.creator_id FROM core_accounts AS a
JOIN core_account_aliases AS n ON n.network = a.network AND n.account_id = a.account_id
WHERE n.network || '/' || n.alias = lower($key)
ORDER BY creator_id
"""

_NEAR = """
SELECT network || '/' || coalesce(handle, account_id) AS key FROM core_accounts
ORDER BY least(levenshtein(lower(network || '/' || coalesce(handle, account_id)), lower($key)), levenshtein(creator_id, $key)),
    key LIMIT 3
"""

_ACCOUNTS = """
SELECT l.network, l.account_id, a.handle, a.display_name, a.followers, a.followers_precision, a.tier, a.tier_raw, a.tier_since,
    l.evidence, l.confidence, l.evidence_words, l.valid_from
FROM core_creator_links AS l
LEFT JOIN core_accounts AS a ON a.network = l.network AND a.account_id = l.account_id
WHERE l.creator_id = $creator_id ORDER BY a.followers DESC NULLS LAST, l.network, l.account_id
"""

_OF_ACCOUNTS = (
    "SEMI JOIN core_creator_links AS l ON l.network = x.network AND l.account_id = x.account_id AND l.creator_id = $creator_id"
)

_ALIASES = f"""
SELECT x.network, x.alias, x.account_id, x.valid_from, x.valid_to
FROM core_account_aliases AS x {_OF_ACCOUNTS} ORDER BY ALL"""
_ROLES = f"""
SELECT x.network, x.account_id, x.brand_id, x.role, x.valid_from, x.valid_to
FROM core_account_roles AS x {_OF_ACCOUNTS} ORDER BY ALL"""
_DEALS = f"""
SELECT x.brand_id, x.network, x.account, x.relation, x.campaign_id, x.valid_from, x.valid_to
FROM _deals AS x {_OF_ACCOUNTS} ORDER BY x.brand_id, x.valid_from, x.deal_key"""
_TIERS = f"""
SELECT x.network, x.valid_from, x.valid_to, x.tier, x.followers_at_change, x.reason FROM core_tier_history AS x
{_OF_ACCOUNTS} ORDER BY x.network, x.account_id, x.valid_from
"""
_COUNTS = f"""
SELECT x.network, min(x.observed_on) AS first_counted_on, max(x.observed_on) AS last_counted_on,
    count(x.followers) AS days_counted,
    min(x.followers) AS lowest, max(x.followers) AS highest
FROM core_account_history AS x {_OF_ACCOUNTS} GROUP BY x.network, x.account_id ORDER BY x.network, x.account_id
"""
_MENTIONS = """
SELECT brand_id, network, relation, CAST(sum(posts) AS BIGINT) AS posts, CAST(sum(engagements) AS BIGINT) AS engagements,
    min(day) AS first_on, max(day) AS last_on
FROM mart_creator_brand_daily WHERE creator_id = $creator_id GROUP BY brand_id, network, relation
ORDER BY posts DESC, brand_id, network, relation
"""


def creator_story(engine: Engine, candidate: Candidate, key: str) -> list[Section]:
    """Sections about a creator named by creator_id, network/handle (a former one too) or network/account_id."""
    for name in _READ:
        candidate.register(engine, TABLES[name])
    own = {"creator_id": _found(engine, key)}
    person = engine.query("SELECT * FROM core_creators WHERE creator_id = $creator_id", own).row(0, named=True)
    return [
        facts(f"Creator {person['creator_id']}", [
            ("name", person["display_name"]), ("tier", f"{person['tier']}: {person['tier_rule']}"),
            ("known from", person["valid_from"]),
            ("merged into", person["merged_into"]),
        ]),
        table("Accounts, and what shows they are one person's", engine.query(_ACCOUNTS, own), "none"),
        table("Handles used", engine.query(_ALIASES, own), "none"),
        *_roles(engine, own),
        table("Tiers over time", engine.query(_TIERS, own), "never counted: unknown"),
        table("Follower counts", engine.query(_COUNTS, own), "none"),
        table("Mentions", engine.query(_MENTIONS, own), "none"),
        *_scorecards(engine, own),
    ]  # fmt: skip


def _found(engine: Engine, key: str) -> str:
    found: list[str] = engine.query(_FIND, {"key": key})["creator_id"].to_list()
    if len(found) == 1:
        return found[0]
    if found:
        raise FixConfigurationError(
            f"'{key}' names {len(found)} creators", where=", ".join(found[:5]), fix="name one by its creator_id"
        )
    near = engine.query(_NEAR, {"key": key})["key"].to_list()
    where = f"nearest: {', '.join(near)}" if near else "no account is stored"
    raise FixConfigurationError(f"no creator '{key}'", where=where, fix="name one by creator_id or network/handle")


def _roles(engine: Engine, own: dict[str, str]) -> list[Section]:
    sections = (table("Roles", engine.query(_ROLES, own), ""), table("Deals", engine.query(_DEALS, own), ""))
    return [section for section in sections if section.rows]


def _scorecards(engine: Engine, own: dict[str, str]) -> list[Section]:
    cards = engine.query(
        "SELECT * EXCLUDE (creator_id) FROM mart_creator_scorecard WHERE creator_id = $creator_id ORDER BY brand_id, network",
        own,
    )
    unknown = [name for name in cards.columns if cards[name].null_count() == cards.height]
    sections = [
        facts(
            f"Scorecard for {card['brand_id']} on {card['network']}",
            [(n, v) for n, v in card.items() if n not in ("brand_id", "network")],
        )
        for card in cards.iter_rows(named=True)
    ]
    if sections and unknown:
        sections.append(Section("Not known yet, so left out of the scorecards", (", ".join(unknown),)))
    return sections or [Section("Scorecard", ("none: no counted mention in the last 365 days",))]
