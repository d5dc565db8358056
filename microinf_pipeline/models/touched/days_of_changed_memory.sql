-- Local days on which an account's standing with a brand (new, returning, reactivated) may be another: from the first
-- changed day of its earned mentions on.
WITH changed AS (
    (SELECT brand_id, network, account_id, day, posts FROM _account_brand_days
     EXCEPT SELECT brand_id, network, account_id, day, posts FROM _account_brand_days_before)
    UNION ALL
    (SELECT brand_id, network, account_id, day, posts FROM _account_brand_days_before
     EXCEPT SELECT brand_id, network, account_id, day, posts FROM _account_brand_days)
),
since AS (SELECT brand_id, network, account_id, min(day) AS day FROM changed GROUP BY brand_id, network, account_id)
SELECT day FROM changed
UNION
SELECT d.day FROM _account_brand_days AS d
INNER JOIN since AS s ON s.brand_id = d.brand_id AND s.network = d.network AND s.account_id = d.account_id
WHERE d.day >= s.day
