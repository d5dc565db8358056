"""What each KPI is: formula, unit, additivity, labels, and the SQL that recomputes one number from published tables.

Put here: one `Kpi` for every id of mart_kpi (those with a table of their own: `kpis_of_tables`). Keep out: how mart_kpi computes them (models/marts). The SQL binds the row's
own key: $brand_id, $campaign_id, $network, $tier, $relation ('*' and 'earned' as in the row), $period_start, $period_end
(exclusive). A changed definition gets a new version; rows of mart_kpi carry the version they were computed by.
"""

from __future__ import annotations

from dataclasses import dataclass

from microinf_pipeline.catalog.model import Additivity


@dataclass(frozen=True)
class Kpi:
    """One definition. `number` is the K-number of the rule; `denominator_sql` is None for counts and medians."""

    id: str
    number: str
    unit: str
    formula: str
    additivity: Additivity
    label_de: str
    label_en: str
    numerator_sql: str
    denominator_sql: str | None = None
    version: int = 1


#: The row's mentions: one line a post, on the brand's local day.
_SCOPE = """
WITH tagged AS (
    SELECT DISTINCT i.network, i.post_id FROM core_mention_campaigns AS i JOIN core_campaigns AS c USING (campaign_id)
    WHERE c.brand_id = $brand_id AND $campaign_id IN ('*', i.campaign_id)
),
named AS (
    SELECT p.*, m.counts_as_earned, t.post_id IS NOT NULL AS is_tagged,
        m.mention_mode <> 'directed' AND p.post_type <> 'repost' AND p.is_counted AS is_mention
    FROM core_mentions AS m
    JOIN core_posts AS p USING (network, post_id)
    JOIN core_brands AS b USING (brand_id)
    LEFT JOIN tagged AS t ON t.network = p.network AND t.post_id = p.post_id
    WHERE m.brand_id = $brand_id AND $network IN ('*', p.network) AND $tier IN ('*', p.tier_at_post)
        AND ($relation IN ('*', m.relation) OR ($relation = 'earned' AND m.relation IN ('organic', 'gifted', 'contest')))
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) >= $period_start
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) < $period_end
        AND (t.post_id IS NOT NULL OR $campaign_id = '*')
),
scope AS (SELECT * FROM named WHERE is_mention)"""

#: K5: the row's accounts, each with its last earned mention before the period.
_PAST = """,
past AS (
    SELECT s.network, s.account_id, max(v.day) AS previous_day
    FROM (SELECT DISTINCT network, account_id FROM scope WHERE account_id IS NOT NULL) AS s
    LEFT JOIN (
        SELECT p.network, p.account_id, CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) AS day
        FROM core_mentions AS m JOIN core_posts AS p USING (network, post_id) JOIN core_brands AS b USING (brand_id)
        WHERE m.brand_id = $brand_id AND m.counts_as_earned
    ) AS v ON v.network = s.network AND v.account_id = s.account_id AND v.day < $period_start
    GROUP BY s.network, s.account_id
)"""

#: K3: the row's accounts. Rounded counts enter mart_kpi's high and gross with their upper end; here as shown.
_ACCOUNTS = """,
accounts AS (
    SELECT network, account_id, max(followers_at_post) AS followers, sum(followers_at_post) AS gross
    FROM scope WHERE account_id IS NOT NULL GROUP BY network, account_id
)"""

#: K2: both sides of each post's rate, from its first metrics at 7 full days or more; from its latest where no post of the row has such.
_RATES = """,
metrics AS (
    SELECT m.* FROM core_post_metrics AS m SEMI JOIN scope AS s ON s.network = m.network AND s.post_id = m.post_id
    WHERE m.age_days >= 7 AND coalesce(m.likes, m.comments, m.shares, m.quotes, m.saves, m.views, m.impressions, m.reach_measured) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY m.network, m.post_id ORDER BY m.observed_on) = 1
),
posts AS (
    SELECT m.post_id IS NOT NULL AS mature, CASE WHEN m.post_id IS NULL THEN s.engagements ELSE
            CASE WHEN contains(s.engagement_parts, '"likes"') THEN m.likes ELSE 0 END
            + CASE WHEN contains(s.engagement_parts, '"comments"') THEN m.comments ELSE 0 END
            + CASE WHEN contains(s.engagement_parts, '"shares"') THEN m.shares ELSE 0 END
            + CASE WHEN s.network = 'mastodon' THEN coalesce(m.quotes, 0)  -- old servers have none (rules/engagement.toml)
                WHEN contains(s.engagement_parts, '"quotes"') THEN m.quotes ELSE 0 END
            + CASE WHEN contains(s.engagement_parts, '"saves"') THEN m.saves ELSE 0 END
        END AS e, {denominator} AS d
    FROM scope AS s
    LEFT JOIN metrics AS m ON m.network = s.network AND m.post_id = s.post_id
),
rates AS (
    SELECT e, d, e / d AS rate FROM posts
    WHERE e IS NOT NULL AND d > 0 AND (mature OR NOT (SELECT bool_or(mature) FROM posts))
)"""

