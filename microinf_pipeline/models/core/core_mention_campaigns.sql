-- Posts that mention a campaign's brand and carry its tags between start (inclusive) and end (exclusive).
WITH tags AS (
    SELECT campaign_id, brand_id, starts_at, ends_at,
        CAST(CAST(hashtags_any AS JSON) AS VARCHAR[]) AS any_of, CAST(CAST(hashtags_all AS JSON) AS VARCHAR[]) AS all_of
    FROM core_campaigns
),
candidates AS (
    SELECT
        p.network, p.post_id, p.posted_on, t.campaign_id,
        list_filter(t.any_of, lambda tag: list_contains(p.hashtags, tag)) AS any_found,
        list_filter(t.all_of, lambda tag: list_contains(p.hashtags, tag)) AS all_found,
        array_length(t.any_of) AS any_asked, array_length(t.all_of) AS all_asked
    FROM core_posts AS p
    INNER JOIN core_mentions AS m ON m.network = p.network AND m.post_id = p.post_id
    INNER JOIN tags AS t ON t.brand_id = m.brand_id AND p.created_at >= t.starts_at AND p.created_at < t.ends_at
    WHERE array_length(p.hashtags) > 0
)
SELECT
    network, post_id, campaign_id, CAST(to_json(list_sort(list_distinct(list_concat(any_found, all_found)))) AS VARCHAR) AS tags_found, posted_on
FROM candidates
WHERE array_length(all_found) = all_asked AND (any_asked = 0 OR array_length(any_found) > 0) AND (any_asked > 0 OR all_asked > 0)
