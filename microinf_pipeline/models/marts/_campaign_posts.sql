-- Every earned mention with a campaign's tags, once for each total it belongs to.
WITH kept AS (
    SELECT * FROM (VALUES (true, true), (true, false), (false, true), (false, false)) AS k(by_network, by_tier)
),
tagged AS (
    SELECT unnest(campaign_ids) AS campaign_id, network, tier, post_id, account_id, creator_id, engagements, is_mature, followers_at_post,
        followers_upper, CASE WHEN is_mature THEN mature_engagements ELSE engagements END AS e,
        CASE WHEN is_mature THEN mature_views ELSE views END AS v
    FROM _mention_facts
    WHERE campaign_ids IS NOT NULL AND counts_as_earned AND is_mention AND NOT coalesce(not_summed, false)
)
SELECT
    t.campaign_id, CASE WHEN k.by_network THEN t.network ELSE '*' END AS network, CASE WHEN k.by_tier THEN t.tier ELSE '*' END AS tier,
    t.network AS own_network, t.post_id, t.account_id, t.creator_id, t.engagements, t.is_mature, t.followers_at_post, t.followers_upper, t.e, t.v
FROM tagged AS t
CROSS JOIN kept AS k
