-- Days on which the tier, followers or account of a changed author is another than the accepted state has it, and days of
-- authors whose role for a brand changed.
WITH roles AS (
    (SELECT network, account_id, brand_id, role, valid_from, valid_to FROM core_account_roles
     EXCEPT SELECT network, account_id, brand_id, role, valid_from, valid_to FROM core_account_roles_before)
    UNION ALL
    (SELECT network, account_id, brand_id, role, valid_from, valid_to FROM core_account_roles_before
     EXCEPT SELECT network, account_id, brand_id, role, valid_from, valid_to FROM core_account_roles)
),
changed AS (
    SELECT network, account_key, posted_on, account_id, snapshot_followers, later_followers, tier, seen_before, delivered_tier, first_tier
    FROM audience_now
    EXCEPT
    SELECT network, account_key, posted_on, account_id, snapshot_followers, later_followers, tier, seen_before, delivered_tier, first_tier
    FROM _account_day_audience_before
)
SELECT posted_on AS day FROM changed
UNION
SELECT a.posted_on AS day FROM _account_day_audience_before AS a
SEMI JOIN roles AS r ON r.network = a.network AND r.account_id = a.account_id
