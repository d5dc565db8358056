-- Every employee found among the accounts, opted in or not: what head counts and the withholding of rows are made from.
SELECT
    network, account_id, brand_id, person_id, valid_from, CASE WHEN count(valid_to) = count(*) THEN max(valid_to) END AS valid_to,
    bool_and(opted_in) AS opted_in, max(unit) AS unit, bool_or(content_in_role) AS content_in_role, min(matched_by) AS matched_by
FROM known_roles
WHERE role = 'employee'
GROUP BY network, account_id, brand_id, person_id, valid_from