_BASES = {
    "followers": ("s.followers_at_post", "Followern", "followers"),
    "views": ("CASE WHEN m.post_id IS NULL THEN s.views ELSE m.views END", "Aufrufen", "views"),
    "reach": (
        "CASE WHEN m.post_id IS NULL THEN s.reach_measured ELSE m.reach_measured END",
        "gemessener Reichweite",
        "measured reach",
    ),
    "impressions": ("CASE WHEN m.post_id IS NULL THEN s.impressions ELSE m.impressions END", "Impressionen", "impressions"),
}
_STATS = {
    "pooled": ("sum of engagements by sum of {}, over mature posts", "gepoolt", "pooled", "sum(e)", "sum(d)"),
    "mean": ("mean over mature posts of engagements by {}", "Mittel", "mean", "sum(rate)", "count(*)"),
    "median": ("median over mature posts of engagements by {}", "Median", "median", "median(rate)", None),
}

#: K16: of each source the brand's own queries where they have an expectation, else the whole source.
_NIGHTS = """
WITH candidates AS (
    SELECT source, night, captured, expected, CASE WHEN brand_id = '*' THEN 0 WHEN rule = '*' THEN 1 ELSE 2 END AS closeness
    FROM mart_completeness
    WHERE brand_id IN ($brand_id, '*') AND holds = 'posts' AND (expected IS NOT NULL OR gap_reason IS NOT NULL)
        AND night >= $period_start AND night < $period_end
),
nights AS (
    SELECT * FROM candidates
    QUALIFY closeness = coalesce(
        max(closeness) FILTER (WHERE expected IS NOT NULL) OVER (PARTITION BY source, night), max(closeness) OVER (PARTITION BY source, night)
    )
)"""

#: K8: creators of the brand in the window of the row, or of its campaign inside it; which of them used a campaign's tag.
_ADOPTION = """
WITH earned AS (
    SELECT a.creator_id, EXISTS (
            SELECT 1 FROM core_mention_campaigns AS i JOIN core_campaigns AS k USING (campaign_id)
            WHERE i.network = p.network AND i.post_id = p.post_id AND k.brand_id = $brand_id AND $campaign_id IN ('*', i.campaign_id)
        ) AS tagged
    FROM core_mentions AS m
    JOIN core_posts AS p USING (network, post_id)
    JOIN core_brands AS b USING (brand_id)
    JOIN core_accounts AS a ON a.network = p.network AND a.account_id = p.account_id
    LEFT JOIN core_campaigns AS c ON c.campaign_id = $campaign_id
    WHERE m.brand_id = $brand_id AND m.counts_as_earned AND $network IN ('*', p.network)
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) >= $period_start
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) < $period_end
        AND ($campaign_id = '*' OR (p.created_at >= c.starts_at AND p.created_at < c.ends_at))
)"""

#: K13: mentions with a known connection that have to tell of it, with the verdict where the brand lives.
_CONNECTED = """,
connected AS (
    SELECT d.network, d.post_id, d.verdict, d.jurisdiction = b.jurisdiction AS counts
    FROM scope AS s
    JOIN mart_disclosure AS d ON d.network = s.network AND d.post_id = s.post_id AND d.brand_id = $brand_id
    JOIN core_brands AS b ON b.brand_id = d.brand_id
    WHERE d.verdict IN ('adequate', 'weak', 'missing')
)"""


