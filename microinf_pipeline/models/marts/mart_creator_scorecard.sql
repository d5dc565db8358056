-- Creators with an earned mention in the last 365 local days, per brand and network: counts, rates, standing, score, and the reasons in
-- words, each beside its code and its numbers.
-- The rank of the day before is recomputed (interface, rules of time 9): posts and windows end a day earlier, while followers,
-- standing, deals and what was read of profiles are as known now, so that a rank moves by what was posted.
WITH cards AS (
    SELECT
        c.*, p.tier, s.followers, s.authenticity_score, s.cost, k.relevance, k.resonance, k.relation, k.audience, k.score, k.score_parts,
        k.rank, k.rank_prev, k.missing,
        CASE WHEN s.n_creators >= 100 THEN s.percentile END AS benchmark_percentile,
        CASE WHEN s.percentile < 0.25 THEN 'q1' WHEN s.percentile < 0.5 THEN 'q2' WHEN s.percentile < 0.75 THEN 'q3'
            WHEN s.percentile IS NOT NULL THEN 'q4' END AS benchmark_band,
        CASE WHEN c.n_posts > 0 AND NOT c.is_mature THEN 'low' WHEN greatest(c.n_posts, s.n_rated) >= 100 THEN 'high'
            WHEN greatest(c.n_posts, s.n_rated) >= 30 THEN 'medium' WHEN greatest(c.n_posts, s.n_rated) >= 10 THEN 'low' END AS confidence
    FROM _scorecard_counts AS c
    INNER JOIN core_creators AS p ON p.creator_id = c.creator_id
    INNER JOIN _scorecard_standing AS s ON s.creator_id = c.creator_id AND s.brand_id = c.brand_id AND s.network = c.network
    INNER JOIN _scorecard_scores AS k ON k.creator_id = c.creator_id AND k.brand_id = c.brand_id AND k.network = c.network
),
-- A reason is a part (its code and its numbers) and English words: up speaks for the creator, down against.
reasons AS (
    SELECT creator_id, brand_id, network,
        CASE WHEN mention_days = 0
            THEN struct_pack(part := to_json(struct_pack(code := 'silent', day := last_mention_on)), up := concat('Has not named the brand in the last 90 days, last on ', last_mention_on, '.'))
            WHEN was_listed
            THEN struct_pack(part := to_json(struct_pack(code := 'named', n := mention_days, day := last_mention_on)), up := concat(
                'Named the brand on ', mention_days, CASE WHEN mention_days = 1 THEN ' day' ELSE ' days' END, ' of the last 90, last on ', last_mention_on, '.'))
            ELSE struct_pack(part := to_json(struct_pack(code := 'named_first', n := mention_days, day := last_mention_on)), up := concat(
                'New: named the brand on ', mention_days, CASE WHEN mention_days = 1 THEN ' day' ELSE ' days' END, ' of the last 90, last on ', last_mention_on, '.'))
        END AS mentions,
        CASE WHEN relevance >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'relevance_strong', share := round(relevance, 4))), up := concat(
                'writes much about the brand and its topics (', CAST(round(100 * relevance) AS INTEGER), ' % of own posts)'), down := CAST(NULL AS VARCHAR))
            WHEN relevance < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'relevance_weak', share := round(1 - relevance, 4))), up := CAST(NULL AS VARCHAR), down := concat(
                'writes mostly about other things (', CAST(round(100 * (1 - relevance)) AS INTEGER), ' % of own posts)'))
        END AS relevance,
        CASE WHEN resonance >= $strong_from AND benchmark_percentile IS NOT NULL
            THEN struct_pack(part := to_json(struct_pack(code := 'resonance_strong', share := round(benchmark_percentile, 4))), up := concat(
                'more engagement than ', CAST(round(100 * benchmark_percentile) AS INTEGER), ' % of comparable creators'), down := CAST(NULL AS VARCHAR))
            WHEN resonance < $weak_below AND benchmark_percentile IS NOT NULL
            THEN struct_pack(part := to_json(struct_pack(code := 'resonance_weak', share := round(benchmark_percentile, 4))), up := CAST(NULL AS VARCHAR), down := concat(
                'more engagement than only ', CAST(round(100 * benchmark_percentile) AS INTEGER), ' % of comparable creators'))
            WHEN resonance >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'resonance_band_strong', band := benchmark_band)), up := concat(
                'in the ', CASE benchmark_band WHEN 'q4' THEN 'highest' WHEN 'q3' THEN 'second highest' WHEN 'q2' THEN 'second lowest' ELSE 'lowest' END,
                ' quarter of comparable creators by engagement'), down := CAST(NULL AS VARCHAR))
            WHEN resonance < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'resonance_band_weak', band := benchmark_band)), up := CAST(NULL AS VARCHAR), down := concat(
                'only in the ', CASE benchmark_band WHEN 'q4' THEN 'highest' WHEN 'q3' THEN 'second highest' WHEN 'q2' THEN 'second lowest' ELSE 'lowest' END,
                ' quarter of comparable creators by engagement'))
        END AS resonance,
        CASE WHEN relation >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'relation_strong')), up := 'comes back to the brand again and again', down := CAST(NULL AS VARCHAR))
            WHEN relation < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'relation_weak')), up := CAST(NULL AS VARCHAR), down := 'hardly any exchange so far')
        END AS relation,
        CASE WHEN authenticity_score >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'authenticity_strong')), up := 'looks genuine', down := CAST(NULL AS VARCHAR))
            WHEN authenticity_score < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'authenticity_weak')), up := CAST(NULL AS VARCHAR), down := 'does not look genuine')
        END AS authenticity,
        CASE WHEN audience >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'audience_strong', n := followers)), up := concat('about ', printf('%,d', followers), ' followers'), down := CAST(NULL AS VARCHAR))
            WHEN audience < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'audience_weak', n := followers)), up := CAST(NULL AS VARCHAR), down := concat('only ', printf('%,d', followers), ' followers'))
        END AS audience,
        CASE WHEN disclosure_rate >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'disclosure_strong')), up := 'discloses connections', down := CAST(NULL AS VARCHAR))
            WHEN disclosure_rate < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'disclosure_weak')), up := CAST(NULL AS VARCHAR), down := 'does not disclose connections')
        END AS disclosure,
        CASE WHEN cost >= $strong_from
            THEN struct_pack(part := to_json(struct_pack(code := 'cost_strong')), up := 'an engagement costs less than with most under deals', down := CAST(NULL AS VARCHAR))
            WHEN cost < $weak_below
            THEN struct_pack(part := to_json(struct_pack(code := 'cost_weak')), up := CAST(NULL AS VARCHAR), down := 'an engagement costs more than with most under deals')
        END AS cost,
        CASE WHEN missing <> '' THEN struct_pack(part := to_json(struct_pack(code := 'not_known', parts := missing)), up := missing) END AS missing
    FROM cards
)
SELECT
    c.creator_id, c.brand_id, c.network, c.tier, c.mentions_90d, c.first_mention_on, c.last_mention_on, c.active_weeks_share,
    c.er_followers_pooled, c.er_followers_mean, c.er_followers_median, c.er_views_pooled, c.er_views_mean, c.er_views_median,
    c.n_posts, c.n_posts_views, c.benchmark_percentile, c.benchmark_band, c.creator_reply_rate, c.brand_reply_share, c.disclosure_rate,
    c.authenticity_score, c.confidence, c.discovered_via, c.mention_days, c.score, c.score_parts, c.rank, c.rank_prev,
    NOT c.was_listed AS is_new,
    concat_ws(
        ' ', r.mentions.up,
        'For: ' || nullif(concat_ws(
            '; ', r.relevance.up, r.resonance.up, r.relation.up, r.authenticity.up, r.audience.up, r.disclosure.up, r.cost.up
        ), '') || '.',
        'Against: ' || nullif(concat_ws(
            '; ', r.relevance.down, r.resonance.down, r.relation.down, r.authenticity.down, r.audience.down, r.disclosure.down, r.cost.down
        ), '') || '.',
        'Not known: ' || r.missing.up || '.'
    ) AS why,
    concat('[', concat_ws(
        ',', CAST(r.mentions.part AS VARCHAR), CAST(r.relevance.part AS VARCHAR), CAST(r.resonance.part AS VARCHAR),
        CAST(r.relation.part AS VARCHAR), CAST(r.authenticity.part AS VARCHAR), CAST(r.audience.part AS VARCHAR),
        CAST(r.disclosure.part AS VARCHAR), CAST(r.cost.part AS VARCHAR), CAST(r.missing.part AS VARCHAR)
    ), ']') AS why_parts
FROM cards AS c
INNER JOIN reasons AS r ON r.creator_id = c.creator_id AND r.brand_id = c.brand_id AND r.network = c.network
