-- Posts in a cluster whose author's account, or whose account's person, is another after tonight.
WITH links AS (
    (SELECT network, account_id, creator_id FROM core_creator_links EXCEPT SELECT network, account_id, creator_id FROM core_creator_links_before)
    UNION ALL
    (SELECT network, account_id, creator_id FROM core_creator_links_before EXCEPT SELECT network, account_id, creator_id FROM core_creator_links)
)
SELECT c.network, c.post_id FROM all_copies_before AS c
SEMI JOIN links AS l ON l.network = c.network AND l.account_id = c.account_id
UNION
SELECT c.network, c.post_id FROM all_copies_before AS c
INNER JOIN _post_signatures AS s ON s.network = c.network AND s.post_id = c.post_id AND s.posted_on = c.posted_on
LEFT JOIN _account_day_audience AS a ON a.network = s.network AND a.account_key = s.account_key AND a.posted_on = s.posted_on
WHERE a.account_id IS DISTINCT FROM c.account_id
