-- What employees who opted in posted about their brand, by unit and ended month (K14). A number is hidden where it, or the
-- rest of the unit's head count, is under five persons; and with it the smallest shown one beside it, where the hidden ones
-- together would still be under five: what is shown of a sum must not tell them.
WITH brand AS (
    SELECT brand_id, CAST(date_trunc('month', history_from) AS DATE) AS first_month,
        CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day
    FROM core_brands
),
activity AS (
    SELECT brand_id, unit, month, count(DISTINCT person_id) AS persons, count(*) AS posts FROM employee_posts GROUP BY brand_id, unit, month
),
units AS (
    SELECT brand_id, unit, month FROM headcount_given
    UNION
    SELECT brand_id, unit, month FROM activity
),
counted AS (
    SELECT u.brand_id, u.unit, u.month, h.head_count, coalesce(a.persons, 0) AS persons, coalesce(a.posts, 0) AS posts
    FROM units AS u
    INNER JOIN brand AS b ON b.brand_id = u.brand_id AND u.month >= b.first_month AND u.month + INTERVAL 1 MONTH <= b.open_day
    LEFT JOIN headcount_given AS h ON h.brand_id = u.brand_id AND h.unit = u.unit AND h.month = u.month
    LEFT JOIN activity AS a ON a.brand_id = u.brand_id AND a.unit = u.unit AND a.month = u.month
),
judged AS (
    SELECT *, persons >= $fewest_persons AND coalesce(head_count - persons >= $fewest_persons, false) AS is_clear FROM counted
),
beside AS (
    SELECT *,
        bool_or(persons > 0 AND NOT is_clear) OVER (PARTITION BY brand_id, month) AS hides_some,
        sum(persons) OVER before_it AS persons_before, sum(greatest(head_count - persons, 0)) OVER before_it AS rest_before
    FROM judged
    WINDOW before_it AS (PARTITION BY brand_id, month ORDER BY is_clear, persons, unit ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
told AS (
    SELECT *,
        is_clear AND (NOT hides_some OR (persons_before >= $fewest_persons AND coalesce(rest_before, 0) >= $fewest_persons)) AS is_shown
    FROM beside
),
parts AS (
    SELECT brand_id, unit, month, 'type' AS family, post_type AS part, person_id FROM employee_posts
    UNION ALL
    SELECT brand_id, unit, month, 'network' AS family, network AS part, person_id FROM employee_posts
    UNION ALL
    SELECT brand_id, unit, month, 'recruiting' AS family, 'recruiting' AS part, person_id FROM employee_posts WHERE is_recruiting
    UNION ALL
    SELECT brand_id, unit, month, 'product' AS family, 'product' AS part, person_id FROM employee_posts WHERE is_product
    UNION ALL
    SELECT brand_id, unit, month, 'culture' AS family, 'culture' AS part, person_id FROM employee_posts WHERE is_culture
),
cells AS (
    SELECT p.brand_id, p.unit, p.month, p.family, p.part, count(*) AS posts, count(DISTINCT p.person_id) AS persons,
        t.head_count - count(DISTINCT p.person_id) AS rest
    FROM parts AS p
    INNER JOIN told AS t ON t.brand_id = p.brand_id AND t.unit = p.unit AND t.month = p.month AND t.is_shown
    GROUP BY p.brand_id, p.unit, p.month, p.family, p.part, t.head_count
),
judged_cells AS (
    SELECT *, persons >= $fewest_persons AND rest >= $fewest_persons AS is_clear FROM cells
),
-- Persons of two parts may be the same: hidden together they are at least as many as the larger part.
cells_beside AS (
    SELECT *, bool_or(NOT is_clear) OVER (PARTITION BY brand_id, unit, month, family) AS hides_some,
        max(persons) OVER before_it AS persons_before, max(rest) OVER before_it AS rest_before
    FROM judged_cells
    WINDOW before_it AS (
        PARTITION BY brand_id, unit, month, family ORDER BY is_clear, persons, part ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
shown AS (
    SELECT brand_id, unit, month, family, part, posts FROM cells_beside
    WHERE is_clear AND (NOT hides_some OR (persons_before >= $fewest_persons AND rest_before >= $fewest_persons))
),
spread AS (
    SELECT brand_id, unit, month,
        max(posts) FILTER (WHERE family = 'type' AND part = 'original') AS original_posts, max(posts) FILTER (WHERE family = 'type' AND part = 'reply') AS reply_posts,
        max(posts) FILTER (WHERE family = 'type' AND part = 'quote') AS quote_posts, max(posts) FILTER (WHERE family = 'type' AND part = 'repost') AS repost_posts,
        max(posts) FILTER (WHERE part = 'recruiting') AS recruiting_posts, max(posts) FILTER (WHERE part = 'product') AS product_posts,
        max(posts) FILTER (WHERE part = 'culture') AS culture_posts,
        list_sort(list(concat('"', part, '": ', posts)) FILTER (WHERE family = 'network')) AS networks
    FROM shown
    GROUP BY brand_id, unit, month
)
SELECT
    t.brand_id, t.unit, t.month, t.head_count, CASE WHEN t.is_shown THEN t.persons END AS active,
    CASE WHEN t.is_shown THEN t.persons / nullif(t.head_count, 0) END AS active_share, CASE WHEN t.is_shown THEN t.posts END AS posts,
    s.original_posts, s.reply_posts, s.quote_posts, s.repost_posts, s.recruiting_posts, s.product_posts, s.culture_posts,
    CASE WHEN s.networks IS NOT NULL THEN concat('{', array_to_string(s.networks, ', '), '}') END AS posts_by_network,
    CASE
        WHEN t.is_shown THEN NULL
        WHEN t.head_count IS NULL THEN 'no_head_count'
        WHEN t.is_clear THEN 'would_tell_another_unit'
        WHEN t.persons < $fewest_persons THEN 'under_five_persons'
        ELSE 'all_but_under_five_persons'
    END AS null_reason
FROM told AS t
LEFT JOIN spread AS s ON s.brand_id = t.brand_id AND s.unit = t.unit AND s.month = t.month
