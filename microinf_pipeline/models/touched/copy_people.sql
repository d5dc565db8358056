-- Posts of the clusters that are formed anew, each with who posted it: the creator of its account; nobody known is NULL.
SELECT
    g.network, g.post_id, g.posted_on, g.group_no, g.cluster_no, s.created_at, s.copy_key, a.account_id,
    CASE
        WHEN l.creator_id IS NOT NULL THEN l.creator_id
        WHEN coalesce(a.account_id, s.account_key) IS NOT NULL THEN concat(g.network, ':', coalesce(a.account_id, s.account_key))
    END AS person
FROM copy_groups AS g
INNER JOIN member_signatures AS s ON s.network = g.network AND s.post_id = g.post_id AND s.posted_on = g.posted_on
LEFT JOIN member_audience AS a ON a.network = s.network AND a.account_key = s.account_key AND a.posted_on = s.posted_on
LEFT JOIN core_creator_links AS l ON l.network = a.network AND l.account_id = a.account_id
