-- What each account posted about a brand per local day: sums that brands, creators and KPIs are added up from, once for the brand's
-- whole talk (campaign_id '*') and once for each campaign. A post without an author is an author of its own.
WITH mentions AS (
    SELECT *, coalesce(account_id, concat('post:', post_id)) AS author,
        -- The earliest mention: microseconds since 1970 times 8, plus the place of its rule; of two at once the stronger rule.
        8 * epoch_us(created_at) + CASE matched_by WHEN 'hashtag' THEN 0 WHEN 'handle' THEN 1 WHEN 'domain' THEN 2 WHEN 'keyword' THEN 3 ELSE 4 END AS moment,
        CASE WHEN is_mature THEN mature_engagements ELSE engagements END AS e, nullif(followers_at_post, 0) AS f,
        nullif(CASE WHEN is_mature THEN mature_views ELSE views END, 0) AS v,
        nullif(CASE WHEN is_mature THEN mature_reach ELSE reach_measured END, 0) AS r,
        nullif(CASE WHEN is_mature THEN mature_impressions ELSE impressions END, 0) AS i
    FROM _mention_facts
    WHERE is_mention AND NOT coalesce(not_summed, false)
),
mentions_of_campaigns AS (
    SELECT *, '*' AS campaign_id FROM mentions
    UNION ALL
    SELECT *, unnest(campaign_ids) AS campaign_id FROM mentions WHERE campaign_ids IS NOT NULL
),
-- Reposts, posts directed at the brand, copies over a bridge.
others AS (
    SELECT *, coalesce(account_id, concat('post:', post_id)) AS author FROM _mention_facts
    WHERE NOT is_mention AND NOT coalesce(not_summed, false)
),
others_of_campaigns AS (
    SELECT *, '*' AS campaign_id FROM others
    UNION ALL
    SELECT *, unnest(campaign_ids) AS campaign_id FROM others WHERE campaign_ids IS NOT NULL
),
sums AS (
    SELECT
        day, brand_id, campaign_id, network, tier, relation, author, is_mature, any_value(account_id) AS account_id, any_value(creator_id) AS creator_id,
        count(*) AS mentions, count_if(post_type = 'reply') AS replies, count_if(in_cluster) AS copies, count(campaign_ids) AS tagged,
        count(engagements) AS told, count_if(not_derived) AS not_derived, sum(engagements) AS engagements, sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares,
        sum(quotes) AS quotes, sum(saves) AS saves, sum(views) AS views, count_if(has_picture) AS with_picture,
        count_if(has_video) AS with_video, count_if(has_audio) AS with_audio, count_if(format = 'text') AS with_text,
        max(followers_at_post) AS followers, max(followers_upper) AS followers_upper, sum(followers_upper) AS followers_gross,
        min(moment) AS first_by,
        -- K2, per denominator: posts with both sides, sums of the sides, sum of the posts' rates in units of 1e-9.
        count_if(e IS NOT NULL AND f IS NOT NULL AND followers_basis IN ('delivered', 'snapshot')) AS followers_measured,
        count(e + f) AS followers_n, sum(CASE WHEN f IS NOT NULL THEN e END) AS followers_e, sum(CASE WHEN e IS NOT NULL THEN f END) AS followers_d,
        sum(CAST(round(1e9 * e / nullif(f, 0)) AS BIGINT)) AS followers_r,
        count(e + v) AS views_n, sum(CASE WHEN v IS NOT NULL THEN e END) AS views_e, sum(CASE WHEN e IS NOT NULL THEN v END) AS views_d,
        sum(CAST(round(1e9 * e / nullif(v, 0)) AS BIGINT)) AS views_r,
        count(e + r) AS reach_n, sum(CASE WHEN r IS NOT NULL THEN e END) AS reach_e, sum(CASE WHEN e IS NOT NULL THEN r END) AS reach_d,
        sum(CAST(round(1e9 * e / nullif(r, 0)) AS BIGINT)) AS reach_r,
        count(e + i) AS impressions_n, sum(CASE WHEN i IS NOT NULL THEN e END) AS impressions_e,
        sum(CASE WHEN e IS NOT NULL THEN i END) AS impressions_d, sum(CAST(round(1e9 * e / nullif(i, 0)) AS BIGINT)) AS impressions_r
    FROM mentions_of_campaigns
    GROUP BY day, brand_id, campaign_id, network, tier, relation, author, is_mature
),
counts AS (
    SELECT day, brand_id, campaign_id, network, tier, relation, author, is_mature, any_value(account_id) AS account_id, any_value(creator_id) AS creator_id,
        count_if(mention_mode = 'directed' AND post_type <> 'repost') AS directed, count_if(post_type = 'repost') AS reposts
    FROM others_of_campaigns
    GROUP BY day, brand_id, campaign_id, network, tier, relation, author, is_mature
)
SELECT *, true AS is_mention, 0 AS directed, 0 AS reposts FROM sums
UNION ALL
SELECT
    day, brand_id, campaign_id, network, tier, relation, author, is_mature, account_id, creator_id,
    0 AS mentions, 0 AS replies, 0 AS copies, 0 AS tagged, 0 AS told, 0 AS not_derived, NULL AS engagements, NULL AS likes, NULL AS comments, NULL AS shares,
    NULL AS quotes, NULL AS saves, NULL AS views, 0 AS with_picture, 0 AS with_video, 0 AS with_audio, 0 AS with_text, NULL AS followers,
    NULL AS followers_upper, NULL AS followers_gross, NULL AS first_by, 0 AS followers_measured,
    0 AS followers_n, NULL AS followers_e, NULL AS followers_d, NULL AS followers_r, 0 AS views_n, NULL AS views_e, NULL AS views_d, NULL AS views_r,
    0 AS reach_n, NULL AS reach_e, NULL AS reach_d, NULL AS reach_r, 0 AS impressions_n, NULL AS impressions_e, NULL AS impressions_d,
    NULL AS impressions_r, false AS is_mention, directed, reposts
FROM counts