#: K7: what a brand could answer: earned mentions and posts directed at it, with an author, still there, no part of a talk the brand
#: is in; each with the hours to the brand's first reply, from the day of its first captured reply on.
_ANSWERABLE = """
WITH replies AS (
    SELECT network, post_id, reply_post_id, hours, replied_on FROM core_interactions
    WHERE direction = 'brand_to_creator' AND answering_brand_id = $brand_id
),
captured AS (SELECT network, min(replied_on) AS since FROM replies GROUP BY network),
answerable AS (
    SELECT p.network, p.post_id, p.account_id, p.posted_on, m.mention_mode,
        date_diff('second', p.created_at, (SELECT max(as_of) FROM mart_kpi)) / 3600 AS age,
        (SELECT min(r.hours) FROM replies AS r WHERE r.network = p.network AND r.post_id = p.post_id) AS hours
    FROM core_mentions AS m
    JOIN core_posts AS p USING (network, post_id)
    JOIN core_brands AS b USING (brand_id)
    WHERE m.brand_id = $brand_id AND $network IN ('*', p.network) AND m.relation IN ('organic', 'gifted', 'contest')
        AND (m.counts_as_earned OR m.mention_mode = 'directed') AND p.is_counted AND p.account_id IS NOT NULL
        AND p.status NOT IN ('deleted', 'protected', 'withheld')
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) >= $period_start
        AND CAST(p.created_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) < $period_end
),
judged AS (
    SELECT a.age, a.hours FROM answerable AS a
    JOIN captured AS c ON c.network = a.network AND a.posted_on >= c.since
    WHERE NOT EXISTS (
        SELECT 1 FROM core_interactions AS i JOIN replies AS r ON r.network = i.network AND r.reply_post_id = i.post_id
        WHERE i.network = a.network AND i.reply_post_id = a.post_id AND i.direction = 'creator_to_brand'
    )
)"""

#: K7: comments of others below the row's mentions about the brand, and whether their author answered.
_COMMENTS = (
    _ANSWERABLE
    + """,
comments AS (
    SELECT EXISTS (
        SELECT 1 FROM core_interactions AS r WHERE r.network = c.network AND r.post_id = c.reply_post_id AND r.reply_account_id = c.account_id
    ) AS is_answered
    FROM core_interactions AS c
    JOIN answerable AS a ON a.network = c.network AND a.post_id = c.post_id AND a.mention_mode <> 'directed'
    WHERE c.direction = 'public_to_creator'
)"""
)


def _answered_within(hours: int) -> Kpi:
    return Kpi(
        f"brand_reply_{hours}h", "K7", "share",
        f"mentions with a public reply by an owned account within {hours} hours by answerable mentions at least that old: earned or directed at the brand, with an author, no part of a talk it is in",
        Additivity.NON, f"Antwortquote der Marke binnen {hours} Stunden", f"Brand reply share within {hours} hours",
        f"{_ANSWERABLE}\nSELECT count(*) FROM judged WHERE age >= {hours} AND hours <= {hours}",
        f"{_ANSWERABLE}\nSELECT count(*) FROM judged WHERE age >= {hours}",
    )  # fmt: skip


def _rate(basis: str, stat: str) -> Kpi:
    denominator, basis_de, basis_en = _BASES[basis]
    formula, stat_de, stat_en, above, below = _STATS[stat]
    common = _SCOPE + _RATES.replace("{denominator}", denominator)
    return Kpi(
        f"er_{basis}_{stat}", "K2", "share", formula.format(basis_en) + "; of all posts where none is mature", Additivity.NON,
        f"Engagement-Rate nach {basis_de} ({stat_de})", f"Engagement rate by {basis_en} ({stat_en})",
        f"{common}\nSELECT {above} FROM rates", f"{common}\nSELECT {below} FROM rates" if below else None,
    )  # fmt: skip


def _kind(name: str, formula: str, label_de: str, label_en: str, where: str) -> Kpi:
    sql = f"{_SCOPE}{_PAST}\nSELECT count(*) FROM past WHERE {where}"
    return Kpi(name, "K5", "accounts", formula, Additivity.NON, label_de, label_en, sql)


_ADD, _NON = Additivity.ADDITIVE, Additivity.NON

