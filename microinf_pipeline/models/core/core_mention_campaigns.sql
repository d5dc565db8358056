-- Posts that mention a campaign's brand and carry its tags between start (inclusive) and end (exclusive).
WITH tags AS (
    SELECT campaign_id, unnest(CAST(CAST(hashtags_any AS JSON) AS VARCHAR[])) AS hashtag, FALSE AS is_needed FROM core_campaigns
    UNION ALL
    SELECT campaign_id, unnest(CAST(CAST(hashtags_all AS JSON) AS VARCHAR[])) AS hashtag, TRUE AS is_needed FROM core_campaigns
),
asked AS (
    SELECT campaign_id, count(*) FILTER (WHERE is_needed) AS all_asked, count(*) FILTER (WHERE NOT is_needed) AS any_asked
    FROM tags GROUP BY campaign_id
),
found AS (
    SELECT
        p.network, p.post_id, p.posted_on, c.campaign_id,
        count(*) FILTER (WHERE t.is_needed) AS all_found, count(*) FILTER (WHERE NOT t.is_needed) AS any_found,
        list_sort(list_distinct(list(t.hashtag))) AS tags_found
    FROM core_campaigns AS c
    INNER JOIN tags AS t ON t.campaign_id = c.campaign_id
    INNER JOIN core_post_hashtags AS h ON h.hashtag = t.hashtag
    INNER JOIN core_posts AS p
        ON p.network = h.network AND p.post_id = h.post_id AND p.created_at >= c.starts_at AND p.created_at < c.ends_at
    SEMI JOIN core_mentions AS m ON m.network = p.network AND m.post_id = p.post_id AND m.brand_id = c.brand_id
    GROUP BY p.network, p.post_id, p.posted_on, c.campaign_id
)
SELECT f.network, f.post_id, f.campaign_id, CAST(to_json(f.tags_found) AS VARCHAR) AS tags_found, f.posted_on
FROM found AS f
INNER JOIN asked AS a ON a.campaign_id = f.campaign_id
WHERE f.all_found = a.all_asked AND (a.any_asked = 0 OR f.any_found > 0)
