-- Every day on which something is known by a handle alone.
SELECT DISTINCT network, account_key, observed_on AS day FROM _account_days WHERE account_key LIKE 'h:%'
UNION
SELECT DISTINCT network, account_key, posted_on AS day FROM _account_day_audience_before WHERE account_key LIKE 'h:%'
UNION
SELECT DISTINCT network, account_key, posted_on AS day FROM _posts_latest WHERE account_key LIKE 'h:%'