#: Every KPI of mart_kpi.
KPIS: tuple[Kpi, ...] = (
    Kpi("mentions", "K11", "posts", "posts that name the brand and count: no reposts, no bridge copies, nothing only directed at it", _ADD,
        "Erwähnungen", "Mentions", f"{_SCOPE}\nSELECT count(*) FROM scope"),
    Kpi("authorless_posts", "K5", "posts", "mentions without a known author", _ADD,
        "Erwähnungen ohne Autor", "Mentions without author", f"{_SCOPE}\nSELECT count(*) FROM scope WHERE account_id IS NULL"),
    Kpi("engagements", "K1", "count", "sum over mentions of the network's declared parts; posts with a hidden part are left out (coverage)", _ADD,
        "Engagements", "Engagements", f"{_SCOPE}\nSELECT CASE WHEN count(*) = 0 THEN 0 ELSE sum(engagements) END FROM scope"),
    Kpi("accounts", "K5", "accounts", "distinct accounts behind the mentions", _NON,
        "Accounts", "Accounts", f"{_SCOPE}\nSELECT count(DISTINCT (network, account_id)) FROM scope WHERE account_id IS NOT NULL"),
    _kind("new_accounts", "accounts whose first earned mention ever lies in the period", "Neue Accounts", "New accounts", "previous_day IS NULL"),
    _kind("returning_accounts", "accounts with another earned mention in the 90 days before the period", "Wiederkehrende Accounts",
          "Returning accounts", "previous_day >= $period_start - 90"),
    _kind("reactivated_accounts", "accounts whose earlier earned mentions are all older than 90 days before the period", "Reaktivierte Accounts",
          "Reactivated accounts", "previous_day < $period_start - 90"),
    Kpi("repeat_accounts", "K7", "accounts", "accounts with two mentions or more in the period", _NON, "Mehrfach erwähnende Accounts", "Accounts that mention repeatedly",
        f"{_SCOPE}\nSELECT count(*) FROM (SELECT network, account_id FROM scope WHERE account_id IS NOT NULL GROUP BY ALL HAVING count(*) > 1)"),
    Kpi("amplifications", "K11", "accounts", "distinct accounts that reposted a post naming the brand", _NON, "Verbreitende Accounts", "Amplifications",
        f"{_SCOPE}\nSELECT count(DISTINCT (network, account_id)) FROM named WHERE post_type = 'repost' AND account_id IS NOT NULL"),
    Kpi("audience_low", "K3", "accounts", "followers of the largest single account; potential audience, not reach", _NON,
        "Potenzielles Publikum, mindestens", "Potential audience, low", f"{_SCOPE}{_ACCOUNTS}\nSELECT max(followers) FROM accounts"),
    Kpi("audience_high", "K3", "accounts", "sum of followers over distinct accounts; a floor while coverage is below 1", _NON,
        "Potenzielles Publikum, höchstens", "Potential audience, high", f"{_SCOPE}{_ACCOUNTS}\nSELECT sum(followers) FROM accounts"),
    Kpi("audience_gross", "K3", "accounts", "sum of followers over posts, every double count included", _ADD,
        "Brutto-Publikum", "Gross audience", f"{_SCOPE}{_ACCOUNTS}\nSELECT sum(gross) FROM accounts"),
    *(_rate(basis, stat) for basis in _BASES for stat in _STATS),
    Kpi("hashtag_use", "K8", "posts", "earned posts with a campaign's tag", _ADD,
        "Hashtag-Nutzung", "Hashtag use", f"{_SCOPE}\nSELECT count(*) FROM scope WHERE is_tagged"),
    Kpi("hashtag_adoption", "K8", "share", "creators with a campaign's tag by creators mentioning the brand, same window", _NON,
        "Hashtag-Adoption", "Hashtag adoption", f"{_ADOPTION}\nSELECT count(DISTINCT creator_id) FROM earned WHERE tagged",
        f"{_ADOPTION}\nSELECT count(DISTINCT creator_id) FROM earned"),
    _answered_within(24),
    _answered_within(72),
    Kpi("brand_reply_hours", "K7", "hours", "median over answered mentions of the hours to the first public reply by an owned account", _NON,
        "Antwortzeit der Marke (Median)", "Brand reply time (median)", f"{_ANSWERABLE}\nSELECT median(hours) FROM judged"),
    Kpi("creator_reply_rate", "K7", "share", "comments below mentions about the brand that their author answered by comments seen", _NON,
        "Antwortquote der Creators", "Creator reply rate", f"{_COMMENTS}\nSELECT count(*) FROM comments WHERE is_answered",
        f"{_COMMENTS}\nSELECT count(*) FROM comments"),
    Kpi("disclosure_rate", "K13", "share", "posts with a known connection and adequate disclosure by posts with a known connection, "
        "in the brand's jurisdiction; its own account's posts need none and are left out", _NON, "Kennzeichnungsquote", "Disclosure rate",
        f"{_SCOPE}{_CONNECTED}\nSELECT count(*) FROM connected WHERE counts AND verdict = 'adequate'",
        f"{_SCOPE}{_CONNECTED}\nSELECT count(DISTINCT (network, post_id)) FROM connected"),
    Kpi("completeness", "K16", "share", "sum of the lesser of captured and expected by sum of expected, over the nights of the period; NULL with a gap nobody can size", _NON,
        "Vollständigkeit", "Completeness", f"{_NIGHTS}\nSELECT coalesce(sum(least(captured, expected)), 0) FROM nights",
        f"{_NIGHTS}\nSELECT CASE WHEN count(*) = count(expected) THEN sum(expected) END FROM nights"),
)  # fmt: skip
