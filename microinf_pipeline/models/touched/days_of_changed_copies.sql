-- UTC days of posts whose cluster, or what is said of them in it, is another after tonight.
WITH changed AS (
    (SELECT network, post_id, posted_on, cluster_id, duplicate_type, survivor_network, survivor_post_id, similarity, reason FROM _post_copies
     EXCEPT SELECT network, post_id, posted_on, cluster_id, duplicate_type, survivor_network, survivor_post_id, similarity, reason FROM copies_before)
    UNION ALL
    (SELECT network, post_id, posted_on, cluster_id, duplicate_type, survivor_network, survivor_post_id, similarity, reason FROM copies_before
     EXCEPT SELECT network, post_id, posted_on, cluster_id, duplicate_type, survivor_network, survivor_post_id, similarity, reason FROM _post_copies)
)
SELECT DISTINCT posted_on AS day FROM changed
