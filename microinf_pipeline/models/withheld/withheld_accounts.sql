-- Accounts of employees who have not opted in as of the last accepted night, with all other accounts of the same person.
WITH today AS (
    SELECT network, account_id, min(brand_id || ':' || coalesce(person_id, account_id)) AS person
    FROM _employees
    WHERE NOT opted_in AND valid_from < CAST($as_of AS DATE) AND (valid_to IS NULL OR valid_to >= CAST($as_of AS DATE))
    GROUP BY network, account_id
),
persons AS (
    SELECT l.creator_id, min(t.person) AS person
    FROM core_creator_links AS l
    INNER JOIN today AS t ON t.network = l.network AND t.account_id = l.account_id
    GROUP BY l.creator_id
)
SELECT l.network, l.account_id, p.person FROM core_creator_links AS l INNER JOIN persons AS p ON p.creator_id = l.creator_id
UNION
SELECT t.network, t.account_id, t.person FROM today AS t
ANTI JOIN core_creator_links AS l ON l.network = t.network AND l.account_id = t.account_id
