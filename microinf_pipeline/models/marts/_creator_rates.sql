-- How a creator's mature posts, mentions or not, do by followers, per network, tier and format: the material of benchmarks (K9).
WITH mentioned AS (
    SELECT network, post_id, max(creator_id) AS creator_id, bool_or(relation = 'owned') AS is_owned, max(tier) AS tier,
        max(format) AS format, max(mature_engagements) AS engagements, max(followers_at_post) AS followers
    FROM _mention_facts
    WHERE is_mention AND is_mature AND NOT coalesce(not_compared, false) AND (counts_as_earned OR relation = 'owned')
        AND creator_id IS NOT NULL AND mature_engagements IS NOT NULL AND followers_at_post > 0
    GROUP BY network, post_id
),
-- K9 needs what accounts post besides mentions: timelines, and all that a brand's own accounts post. Not posts that name a brand
-- and earn nothing (paid, vested), and nothing of employees who have not agreed.
unnamed AS (
    SELECT p.network, p.post_id, a.creator_id, r.account_id IS NOT NULL AS is_owned, p.tier_at_post AS tier, p.followers_at_post AS followers,
        CASE WHEN p.media_types LIKE '%"video"%' THEN 'video' WHEN p.media_types LIKE '%"picture"%' OR p.media_types LIKE '%"gif"%' THEN 'picture'
            WHEN p.media_types LIKE '%"audio"%' THEN 'audio' WHEN p.media_types IS NOT NULL THEN 'text' END AS format
    FROM core_posts AS p
    INNER JOIN core_accounts AS a ON a.network = p.network AND a.account_id = p.account_id
    LEFT JOIN (SELECT DISTINCT network, account_id FROM core_account_roles WHERE role = 'owned') AS r
        ON r.network = p.network AND r.account_id = p.account_id
    ANTI JOIN _mention_facts AS m ON m.network = p.network AND m.post_id = p.post_id
    ANTI JOIN (SELECT origin FROM refusing_origins WHERE not_compared OR not_derived) AS o ON o.origin = p.origin
    ANTI JOIN (SELECT network, account_id FROM _employees WHERE NOT opted_in) AS e ON e.network = p.network AND e.account_id = p.account_id
    WHERE p.is_mature AND p.is_counted AND p.post_type IN ('original', 'quote') AND p.followers_at_post > 0 AND p.created_at < $as_of
        AND (r.account_id IS NOT NULL OR a.account_type NOT IN ('brand', 'media', 'bot'))
),
first_mature AS (
    SELECT m.network, m.post_id, min_by(struct_pack(
            engagements := CASE WHEN e.likes THEN m.likes ELSE 0 END + CASE WHEN e.comments THEN m.comments ELSE 0 END
                + CASE WHEN e.shares THEN m.shares ELSE 0 END
                + CASE WHEN e.quotes AND (m.quotes IS NOT NULL OR NOT e.optional_quotes) THEN m.quotes ELSE 0 END
                + CASE WHEN e.saves THEN m.saves ELSE 0 END
        ), m.observed_on) AS seen
    FROM core_post_metrics AS m
    SEMI JOIN unnamed AS u ON u.network = m.network AND u.post_id = m.post_id
    INNER JOIN engagement_parts AS e ON e.network = m.network
    WHERE m.age_days >= $maturity_days
    GROUP BY m.network, m.post_id
),
posts AS (
    SELECT network, post_id, creator_id, is_owned, tier, format, engagements, followers FROM mentioned
    UNION ALL
    SELECT u.network, u.post_id, u.creator_id, u.is_owned, u.tier, u.format, f.seen.engagements AS engagements, u.followers
    FROM unnamed AS u
    INNER JOIN first_mature AS f ON f.network = u.network AND f.post_id = u.post_id
    WHERE f.seen.engagements IS NOT NULL
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
