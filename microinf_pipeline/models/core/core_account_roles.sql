-- Roles from the configuration, where a handle stands for every account that used it, or for itself until its id is seen;
-- and from the brand's lists: customers, and employees while their consent holds.
SELECT DISTINCT
    r.network, coalesce(a.account_id, r.account_key) AS account_id, r.brand_id, r.role, r.valid_from, r.valid_to,
    'configuration' AS matched_by
FROM configured_roles AS r
LEFT JOIN core_account_aliases AS a ON a.network = r.network AND r.account_key = 'h:' || a.alias
UNION ALL
SELECT
    network, account_id, brand_id, role, valid_from, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS valid_to,
    min(matched_by) AS matched_by
FROM known_roles
WHERE role IN ('customer', 'employee') AND opted_in
GROUP BY network, account_id, brand_id, role, valid_from
