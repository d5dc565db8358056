-- Part of mart_creator_scorecard: the score for a brand (K17), its parts, and the rank, each as it stands and as it stood a day before.
WITH sides AS (
    SELECT c.creator_id, c.brand_id, c.network, false AS is_before, c.mention_days AS days, s.relevance, c.disclosure_rate AS disclosure,
        c.creator_reply_rate, c.brand_reply_share, s.resonance, s.authenticity_score, s.audience, s.cost,
        greatest(c.n_posts, c.n_posts_views, s.n_rated) >= $rank_posts AS may_rank
    FROM _scorecard_counts AS c
    INNER JOIN _scorecard_standing AS s ON s.creator_id = c.creator_id AND s.brand_id = c.brand_id AND s.network = c.network
    UNION ALL
    SELECT c.creator_id, c.brand_id, c.network, true AS is_before, c.mention_days_before AS days, s.relevance_before AS relevance,
        c.disclosure_before AS disclosure, c.creator_reply_rate, c.brand_reply_share, s.resonance, s.authenticity_score, s.audience, s.cost,
        greatest(c.n_posts, c.n_posts_views, s.n_rated) >= $rank_posts AS may_rank
    FROM _scorecard_counts AS c
    INNER JOIN _scorecard_standing AS s ON s.creator_id = c.creator_id AND s.brand_id = c.brand_id AND s.network = c.network
    WHERE c.was_listed
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
    s.creator_id, s.brand_id, s.network, s.score, s.score_parts, s.missing, r.relevance, r.resonance, r.relation, r.audience,
    n.rank, b.rank AS rank_prev
FROM scores AS s
INNER JOIN related AS r ON r.creator_id = s.creator_id AND r.brand_id = s.brand_id AND r.network = s.network AND NOT r.is_before
LEFT JOIN ranks AS n ON n.creator_id = s.creator_id AND n.brand_id = s.brand_id AND n.network = s.network AND NOT n.is_before
LEFT JOIN ranks AS b ON b.creator_id = s.creator_id AND b.brand_id = s.brand_id AND b.network = s.network AND b.is_before
WHERE NOT s.is_before
