-- Members that repeat a post, with what is known already of how alike the two are and of the formula the member uses: told by the
-- pair itself where it was judged; as accepted where neither post changed and one repeated the other before.
SELECT
    m.network, m.post_id, m.duplicate_type, m.survivor_network, m.survivor_post_id,
    CASE WHEN s.copy_key = m.copy_key THEN 1.0 ELSE coalesce(e.similarity, b.similarity) END AS similarity,
    b.formula, b.post_id IS NOT NULL AS is_known
FROM copy_members AS m
INNER JOIN copy_members AS s ON s.network = m.survivor_network AND s.post_id = m.survivor_post_id
LEFT JOIN copy_edges_now AS e
    ON e.network = m.network AND e.post_id = m.post_id AND e.other_network = m.survivor_network AND e.other_post_id = m.survivor_post_id
LEFT JOIN (
    SELECT network, post_id, survivor_network, survivor_post_id, similarity, formula,
        CASE WHEN formula IS NOT NULL THEN 'near_duplicate' ELSE duplicate_type END AS duplicate_type
    FROM copies_before
    ANTI JOIN copy_changed AS c ON c.network = copies_before.network AND c.post_id = copies_before.post_id
    ANTI JOIN copy_changed AS d ON d.network = copies_before.survivor_network AND d.post_id = copies_before.survivor_post_id
) AS b
    ON b.network = m.network AND b.post_id = m.post_id AND b.survivor_network = m.survivor_network
    AND b.survivor_post_id = m.survivor_post_id AND b.duplicate_type = m.duplicate_type
