-- Creators with an earned mention in the last 365 local days, per brand and network: counts, rates, standing, score.
-- The rank of the day before is recomputed (interface, rules of time 9): posts and windows end a day earlier, while followers,
-- standing, deals and what was read of profiles are as known now, so that a rank moves by what was posted.
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
-- K9: the creator's most used format where its group is large enough, else all formats.
standings AS (
    SELECT r.creator_id, r.network, r.tier, r.format, r.n_posts, g.n_creators,
        (rank() OVER grp - 1 + 0.5 * (count(*) OVER (PARTITION BY r.network, r.tier, r.format, r.rate_median) - 1))
            / nullif(g.n_creators - 1, 0) AS percentile
    FROM _creator_rates AS r
    JOIN mart_tier_benchmark AS g ON g.network = r.network AND g.tier = r.tier AND g.format = r.format AND g.source = 'own'
    WHERE r.n_posts >= $benchmark_posts AND g.n_creators >= $benchmark_creators
    WINDOW grp AS (PARTITION BY r.network, r.tier, r.format ORDER BY r.rate_median)
),
standing AS (
    SELECT * FROM standings
    QUALIFY row_number() OVER (PARTITION BY creator_id, network, tier ORDER BY format = '*', n_posts DESC, format) = 1
),
-- K3 high of a creator's accounts on the network: upper ends of counts that are rounded to one decimal of thousands or millions.
audience AS (
    SELECT creator_id, network, CAST(sum(CASE
            WHEN followers_precision IS DISTINCT FROM 'rounded' OR followers < 1000 OR followers % 100 <> 0 THEN followers
            WHEN followers >= 1000000 AND followers % 100000 = 0 THEN followers + 49999
            ELSE followers + 49
        END) AS BIGINT) AS followers
    FROM core_accounts
    GROUP BY creator_id, network
),
-- The account an audience meets a creator by speaks for how genuine they are.
genuine AS (
    SELECT creator_id, network, authenticity_score FROM core_accounts
    QUALIFY row_number() OVER (PARTITION BY creator_id, network ORDER BY followers DESC NULLS LAST, account_id) = 1
),
-- The posts a score rests on: about the brand or not.
rated AS (
    SELECT creator_id, network, CAST(sum(n_posts) AS BIGINT) AS n_posts FROM _creator_rates WHERE format = '*' GROUP BY creator_id, network
),
talked AS (
    SELECT a.creator_id, t.network, t.brand_id, sum(t.posts) AS posts, sum(t.beyond) AS beyond,
        sum(t.posts) FILTER (WHERE t.posted_on < CAST($as_of AS DATE) - 1) AS posts_before
    FROM _account_talk AS t
    INNER JOIN core_accounts AS a ON a.network = t.network AND a.account_id = t.account_id
    WHERE t.posted_on < CAST($as_of AS DATE) AND t.posted_on >= CAST($as_of AS DATE) - CAST($scorecard_days AS INTEGER)
    GROUP BY a.creator_id, t.network, t.brand_id
),
-- Where only mentions are captured all posts seen are about a brand, which says nothing: at least one must be seen beyond them.
relevance AS (
    SELECT c.creator_id, c.brand_id, c.network, coalesce(b.posts, 0) / nullif(o.posts, 0) AS relevance,
        coalesce(b.posts_before, 0) / nullif(o.posts_before, 0) AS relevance_before, o.posts_before >= $relevance_posts AS was_known
    FROM counts AS c
    INNER JOIN talked AS o ON o.creator_id = c.creator_id AND o.network = c.network AND o.brand_id = '*'
    LEFT JOIN talked AS b ON b.creator_id = c.creator_id AND b.network = c.network AND b.brand_id = c.brand_id
    WHERE o.posts >= $relevance_posts AND o.beyond > 0
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
),
-- What an engagement under deals cost; dealings in several currencies cannot be told apart by post.
bought AS (
    SELECT creator_id, brand_id, sum(engagements) AS engagements
    FROM _mention_facts
    WHERE relation IN ('paid', 'gifted') AND is_mention AND NOT coalesce(not_summed, false) AND creator_id IS NOT NULL
    GROUP BY creator_id, brand_id
),
spent AS (
    SELECT creator_id, brand_id, max(currency) AS currency, max(cost) AS cost
    FROM _creator_money
    GROUP BY creator_id, brand_id
    HAVING count(*) = 1
),
-- Share of the brand's other creators who cost more, equals half.
worth AS (
    SELECT s.creator_id, s.brand_id,
        (rank() OVER dearer - 1 + 0.5 * (count(*) OVER (PARTITION BY s.brand_id, s.currency, s.cost / nullif(b.engagements, 0)) - 1))
            / nullif(count(*) OVER (PARTITION BY s.brand_id, s.currency) - 1, 0) AS cost
    FROM spent AS s
    INNER JOIN bought AS b ON b.creator_id = s.creator_id AND b.brand_id = s.brand_id
    WHERE s.cost IS NOT NULL AND b.engagements > 0
    WINDOW dearer AS (PARTITION BY s.brand_id, s.currency ORDER BY s.cost / nullif(b.engagements, 0) DESC)
),
cards AS (
SELECT
    c.creator_id, c.brand_id, c.network, p.tier, c.mentions_90d, c.first_mention_on, c.last_mention_on, c.active_weeks_share,
    r.er_followers_pooled, r.er_followers_mean, r.er_followers_median, r.er_views_pooled, r.er_views_mean, r.er_views_median,
    r.n_posts, r.n_posts_views,
    CASE WHEN s.n_creators >= 100 THEN s.percentile END AS benchmark_percentile,
    CASE WHEN s.percentile < 0.25 THEN 'q1' WHEN s.percentile < 0.5 THEN 'q2' WHEN s.percentile < 0.75 THEN 'q3'
        WHEN s.percentile IS NOT NULL THEN 'q4' END AS benchmark_band,
    w.comments_answered / nullif(w.comments, 0) AS creator_reply_rate, w.answered / nullif(w.answerable, 0) AS brand_reply_share,
    q.disclosure_rate, q.disclosure_before, g.authenticity_score, o.cost,
    CASE WHEN r.n_posts > 0 AND NOT r.is_mature THEN 'low' WHEN greatest(r.n_posts, k.n_posts) >= 100 THEN 'high'
        WHEN greatest(r.n_posts, k.n_posts) >= 30 THEN 'medium' WHEN greatest(r.n_posts, k.n_posts) >= 10 THEN 'low' END AS confidence,
    c.discovered_via, c.mention_days, c.mention_days_before, coalesce(c.was_listed, false) AS was_listed,
    greatest(r.n_posts, r.n_posts_views, k.n_posts) >= $rank_posts AS may_rank, a.followers, v.relevance AS relevance_now,
    CASE WHEN v.was_known THEN v.relevance_before END AS relevance_before,
    -- Of a group under 100 only the quarter is known: its middle.
    CASE WHEN s.n_creators >= 100 THEN s.percentile WHEN s.percentile IS NOT NULL THEN (least(3, floor(4 * s.percentile)) + 0.5) / 4 END AS resonance,
    CASE WHEN a.followers IS NOT NULL THEN
        least(1, greatest(0, ln(greatest(1, a.followers)) - ln($audience_floor)) / nullif(ln($audience_full) - ln($audience_floor), 0)) END AS audience
FROM counts AS c
JOIN core_creators AS p ON p.creator_id = c.creator_id
LEFT JOIN rates AS r ON r.creator_id = c.creator_id AND r.brand_id = c.brand_id AND r.network = c.network
LEFT JOIN answers AS w ON w.creator_id = c.creator_id AND w.brand_id = c.brand_id AND w.network = c.network
LEFT JOIN disclosed AS q ON q.creator_id = c.creator_id AND q.brand_id = c.brand_id AND q.network = c.network
LEFT JOIN standing AS s ON s.creator_id = c.creator_id AND s.network = c.network AND s.tier = p.tier
LEFT JOIN audience AS a ON a.creator_id = c.creator_id AND a.network = c.network
LEFT JOIN genuine AS g ON g.creator_id = c.creator_id AND g.network = c.network
LEFT JOIN rated AS k ON k.creator_id = c.creator_id AND k.network = c.network
LEFT JOIN relevance AS v ON v.creator_id = c.creator_id AND v.brand_id = c.brand_id AND v.network = c.network
LEFT JOIN worth AS o ON o.creator_id = c.creator_id AND o.brand_id = c.brand_id
),
-- Each card as it stands, and as it stood a day before.
sides AS (
    SELECT *, false AS is_before, mention_days AS days, relevance_now AS relevance, disclosure_rate AS disclosure FROM cards
    UNION ALL
    SELECT *, true AS is_before, mention_days_before AS days, relevance_before AS relevance, disclosure_before AS disclosure FROM cards WHERE was_listed
),
-- Repeated mentions, the first one apart; answers both ways as far as they are known.
related AS (
    SELECT s.*, (
            w.relation_repeat * least(1, greatest(0, s.days - 1) / nullif($repeat_days - 1, 0))
            + coalesce(w.relation_creator_reply * s.creator_reply_rate, 0) + coalesce(w.relation_brand_reply * s.brand_reply_share, 0)
        ) / nullif(
            w.relation_repeat + CASE WHEN s.creator_reply_rate IS NULL THEN 0 ELSE w.relation_creator_reply END
            + CASE WHEN s.brand_reply_share IS NULL THEN 0 ELSE w.relation_brand_reply END, 0
        ) AS relation
    FROM sides AS s
    CROSS JOIN score_weights AS w
),
parts AS (
    SELECT s.creator_id, s.brand_id, s.network, s.is_before, unnest([
            struct_pack(part := 'relevance', value := s.relevance, weight := w.relevance),
            struct_pack(part := 'resonance', value := s.resonance, weight := w.resonance),
            struct_pack(part := 'relation', value := s.relation, weight := w.relation),
            struct_pack(part := 'authenticity', value := s.authenticity_score, weight := w.authenticity),
            struct_pack(part := 'audience', value := s.audience, weight := w.audience),
            struct_pack(part := 'disclosure', value := s.disclosure, weight := w.disclosure),
            struct_pack(part := 'cost', value := s.cost, weight := w.cost)
        ]) AS p
    FROM related AS s
    CROSS JOIN score_weights AS w
),
-- The weight of what is not known is shared among the rest. Decimals add up to the score exactly.
known AS (
    SELECT creator_id, brand_id, network, is_before, sum(CAST(p.weight AS DECIMAL(9, 6))) AS weight
    FROM parts
    WHERE p.value IS NOT NULL
    GROUP BY creator_id, brand_id, network, is_before
),
weighed AS (
    SELECT
        x.creator_id, x.brand_id, x.network, x.is_before, x.p.part AS part, CAST(round(x.p.value, 4) AS DECIMAL(9, 4)) AS value,
        CAST(CASE WHEN x.p.value IS NULL THEN 0 ELSE round(x.p.weight / nullif(k.weight, 0), 4) END AS DECIMAL(9, 4)) AS weight,
        CAST(coalesce(round(x.p.value * x.p.weight / nullif(k.weight, 0), 4), 0) AS DECIMAL(9, 4)) AS contribution
    FROM parts AS x
    INNER JOIN known AS k ON k.creator_id = x.creator_id AND k.brand_id = x.brand_id AND k.network = x.network AND k.is_before = x.is_before
),
scores AS (
    SELECT creator_id, brand_id, network, is_before, CAST(sum(contribution) AS DOUBLE) AS score,
        CAST(to_json(list_sort(list(struct_pack(part := part, value := value, weight := weight, contribution := contribution)))) AS VARCHAR) AS score_parts,
        array_to_string(list_sort(list(part) FILTER (WHERE value IS NULL)), ', ') AS missing
    FROM weighed
    GROUP BY creator_id, brand_id, network, is_before
),
ranks AS (
    SELECT s.creator_id, s.brand_id, s.network, s.is_before,
        row_number() OVER (PARTITION BY s.brand_id, s.is_before ORDER BY s.score DESC, r.days DESC, s.creator_id, s.network) AS rank
    FROM scores AS s
    INNER JOIN related AS r ON r.creator_id = s.creator_id AND r.brand_id = s.brand_id AND r.network = s.network AND r.is_before = s.is_before
    INNER JOIN known AS k ON k.creator_id = s.creator_id AND k.brand_id = s.brand_id AND k.network = s.network AND k.is_before = s.is_before
    WHERE r.may_rank AND k.weight >= $rank_weight
)
SELECT
    c.* EXCLUDE (
        cost, disclosure_before, mention_days_before, was_listed, may_rank, followers, relevance_now, relevance_before, resonance, audience
    ),
    s.score, s.score_parts, n.rank, b.rank AS rank_prev, NOT c.was_listed AS is_new,
    concat_ws(
        ' ',
        CASE WHEN c.mention_days = 0 THEN concat('Has not named the brand in the last 90 days, last on ', c.last_mention_on, '.')
            ELSE concat(
                CASE WHEN c.was_listed THEN 'Named' ELSE 'New: named' END, ' the brand on ', c.mention_days,
                CASE WHEN c.mention_days = 1 THEN ' day' ELSE ' days' END, ' of the last 90, last on ', c.last_mention_on, '.'
            ) END,
        'For: ' || nullif(concat_ws(
            '; ',
            CASE WHEN r.relevance >= $strong_from THEN concat('writes much about the brand and its topics (', CAST(round(100 * r.relevance) AS INTEGER), ' % of own posts)') END,
            CASE WHEN r.resonance >= $strong_from THEN concat('more engagement than most comparable creators (', coalesce(CAST(round(100 * c.benchmark_percentile) AS INTEGER) || ' %', 'quarter ' || c.benchmark_band), ')') END,
            CASE WHEN r.relation >= $strong_from THEN 'comes back to the brand again and again' END,
            CASE WHEN r.authenticity_score >= $strong_from THEN 'looks genuine' END,
            CASE WHEN r.audience >= $strong_from THEN concat('about ', c.followers, ' followers') END,
            CASE WHEN r.disclosure_rate >= $strong_from THEN 'discloses connections' END,
            CASE WHEN r.cost >= $strong_from THEN 'an engagement costs less than with most under deals' END
        ), '') || '.',
        'Against: ' || nullif(concat_ws(
            '; ',
            CASE WHEN r.relevance < $weak_below THEN concat('writes mostly about other things (', CAST(round(100 * (1 - r.relevance)) AS INTEGER), ' % of own posts)') END,
            CASE WHEN r.resonance < $weak_below THEN 'less engagement than most comparable creators' END,
            CASE WHEN r.relation < $weak_below THEN 'hardly any exchange so far' END,
            CASE WHEN r.authenticity_score < $weak_below THEN 'does not look genuine' END,
            CASE WHEN r.audience < $weak_below THEN concat('only ', c.followers, ' followers') END,
            CASE WHEN r.disclosure_rate < $weak_below THEN 'does not disclose connections' END,
            CASE WHEN r.cost < $weak_below THEN 'an engagement costs more than with most under deals' END
        ), '') || '.',
        'Not known: ' || nullif(s.missing, '') || '.'
    ) AS why
FROM cards AS c
INNER JOIN scores AS s ON s.creator_id = c.creator_id AND s.brand_id = c.brand_id AND s.network = c.network AND NOT s.is_before
INNER JOIN related AS r ON r.creator_id = c.creator_id AND r.brand_id = c.brand_id AND r.network = c.network AND NOT r.is_before
LEFT JOIN ranks AS n ON n.creator_id = c.creator_id AND n.brand_id = c.brand_id AND n.network = c.network AND NOT n.is_before
LEFT JOIN ranks AS b ON b.creator_id = c.creator_id AND b.brand_id = c.brand_id AND b.network = c.network AND b.is_before
