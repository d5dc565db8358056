-- Words nobody has read yet, each once.
SELECT w.text_key, any_value(p.title) AS title, any_value(p.text) AS text, any_value(p.lang) AS lang
FROM mentioning_posts AS w
ANTI JOIN read_before AS b ON b.text_key = w.text_key
INNER JOIN _posts_latest AS p ON p.network = w.network AND p.post_id = w.post_id
GROUP BY w.text_key
