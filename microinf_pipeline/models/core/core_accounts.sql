-- Accounts as last known, with what was read of the candidates' profiles. Accounts that did not change are carried over.
SELECT
    a.network, a.account_id, a.handle, a.display_name, a.bio, a.url,
    coalesce(CASE WHEN a.account_type <> 'unknown' THEN a.account_type END, p.account_type, 'unknown') AS account_type,
    CASE WHEN a.account_type <> 'unknown' THEN 'network' ELSE p.account_type_evidence END AS account_type_evidence, a.followers,
    coalesce(a.followers_precision, CASE WHEN a.followers IS NULL THEN 'unknown' ELSE 'exact' END) AS followers_precision,
    a.following, a.post_count, a.verified, a.created_at, a.observed_at, p.lang, coalesce(a.country, p.country) AS country,
    p.niche, p.niche_confidence, p.niche_evidence, p.authority, p.authority_evidence, p.authenticity_score, p.authenticity_reasons,
    l.creator_id, coalesce(t.tier, 'unknown') AS tier,
    coalesce(c.tier, 'unknown') AS tier_raw,
    t.valid_from AS tier_since
FROM _accounts_latest AS a
INNER JOIN core_creator_links AS l ON l.network = a.network AND l.account_id = a.account_id
LEFT JOIN _account_profiles AS p ON p.network = a.network AND p.account_id = a.account_id
LEFT JOIN core_tier_history AS t ON t.network = a.network AND t.account_id = a.account_id AND t.valid_to IS NULL
LEFT JOIN tier_cuts AS c ON a.followers >= c.followers_from AND (c.followers_below IS NULL OR a.followers < c.followers_below)
UNION ALL
SELECT
    b.network, b.account_id, b.handle, b.display_name, b.bio, b.url, b.account_type, b.account_type_evidence, b.followers, b.followers_precision, b.following,
    b.post_count, b.verified, b.created_at, b.observed_at, b.lang, b.country, b.niche, b.niche_confidence, b.niche_evidence, b.authority,
    b.authority_evidence, b.authenticity_score, b.authenticity_reasons, l.creator_id, b.tier, b.tier_raw, b.tier_since
FROM core_accounts_before AS b
INNER JOIN core_creator_links AS l ON l.network = b.network AND l.account_id = b.account_id
ANTI JOIN wanted_accounts AS w ON w.network = b.network AND w.account_id = b.account_id
