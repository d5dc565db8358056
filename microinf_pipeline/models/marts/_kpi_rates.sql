-- Engagement rates per brand, period, cut and denominator, with intervals (K2, K10). Networks only: no rate over all of them (K1).
WITH scoped AS (
    SELECT *, '*' AS campaign_id FROM _mention_facts WHERE is_mention
    UNION ALL
    SELECT *, unnest(campaign_ids) AS campaign_id FROM _mention_facts WHERE is_mention
),
-- Numbers instead of names while posts are repeated for every group they belong to: names cost ten times as much.
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
    SELECT l.leaf, g.grp FROM leaf_groups AS l
    JOIN groups AS g ON g.brand_id = l.brand_id AND g.campaign_id = l.campaign_id AND g.network = l.network AND g.tier = l.tier
        AND g.relation = l.relation AND g.period = l.period AND g.period_start = l.period_start
),
people AS (
    SELECT creator_id, row_number() OVER (ORDER BY creator_id) AS creator
    FROM (SELECT DISTINCT coalesce(creator_id, concat('post:', post_id)) AS creator_id FROM scoped) AS d
),
posts AS (
    SELECT l.leaf, p.creator, s.is_mature,
        CASE WHEN s.is_mature THEN s.mature_engagements ELSE s.engagements END AS e,
        unnest([
            struct_pack(basis := 1, d := s.followers_at_post, measured := s.followers_basis IN ('delivered', 'snapshot')),
            struct_pack(basis := 2, d := CASE WHEN s.is_mature THEN s.mature_views ELSE s.views END, measured := true),
            struct_pack(basis := 3, d := CASE WHEN s.is_mature THEN s.mature_reach ELSE s.reach_measured END, measured := true),
            struct_pack(basis := 4, d := CASE WHEN s.is_mature THEN s.mature_impressions ELSE s.impressions END, measured := true)
        ]) AS per
    FROM scoped AS s
    JOIN leaves AS l ON l.brand_id = s.brand_id AND l.campaign_id = s.campaign_id AND l.network = s.network AND l.tier = s.tier
        AND l.relation = s.relation AND l.day = s.day
    JOIN people AS p ON p.creator_id = coalesce(s.creator_id, concat('post:', s.post_id))
),
usable AS (
    SELECT m.grp, p.creator, p.is_mature, p.per.basis AS basis, p.per.measured AS measured, p.e, p.per.d AS d, p.e / nullif(p.per.d, 0) AS rate
    FROM posts AS p
    JOIN members AS m ON m.leaf = p.leaf
    WHERE p.e IS NOT NULL AND p.per.d > 0
),
ordered AS (
    SELECT grp, basis, is_mature, list_sort(list(rate)) AS rates FROM usable GROUP BY grp, basis, is_mature
),
creators AS (
    SELECT grp, basis, is_mature, creator, count(*) AS n, count(*) FILTER (WHERE measured) AS measured, sum(e) AS e, sum(d) AS d,
        -- Decimals add up to the same sum in any order; doubles do not.
        sum(CAST(rate AS DECIMAL(38, 12))) AS r
    FROM usable
    GROUP BY grp, basis, is_mature, creator
),
sums AS (
    SELECT grp, basis, is_mature, CAST(sum(n) AS BIGINT) AS n_posts, count(*) AS n_creators, CAST(sum(measured) AS BIGINT) AS n_measured,
        CAST(sum(e) AS DOUBLE) AS engagements, CAST(sum(d) AS DOUBLE) AS denominator, CAST(sum(r) AS DOUBLE) AS rate_sum
    FROM creators
    GROUP BY grp, basis, is_mature
),
-- Delta method: the relative variance of a ratio is n / (n - 1) times the sum of squares of how far each creator's share of the
-- numerator is from its share of the denominator. Squares of shares are at most 1: summed as integers of 1e-18, in any order.
shares AS (
    SELECT c.grp, c.basis, c.is_mature, c.e / nullif(s.engagements, 0) - c.d / nullif(s.denominator, 0) AS pooled_share,
        CAST(c.r AS DOUBLE) / nullif(s.rate_sum, 0) - c.n / nullif(s.n_posts, 0) AS mean_share
    FROM creators AS c
    JOIN sums AS s ON s.grp = c.grp AND s.basis = c.basis AND s.is_mature = c.is_mature
),
squares AS (
    SELECT grp, basis, is_mature, sum(CAST(floor(pooled_share * pooled_share * 1e18) AS BIGINT)) / 1e18 AS pooled_squares,
        sum(CAST(floor(mean_share * mean_share * 1e18) AS BIGINT)) / 1e18 AS mean_squares
    FROM shares
    GROUP BY grp, basis, is_mature
),
spread AS (
    SELECT s.*, s.engagements / nullif(s.denominator, 0) AS pooled, s.rate_sum / nullif(s.n_posts, 0) AS mean,
        $confidence_z * sqrt(q.pooled_squares * s.n_creators / nullif(s.n_creators - 1, 0)) AS pooled_error,
        $confidence_z * sqrt(q.mean_squares * s.n_creators / nullif(s.n_creators - 1, 0)) AS mean_error,
        -- Order statistics: the ranks between which the median lies with 95 %; no such ranks below 6 posts.
        CASE WHEN s.n_posts > 5 THEN CAST(greatest(1, floor((s.n_posts - $confidence_z * sqrt(s.n_posts)) / 2)) AS BIGINT) END AS low_rank
    FROM sums AS s
    JOIN squares AS q ON q.grp = s.grp AND q.basis = s.basis AND q.is_mature = s.is_mature
)
SELECT
    g.brand_id, g.campaign_id, g.network, g.tier, g.relation, g.period, g.period_start,
    CASE s.basis WHEN 1 THEN 'followers' WHEN 2 THEN 'views' WHEN 3 THEN 'reach' ELSE 'impressions' END AS basis, s.is_mature,
    s.n_posts, s.n_creators, s.n_measured, s.engagements, s.denominator, s.rate_sum, s.pooled, s.mean,
    (o.rates[(s.n_posts + 1) // 2] + o.rates[s.n_posts // 2 + 1]) / 2 AS median,
    CASE WHEN s.pooled_error < 1 THEN (1 - s.pooled_error) * s.pooled WHEN s.pooled_error >= 1 THEN 0 END AS pooled_low,
    (1 + s.pooled_error) * s.pooled AS pooled_high,
    CASE WHEN s.mean_error < 1 THEN (1 - s.mean_error) * s.mean WHEN s.mean_error >= 1 THEN 0 END AS mean_low,
    (1 + s.mean_error) * s.mean AS mean_high,
    o.rates[s.low_rank] AS median_low, o.rates[s.n_posts + 1 - s.low_rank] AS median_high
FROM spread AS s
JOIN ordered AS o ON o.grp = s.grp AND o.basis = s.basis AND o.is_mature = s.is_mature
JOIN groups AS g ON g.grp = s.grp
