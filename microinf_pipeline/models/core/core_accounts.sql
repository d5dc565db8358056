-- Accounts as last known: each attribute from the last day that has it. Accounts that did not change are carried over.
WITH days AS (
    SELECT d.*, coalesce(d.account_id, r.account_id, d.account_key) AS resolved_id
    FROM _account_days AS d
    LEFT JOIN _resolved_keys AS r ON r.network = d.network AND r.account_key = d.account_key AND r.day = d.observed_on
),
ordered AS (
    SELECT d.*, row_number() OVER (
        PARTITION BY d.network, d.resolved_id ORDER BY d.observed_on, d.account_id IS NOT NULL, d.account_key
    ) AS nth
    FROM days AS d
    SEMI JOIN changed_accounts AS c ON c.network = d.network AND c.account_id = d.resolved_id
),
latest AS (
    SELECT
        network, resolved_id AS account_id,
        arg_max(handle, nth) FILTER (WHERE handle IS NOT NULL) AS handle,
        arg_max(display_name, nth) FILTER (WHERE display_name IS NOT NULL) AS display_name,
        arg_max(bio, nth) FILTER (WHERE bio IS NOT NULL) AS bio,
        arg_max(url, nth) FILTER (WHERE url IS NOT NULL) AS url,
        arg_max(account_type, nth) FILTER (WHERE account_type IS NOT NULL) AS account_type,
        arg_max(followers, nth) FILTER (WHERE followers IS NOT NULL) AS followers,
        arg_max(followers_precision, nth) FILTER (WHERE followers IS NOT NULL OR followers_precision = 'hidden') AS followers_precision,
        arg_max(following, nth) FILTER (WHERE following IS NOT NULL) AS following,
        arg_max(post_count, nth) FILTER (WHERE post_count IS NOT NULL) AS post_count,
        arg_max(verified, nth) FILTER (WHERE verified IS NOT NULL) AS verified,
        arg_max(created_at, nth) FILTER (WHERE created_at IS NOT NULL) AS created_at,
        max(observed_at) AS observed_at,
        arg_max(country, nth) FILTER (WHERE country IS NOT NULL) AS country
    FROM ordered
    GROUP BY network, resolved_id
)
SELECT
    a.network, a.account_id, a.handle, a.display_name, a.bio, a.url, coalesce(a.account_type, 'unknown') AS account_type, a.followers,
    coalesce(a.followers_precision, CASE WHEN a.followers IS NULL THEN 'unknown' ELSE 'exact' END) AS followers_precision,
    a.following, a.post_count, a.verified, a.created_at, a.observed_at, NULL AS lang, a.country, NULL AS niche, NULL AS niche_confidence,
    NULL AS niche_evidence, NULL AS authority, NULL AS authority_evidence, NULL AS authenticity_score, NULL AS authenticity_reasons,
    l.creator_id, coalesce(t.tier, 'unknown') AS tier,
    coalesce(c.tier, 'unknown') AS tier_raw,
    t.valid_from AS tier_since
FROM latest AS a
INNER JOIN core_creator_links AS l ON l.network = a.network AND l.account_id = a.account_id
LEFT JOIN core_tier_history AS t ON t.network = a.network AND t.account_id = a.account_id AND t.valid_to IS NULL
LEFT JOIN tier_cuts AS c ON a.followers >= c.followers_from AND (c.followers_below IS NULL OR a.followers < c.followers_below)
UNION ALL
SELECT
    b.network, b.account_id, b.handle, b.display_name, b.bio, b.url, b.account_type, b.followers, b.followers_precision, b.following,
    b.post_count, b.verified, b.created_at, b.observed_at, b.lang, b.country, b.niche, b.niche_confidence, b.niche_evidence, b.authority,
    b.authority_evidence, b.authenticity_score, b.authenticity_reasons, l.creator_id, b.tier, b.tier_raw, b.tier_since
FROM core_accounts_before AS b
INNER JOIN core_creator_links AS l ON l.network = b.network AND l.account_id = b.account_id
ANTI JOIN changed_accounts AS c ON c.network = b.network AND c.account_id = b.account_id
