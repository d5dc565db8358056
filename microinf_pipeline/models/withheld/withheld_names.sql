-- What a text that no key opens may call a withheld account: its id and every handle it had.
SELECT lower(account_id) AS name FROM withheld_accounts WHERE account_id NOT LIKE 'h:%'
UNION
SELECT a.alias AS name FROM core_account_aliases AS a
SEMI JOIN withheld_accounts AS w ON w.network = a.network AND w.account_id = a.account_id
UNION
SELECT substr(account_id, 3) AS name FROM withheld_accounts WHERE account_id LIKE 'h:%'
