-- Engagement rates per brand, period, cut and denominator, with intervals (K2, K10). Networks only: no rate over all of them (K1).
WITH cells AS (
    SELECT s.brand_id, s.campaign_id, s.network, CASE WHEN k.by_tier THEN s.tier ELSE '*' END AS tier,
        CASE k.relations WHEN 'each' THEN s.relation WHEN 'earned' THEN 'earned' ELSE '*' END AS relation, k.period,
        CAST(CASE k.period WHEN 'week' THEN date_trunc('week', s.day) WHEN 'month' THEN date_trunc('month', s.day) ELSE s.day END AS DATE) AS period_start,
        coalesce(s.creator_id, s.author) AS creator, s.* EXCLUDE (brand_id, campaign_id, network, tier, relation, author)
    FROM _account_sums AS s
    JOIN kpi_cuts AS k ON k.rates AND k.by_campaign = (s.campaign_id <> '*')
        AND (k.relations <> 'earned' OR s.relation IN ('organic', 'gifted', 'contest'))
    WHERE s.followers_n > 0 OR s.views_n > 0 OR s.reach_n > 0 OR s.impressions_n > 0
),
creators AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, creator, sum(followers_measured) AS followers_measured,
        sum(followers_n) AS followers_n, sum(followers_e) AS followers_e, sum(followers_d) AS followers_d, sum(followers_r) AS followers_r,
        sum(views_n) AS views_n, sum(views_e) AS views_e, sum(views_d) AS views_d, sum(views_r) AS views_r,
        sum(reach_n) AS reach_n, sum(reach_e) AS reach_e, sum(reach_d) AS reach_d, sum(reach_r) AS reach_r,
        sum(impressions_n) AS impressions_n, sum(impressions_e) AS impressions_e, sum(impressions_d) AS impressions_d, sum(impressions_r) AS impressions_r
    FROM cells
    GROUP BY brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, creator
),
bases AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, 'followers' AS basis,
        followers_measured AS measured, followers_n AS n, followers_e AS e, followers_d AS d, followers_r AS r
    FROM creators WHERE followers_n > 0
    UNION ALL
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, 'views' AS basis,
        views_n AS measured, views_n AS n, views_e AS e, views_d AS d, views_r AS r
    FROM creators WHERE views_n > 0
    UNION ALL
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, 'reach' AS basis,
        reach_n AS measured, reach_n AS n, reach_e AS e, reach_d AS d, reach_r AS r
    FROM creators WHERE reach_n > 0
    UNION ALL
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_mature, 'impressions' AS basis,
        impressions_n AS measured, impressions_n AS n, impressions_e AS e, impressions_d AS d, impressions_r AS r
    FROM creators WHERE impressions_n > 0
),
-- Whole numbers of up to 19 digits have products of up to 38: their sums are exact in any order, those of doubles are not.
exact AS (
    SELECT *, CAST(n AS DECIMAL(19, 0)) AS xn, CAST(e AS DECIMAL(19, 0)) AS xe, CAST(d AS DECIMAL(19, 0)) AS xd, CAST(r AS DECIMAL(19, 0)) AS xr
    FROM bases
),
sums AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, basis, is_mature, count(*) AS n_creators,
        CAST(sum(n) AS BIGINT) AS n_posts, CAST(sum(measured) AS BIGINT) AS n_measured, CAST(sum(e) AS DOUBLE) AS engagements,
        CAST(sum(d) AS DOUBLE) AS denominator, CAST(sum(r) AS DOUBLE) AS nano_rates,
        CAST(sum(xe * xe) AS DOUBLE) AS ee, CAST(sum(xe * xd) AS DOUBLE) AS ed, CAST(sum(xd * xd) AS DOUBLE) AS dd,
        CAST(sum(xr * xr) AS DOUBLE) AS rr, CAST(sum(xr * xn) AS DOUBLE) AS rn, CAST(sum(xn * xn) AS DOUBLE) AS nn
    FROM exact
    GROUP BY brand_id, campaign_id, network, tier, relation, period, period_start, basis, is_mature
),
-- Delta method: the relative variance of a ratio is n / (n - 1) times the sum of squares of how far each creator's share of the
-- numerator is from its share of the denominator. The square is multiplied out, so that only sums over creators are needed.
spread AS (
    SELECT *, engagements / nullif(denominator, 0) AS pooled, nano_rates / 1e9 / nullif(n_posts, 0) AS mean,
        ee / nullif(engagements * engagements, 0) - 2 * ed / nullif(engagements * denominator, 0) + dd / nullif(denominator * denominator, 0) AS pooled_squares,
        rr / nullif(nano_rates * nano_rates, 0) - 2 * rn / nullif(nano_rates * n_posts, 0)
            + nn / nullif(CAST(n_posts AS DOUBLE) * n_posts, 0) AS mean_squares
    FROM sums
),
errors AS (
    SELECT *, $confidence_z * sqrt(greatest(0, pooled_squares) * n_creators / nullif(n_creators - 1, 0)) AS pooled_error,
        $confidence_z * sqrt(greatest(0, mean_squares) * n_creators / nullif(n_creators - 1, 0)) AS mean_error
    FROM spread
)
SELECT
    s.brand_id, s.campaign_id, s.network, s.tier, s.relation, s.period, s.period_start, s.basis, s.is_mature,
    s.n_posts, s.n_creators, s.n_measured, s.engagements, s.denominator, s.nano_rates / 1e9 AS rate_sum, s.pooled, s.mean, m.median,
    greatest(0, 1 - s.pooled_error) * s.pooled AS pooled_low, (1 + s.pooled_error) * s.pooled AS pooled_high,
    greatest(0, 1 - s.mean_error) * s.mean AS mean_low, (1 + s.mean_error) * s.mean AS mean_high, m.median_low, m.median_high
FROM errors AS s
JOIN _kpi_medians AS m ON m.brand_id = s.brand_id AND m.campaign_id = s.campaign_id AND m.network = s.network AND m.tier = s.tier
    AND m.relation = s.relation AND m.period = s.period AND m.period_start = s.period_start AND m.basis = s.basis AND m.is_mature = s.is_mature
