-- Posts of withheld accounts, posts of days on which an employee had not opted in, and reposts of either: those say the same
-- words, though they are nobody's of the staff (person is NULL).
WITH own AS (
    SELECT p.network, p.post_id, a.person FROM core_posts AS p
    INNER JOIN withheld_accounts AS a ON a.network = p.network AND a.account_id = p.account_id
    UNION ALL
    SELECT p.network, p.post_id, e.brand_id || ':' || coalesce(e.person_id, e.account_id) AS person FROM core_posts AS p
    INNER JOIN _employees AS e ON e.network = p.network AND e.account_id = p.account_id
    WHERE NOT e.opted_in AND p.posted_on >= e.valid_from AND (e.valid_to IS NULL OR p.posted_on < e.valid_to)
),
named AS (
    SELECT network, post_id, person FROM own
    UNION ALL
    SELECT p.network, p.post_id, NULL AS person FROM core_posts AS p
    SEMI JOIN own AS o ON o.network = p.network AND o.post_id = p.repost_of_post_id
    WHERE p.post_type = 'repost'
)
SELECT network, post_id, network || ':' || post_id AS post_key, min(person) AS person FROM named GROUP BY network, post_id
