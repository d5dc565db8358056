-- Mentions, as they counted so far, of posts that no delivery holds any more; not those that never were in a sum.
WITH gone AS (
    SELECT coalesce(i.to_network, e.network) AS network, coalesce(i.to_post_id, e.post_id) AS post_id, max(e.origin) AS origin
    FROM expired_posts AS e
    LEFT JOIN identity_accepted AS i ON i.network = e.network AND i.post_id = e.post_id AND i.posted_on = e.posted_on
    GROUP BY coalesce(i.to_network, e.network), coalesce(i.to_post_id, e.post_id)
),
held AS (
    SELECT DISTINCT coalesce(i.to_network, o.network) AS network, coalesce(i.to_post_id, o.post_id) AS post_id
    FROM observations_left AS o
    LEFT JOIN identity_accepted AS i ON i.network = o.network AND i.post_id = o.post_id AND i.posted_on = o.posted_on
),
lost AS (
    SELECT g.network, g.post_id, g.origin FROM gone AS g ANTI JOIN held AS h ON h.network = g.network AND h.post_id = g.post_id
)
SELECT f.*, l.origin
FROM facts_accepted AS f
INNER JOIN lost AS l ON l.network = f.network AND l.post_id = f.post_id
WHERE NOT coalesce(f.not_summed, false)
