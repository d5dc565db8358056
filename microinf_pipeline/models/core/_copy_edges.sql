-- Which earlier posts a post is a copy of: looked for tonight, or as accepted where neither it nor what it looks at changed.
SELECT f.network, f.post_id, f.posted_on, f.other_network, f.other_post_id, f.other_on, f.similarity, f.is_form
FROM found_edges AS f
WHERE f.posted_on - f.other_on <= $window_days
UNION ALL
SELECT b.network, b.post_id, b.posted_on, b.other_network, b.other_post_id, b.other_on, b.similarity, b.is_form
FROM edges_before AS b
ANTI JOIN looked_anew AS l ON l.network = b.network AND l.post_id = b.post_id
