-- How a creator's mature posts do by followers, per network, tier and format: the material of benchmarks (K9).
WITH posts AS (
    SELECT network, post_id, max(creator_id) AS creator_id, bool_or(relation = 'owned') AS is_owned, max(tier) AS tier,
        max(format) AS format, max(mature_engagements) AS engagements, max(followers_at_post) AS followers
    FROM _mention_facts
    WHERE is_mention AND is_mature AND (counts_as_earned OR relation = 'owned')
        AND creator_id IS NOT NULL AND mature_engagements IS NOT NULL AND followers_at_post > 0
    GROUP BY network, post_id
),
rated AS (
    SELECT creator_id, network, CASE WHEN is_owned THEN 'owned' ELSE tier END AS tier, format, engagements, followers,
        engagements / nullif(followers, 0) AS rate
    FROM posts
),
formats AS (
    SELECT creator_id, network, tier, format, engagements, followers, rate FROM rated WHERE format IS NOT NULL
    UNION ALL
    SELECT creator_id, network, tier, '*' AS format, engagements, followers, rate FROM rated
)
SELECT
    creator_id, network, tier, format, count(*) AS n_posts,
    CAST(sum(engagements) AS BIGINT) AS engagements, CAST(sum(followers) AS BIGINT) AS followers,
    -- Decimals add up to the same sum in any order; doubles do not.
    CAST(sum(CAST(rate AS DECIMAL(38, 12))) AS DOUBLE) / count(*) AS rate_mean, median(rate) AS rate_median
FROM formats
GROUP BY creator_id, network, tier, format
