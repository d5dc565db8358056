-- Accounts that clicks and orders name by id or handle, as of their day; a handle nobody was seen to hold yet is its only later
-- holder's. An account that was never seen has no id: what it brought is kept.
WITH named AS (
    SELECT network, account, day FROM given_clicks WHERE network IS NOT NULL AND account IS NOT NULL
    UNION
    SELECT network, account, CAST(clicked_at AS DATE) AS day
    FROM given_conversions
    WHERE network IS NOT NULL AND account IS NOT NULL AND clicked_at IS NOT NULL
    UNION
    SELECT network, account, CAST(converted_at AS DATE) AS day FROM given_conversions WHERE network IS NOT NULL AND account IS NOT NULL
),
holders AS (
    SELECT n.network, n.account, n.day, min(a.account_id) AS account_id
    FROM named AS n
    JOIN core_account_aliases AS a ON a.network = n.network AND a.alias = lower(n.account)
        AND a.valid_from <= n.day AND (a.valid_to IS NULL OR n.day < a.valid_to)
    GROUP BY n.network, n.account, n.day
),
only_holders AS (
    SELECT network, alias, min(account_id) AS account_id, min(valid_from) AS first_from
    FROM core_account_aliases
    GROUP BY network, alias
    HAVING count(DISTINCT account_id) = 1
)
SELECT n.network, n.account, n.day, coalesce(i.account_id, h.account_id, o.account_id, k.account_id) AS account_id
FROM named AS n
LEFT JOIN core_accounts AS i ON i.network = n.network AND i.account_id = n.account
LEFT JOIN holders AS h ON h.network = n.network AND h.account = n.account AND h.day = n.day
LEFT JOIN only_holders AS o ON o.network = n.network AND o.alias = lower(n.account) AND n.day < o.first_from
LEFT JOIN core_accounts AS k ON k.network = n.network
    AND k.account_id = CASE WHEN n.network = 'mastodon' THEN lower(n.account) ELSE concat('h:', lower(n.account)) END
