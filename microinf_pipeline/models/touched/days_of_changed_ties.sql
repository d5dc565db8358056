-- UTC days of stored mentions whose author is an employee or otherwise tied now and was not then, or the other way round.
-- Compared with the mentions themselves, so that no list of ties needs to be kept.
WITH stored AS (
    SELECT m.network, m.post_id, m.brand_id, m.posted_on, p.account_id, CASE WHEN m.relation IN ('employee', 'vested') THEN m.relation END AS was
    FROM core_mentions_before AS m
    INNER JOIN core_posts_before AS p ON p.network = m.network AND p.post_id = m.post_id AND p.posted_on = m.posted_on
    WHERE m.relation <> 'owned' AND p.account_id IS NOT NULL
),
now AS (
    SELECT s.network, s.post_id, s.brand_id, min(t.relation) AS relation
    FROM stored AS s
    INNER JOIN tied_accounts AS t ON t.network = s.network AND t.account_id = s.account_id AND t.brand_id = s.brand_id
    WHERE s.posted_on >= t.valid_from AND (t.valid_to IS NULL OR s.posted_on < t.valid_to)
    GROUP BY s.network, s.post_id, s.brand_id
)
SELECT DISTINCT s.posted_on AS day FROM stored AS s
LEFT JOIN now AS n ON n.network = s.network AND n.post_id = s.post_id AND n.brand_id = s.brand_id
WHERE s.was IS DISTINCT FROM n.relation
