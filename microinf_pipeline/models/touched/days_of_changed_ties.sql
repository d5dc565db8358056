-- UTC days of stored mentions whose author's strongest tie by the brand's lists is another now than it was then.
-- Compared with the mentions themselves, so that no list of ties needs to be kept.
WITH stored AS (
    SELECT m.network, m.post_id, m.brand_id, m.posted_on, p.account_id, m.listed_as
    FROM core_mentions_before AS m
    INNER JOIN core_posts_before AS p ON p.network = m.network AND p.post_id = m.post_id AND p.posted_on = m.posted_on
    WHERE p.account_id IS NOT NULL
),
now AS (
    SELECT s.network, s.post_id, s.brand_id, min_by(t.relation, o.place) AS listed_as
    FROM stored AS s
    INNER JOIN tied_accounts AS t ON t.network = s.network AND t.account_id = s.account_id AND t.brand_id = s.brand_id
    INNER JOIN relation_order AS o ON o.relation = t.relation
    WHERE s.posted_on >= t.valid_from AND (t.valid_to IS NULL OR s.posted_on < t.valid_to)
    GROUP BY s.network, s.post_id, s.brand_id
)
SELECT DISTINCT s.posted_on AS day FROM stored AS s
LEFT JOIN now AS n ON n.network = s.network AND n.post_id = s.post_id AND n.brand_id = s.brand_id
WHERE s.listed_as IS DISTINCT FROM n.listed_as
