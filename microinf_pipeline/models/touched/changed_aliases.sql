-- Handles whose account, or whose time, is another after tonight.
WITH changed AS (
    (SELECT network, alias, valid_from, account_id, valid_to FROM core_account_aliases
     EXCEPT SELECT network, alias, valid_from, account_id, valid_to FROM core_account_aliases_before)
    UNION ALL
    (SELECT network, alias, valid_from, account_id, valid_to FROM core_account_aliases_before
     EXCEPT SELECT network, alias, valid_from, account_id, valid_to FROM core_account_aliases)
)
SELECT DISTINCT network, 'h:' || alias AS account_key, account_id FROM changed
