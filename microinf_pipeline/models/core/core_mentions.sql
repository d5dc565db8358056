-- A post mentions a brand by its own words, or, for quotes and reposts, through the post it points to. A reply, or a
-- post on a microblog, that names the brand only by leading @handles is directed at it, not about it (K11). What only a timeline
-- brought is no mention: of some accounts everything is read and of others what searches find, and counts must not tell that.
WITH own AS (
    SELECT m.*, p.post_type = 'reply' OR p.network IN ('x', 'bluesky', 'mastodon', 'threads') AS starts_a_talk
    FROM _brand_matches AS m
    INNER JOIN core_posts AS p ON p.network = m.network AND p.post_id = m.post_id
    WHERE p.capture_reason IS DISTINCT FROM 'timeline'
),
through AS (
    SELECT p.network, p.post_id, m.brand_id, m.matched_by, m.matched_text
    FROM core_posts AS p
    INNER JOIN _originals AS o ON o.network = p.network AND o.ref_id = coalesce(p.repost_of_post_id, p.quote_of_post_id)
    INNER JOIN _brand_matches AS m ON m.network = o.to_network AND m.post_id = o.to_post_id
    WHERE p.post_type IN ('quote', 'repost') AND p.capture_reason IS DISTINCT FROM 'timeline'
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
listed AS (
    SELECT p.network, p.post_id, t.brand_id, t.relation, o.place
    FROM core_posts AS p
    INNER JOIN tied_accounts AS t ON t.network = p.network AND t.account_id = p.account_id
    INNER JOIN relation_order AS o ON o.relation = t.relation
    WHERE p.posted_on >= t.valid_from AND (t.valid_to IS NULL OR p.posted_on < t.valid_to)
),
-- The strongest tie the brand's own lists name.
tied AS (
    SELECT network, post_id, brand_id, min_by(relation, place) AS relation FROM listed GROUP BY network, post_id, brand_id
),
sponsored AS (
    SELECT network, post_id, unnest(CAST(CAST(sponsor_accounts AS JSON) AS VARCHAR[])) AS sponsor
    FROM core_posts WHERE sponsor_accounts IS NOT NULL
),
ties AS (
    SELECT p.network, p.post_id, r.brand_id, 'owned' AS relation
    FROM core_posts AS p
    INNER JOIN core_account_roles AS r ON r.network = p.network AND r.account_id = p.account_id AND r.role = 'owned'
    UNION ALL
    -- a policy may keep authors from being stored: what was read as a brand's own is never earned all the same
    SELECT n.network, n.post_id, n.brand_id, 'owned' AS relation
    FROM named AS n
    INNER JOIN core_posts AS p
        ON p.network = n.network AND p.post_id = n.post_id AND p.capture_reason = 'owned' AND p.account_id IS NULL
    UNION ALL
    SELECT network, post_id, brand_id, relation FROM tied
    UNION ALL
    SELECT n.network, n.post_id, n.brand_id, 'paid' AS relation
    FROM named AS n
    INNER JOIN core_posts AS p ON p.network = n.network AND p.post_id = n.post_id AND p.is_paid_label
    UNION ALL
    SELECT s.network, s.post_id, b.brand_id, 'paid' AS relation
    FROM sponsored AS s
    INNER JOIN brand_accounts AS b ON b.network = s.network AND b.handle = lower(s.sponsor)
    UNION ALL
    SELECT e.network, e.post_id, c.brand_id, 'contest' AS relation
    FROM _contest_posts AS e
    INNER JOIN core_contests AS c ON c.contest_id = e.contest_id AND e.created_at >= c.starts_at AND e.created_at < c.ends_at
    WHERE e.post_type <> 'repost'
),
strongest AS (
    SELECT t.network, t.post_id, t.brand_id, min_by(t.relation, o.place) AS relation
    FROM ties AS t
    INNER JOIN relation_order AS o ON o.relation = t.relation
    GROUP BY t.network, t.post_id, t.brand_id
),
related AS (
    SELECT n.*, p.posted_on, p.post_type, p.is_counted, coalesce(s.relation, 'organic') AS relation, t.relation AS listed_as
    FROM named AS n
    INNER JOIN core_posts AS p ON p.network = n.network AND p.post_id = n.post_id
    LEFT JOIN strongest AS s ON s.network = n.network AND s.post_id = n.post_id AND s.brand_id = n.brand_id
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
    network, post_id, brand_id, matched_by, matched_text, mention_mode, relation,
    not_counted_reason IS NULL AS counts_as_earned,
    not_counted_reason, listed_as, posted_on
FROM reasoned
