-- A creator's posts for a brand per local day.
WITH campaign_lists AS (
    SELECT creator_id, brand_id, network, relation, day, CAST(to_json(list_sort(list(DISTINCT campaign_id))) AS VARCHAR) AS campaign_ids
    FROM _account_sums
    WHERE campaign_id <> '*' AND mentions > 0 AND creator_id IS NOT NULL
    GROUP BY creator_id, brand_id, network, relation, day
),
days AS (
    SELECT creator_id, brand_id, network, relation, day, sum(mentions) AS posts, sum(likes) AS likes, sum(comments) AS comments,
        sum(shares) AS shares, sum(quotes) AS quotes, sum(saves) AS saves, sum(views) AS views, sum(engagements) AS engagements,
        max(followers) AS followers_at_post, min(first_by) AS first_by
    FROM _account_sums
    WHERE campaign_id = '*' AND mentions > 0 AND creator_id IS NOT NULL
    GROUP BY creator_id, brand_id, network, relation, day
)
SELECT
    d.creator_id, d.brand_id, d.network, d.relation, d.day, d.posts, d.likes, d.comments, d.shares, d.quotes, d.saves, d.views,
    d.engagements, d.followers_at_post, coalesce(c.campaign_ids, '[]') AS campaign_ids, d.first_by
FROM days AS d
LEFT JOIN campaign_lists AS c
    ON c.creator_id = d.creator_id AND c.brand_id = d.brand_id AND c.network = d.network AND c.relation = d.relation AND c.day = d.day
