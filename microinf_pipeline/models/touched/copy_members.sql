-- Every post of the clusters that are formed anew, and which earlier post it repeats. The same person's earliest one where there
-- is one (cross_post); else the first to say it in these words (near_duplicate); else the first filling of the form (template).
WITH ordered AS (
    SELECT p.*,
        row_number() OVER of_cluster AS nth_of_cluster,
        row_number() OVER of_group AS nth_of_group,
        CASE WHEN p.person IS NULL THEN 1 ELSE row_number() OVER of_person END AS nth_of_person,
        first_value(p.network) OVER of_cluster AS cluster_network, first_value(p.post_id) OVER of_cluster AS cluster_post_id,
        first_value(p.network) OVER of_group AS first_network, first_value(p.post_id) OVER of_group AS first_post_id,
        first_value(p.network) OVER of_person AS own_network, first_value(p.post_id) OVER of_person AS own_post_id
    FROM copy_people AS p
    WINDOW
        of_cluster AS (PARTITION BY p.cluster_no ORDER BY p.created_at, p.network, p.post_id),
        of_group AS (PARTITION BY p.cluster_no, p.group_no ORDER BY p.created_at, p.network, p.post_id),
        of_person AS (PARTITION BY p.cluster_no, p.person ORDER BY p.created_at, p.network, p.post_id)
),
repeating AS (
    SELECT o.*, concat(o.cluster_network, ':', o.cluster_post_id) AS cluster_id,
        CASE
            WHEN o.nth_of_cluster = 1 THEN NULL
            WHEN o.nth_of_person > 1 THEN 'cross_post'
            WHEN o.nth_of_group > 1 THEN 'near_duplicate'
            ELSE 'template'
        END AS duplicate_type
    FROM ordered AS o
)
SELECT
    network, post_id, posted_on, account_id, copy_key, cluster_id, duplicate_type,
    CASE duplicate_type WHEN 'cross_post' THEN own_network WHEN 'near_duplicate' THEN first_network WHEN 'template' THEN cluster_network END AS survivor_network,
    CASE duplicate_type WHEN 'cross_post' THEN own_post_id WHEN 'near_duplicate' THEN first_post_id WHEN 'template' THEN cluster_post_id END AS survivor_post_id
FROM repeating
