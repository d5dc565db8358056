-- Every KPI with numerator, denominator, n, window, measured share, coverage, interval, confidence, and why it is NULL.
WITH counts AS (
    SELECT g.*, g.relation IN ('earned', 'organic', 'gifted', 'contest') AS is_earned,
        b.history_from + CAST($returning_days AS INTEGER) <= g.period_start AS has_past,
        g.accounts_known / nullif(g.accounts, 0) AS known
    FROM _kpi_counts AS g
    JOIN core_brands AS b ON b.brand_id = g.brand_id
),
counted AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, is_earned, has_past, has_every_count, unnest([
        struct_pack(kpi := 'mentions', x := mentions, n := mentions, coverage := CAST(NULL AS DOUBLE), if_null := ''),
        struct_pack(kpi := 'authorless_posts', x := authorless_posts, n := mentions, coverage := NULL, if_null := ''),
        struct_pack(kpi := 'engagements', x := CASE WHEN mentions = 0 THEN 0 ELSE engagements END, n := told_posts,
            coverage := told_posts / nullif(mentions, 0),
            if_null := CASE WHEN not_derived > 0 THEN 'refused_by_policy' ELSE 'engagements_hidden' END),
        struct_pack(kpi := 'accounts', x := accounts, n := accounts, coverage := NULL, if_null := ''),
        struct_pack(kpi := 'repeat_accounts', x := repeat_accounts, n := accounts, coverage := NULL, if_null := ''),
        struct_pack(kpi := 'amplifications', x := amplifications, n := amplifications, coverage := NULL, if_null := ''),
        struct_pack(kpi := 'audience_low', x := audience_low, n := accounts_known, coverage := known, if_null := 'followers_unknown'),
        struct_pack(kpi := 'audience_high', x := audience_high, n := accounts_known, coverage := known, if_null := 'followers_unknown'),
        struct_pack(kpi := 'audience_gross', x := audience_gross, n := accounts_known, coverage := known, if_null := 'followers_unknown'),
        struct_pack(kpi := 'new_accounts', x := CASE WHEN has_past THEN new_accounts END,
            n := accounts, coverage := NULL, if_null := 'history_too_short'),
        struct_pack(kpi := 'returning_accounts', x := CASE WHEN has_past THEN returning_accounts END,
            n := accounts, coverage := NULL, if_null := 'history_too_short'),
        struct_pack(kpi := 'reactivated_accounts', x := CASE WHEN has_past THEN reactivated_accounts END,
            n := accounts, coverage := NULL, if_null := 'history_too_short'),
        struct_pack(kpi := 'hashtag_use', x := tagged_posts, n := mentions, coverage := NULL, if_null := '')
    ]) AS m
    FROM counts
),
bases AS (
    SELECT c.*, k.basis, r.* EXCLUDE (brand_id, campaign_id, network, tier, relation, period, period_start, basis, is_mature, engagements),
        r.engagements AS e
    FROM counts AS c
    CROSS JOIN (VALUES ('followers'), ('views'), ('reach'), ('impressions')) AS k(basis)
    LEFT JOIN _kpi_rates AS r ON r.brand_id = c.brand_id AND r.campaign_id = c.campaign_id AND r.network = c.network AND r.tier = c.tier
        AND r.relation = c.relation AND r.period = c.period AND r.period_start = c.period_start AND r.basis = k.basis
        AND r.is_mature = (c.mature_posts > 0)
    -- Most networks tell neither views nor reach nor impressions: rows only where a post tells them.
    WHERE c.has_rates AND c.network <> '*' AND c.mentions > 0 AND (k.basis = 'followers' OR r.n_posts > 0)
),
rated AS (
    SELECT brand_id, campaign_id, network, tier, relation, period, period_start, basis, mature_posts, coalesce(not_derived, 0) > 0 AS is_refused, coalesce(n_posts, 0) AS n,
        n_measured / nullif(n_posts, 0) AS measured_share, coalesce(n_posts, 0) / nullif(mentions, 0) AS coverage, unnest([
            struct_pack(stat := 'pooled', x := pooled, numerator := e, denominator := denominator, low := pooled_low, high := pooled_high),
            struct_pack(stat := 'mean', x := mean, numerator := rate_sum, denominator := CAST(n_posts AS DOUBLE), low := mean_low, high := mean_high),
            struct_pack(stat := 'median', x := median, numerator := NULL, denominator := NULL, low := median_low, high := median_high)
        ]) AS m
    FROM bases
),
-- K7, K10: Wilson intervals of the shares; a median of hours has none here.
responses AS (
    SELECT brand_id, network, period, period_start, unnest([
        struct_pack(kpi := 'brand_reply_24h', x := CAST(answered_24h AS DOUBLE), d := CAST(old_24h AS DOUBLE), n := old_24h,
            if_null := CASE WHEN is_captured THEN 'no_mention_old_enough' ELSE 'own_replies_not_captured' END),
        struct_pack(kpi := 'brand_reply_72h', x := answered_72h, d := old_72h, n := old_72h,
            if_null := CASE WHEN is_captured THEN 'no_mention_old_enough' ELSE 'own_replies_not_captured' END),
        struct_pack(kpi := 'brand_reply_hours', x := median_hours, d := NULL, n := answered,
            if_null := CASE WHEN is_captured THEN 'no_mention_answered' ELSE 'own_replies_not_captured' END),
        struct_pack(kpi := 'creator_reply_rate', x := comments_answered, d := comments, n := coalesce(comments, 0), if_null := 'comments_unseen')
    ]) AS m
    FROM _kpi_response
),
answers AS (
    SELECT brand_id, network, period, period_start, m.kpi AS kpi, m.n AS n, m.if_null AS if_null, m.x AS x, nullif(m.d, 0) AS d,
        CASE m.kpi WHEN 'brand_reply_hours' THEN m.x ELSE m.x / nullif(m.d, 0) END AS value,
        $confidence_z * $confidence_z / nullif(m.d, 0) AS zz
    FROM responses
),
nights AS (
    SELECT n.brand_id, p.period, CASE p.period WHEN 'day' THEN n.night ELSE CAST(date_trunc(p.period, n.night) AS DATE) END AS period_start,
        CAST(sum(n.captured) AS DOUBLE) AS captured,
        CASE WHEN count(*) = count(n.expected) THEN CAST(sum(n.expected) AS DOUBLE) END AS expected, count(*) AS n
    FROM _brand_completeness AS n
    CROSS JOIN (VALUES ('day'), ('week'), ('month')) AS p(period)
    GROUP BY ALL
),
united AS (
    SELECT m.kpi AS kpi, brand_id, campaign_id, network, tier, relation, period, period_start, CAST(m.x AS DOUBLE) AS value,
        CAST(m.x AS DOUBLE) AS numerator, CAST(NULL AS DOUBLE) AS denominator, m.n AS n, CAST(NULL AS DOUBLE) AS measured_share,
        m.coverage AS coverage, CAST(NULL AS DOUBLE) AS ci_low, CAST(NULL AS DOUBLE) AS ci_high, CAST(NULL AS VARCHAR) AS confidence,
        CASE WHEN m.x IS NULL THEN m.if_null END AS null_reason
    FROM counted
    WHERE (is_earned OR m.kpi NOT IN ('new_accounts', 'returning_accounts', 'reactivated_accounts', 'hashtag_use'))
        AND (has_every_count OR m.kpi IN ('mentions', 'engagements', 'accounts', 'new_accounts'))
    UNION ALL
    SELECT concat('er_', basis, '_', m.stat) AS kpi, brand_id, campaign_id, network, tier, relation, period, period_start, m.x AS value,
        m.numerator AS numerator, m.denominator AS denominator, n, measured_share, coverage, m.low AS ci_low, m.high AS ci_high,
        CASE WHEN m.x IS NULL THEN NULL WHEN mature_posts = 0 THEN 'low' WHEN n >= 100 THEN 'high'
            WHEN n >= 30 THEN 'medium' WHEN n >= 10 THEN 'low' END AS confidence,
        CASE WHEN m.x IS NULL AND is_refused THEN 'refused_by_policy'
            WHEN m.x IS NULL THEN concat(CASE WHEN mature_posts > 0 THEN 'no_mature_post' ELSE 'no_post' END, '_with_engagements_and_', basis) END AS null_reason
    FROM rated
    UNION ALL
    SELECT 'hashtag_adoption' AS kpi, brand_id, campaign_id, network, '*' AS tier, 'earned' AS relation, period, period_start, share AS value,
        tagged_creators AS numerator, creators AS denominator, creators AS n, NULL AS measured_share, NULL AS coverage,
        share_low AS ci_low, share_high AS ci_high,
        CASE WHEN creators >= 100 THEN 'high' WHEN creators >= 30 THEN 'medium' WHEN creators >= 10 THEN 'low' END AS confidence,
        NULL AS null_reason
    FROM _kpi_adoption
    UNION ALL
    SELECT kpi, brand_id, '*' AS campaign_id, network, '*' AS tier, 'earned' AS relation, period, period_start, value,
        CASE WHEN value IS NOT NULL THEN x END AS numerator, CASE WHEN value IS NOT NULL THEN d END AS denominator, n,
        NULL AS measured_share, NULL AS coverage,
        CASE WHEN d IS NOT NULL THEN least(value, greatest(0, (value + zz / 2 - sqrt(value * (1 - value) * zz + zz * zz / 4)) / nullif(1 + zz, 0))) END AS ci_low,
        CASE WHEN d IS NOT NULL THEN greatest(value, least(1, (value + zz / 2 + sqrt(value * (1 - value) * zz + zz * zz / 4)) / nullif(1 + zz, 0))) END AS ci_high,
        CASE WHEN value IS NULL THEN NULL WHEN n >= 100 THEN 'high' WHEN n >= 30 THEN 'medium' WHEN n >= 10 THEN 'low' END AS confidence,
        CASE WHEN value IS NULL THEN if_null END AS null_reason
    FROM answers
    UNION ALL
    SELECT 'disclosure_rate' AS kpi, brand_id, campaign_id, network, '*' AS tier, relation, period, period_start, share AS value,
        CASE WHEN share IS NOT NULL THEN adequate END AS numerator, CASE WHEN share IS NOT NULL THEN connected END AS denominator, connected AS n,
        NULL AS measured_share, NULL AS coverage, share_low AS ci_low, share_high AS ci_high,
        CASE WHEN share IS NULL THEN NULL WHEN connected >= 100 THEN 'high' WHEN connected >= 30 THEN 'medium' WHEN connected >= 10 THEN 'low' END AS confidence,
        CASE WHEN share IS NULL THEN 'jurisdiction_unknown' END AS null_reason
    FROM _kpi_disclosure
    UNION ALL
    SELECT 'completeness' AS kpi, brand_id, '*' AS campaign_id, '*' AS network, '*' AS tier, '*' AS relation, period, period_start,
        captured / nullif(expected, 0) AS value, captured AS numerator, expected AS denominator, n, NULL AS measured_share, NULL AS coverage,
        NULL AS ci_low, NULL AS ci_high, NULL AS confidence, CASE WHEN expected = 0 THEN 'nothing_expected' WHEN expected IS NULL THEN 'gap_of_unknown_size' END AS null_reason
    FROM nights
),
spanned AS (
    SELECT *, CASE period WHEN 'day' THEN period_start + 1 WHEN 'week' THEN period_start + 7
        ELSE CAST(date_trunc('month', period_start + 31) AS DATE) END AS period_end
    FROM united
)
SELECT
    u.* EXCLUDE (period_end), CAST(u.period_end - u.period_start AS INTEGER) AS window_days, n.captured / nullif(n.expected, 0) AS completeness,
    1 AS definition_version, CAST($as_of AS TIMESTAMP) AS as_of,
    u.network = '*' OR u.tier = '*' OR u.relation IN ('earned', '*') AS is_total
FROM spanned AS u
JOIN core_brands AS b ON b.brand_id = u.brand_id AND u.period_end <= CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE)
LEFT JOIN nights AS n ON n.brand_id = u.brand_id AND n.period = u.period AND n.period_start = u.period_start
