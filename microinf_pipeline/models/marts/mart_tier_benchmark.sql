-- Engagement rates of creators by tier, network and format (K9); beside them, as they stand, those that others published.
WITH ranked AS (
    SELECT network, tier, format, n_posts, engagements, followers, rate_mean, rate_median,
        row_number() OVER (PARTITION BY network, tier, format ORDER BY rate_median, creator_id) - 1 AS below,
        count(*) OVER (PARTITION BY network, tier, format) AS n
    FROM _creator_rates
    WHERE n_posts >= $benchmark_posts
),
-- A percentile lies between its two neighbours: weights of all others are 0, so the order of adding does not matter.
grouped AS (
    SELECT network, tier, format, max(n) AS n_creators, CAST(sum(n_posts) AS BIGINT) AS n_posts,
        sum(rate_median * greatest(0, 1 - abs(below - 0.10 * (n - 1)))) AS p10,
        sum(rate_median * greatest(0, 1 - abs(below - 0.25 * (n - 1)))) AS p25,
        sum(rate_median * greatest(0, 1 - abs(below - 0.50 * (n - 1)))) AS p50,
        sum(rate_median * greatest(0, 1 - abs(below - 0.75 * (n - 1)))) AS p75,
        sum(rate_median * greatest(0, 1 - abs(below - 0.90 * (n - 1)))) AS p90,
        CAST(sum(CAST(rate_mean AS DECIMAL(38, 12))) AS DOUBLE) / nullif(max(n), 0) AS er_mean,
        sum(engagements) / nullif(sum(followers), 0) AS er_pooled
    FROM ranked
    GROUP BY network, tier, format
)
SELECT
    network, tier, format, n_creators, n_posts, p50 AS er_median, er_mean, er_pooled,
    CASE WHEN n_creators >= $benchmark_creators THEN p10 END AS p10, CASE WHEN n_creators >= $benchmark_creators THEN p25 END AS p25,
    CASE WHEN n_creators >= $benchmark_creators THEN p50 END AS p50, CASE WHEN n_creators >= $benchmark_creators THEN p75 END AS p75,
    CASE WHEN n_creators >= $benchmark_creators THEN p90 END AS p90,
    'own' AS source, 'mature engagements by followers at post, of all posts captured (K2, K9)' AS definition, NULL AS publisher, NULL AS year,
    format = '*' AS is_total
FROM grouped
UNION ALL
SELECT
    network, tier, format, NULL AS n_creators, NULL AS n_posts, er_median, NULL AS er_mean, NULL AS er_pooled, NULL AS p10, NULL AS p25, NULL AS p50,
    NULL AS p75, NULL AS p90, 'imported' AS source, concat(publisher, ' ', year, ': ', definition) AS definition, publisher, year,
    format = '*' AS is_total
FROM given_benchmarks
