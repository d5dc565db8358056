-- Deliveries that still hold words which were withdrawn after them: of the post itself, and of its reposts.
WITH held AS (
    SELECT o.network, o.post_id, o.repost_of_post_id, o.night, o.source, o.attempt, o.file, o.row_number, o.seen_at
    FROM observations_all AS o
    INNER JOIN refusing_origins AS r ON r.origin = o.origin AND r.follows_deletions
    WHERE o.kept_readings IS NULL
),
named AS (
    SELECT h.*, w.gone_at, w.gone_in FROM held AS h INNER JOIN withdrawn_posts AS w ON w.network = h.network AND w.post_id = h.post_id
    UNION ALL
    SELECT h.*, w.gone_at, w.gone_in FROM held AS h
    INNER JOIN withdrawn_posts AS w ON w.network = h.network AND w.post_id = h.repost_of_post_id
)
SELECT DISTINCT network, post_id, repost_of_post_id, night, source, attempt, file, row_number
FROM named
WHERE seen_at <= gone_at AND ($everything OR night IN (SELECT night FROM nights_tonight) OR gone_in IN (SELECT night FROM nights_tonight))
