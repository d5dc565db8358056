-- Posts an edge of which came or went tonight, and posts in a cluster that say something else now or at another time.
WITH changed AS (
    (SELECT network, post_id, other_network, other_post_id, similarity, is_form FROM _copy_edges
     EXCEPT SELECT network, post_id, other_network, other_post_id, similarity, is_form FROM edges_before)
    UNION ALL
    (SELECT network, post_id, other_network, other_post_id, similarity, is_form FROM edges_before
     EXCEPT SELECT network, post_id, other_network, other_post_id, similarity, is_form FROM _copy_edges)
)
SELECT network, post_id FROM changed
UNION
SELECT other_network AS network, other_post_id AS post_id FROM changed
UNION
SELECT c.network, c.post_id FROM copy_changed AS c
SEMI JOIN all_copies_before AS b ON b.network = c.network AND b.post_id = c.post_id
