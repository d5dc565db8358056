-- A creator's posts for a brand per local day.
WITH campaigns AS (
    SELECT creator_id, brand_id, network, relation, day, unnest(campaign_ids) AS campaign_id
    FROM _mention_facts
    WHERE is_mention AND creator_id IS NOT NULL
),
campaign_lists AS (
    SELECT creator_id, brand_id, network, relation, day, CAST(to_json(list_sort(list(DISTINCT campaign_id))) AS VARCHAR) AS campaign_ids
    FROM campaigns
    GROUP BY creator_id, brand_id, network, relation, day
),
days AS (
    SELECT creator_id, brand_id, network, relation, day, count(*) AS posts,
        CAST(sum(likes) AS BIGINT) AS likes, CAST(sum(comments) AS BIGINT) AS comments, CAST(sum(shares) AS BIGINT) AS shares,
        CAST(sum(quotes) AS BIGINT) AS quotes, CAST(sum(saves) AS BIGINT) AS saves, CAST(sum(views) AS BIGINT) AS views,
        CAST(sum(engagements) AS BIGINT) AS engagements, max(followers_at_post) AS followers_at_post
    FROM _mention_facts
    WHERE is_mention AND creator_id IS NOT NULL
    GROUP BY creator_id, brand_id, network, relation, day
)
SELECT
    d.creator_id, d.brand_id, d.network, d.relation, d.day, d.posts, d.likes, d.comments, d.shares, d.quotes, d.saves, d.views,
    d.engagements, d.followers_at_post, coalesce(c.campaign_ids, '[]') AS campaign_ids
FROM days AS d
LEFT JOIN campaign_lists AS c
    ON c.creator_id = d.creator_id AND c.brand_id = d.brand_id AND c.network = d.network AND c.relation = d.relation AND c.day = d.day
