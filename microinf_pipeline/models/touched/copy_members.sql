-- Every post of the clusters that are formed anew, and which earlier post it repeats. The same person's earliest one where there
-- is one (cross_post); else the first to say it in these words (near_duplicate); else the first filling of the form (template).
WITH ordered AS (
    SELECT p.*,
        row_number() OVER (PARTITION BY p.cluster_no ORDER BY p.created_at, p.network, p.post_id) AS nth_of_cluster,
        row_number() OVER (PARTITION BY p.cluster_no, p.group_no ORDER BY p.created_at, p.network, p.post_id) AS nth_of_group,
        row_number() OVER (PARTITION BY p.cluster_no, p.person ORDER BY p.created_at, p.network, p.post_id) AS nth_of_person
    FROM copy_people AS p
),
repeating AS (
    SELECT o.*, concat(c.network, ':', c.post_id) AS cluster_id,
        CASE
            WHEN o.nth_of_cluster = 1 THEN NULL
            WHEN m.post_id IS NOT NULL THEN 'cross_post'
            WHEN o.nth_of_group > 1 THEN 'near_duplicate'
            ELSE 'template'
        END AS duplicate_type,
        m.network AS own_network, m.post_id AS own_post_id, f.network AS first_network, f.post_id AS first_post_id,
        c.network AS cluster_network, c.post_id AS cluster_post_id
    FROM ordered AS o
    INNER JOIN ordered AS c ON c.cluster_no = o.cluster_no AND c.nth_of_cluster = 1
    INNER JOIN ordered AS f ON f.cluster_no = o.cluster_no AND f.group_no = o.group_no AND f.nth_of_group = 1
    LEFT JOIN ordered AS m ON m.cluster_no = o.cluster_no AND m.person = o.person AND m.nth_of_person = 1 AND o.nth_of_person > 1
)
SELECT
    network, post_id, posted_on, account_id, copy_key, cluster_id, duplicate_type,
    CASE duplicate_type WHEN 'cross_post' THEN own_network WHEN 'near_duplicate' THEN first_network WHEN 'template' THEN cluster_network END AS survivor_network,
    CASE duplicate_type WHEN 'cross_post' THEN own_post_id WHEN 'near_duplicate' THEN first_post_id WHEN 'template' THEN cluster_post_id END AS survivor_post_id
FROM repeating
