-- One row per run of equal texts: the days it spans, one post that shows it, whether tonight brought one of its posts.
SELECT
    p.text_no, min(p.copy_key) AS copy_key, min(p.posted_on) AS first_on, max(p.posted_on) AS last_on, count(*) AS posts,
    min(struct_pack(network := p.network, post_id := p.post_id)) AS shown_by,
    max(s.copy_letters) AS letters, min(s.copy_keys) AS copy_keys, bool_or(s.is_fresh) AS is_fresh
FROM copy_posts AS p
INNER JOIN copy_signatures AS s ON s.network = p.network AND s.post_id = p.post_id
GROUP BY p.text_no
