-- What each account posted about a brand per local day: sums that brands, creators and KPIs are added up from, once for the brand's
-- whole talk (campaign_id '*') and once for each campaign. A post without an author is an author of its own.
WITH facts AS (
    SELECT *, coalesce(account_id, concat('post:', post_id)) AS author,
        CASE WHEN NOT is_mention THEN NULL WHEN is_mature THEN mature_engagements ELSE engagements END AS e,
        CASE WHEN is_mature THEN mature_views ELSE views END AS v,
        CASE WHEN is_mature THEN mature_reach ELSE reach_measured END AS r,
        CASE WHEN is_mature THEN mature_impressions ELSE impressions END AS i
    FROM _mention_facts
),
scoped AS (
    SELECT *, '*' AS campaign_id FROM facts
    UNION ALL
    SELECT *, unnest(campaign_ids) AS campaign_id FROM facts WHERE campaign_ids IS NOT NULL
)
SELECT
    day, brand_id, campaign_id, network, tier, relation, author, is_mature, max(account_id) AS account_id, max(creator_id) AS creator_id,
    count(*) FILTER (WHERE is_mention) AS mentions,
    count(*) FILTER (WHERE is_mention AND post_type = 'reply') AS replies,
    count(*) FILTER (WHERE mention_mode = 'directed' AND post_type <> 'repost') AS directed,
    count(*) FILTER (WHERE is_mention AND in_cluster) AS copies,
    count(*) FILTER (WHERE post_type = 'repost') AS reposts,
    count(*) FILTER (WHERE is_mention AND campaign_ids IS NOT NULL) AS tagged,
    count(engagements) FILTER (WHERE is_mention) AS told,
    sum(likes) FILTER (WHERE is_mention) AS likes, sum(comments) FILTER (WHERE is_mention) AS comments,
    sum(shares) FILTER (WHERE is_mention) AS shares, sum(quotes) FILTER (WHERE is_mention) AS quotes,
    sum(saves) FILTER (WHERE is_mention) AS saves, sum(views) FILTER (WHERE is_mention) AS views,
    sum(engagements) FILTER (WHERE is_mention) AS engagements,
    count(*) FILTER (WHERE is_mention AND has_picture) AS with_picture, count(*) FILTER (WHERE is_mention AND has_video) AS with_video,
    count(*) FILTER (WHERE is_mention AND has_audio) AS with_audio, count(*) FILTER (WHERE is_mention AND format = 'text') AS with_text,
    max(followers_at_post) FILTER (WHERE is_mention) AS followers, max(followers_upper) FILTER (WHERE is_mention) AS followers_upper,
    sum(followers_upper) FILTER (WHERE is_mention) AS followers_gross,
    -- The earliest earned mention: microseconds since 1970 times 8, plus the place of its rule; of two at once the stronger rule.
    min(8 * epoch_us(created_at) + CASE matched_by WHEN 'hashtag' THEN 0 WHEN 'handle' THEN 1 WHEN 'domain' THEN 2
        WHEN 'keyword' THEN 3 ELSE 4 END) FILTER (WHERE is_mention AND counts_as_earned) AS first_by,
    -- K2, per denominator: posts with both sides, the sums of the sides, the sum of the posts' rates in units of 1e-9.
    count(*) FILTER (WHERE e IS NOT NULL AND followers_at_post > 0 AND followers_basis IN ('delivered', 'snapshot')) AS followers_measured,
    count(*) FILTER (WHERE e IS NOT NULL AND followers_at_post > 0) AS followers_n, sum(e) FILTER (WHERE followers_at_post > 0) AS followers_e,
    sum(followers_at_post) FILTER (WHERE e IS NOT NULL) AS followers_d, sum(CAST(round(1e9 * e / nullif(followers_at_post, 0)) AS BIGINT)) AS followers_r,
    count(*) FILTER (WHERE e IS NOT NULL AND v > 0) AS views_n, sum(e) FILTER (WHERE v > 0) AS views_e,
    sum(v) FILTER (WHERE e IS NOT NULL) AS views_d, sum(CAST(round(1e9 * e / nullif(v, 0)) AS BIGINT)) AS views_r,
    count(*) FILTER (WHERE e IS NOT NULL AND r > 0) AS reach_n, sum(e) FILTER (WHERE r > 0) AS reach_e,
    sum(r) FILTER (WHERE e IS NOT NULL) AS reach_d, sum(CAST(round(1e9 * e / nullif(r, 0)) AS BIGINT)) AS reach_r,
    count(*) FILTER (WHERE e IS NOT NULL AND i > 0) AS impressions_n, sum(e) FILTER (WHERE i > 0) AS impressions_e,
    sum(i) FILTER (WHERE e IS NOT NULL) AS impressions_d, sum(CAST(round(1e9 * e / nullif(i, 0)) AS BIGINT)) AS impressions_r
FROM scoped
GROUP BY day, brand_id, campaign_id, network, tier, relation, author, is_mature
