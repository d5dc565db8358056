-- Every post in a cluster of copies: clustered tonight, or as accepted where nothing about its cluster changed.
SELECT
    f.network, f.post_id, f.posted_on, f.account_id, f.cluster_id, f.duplicate_type, f.survivor_network, f.survivor_post_id,
    f.similarity, f.formula, f.reason
FROM found_copies AS f
UNION ALL
SELECT
    b.network, b.post_id, b.posted_on, b.account_id, b.cluster_id, b.duplicate_type, b.survivor_network, b.survivor_post_id,
    b.similarity, b.formula, b.reason
FROM copies_before AS b
ANTI JOIN clustered_anew AS c ON c.network = b.network AND c.post_id = b.post_id
