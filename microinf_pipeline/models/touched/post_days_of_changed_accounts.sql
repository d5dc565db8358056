-- Days on which posts of changed accounts lie, as the accepted state has them.
SELECT a.network, a.account_key, a.posted_on FROM _account_day_audience_before AS a
SEMI JOIN changed_accounts AS c ON c.network = a.network AND c.account_id = a.account_id
UNION
SELECT a.network, a.account_key, a.posted_on FROM _account_day_audience_before AS a
SEMI JOIN changed_accounts AS c ON c.network = a.network AND c.account_id = a.account_key
