-- Every post that has copies: its cluster, and which earlier post it repeats. The same person's earliest one where there is
-- one (cross_post); else the first to say it in these words (near_duplicate); else the first filling of the form (template).
WITH placed AS (
    SELECT
        p.network, p.post_id, p.posted_on, p.created_at, p.person, p.text_no, coalesce(g.group_no, p.text_no) AS group_no,
        coalesce(g.cluster_no, p.text_no) AS cluster_no
    FROM copy_posts AS p
    LEFT JOIN copy_groups AS g ON g.text_no = p.text_no
),
several AS (SELECT cluster_no FROM placed GROUP BY cluster_no HAVING count(*) > 1),
ordered AS (
    SELECT p.*,
        row_number() OVER (PARTITION BY p.cluster_no ORDER BY p.created_at, p.network, p.post_id) AS nth_of_cluster,
        row_number() OVER (PARTITION BY p.cluster_no, p.group_no ORDER BY p.created_at, p.network, p.post_id) AS nth_of_group,
        row_number() OVER (PARTITION BY p.cluster_no, p.person ORDER BY p.created_at, p.network, p.post_id) AS nth_of_person
    FROM placed AS p
    SEMI JOIN several AS s ON s.cluster_no = p.cluster_no
)
SELECT
    o.network, o.post_id, o.posted_on, o.text_no, concat(c.network, ':', c.post_id) AS cluster_id,
    CASE
        WHEN o.nth_of_cluster = 1 THEN NULL
        WHEN m.post_id IS NOT NULL THEN 'cross_post'
        WHEN o.nth_of_group > 1 THEN 'near_duplicate'
        ELSE 'template'
    END AS duplicate_type,
    CASE
        WHEN o.nth_of_cluster = 1 THEN NULL
        WHEN m.post_id IS NOT NULL THEN m.network
        WHEN o.nth_of_group > 1 THEN f.network
        ELSE c.network
    END AS survivor_network,
    CASE
        WHEN o.nth_of_cluster = 1 THEN NULL
        WHEN m.post_id IS NOT NULL THEN m.post_id
        WHEN o.nth_of_group > 1 THEN f.post_id
        ELSE c.post_id
    END AS survivor_post_id,
    CASE
        WHEN o.nth_of_cluster = 1 THEN NULL
        WHEN m.post_id IS NOT NULL THEN m.text_no
        WHEN o.nth_of_group > 1 THEN f.text_no
        ELSE c.text_no
    END AS survivor_text_no
FROM ordered AS o
INNER JOIN ordered AS c ON c.cluster_no = o.cluster_no AND c.nth_of_cluster = 1
INNER JOIN ordered AS f ON f.cluster_no = o.cluster_no AND f.group_no = o.group_no AND f.nth_of_group = 1
LEFT JOIN ordered AS m ON m.cluster_no = o.cluster_no AND m.person = o.person AND m.nth_of_person = 1 AND o.nth_of_person > 1
