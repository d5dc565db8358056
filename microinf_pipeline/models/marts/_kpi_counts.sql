-- Counts, accounts and audience per brand, period and cut: what mart_kpi's counting KPIs are read from (K3, K5, K8, K11).
WITH scoped AS (
    SELECT *, '*' AS campaign_id FROM _mention_facts WHERE is_mention OR post_type = 'repost'
    UNION ALL
    SELECT *, unnest(campaign_ids) AS campaign_id FROM _mention_facts WHERE is_mention OR post_type = 'repost'
),
-- Numbers instead of names while accounts are repeated for every group they belong to: names cost ten times as much.
leaves AS (
    SELECT *, row_number() OVER (ORDER BY brand_id, campaign_id, network, tier, relation, day) AS leaf
    FROM (SELECT DISTINCT brand_id, campaign_id, network, tier, relation, day FROM scoped) AS d
),
leaf_groups AS (
    SELECT l.leaf, l.brand_id, l.campaign_id, l.network, CASE WHEN k.by_tier THEN l.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN l.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CASE k.period WHEN 'day' THEN l.day ELSE CAST(date_trunc(k.period, l.day) AS DATE) END AS period_start
    FROM leaves AS l
    JOIN kpi_cuts AS k ON k.by_campaign = (l.campaign_id <> '*')
        AND (k.relations <> 'earned' OR l.relation IN ('organic', 'gifted', 'contest'))
),
groups AS (
    SELECT *, row_number() OVER (ORDER BY brand_id, campaign_id, network, tier, relation, period, period_start) AS grp
    FROM (SELECT DISTINCT brand_id, campaign_id, network, tier, relation, period, period_start FROM leaf_groups) AS d
),
members AS (
    SELECT l.leaf, g.grp, g.period FROM leaf_groups AS l
    JOIN groups AS g ON g.brand_id = l.brand_id AND g.campaign_id = l.campaign_id AND g.network = l.network AND g.tier = l.tier
        AND g.relation = l.relation AND g.period = l.period AND g.period_start = l.period_start
),
people AS (
    SELECT network, account_id, row_number() OVER (ORDER BY network, account_id) AS person
    FROM (SELECT DISTINCT network, account_id FROM scoped WHERE account_id IS NOT NULL) AS d
),
-- K5: on each day of an account, its last earned mention before that day, before that week, before that month.
steps AS (
    SELECT d.brand_id, p.person, d.day, lag(d.day) OVER (PARTITION BY d.brand_id, p.person ORDER BY d.day) AS before_day
    FROM _account_brand_days AS d
    JOIN people AS p ON p.network = d.network AND p.account_id = d.account_id
),
visits AS (
    SELECT brand_id, person, day, before_day,
        first_value(before_day) OVER (PARTITION BY brand_id, person, date_trunc('week', day) ORDER BY day) AS before_week,
        first_value(before_day) OVER (PARTITION BY brand_id, person, date_trunc('month', day) ORDER BY day) AS before_month
    FROM steps
),
person_days AS (
    SELECT l.leaf, l.brand_id, l.day, p.person, count(*) FILTER (WHERE s.is_mention) AS mentions,
        count(*) FILTER (WHERE s.post_type = 'repost') AS reposts, count(*) FILTER (WHERE s.is_mention AND s.campaign_ids IS NOT NULL) AS tagged,
        count(*) FILTER (WHERE s.is_mention AND s.is_mature) AS mature, count(s.engagements) FILTER (WHERE s.is_mention) AS told,
        CAST(sum(s.engagements) FILTER (WHERE s.is_mention) AS BIGINT) AS engagements,
        max(s.followers_at_post) FILTER (WHERE s.is_mention) AS followers, max(s.followers_upper) FILTER (WHERE s.is_mention) AS upper_end,
        CAST(sum(s.followers_upper) FILTER (WHERE s.is_mention) AS BIGINT) AS gross
    FROM scoped AS s
    JOIN leaves AS l ON l.brand_id = s.brand_id AND l.campaign_id = s.campaign_id AND l.network = s.network AND l.tier = s.tier
        AND l.relation = s.relation AND l.day = s.day
    LEFT JOIN people AS p ON p.network = s.network AND p.account_id = s.account_id
    GROUP BY l.leaf, l.brand_id, l.day, p.person
),
persons AS (
    SELECT m.grp, d.person, sum(d.mentions) AS mentions, sum(d.reposts) AS reposts, sum(d.tagged) AS tagged, sum(d.mature) AS mature,
        sum(d.told) AS told, sum(d.engagements) AS engagements, max(d.followers) AS followers, max(d.upper_end) AS upper_end,
        sum(d.gross) AS gross, max(CASE m.period WHEN 'day' THEN v.before_day WHEN 'week' THEN v.before_week ELSE v.before_month END) AS before
    FROM person_days AS d
    JOIN members AS m ON m.leaf = d.leaf
    LEFT JOIN visits AS v ON v.brand_id = d.brand_id AND v.person = d.person AND v.day = d.day
    GROUP BY m.grp, d.person
)
SELECT
    g.brand_id, g.campaign_id, g.network, g.tier, g.relation, g.period, g.period_start,
    CAST(sum(p.mentions) AS BIGINT) AS mentions, CAST(sum(p.engagements) AS BIGINT) AS engagements,
    CAST(coalesce(sum(p.mentions) FILTER (WHERE p.person IS NULL), 0) AS BIGINT) AS authorless_posts,
    count(p.person) FILTER (WHERE p.mentions > 0) AS accounts, count(p.person) FILTER (WHERE p.mentions > 0 AND p.before IS NULL) AS new_accounts,
    count(p.person) FILTER (WHERE p.mentions > 0 AND p.before >= g.period_start - CAST($returning_days AS INTEGER)) AS returning_accounts,
    count(p.person) FILTER (WHERE p.mentions > 0 AND p.before < g.period_start - CAST($returning_days AS INTEGER)) AS reactivated_accounts,
    count(p.person) FILTER (WHERE p.reposts > 0) AS amplifications,
    max(p.followers) FILTER (WHERE p.person IS NOT NULL) AS audience_low,
    CAST(sum(p.upper_end) FILTER (WHERE p.person IS NOT NULL) AS BIGINT) AS audience_high,
    CAST(sum(p.gross) FILTER (WHERE p.person IS NOT NULL) AS BIGINT) AS audience_gross,
    count(p.followers) FILTER (WHERE p.person IS NOT NULL) AS accounts_known, CAST(sum(p.tagged) AS BIGINT) AS tagged_posts,
    CAST(sum(p.mature) AS BIGINT) AS mature_posts, CAST(sum(p.told) AS BIGINT) AS told_posts
FROM persons AS p
JOIN groups AS g ON g.grp = p.grp
GROUP BY g.brand_id, g.campaign_id, g.network, g.tier, g.relation, g.period, g.period_start
