-- Part of mart_creator_scorecard: how its creators stand beside their like (K9), how large and genuine their audience is (K3), how much
-- of what they post is about the brand, and what an engagement under deals cost.
WITH
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
    FROM _scorecard_counts AS c
    INNER JOIN talked AS o ON o.creator_id = c.creator_id AND o.network = c.network AND o.brand_id = '*'
    LEFT JOIN talked AS b ON b.creator_id = c.creator_id AND b.network = c.network AND b.brand_id = c.brand_id
    WHERE o.posts >= $relevance_posts AND o.beyond > 0
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
)
SELECT
    c.creator_id, c.brand_id, c.network, s.n_creators, s.percentile, a.followers, g.authenticity_score, k.n_posts AS n_rated,
    v.relevance, CASE WHEN v.was_known THEN v.relevance_before END AS relevance_before, o.cost,
    -- Of a group under 100 only the quarter is known: its middle.
    CASE WHEN s.n_creators >= 100 THEN s.percentile WHEN s.percentile IS NOT NULL THEN (least(3, floor(4 * s.percentile)) + 0.5) / 4 END AS resonance,
    CASE WHEN a.followers IS NOT NULL THEN
        least(1, greatest(0, ln(greatest(1, a.followers)) - ln($audience_floor)) / nullif(ln($audience_full) - ln($audience_floor), 0)) END AS audience
FROM _scorecard_counts AS c
JOIN core_creators AS p ON p.creator_id = c.creator_id
LEFT JOIN standing AS s ON s.creator_id = c.creator_id AND s.network = c.network AND s.tier = p.tier
LEFT JOIN audience AS a ON a.creator_id = c.creator_id AND a.network = c.network
LEFT JOIN genuine AS g ON g.creator_id = c.creator_id AND g.network = c.network
LEFT JOIN rated AS k ON k.creator_id = c.creator_id AND k.network = c.network
LEFT JOIN relevance AS v ON v.creator_id = c.creator_id AND v.brand_id = c.brand_id AND v.network = c.network
LEFT JOIN worth AS o ON o.creator_id = c.creator_id AND o.brand_id = c.brand_id
