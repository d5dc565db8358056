-- Mentions a brand could answer in public, with its first reply and the comments below them (K7). A post directed at the
-- brand is no earned mention, and yet the one that waits most.
WITH replies AS (
    SELECT network, post_id, answering_brand_id AS brand_id, min(hours) AS hours
    FROM core_interactions WHERE direction = 'brand_to_creator'
    GROUP BY network, post_id, answering_brand_id
),
captured AS (
    SELECT network, answering_brand_id AS brand_id, min(replied_on) AS since
    FROM core_interactions WHERE direction = 'brand_to_creator'
    GROUP BY network, answering_brand_id
),
follow_ups AS (
    SELECT DISTINCT i.network, i.reply_post_id AS post_id, b.answering_brand_id AS brand_id
    FROM core_interactions AS i
    INNER JOIN core_interactions AS b ON b.network = i.network AND b.reply_post_id = i.post_id AND b.direction = 'brand_to_creator'
    WHERE i.direction = 'creator_to_brand'
),
comments AS (
    SELECT c.network, c.post_id, count(*) AS seen, count_if(a.post_id IS NOT NULL) AS answered
    FROM core_interactions AS c
    LEFT JOIN (SELECT DISTINCT network, post_id, reply_account_id FROM core_interactions) AS a
        ON a.network = c.network AND a.post_id = c.reply_post_id AND a.reply_account_id = c.account_id
    WHERE c.direction = 'public_to_creator'
    GROUP BY c.network, c.post_id
)
SELECT
    f.day, f.network, f.post_id, f.brand_id, f.account_id, f.creator_id, f.created_at, f.tier, f.mention_mode, r.hours AS answered_hours,
    coalesce(p.posted_on >= k.since, false) AS is_captured, u.post_id IS NOT NULL AS is_follow_up,
    c.seen AS comments, c.answered AS comments_answered, f.not_summed
FROM _mention_facts AS f
INNER JOIN core_posts AS p ON p.network = f.network AND p.post_id = f.post_id
LEFT JOIN replies AS r ON r.network = f.network AND r.post_id = f.post_id AND r.brand_id = f.brand_id
LEFT JOIN captured AS k ON k.network = f.network AND k.brand_id = f.brand_id
LEFT JOIN follow_ups AS u ON u.network = f.network AND u.post_id = f.post_id AND u.brand_id = f.brand_id
LEFT JOIN comments AS c ON c.network = f.network AND c.post_id = f.post_id
WHERE f.account_id IS NOT NULL AND f.relation IN ('organic', 'gifted', 'contest') AND p.is_counted
    AND (f.counts_as_earned OR f.mention_mode = 'directed')
    AND p.status NOT IN ('deleted', 'protected', 'withheld')
