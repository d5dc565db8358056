-- Posts that name the employer's brand, by employees who had opted in on the post's day. Of two persons on one account the first.
SELECT
    f.brand_id, coalesce(e.unit, 'none stated') AS unit, CAST(date_trunc('month', f.day) AS DATE) AS month,
    coalesce(e.person_id, e.account_id) AS person_id, f.network, f.post_id, f.post_type, p.title, p.text
FROM _mention_facts AS f
INNER JOIN core_posts AS p ON p.network = f.network AND p.post_id = f.post_id
INNER JOIN _employees AS e
    ON e.network = f.network AND e.account_id = f.account_id AND e.brand_id = f.brand_id AND e.opted_in
        AND p.posted_on >= e.valid_from AND (e.valid_to IS NULL OR p.posted_on < e.valid_to)
WHERE f.relation = 'employee' AND NOT coalesce(f.not_summed, false)
QUALIFY row_number() OVER (PARTITION BY f.brand_id, f.network, f.post_id ORDER BY e.person_id, e.valid_from) = 1
