-- Roles from the configuration; a handle stands for every account that used it, or for itself until its id is seen.
SELECT DISTINCT
    r.network, coalesce(a.account_id, r.account_key) AS account_id, r.brand_id, r.role, r.valid_from, r.valid_to
FROM configured_roles AS r
LEFT JOIN core_account_aliases AS a ON a.network = r.network AND r.account_key = 'h:' || a.alias
