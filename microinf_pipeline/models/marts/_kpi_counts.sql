-- Counts, accounts and audience per brand, period and cut: what mart_kpi's counting KPIs are read from (K3, K5, K8, K11).
WITH cells AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_tier THEN s.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN s.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CAST(CASE k.period WHEN 'week' THEN date_trunc('week', s.day) WHEN 'month' THEN date_trunc('month', s.day) ELSE s.day END AS DATE) AS period_start, k.rates AS has_rates, k.every_count AS has_every_count,
        s.author, s.account_id, s.mentions, s.reposts, s.tagged, s.told, s.not_derived, s.engagements, s.is_mature, s.followers, s.followers_upper, s.followers_gross
    FROM _account_sums AS s
    JOIN kpi_cuts AS k ON k.by_campaign = (s.campaign_id <> '*')
        AND (k.relations <> 'earned' OR s.relation IN ('organic', 'gifted', 'contest'))
    WHERE s.mentions > 0 OR s.reposts > 0
),
-- K5: in a period only an account's first day has its day before outside the period.
firsts AS (
    SELECT v.brand_id, v.network, v.account_id, v.previous_day, p.period,
        CASE p.period WHEN 'week' THEN date_trunc('week', v.day) WHEN 'month' THEN date_trunc('month', v.day) ELSE v.day END AS period_start
    FROM _account_visits AS v
    CROSS JOIN (SELECT DISTINCT period FROM kpi_cuts) AS p
    WHERE v.previous_day IS NOT NULL
),
pasts AS (
    SELECT brand_id, network, account_id, period, CAST(period_start AS DATE) AS period_start, previous_day FROM firsts WHERE previous_day < period_start
),
persons AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, has_rates, has_every_count, author, max(account_id) AS account_id,
        sum(mentions) AS mentions, sum(reposts) AS reposts, sum(tagged) AS tagged, sum(told) AS told, sum(not_derived) AS not_derived, sum(engagements) AS engagements,
        sum(mentions) FILTER (WHERE is_mature) AS mature, max(followers) AS followers, max(followers_upper) AS upper_end, sum(followers_gross) AS gross
    FROM cells
    GROUP BY brand_id, campaign_id, network, tier, relation, period, period_start, has_rates, has_every_count, author
),
networks AS (
    SELECT
        p.brand_id, p.campaign_id, p.network, p.tier, p.relation, p.period, p.period_start, p.has_rates, p.has_every_count,
        sum(p.mentions) AS mentions, sum(p.engagements) AS engagements,
        coalesce(sum(p.mentions) FILTER (WHERE p.account_id IS NULL), 0) AS authorless_posts,
        count(p.account_id) FILTER (WHERE p.mentions > 0) AS accounts,
        count(p.account_id) FILTER (WHERE p.mentions > 0 AND b.previous_day IS NULL) AS new_accounts,
        count(*) FILTER (WHERE p.mentions > 0 AND b.previous_day >= p.period_start - CAST($returning_days AS INTEGER)) AS returning_accounts,
        count(*) FILTER (WHERE p.mentions > 0 AND b.previous_day < p.period_start - CAST($returning_days AS INTEGER)) AS reactivated_accounts,
        count(p.account_id) FILTER (WHERE p.mentions > 1) AS repeat_accounts, count(p.account_id) FILTER (WHERE p.reposts > 0) AS amplifications,
        max(p.followers) FILTER (WHERE p.account_id IS NOT NULL) AS audience_low,
        sum(p.upper_end) FILTER (WHERE p.account_id IS NOT NULL) AS audience_high, sum(p.gross) FILTER (WHERE p.account_id IS NOT NULL) AS audience_gross,
        count(p.followers) FILTER (WHERE p.account_id IS NOT NULL) AS accounts_known, sum(p.tagged) AS tagged_posts,
        coalesce(sum(p.mature), 0) AS mature_posts, sum(p.told) AS told_posts, coalesce(sum(p.not_derived), 0) AS not_derived
    FROM persons AS p
    LEFT JOIN pasts AS b ON b.brand_id = p.brand_id AND b.network = p.network AND b.account_id = p.account_id
        AND b.period = p.period AND b.period_start = p.period_start
    GROUP BY p.brand_id, p.campaign_id, p.network, p.tier, p.relation, p.period, p.period_start, p.has_rates, p.has_every_count
)
SELECT * FROM networks
UNION ALL
-- An account lives on one network: totals over networks add up, other totals would count accounts twice.
SELECT
    brand_id, campaign_id, '*' AS network, tier, relation, period, period_start, has_rates, has_every_count, sum(mentions) AS mentions,
    sum(engagements) AS engagements, sum(authorless_posts) AS authorless_posts, sum(accounts) AS accounts, sum(new_accounts) AS new_accounts,
    sum(returning_accounts) AS returning_accounts, sum(reactivated_accounts) AS reactivated_accounts, sum(repeat_accounts) AS repeat_accounts,
    sum(amplifications) AS amplifications, max(audience_low) AS audience_low, sum(audience_high) AS audience_high, sum(audience_gross) AS audience_gross,
    sum(accounts_known) AS accounts_known, sum(tagged_posts) AS tagged_posts, sum(mature_posts) AS mature_posts, sum(told_posts) AS told_posts,
    sum(not_derived) AS not_derived
FROM networks
GROUP BY brand_id, campaign_id, tier, relation, period, period_start, has_rates, has_every_count
