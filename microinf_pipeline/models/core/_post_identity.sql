-- Only posts that came under several ids or several days. Two ids are one post when they share a canonical URL,
-- unless one source gives several platform ids under that URL: then the URL names a page, not a post.
WITH seen AS (
    SELECT
        network, post_id, posted_on, source, source_rank, url_key, night, observed_at, attempt, file, row_number,
        post_id LIKE 'u:%' OR post_id LIKE 'c:%' AS is_fallback
    FROM observations_all
),
shared AS (
    SELECT url_key FROM seen WHERE url_key IS NOT NULL
    GROUP BY url_key
    HAVING min(post_id) <> max(post_id) OR min(network) <> max(network)
),
crowded AS (
    SELECT s.url_key FROM seen AS s SEMI JOIN shared AS h ON h.url_key = s.url_key
    WHERE NOT s.is_fallback
    GROUP BY s.url_key, s.source
    HAVING min(s.post_id) <> max(s.post_id) OR min(s.network) <> max(s.network)
),
under_url AS (
    SELECT s.url_key, s.network, s.post_id, min(s.is_fallback) AS is_fallback, min(s.source_rank) AS source_rank
    FROM seen AS s
    SEMI JOIN shared AS h ON h.url_key = s.url_key
    ANTI JOIN crowded AS c ON c.url_key = s.url_key
    GROUP BY s.url_key, s.network, s.post_id
),
survivors AS (
    SELECT url_key, network AS to_network, post_id AS to_post_id FROM under_url
    QUALIFY row_number() OVER (PARTITION BY url_key ORDER BY is_fallback, source_rank, network, post_id) = 1
),
renamed AS (
    SELECT u.network, u.post_id, s.to_network, s.to_post_id
    FROM under_url AS u
    INNER JOIN survivors AS s ON s.url_key = u.url_key
    QUALIFY row_number() OVER (PARTITION BY u.network, u.post_id ORDER BY s.to_network, s.to_post_id) = 1
),
straddling AS (
    SELECT network, post_id, network AS to_network, post_id AS to_post_id FROM seen
    GROUP BY network, post_id
    HAVING min(posted_on) <> max(posted_on)
),
members AS (
    SELECT network, post_id, to_network, to_post_id FROM renamed
    UNION ALL
    SELECT s.network, s.post_id, s.to_network, s.to_post_id FROM straddling AS s
    ANTI JOIN renamed AS r ON r.network = s.network AND r.post_id = s.post_id
),
days AS (
    SELECT m.to_network, m.to_post_id, s.network, s.post_id, s.posted_on,
        row_number() OVER (
            PARTITION BY m.to_network, m.to_post_id
            ORDER BY s.night DESC, s.observed_at DESC NULLS LAST, s.source_rank DESC, s.attempt DESC, s.file DESC, s.row_number DESC
        ) AS from_last
    FROM seen AS s
    INNER JOIN members AS m ON m.network = s.network AND m.post_id = s.post_id
),
homes AS (SELECT to_network, to_post_id, posted_on AS home_on FROM days WHERE from_last = 1)
SELECT DISTINCT d.network, d.post_id, d.posted_on, d.to_network, d.to_post_id, h.home_on
FROM days AS d
INNER JOIN homes AS h ON h.to_network = d.to_network AND h.to_post_id = d.to_post_id
