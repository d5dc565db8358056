-- Part of mart_creator_scorecard: what creators of the last 365 local days posted of their own accord about a brand, how it was met,
-- who answered whom (K7), and whether connections were told (K13).
WITH brand AS (
    SELECT brand_id, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands
),
days AS (
    SELECT d.creator_id, d.brand_id, d.network, d.day, d.posts, d.first_by, b.open_day - d.day AS days_ago
    FROM mart_creator_brand_daily AS d
    JOIN brand AS b ON b.brand_id = d.brand_id
    WHERE d.relation IN ('organic', 'gifted', 'contest')
),
counts AS (
    SELECT creator_id, brand_id, network, coalesce(sum(posts) FILTER (WHERE days_ago <= 90), 0) AS mentions_90d,
        min(day) AS first_mention_on, max(day) AS last_mention_on,
        count(DISTINCT (days_ago - 1) // 7) FILTER (WHERE days_ago <= 91) / nullif(least(13, max((days_ago - 1) // 7) + 1), 0) AS active_weeks_share,
        ['hashtag', 'handle', 'domain', 'keyword', 'export'][min(first_by) % 8 + 1] AS discovered_via,
        count(DISTINCT day) FILTER (WHERE days_ago <= 90) AS mention_days,
        count(DISTINCT day) FILTER (WHERE days_ago BETWEEN 2 AND 91) AS mention_days_before,
        min(days_ago) FILTER (WHERE days_ago >= 2) <= $scorecard_days + 1 AS was_listed
    FROM days
    GROUP BY creator_id, brand_id, network
    HAVING min(days_ago) <= $scorecard_days
),
earned AS (
    SELECT f.creator_id, f.brand_id, f.network, f.is_mature, f.followers_at_post,
        CASE WHEN f.is_mature THEN f.mature_engagements ELSE f.engagements END AS e,
        CASE WHEN f.is_mature THEN f.mature_views ELSE f.views END AS v
    FROM _mention_facts AS f
    JOIN brand AS b ON b.brand_id = f.brand_id AND f.day >= b.open_day - CAST($scorecard_days AS INTEGER)
    WHERE f.counts_as_earned AND f.is_mention AND NOT coalesce(f.not_summed, false) AND f.creator_id IS NOT NULL
),
-- K2: the mature posts; all posts where none is mature.
rates AS (
    SELECT creator_id, brand_id, network, is_mature,
        count(*) FILTER (WHERE e IS NOT NULL AND followers_at_post > 0) AS n_posts,
        sum(e) FILTER (WHERE followers_at_post > 0) / nullif(sum(followers_at_post) FILTER (WHERE e IS NOT NULL), 0) AS er_followers_pooled,
        CAST(sum(CAST(e / nullif(followers_at_post, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts, 0) AS er_followers_mean,
        median(e / nullif(followers_at_post, 0)) AS er_followers_median,
        count(*) FILTER (WHERE e IS NOT NULL AND v > 0) AS n_posts_views,
        sum(e) FILTER (WHERE v > 0) / nullif(sum(v) FILTER (WHERE e IS NOT NULL), 0) AS er_views_pooled,
        CAST(sum(CAST(e / nullif(v, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts_views, 0) AS er_views_mean,
        median(e / nullif(v, 0)) AS er_views_median
    FROM earned
    GROUP BY creator_id, brand_id, network, is_mature
    QUALIFY is_mature OR NOT bool_or(is_mature) OVER (PARTITION BY creator_id, brand_id, network)
),
-- K7: comments below the mentions, and mentions the brand could answer, from the day its replies are captured on.
answers AS (
    SELECT m.creator_id, m.brand_id, m.network, sum(m.comments) AS comments, sum(m.comments_answered) AS comments_answered,
        count_if(m.is_captured AND NOT m.is_follow_up) AS answerable,
        count_if(m.is_captured AND NOT m.is_follow_up AND m.answered_hours IS NOT NULL) AS answered
    FROM _answerable_mentions AS m
    JOIN brand AS b ON b.brand_id = m.brand_id AND m.day >= b.open_day - CAST($scorecard_days AS INTEGER)
    WHERE m.creator_id IS NOT NULL
    GROUP BY m.creator_id, m.brand_id, m.network
),
-- K13, in the brand's jurisdiction, and as of the day before; the brand's own posts need no label.
disclosed AS (
    SELECT f.creator_id, f.brand_id, f.network,
        count_if(d.verdict = 'adequate' AND d.day >= b.open_day - CAST($scorecard_days AS INTEGER))
            / nullif(count_if(d.day >= b.open_day - CAST($scorecard_days AS INTEGER)), 0) AS disclosure_rate,
        count_if(d.verdict = 'adequate' AND d.day < b.open_day - 1) / nullif(count_if(d.day < b.open_day - 1), 0) AS disclosure_before
    FROM mart_disclosure AS d
    JOIN core_brands AS j ON j.brand_id = d.brand_id AND j.jurisdiction = d.jurisdiction
    JOIN brand AS b ON b.brand_id = d.brand_id AND d.day >= b.open_day - CAST($scorecard_days AS INTEGER) - 1
    JOIN _mention_facts AS f ON f.network = d.network AND f.post_id = d.post_id AND f.brand_id = d.brand_id
    WHERE d.verdict IN ('adequate', 'weak', 'missing') AND f.creator_id IS NOT NULL
    GROUP BY f.creator_id, f.brand_id, f.network
)
SELECT
    c.creator_id, c.brand_id, c.network, c.mentions_90d, c.first_mention_on, c.last_mention_on, c.active_weeks_share, c.discovered_via,
    c.mention_days, c.mention_days_before, coalesce(c.was_listed, false) AS was_listed,
    r.is_mature, r.er_followers_pooled, r.er_followers_mean, r.er_followers_median, r.er_views_pooled, r.er_views_mean, r.er_views_median,
    r.n_posts, r.n_posts_views, w.comments_answered / nullif(w.comments, 0) AS creator_reply_rate,
    w.answered / nullif(w.answerable, 0) AS brand_reply_share, q.disclosure_rate, q.disclosure_before
FROM counts AS c
LEFT JOIN rates AS r ON r.creator_id = c.creator_id AND r.brand_id = c.brand_id AND r.network = c.network
LEFT JOIN answers AS w ON w.creator_id = c.creator_id AND w.brand_id = c.brand_id AND w.network = c.network
LEFT JOIN disclosed AS q ON q.creator_id = c.creator_id AND q.brand_id = c.brand_id AND q.network = c.network
