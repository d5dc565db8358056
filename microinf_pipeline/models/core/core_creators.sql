-- A person's tier is that of the largest account: the one an audience meets them by. A creator whose account was linked to an
-- earlier one stays, without tier, and says into whom it was merged.
WITH accounts AS (
    SELECT l.creator_id, a.network || ':' || a.account_id AS own_id, a.display_name, a.handle, a.tier, l.valid_from,
        row_number() OVER (PARTITION BY l.creator_id ORDER BY a.followers DESC NULLS LAST, a.network, a.account_id) AS by_size
    FROM core_accounts AS a
    INNER JOIN core_creator_links AS l ON l.network = a.network AND l.account_id = a.account_id
)
SELECT
    creator_id, max(coalesce(display_name, handle)) FILTER (WHERE by_size = 1) AS display_name, max(tier) FILTER (WHERE by_size = 1) AS tier,
    'tier of the account with most followers' AS tier_rule, min(valid_from) AS valid_from, NULL AS merged_into
FROM accounts
GROUP BY creator_id
UNION ALL
SELECT
    own_id AS creator_id, coalesce(display_name, handle) AS display_name, 'unknown' AS tier, 'merged: see merged_into' AS tier_rule, valid_from,
    creator_id AS merged_into
FROM accounts
WHERE own_id <> creator_id
