-- Every earned mention of a brand inside a campaign's time, once for each total it belongs to. tagged = it carries the campaign's tags.
WITH kept AS (
    SELECT * FROM (VALUES (true, true), (true, false), (false, true), (false, false)) AS k(by_network, by_tier)
)
SELECT
    c.campaign_id, CASE WHEN k.by_network THEN f.network ELSE '*' END AS network, CASE WHEN k.by_tier THEN f.tier ELSE '*' END AS tier,
    f.network AS own_network, f.post_id, f.account_id, f.creator_id, f.engagements, f.is_mature, f.followers_at_post, f.followers_upper,
    coalesce(list_contains(f.campaign_ids, c.campaign_id), false) AS tagged,
    CASE WHEN f.is_mature THEN f.mature_engagements ELSE f.engagements END AS e,
    CASE WHEN f.is_mature THEN f.mature_views ELSE f.views END AS v
FROM core_campaigns AS c
JOIN _mention_facts AS f ON f.brand_id = c.brand_id AND f.created_at >= c.starts_at AND f.created_at < c.ends_at
CROSS JOIN kept AS k
WHERE f.counts_as_earned AND f.is_mention
