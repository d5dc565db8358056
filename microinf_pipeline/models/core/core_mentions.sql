-- A post mentions a brand by its own words, or, for quotes and reposts, through the post it points to. A reply, or a
-- post on a microblog, that names the brand only by leading @handles is directed at it, not about it (K11).
WITH own AS (
    SELECT m.*, p.post_type = 'reply' OR p.network IN ('x', 'bluesky', 'mastodon', 'threads') AS starts_a_talk
    FROM _brand_matches AS m
    INNER JOIN core_posts AS p ON p.network = m.network AND p.post_id = m.post_id
),
through AS (
    SELECT p.network, p.post_id, m.brand_id, m.matched_by, m.matched_text
    FROM core_posts AS p
    INNER JOIN _originals AS o ON o.network = p.network AND o.ref_id = coalesce(p.repost_of_post_id, p.quote_of_post_id)
    INNER JOIN _brand_matches AS m ON m.network = o.to_network AND m.post_id = o.to_post_id
    WHERE p.post_type IN ('quote', 'repost')
),
named AS (
    SELECT
        network, post_id, brand_id, matched_by, matched_text,
        CASE WHEN only_leading_handle AND starts_a_talk THEN 'directed' ELSE 'about' END AS mention_mode
    FROM own
    UNION ALL
    SELECT t.network, t.post_id, t.brand_id, t.matched_by, t.matched_text, 'quote' AS mention_mode
    FROM through AS t
    ANTI JOIN own AS w ON w.network = t.network AND w.post_id = t.post_id AND w.brand_id = t.brand_id
),
tied AS (
    SELECT p.network, p.post_id, t.brand_id, min(t.relation) AS relation
    FROM core_posts AS p
    INNER JOIN tied_accounts AS t ON t.network = p.network AND t.account_id = p.account_id
    WHERE p.posted_on >= t.valid_from AND (t.valid_to IS NULL OR p.posted_on < t.valid_to)
    GROUP BY p.network, p.post_id, t.brand_id
),
related AS (
    SELECT
        n.*, p.posted_on, p.post_type, p.is_counted,
        CASE
            WHEN o.account_id IS NOT NULL THEN 'owned'
            WHEN t.relation IS NOT NULL THEN t.relation
            WHEN p.is_paid_label OR s.brand_id IS NOT NULL THEN 'paid'
            ELSE 'organic'
        END AS relation
    FROM named AS n
    INNER JOIN core_posts AS p ON p.network = n.network AND p.post_id = n.post_id
    LEFT JOIN (SELECT DISTINCT network, account_id, brand_id FROM core_account_roles WHERE role = 'owned') AS o
        ON o.network = p.network AND o.account_id = p.account_id AND o.brand_id = n.brand_id
    LEFT JOIN (
        SELECT DISTINCT x.network, x.post_id, b.brand_id
        FROM (
            SELECT network, post_id, unnest(CAST(CAST(sponsor_accounts AS JSON) AS VARCHAR[])) AS sponsor
            FROM core_posts WHERE sponsor_accounts IS NOT NULL
        ) AS x
        INNER JOIN brand_accounts AS b ON b.network = x.network AND b.handle = lower(x.sponsor)
    ) AS s ON s.network = n.network AND s.post_id = n.post_id AND s.brand_id = n.brand_id
    LEFT JOIN tied AS t ON t.network = n.network AND t.post_id = n.post_id AND t.brand_id = n.brand_id
),
reasoned AS (
    SELECT *,
        CASE
            WHEN post_type = 'repost' THEN 'repost'
            WHEN NOT is_counted THEN 'bridge copy of a post held here'
            WHEN relation NOT IN ('organic', 'gifted', 'contest') THEN relation
            WHEN mention_mode = 'directed' THEN 'directed at the brand, not about it'
        END AS not_counted_reason
    FROM related
)
SELECT
    network, post_id, brand_id, matched_by, matched_text, mention_mode, relation, not_counted_reason IS NULL AS counts_as_earned,
    not_counted_reason, posted_on
FROM reasoned
