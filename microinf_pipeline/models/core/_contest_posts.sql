-- Posts that carry a contest's tags, or mention one of its accounts. Those a few days outside its time are kept, to be refused
-- with a reason; older and later ones have nothing to do with it.
WITH contests AS (
    SELECT *, starts_at - to_days(CAST($shown_outside_days AS INTEGER)) AS shown_from,
        ends_at + to_days(CAST($shown_outside_days AS INTEGER)) AS shown_to
    FROM core_contests
),
tags AS (
    SELECT contest_id, unnest(CAST(CAST(hashtags_any AS JSON) AS VARCHAR[])) AS hashtag, FALSE AS is_needed FROM contests
    UNION ALL
    SELECT contest_id, unnest(CAST(CAST(hashtags_all AS JSON) AS VARCHAR[])) AS hashtag, TRUE AS is_needed FROM contests
),
asked AS (
    SELECT contest_id, count(*) FILTER (WHERE is_needed) AS all_asked, count(*) FILTER (WHERE NOT is_needed) AS any_asked
    FROM tags GROUP BY contest_id
),
tagged AS (
    SELECT t.contest_id, h.network, h.post_id, count(*) FILTER (WHERE t.is_needed) AS all_found,
        count(*) FILTER (WHERE NOT t.is_needed) AS any_found
    FROM tags AS t
    INNER JOIN core_post_hashtags AS h ON h.hashtag = t.hashtag
    GROUP BY t.contest_id, h.network, h.post_id
),
named AS (
    SELECT contest_id, unnest(CAST(CAST(accounts AS JSON) AS VARCHAR[])) AS account FROM contests
),
mentioned AS (
    SELECT network, post_id, unnest(mentioned) AS handle FROM _posts_latest
    WHERE array_length(mentioned) > 0 AND (SELECT count(*) FROM named) > 0
),
entered AS (
    SELECT g.contest_id, g.network, g.post_id, 'hashtag' AS entered_by
    FROM tagged AS g
    INNER JOIN asked AS a ON a.contest_id = g.contest_id
    WHERE g.all_found = a.all_asked AND (a.any_asked = 0 OR g.any_found > 0)
    UNION ALL
    SELECT n.contest_id, m.network, m.post_id, 'account' AS entered_by
    FROM named AS n
    INNER JOIN mentioned AS m ON n.account = m.network || ':' || m.handle
),
once AS (
    SELECT contest_id, network, post_id, max(entered_by) AS entered_by FROM entered GROUP BY contest_id, network, post_id
)
SELECT
    e.contest_id, e.network, e.post_id, p.posted_on, p.account_id, p.created_at, p.first_seen_at, p.post_type, p.is_counted, p.status,
    p.country, e.entered_by, d.post_id IS NOT NULL AS is_near_copy
FROM once AS e
INNER JOIN contests AS c ON c.contest_id = e.contest_id
INNER JOIN core_posts AS p
    ON p.network = e.network AND p.post_id = e.post_id AND p.created_at >= c.shown_from AND p.created_at < c.shown_to
LEFT JOIN (SELECT DISTINCT network, post_id FROM core_duplicates WHERE duplicate_type = 'near_duplicate' AND similarity >= $review_likeness_from) AS d
    ON d.network = e.network AND d.post_id = e.post_id
