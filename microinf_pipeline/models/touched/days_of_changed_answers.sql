-- UTC days of posts whose replies, whose comments' answers, or whose place in a talk changed; and local days on which a brand's
-- own replies are now captured and were not, or the other way round.
WITH changed AS (
    (SELECT * FROM core_interactions EXCEPT SELECT * FROM core_interactions_before)
    UNION ALL
    (SELECT * FROM core_interactions_before EXCEPT SELECT * FROM core_interactions)
),
since AS (
    SELECT network, answering_brand_id, min(replied_on) AS day FROM core_interactions
    WHERE direction = 'brand_to_creator' GROUP BY network, answering_brand_id
),
since_before AS (
    SELECT network, answering_brand_id, min(replied_on) AS day FROM core_interactions_before
    WHERE direction = 'brand_to_creator' GROUP BY network, answering_brand_id
),
moved AS (
    SELECT coalesce(n.network, b.network) AS network, coalesce(n.answering_brand_id, b.answering_brand_id) AS brand_id,
        least(n.day, b.day) AS first_day,
        CASE WHEN n.day IS NULL OR b.day IS NULL THEN DATE '9999-12-01' ELSE greatest(n.day, b.day) END AS last_day
    FROM since AS n
    FULL JOIN since_before AS b ON b.network = n.network AND b.answering_brand_id = n.answering_brand_id
    WHERE n.day IS DISTINCT FROM b.day
)
SELECT posted_on AS day FROM changed
UNION SELECT replied_on AS day FROM changed
UNION SELECT i.posted_on AS day FROM core_interactions AS i SEMI JOIN changed AS c ON c.network = i.network AND c.post_id = i.reply_post_id
UNION SELECT i.replied_on AS day FROM core_interactions AS i SEMI JOIN changed AS c ON c.network = i.network AND c.reply_post_id = i.post_id
UNION SELECT a.day FROM _answerable_mentions_before AS a
INNER JOIN moved AS m ON m.network = a.network AND m.brand_id = a.brand_id
WHERE a.day BETWEEN m.first_day - 1 AND m.last_day + 1
