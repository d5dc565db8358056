-- Counts, accounts and audience per brand, period and cut: what mart_kpi's counting KPIs are read from (K3, K5, K8, K11).
WITH cells AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_tier THEN s.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN s.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CASE k.period WHEN 'day' THEN s.day ELSE CAST(date_trunc(k.period, s.day) AS DATE) END AS period_start, k.rates AS has_rates,
        s.author, s.account_id, s.mentions, s.reposts, s.tagged, s.told, s.engagements, s.is_mature, s.followers, s.followers_upper, s.followers_gross
    FROM _account_sums AS s
    JOIN kpi_cuts AS k ON k.by_campaign = (s.campaign_id <> '*')
        AND (k.relations <> 'earned' OR s.relation IN ('organic', 'gifted', 'contest'))
    WHERE s.mentions > 0 OR s.reposts > 0
),
-- K5: each day before an account's first one of a period lies before the period, each later one in it.
pasts AS (
    SELECT v.brand_id, v.network, v.account_id, p.period,
        CASE p.period WHEN 'day' THEN v.day ELSE CAST(date_trunc(p.period, v.day) AS DATE) END AS period_start,
        max(v.previous_day) FILTER (WHERE v.previous_day < CASE p.period WHEN 'day' THEN v.day ELSE date_trunc(p.period, v.day) END) AS before
    FROM _account_visits AS v
    CROSS JOIN (SELECT DISTINCT period FROM kpi_cuts) AS p
    GROUP BY ALL
    HAVING before IS NOT NULL
),
persons AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, has_rates, author, max(account_id) AS account_id,
        sum(mentions) AS mentions, sum(reposts) AS reposts, sum(tagged) AS tagged, sum(told) AS told, sum(engagements) AS engagements,
        sum(mentions) FILTER (WHERE is_mature) AS mature, max(followers) AS followers, max(followers_upper) AS upper_end, sum(followers_gross) AS gross
    FROM cells
    GROUP BY brand_id, campaign_id, network, tier, relation, period, period_start, has_rates, author
)
SELECT
    p.brand_id, p.campaign_id, p.network, p.tier, p.relation, p.period, p.period_start, p.has_rates,
    sum(p.mentions) AS mentions, sum(p.engagements) AS engagements,
    coalesce(sum(p.mentions) FILTER (WHERE p.account_id IS NULL), 0) AS authorless_posts,
    count(p.account_id) FILTER (WHERE p.mentions > 0) AS accounts,
    count(p.account_id) FILTER (WHERE p.mentions > 0 AND b.before IS NULL) AS new_accounts,
    count(*) FILTER (WHERE p.mentions > 0 AND b.before >= p.period_start - CAST($returning_days AS INTEGER)) AS returning_accounts,
    count(*) FILTER (WHERE p.mentions > 0 AND b.before < p.period_start - CAST($returning_days AS INTEGER)) AS reactivated_accounts,
    count(p.account_id) FILTER (WHERE p.reposts > 0) AS amplifications,
    max(p.followers) FILTER (WHERE p.account_id IS NOT NULL) AS audience_low,
    sum(p.upper_end) FILTER (WHERE p.account_id IS NOT NULL) AS audience_high, sum(p.gross) FILTER (WHERE p.account_id IS NOT NULL) AS audience_gross,
    count(p.followers) FILTER (WHERE p.account_id IS NOT NULL) AS accounts_known, sum(p.tagged) AS tagged_posts,
    coalesce(sum(p.mature), 0) AS mature_posts, sum(p.told) AS told_posts
FROM persons AS p
LEFT JOIN pasts AS b ON b.brand_id = p.brand_id AND b.network = p.network AND b.account_id = p.account_id
    AND b.period = p.period AND b.period_start = p.period_start
GROUP BY p.brand_id, p.campaign_id, p.network, p.tier, p.relation, p.period, p.period_start, p.has_rates
