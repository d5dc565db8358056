-- Hashtags in a brand's earned mentions per local day; a tag that made the post part of a campaign is shown under that campaign.
WITH earned AS (
    SELECT f.*, t.hashtag
    FROM _mention_facts AS f
    JOIN core_post_hashtags AS t ON t.network = f.network AND t.post_id = f.post_id
    WHERE f.counts_as_earned AND f.is_mention
),
memberships AS (
    SELECT brand_id, network, post_id, unnest(campaign_ids) AS campaign_id FROM _mention_facts
),
-- K8: two campaigns with one tag are full in each.
campaign_tags AS (
    SELECT e.brand_id, e.network, e.post_id, e.hashtag, m.campaign_id
    FROM earned AS e
    JOIN memberships AS m ON m.brand_id = e.brand_id AND m.network = e.network AND m.post_id = e.post_id
    JOIN core_campaigns AS c ON c.campaign_id = m.campaign_id
    WHERE list_contains(CAST(CAST(c.hashtags_any AS JSON) AS VARCHAR[]), e.hashtag)
        OR list_contains(CAST(CAST(c.hashtags_all AS JSON) AS VARCHAR[]), e.hashtag)
),
first_days AS (
    SELECT brand_id, network, account_id, min(day) AS first_day FROM _account_brand_days GROUP BY brand_id, network, account_id
)
SELECT
    e.brand_id, e.hashtag, e.network, e.day, count(*) AS posts, count(DISTINCT e.account_id) AS accounts,
    CASE WHEN any_value(b.history_from) + CAST($returning_days AS INTEGER) <= e.day
        THEN count(DISTINCT e.account_id) FILTER (WHERE d.first_day = e.day) END AS new_accounts,
    CAST(sum(e.engagements) AS BIGINT) AS engagements, coalesce(t.campaign_id, '*') AS campaign_id
FROM earned AS e
JOIN core_brands AS b ON b.brand_id = e.brand_id
LEFT JOIN campaign_tags AS t
    ON t.brand_id = e.brand_id AND t.network = e.network AND t.post_id = e.post_id AND t.hashtag = e.hashtag
LEFT JOIN first_days AS d ON d.brand_id = e.brand_id AND d.network = e.network AND d.account_id = e.account_id
GROUP BY e.brand_id, e.hashtag, e.network, e.day, coalesce(t.campaign_id, '*')
