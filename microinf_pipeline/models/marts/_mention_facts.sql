-- One thin row per mention on the brand's local day. Days that have not ended by $as_of are left out here, and so in every mart.
WITH brand AS (
    SELECT brand_id, timezone, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day
    FROM core_brands
),
-- A time zone's local day is constant within a quarter of an hour: few conversions instead of one a post (they are slow).
quarters AS (
    SELECT floor(epoch(created_at) / 900) AS quarter, min(created_at) AS some_moment FROM core_posts GROUP BY floor(epoch(created_at) / 900)
),
local_days AS (
    SELECT z.timezone, q.quarter, CAST(q.some_moment AT TIME ZONE 'UTC' AT TIME ZONE z.timezone AS DATE) AS day
    FROM quarters AS q
    CROSS JOIN (SELECT DISTINCT timezone FROM core_brands) AS z
),
campaigns AS (
    SELECT i.network, i.post_id, c.brand_id, list_sort(list(i.campaign_id)) AS campaign_ids
    FROM core_mention_campaigns AS i
    JOIN core_campaigns AS c ON c.campaign_id = i.campaign_id
    GROUP BY i.network, i.post_id, c.brand_id
),
observed AS (
    SELECT m.network, m.post_id, m.observed_on, m.views, m.impressions, m.reach_measured,
        CASE WHEN e.likes THEN m.likes ELSE 0 END + CASE WHEN e.comments THEN m.comments ELSE 0 END
        + CASE WHEN e.shares THEN m.shares ELSE 0 END
        + CASE WHEN e.quotes AND (m.quotes IS NOT NULL OR NOT e.optional_quotes) THEN m.quotes ELSE 0 END
        + CASE WHEN e.saves THEN m.saves ELSE 0 END AS engagements
    FROM core_post_metrics AS m
    LEFT JOIN engagement_parts AS e ON e.network = m.network
    WHERE m.age_days >= $maturity_days
        AND coalesce(m.likes, m.comments, m.shares, m.quotes, m.saves, m.views, m.impressions, m.reach_measured) IS NOT NULL
),
-- K2: the first observation past maturity that tells any metric; never an estimate from younger and older ones.
mature AS (
    SELECT network, post_id, min_by(
        struct_pack(engagements := engagements, views := views, impressions := impressions, reach := reach_measured), observed_on
    ) AS seen
    FROM observed
    GROUP BY network, post_id
),
mentions AS (
    SELECT n.network, n.post_id, n.brand_id, n.relation, n.matched_by, n.mention_mode, n.counts_as_earned, d.day,
        p.account_id, p.created_at, p.post_type, p.tier_at_post, p.likes, p.comments, p.shares, p.quotes, p.saves, p.views,
        p.engagements, p.impressions, p.reach_measured, p.followers_at_post, p.followers_basis,
        p.is_counted AND n.mention_mode <> 'directed' AND p.post_type <> 'repost' AS is_mention,
        p.cluster_id IS NOT NULL AS in_cluster,
        p.media_types LIKE '%"picture"%' OR p.media_types LIKE '%"gif"%' AS has_picture,
        p.media_types LIKE '%"video"%' AS has_video, p.media_types LIKE '%"audio"%' AS has_audio,
        coalesce(o.not_derived, false) AS not_derived, coalesce(o.not_summed, false) AS not_summed, coalesce(o.not_compared, false) AS not_compared
    FROM core_mentions AS n
    JOIN core_posts AS p ON p.network = n.network AND p.post_id = n.post_id
    JOIN brand AS b ON b.brand_id = n.brand_id
    JOIN local_days AS d ON d.timezone = b.timezone AND d.quarter = floor(epoch(p.created_at) / 900) AND d.day < b.open_day
    LEFT JOIN refusing_origins AS o ON o.origin = p.origin
)
SELECT
    x.day, x.network, x.post_id, x.brand_id, x.account_id, a.creator_id, x.created_at, x.post_type, x.relation,
    x.tier_at_post AS tier, x.matched_by, x.mention_mode, x.counts_as_earned, x.is_mention, x.in_cluster,
    x.likes, x.comments, x.shares, x.quotes, x.saves, x.views, x.engagements, x.impressions, x.reach_measured,
    CASE WHEN NOT x.not_derived THEN m.seen.engagements END AS mature_engagements, m.seen.views AS mature_views, m.seen.impressions AS mature_impressions,
    m.seen.reach AS mature_reach, m.post_id IS NOT NULL AS is_mature,
    x.followers_at_post, x.followers_basis,
    -- Compact notation keeps one decimal of thousands or millions: 12.3K is at most 12,349, 1.2M at most 1,249,999.
    CASE
        WHEN a.followers_precision IS DISTINCT FROM 'rounded' OR x.followers_at_post < 1000 OR x.followers_at_post % 100 <> 0
            THEN x.followers_at_post
        WHEN x.followers_at_post >= 1000000 AND x.followers_at_post % 100000 = 0 THEN x.followers_at_post + 49999
        ELSE x.followers_at_post + 49
    END AS followers_upper,
    CASE WHEN x.has_video THEN 'video' WHEN x.has_picture THEN 'picture' WHEN x.has_audio THEN 'audio'
        WHEN x.has_video IS NOT NULL THEN 'text' END AS format,
    x.has_picture, x.has_video, x.has_audio, c.campaign_ids, x.not_derived, x.not_summed, x.not_compared
FROM mentions AS x
LEFT JOIN core_accounts AS a ON a.network = x.network AND a.account_id = x.account_id
LEFT JOIN mature AS m ON m.network = x.network AND m.post_id = x.post_id
LEFT JOIN campaigns AS c ON c.network = x.network AND c.post_id = x.post_id AND c.brand_id = x.brand_id
UNION ALL
-- Mentions whose posts were too old to be kept.
SELECT
    s.day, s.network, s.post_id, s.brand_id, s.account_id, s.creator_id, s.created_at, s.post_type, s.relation, s.tier, s.matched_by,
    s.mention_mode, s.counts_as_earned, s.is_mention, s.in_cluster, s.likes, s.comments, s.shares, s.quotes, s.saves, s.views,
    s.engagements, s.impressions, s.reach_measured, s.mature_engagements, s.mature_views, s.mature_impressions, s.mature_reach,
    s.is_mature, s.followers_at_post, s.followers_basis, s.followers_upper, s.format, s.has_picture, s.has_video, s.has_audio,
    s.campaign_ids, s.not_derived, s.not_summed, s.not_compared
FROM sealed_mentions AS s
JOIN brand AS b ON b.brand_id = s.brand_id AND s.day < b.open_day
