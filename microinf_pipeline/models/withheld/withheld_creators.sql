-- Creators of withheld accounts, also under the names they had before they were merged.
SELECT l.creator_id FROM core_creator_links AS l
SEMI JOIN withheld_accounts AS a ON a.network = l.network AND a.account_id = l.account_id
UNION
SELECT network || ':' || account_id AS creator_id FROM withheld_accounts
