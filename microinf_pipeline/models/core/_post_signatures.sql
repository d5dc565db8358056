-- What each post's words are found again by: read tonight, or as accepted where its words are still the same.
SELECT
    w.network, w.post_id, w.posted_on, w.created_at, w.account_key, w.words_md5, r.copy_key, r.copy_letters, r.copy_words, r.copy_sketch
FROM post_words AS w
INNER JOIN read_signatures AS r ON r.network = w.network AND r.post_id = w.post_id
UNION ALL
SELECT
    w.network, w.post_id, w.posted_on, w.created_at, w.account_key, w.words_md5, b.copy_key, b.copy_letters, b.copy_words, b.copy_sketch
FROM post_words AS w
INNER JOIN signatures_before AS b ON b.network = w.network AND b.post_id = w.post_id AND b.words_md5 = w.words_md5
ANTI JOIN read_signatures AS r ON r.network = w.network AND r.post_id = w.post_id
