-- Creators with an earned mention in the last 365 local days, per brand and network: counts, rates, standing.
WITH brand AS (
    SELECT brand_id, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands
),
days AS (
    SELECT d.creator_id, d.brand_id, d.network, d.day, d.posts, d.first_by, b.open_day - d.day AS days_ago
    FROM mart_creator_brand_daily AS d
    JOIN brand AS b ON b.brand_id = d.brand_id
    WHERE d.relation IN ('organic', 'gifted', 'contest')
),
counts AS (
    SELECT creator_id, brand_id, network, coalesce(sum(posts) FILTER (WHERE days_ago <= 90), 0) AS mentions_90d,
        min(day) AS first_mention_on, max(day) AS last_mention_on,
        count(DISTINCT (days_ago - 1) // 7) FILTER (WHERE days_ago <= 91) / nullif(least(13, max((days_ago - 1) // 7) + 1), 0) AS active_weeks_share,
        ['hashtag', 'handle', 'domain', 'keyword', 'export'][min(first_by) % 8 + 1] AS discovered_via
    FROM days
    GROUP BY creator_id, brand_id, network
    HAVING min(days_ago) <= $scorecard_days
),
earned AS (
    SELECT f.creator_id, f.brand_id, f.network, f.is_mature, f.followers_at_post,
        CASE WHEN f.is_mature THEN f.mature_engagements ELSE f.engagements END AS e,
        CASE WHEN f.is_mature THEN f.mature_views ELSE f.views END AS v
    FROM _mention_facts AS f
    JOIN brand AS b ON b.brand_id = f.brand_id AND f.day >= b.open_day - CAST($scorecard_days AS INTEGER)
    WHERE f.counts_as_earned AND f.is_mention AND f.creator_id IS NOT NULL
),
-- K2: the mature posts; all posts where none is mature.
rates AS (
    SELECT creator_id, brand_id, network, is_mature,
        count(*) FILTER (WHERE e IS NOT NULL AND followers_at_post > 0) AS n_posts,
        sum(e) FILTER (WHERE followers_at_post > 0) / nullif(sum(followers_at_post) FILTER (WHERE e IS NOT NULL), 0) AS er_followers_pooled,
        CAST(sum(CAST(e / nullif(followers_at_post, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts, 0) AS er_followers_mean,
        median(e / nullif(followers_at_post, 0)) AS er_followers_median,
        count(*) FILTER (WHERE e IS NOT NULL AND v > 0) AS n_posts_views,
        sum(e) FILTER (WHERE v > 0) / nullif(sum(v) FILTER (WHERE e IS NOT NULL), 0) AS er_views_pooled,
        CAST(sum(CAST(e / nullif(v, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts_views, 0) AS er_views_mean,
        median(e / nullif(v, 0)) AS er_views_median
    FROM earned
    GROUP BY creator_id, brand_id, network, is_mature
    QUALIFY is_mature OR NOT bool_or(is_mature) OVER (PARTITION BY creator_id, brand_id, network)
),
-- K9: the creator's most used format where its group is large enough, else all formats.
standings AS (
    SELECT r.creator_id, r.network, r.tier, r.format, r.n_posts, g.n_creators,
        (rank() OVER grp - 1 + 0.5 * (count(*) OVER (PARTITION BY r.network, r.tier, r.format, r.rate_median) - 1))
            / nullif(g.n_creators - 1, 0) AS percentile
    FROM _creator_rates AS r
    JOIN mart_tier_benchmark AS g ON g.network = r.network AND g.tier = r.tier AND g.format = r.format AND g.source = 'own'
    WHERE r.n_posts >= $benchmark_posts AND g.n_creators >= $benchmark_creators
    WINDOW grp AS (PARTITION BY r.network, r.tier, r.format ORDER BY r.rate_median)
),
standing AS (
    SELECT * FROM standings
    QUALIFY row_number() OVER (PARTITION BY creator_id, network, tier ORDER BY format = '*', n_posts DESC, format) = 1
)
SELECT
    c.creator_id, c.brand_id, c.network, p.tier, c.mentions_90d, c.first_mention_on, c.last_mention_on, c.active_weeks_share,
    r.er_followers_pooled, r.er_followers_mean, r.er_followers_median, r.er_views_pooled, r.er_views_mean, r.er_views_median,
    r.n_posts, r.n_posts_views,
    CASE WHEN s.n_creators >= 100 THEN s.percentile END AS benchmark_percentile,
    CASE WHEN s.percentile < 0.25 THEN 'q1' WHEN s.percentile < 0.5 THEN 'q2' WHEN s.percentile < 0.75 THEN 'q3'
        WHEN s.percentile IS NOT NULL THEN 'q4' END AS benchmark_band,
    CAST(NULL AS DOUBLE) AS creator_reply_rate, CAST(NULL AS DOUBLE) AS brand_reply_share, CAST(NULL AS DOUBLE) AS disclosure_rate,
    CAST(NULL AS DOUBLE) AS authenticity_score, CAST(NULL AS DOUBLE) AS score, CAST(NULL AS VARCHAR) AS score_parts,
    CASE WHEN r.n_posts = 0 THEN NULL WHEN NOT r.is_mature THEN 'low' WHEN r.n_posts >= 100 THEN 'high' WHEN r.n_posts >= 30 THEN 'medium'
        WHEN r.n_posts >= 10 THEN 'low' END AS confidence,
    CAST(NULL AS BIGINT) AS rank, CAST(NULL AS BIGINT) AS rank_prev, CAST(NULL AS VARCHAR) AS why, c.discovered_via
FROM counts AS c
JOIN core_creators AS p ON p.creator_id = c.creator_id
LEFT JOIN rates AS r ON r.creator_id = c.creator_id AND r.brand_id = c.brand_id AND r.network = c.network
LEFT JOIN standing AS s ON s.creator_id = c.creator_id AND s.network = c.network AND s.tier = p.tier
