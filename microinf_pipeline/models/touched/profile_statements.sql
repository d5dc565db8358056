-- What changed accounts say in bio, URL and fields of the profile (the checked ones apart), since when, by which origin, and whether it is their latest word. Texts that can
-- name no account, and pages of the account on its own network, are left out.
WITH said AS (
    SELECT a.network, coalesce(a.account_id, r.account_id, a.account_key) AS account_id, a.observed_on, a.seen_at, a.bio, a.url, a.origin,
        a.profile_links, a.checked_links
    FROM account_observations_all AS a
    LEFT JOIN _resolved_keys AS r ON r.network = a.network AND r.account_key = a.account_key AND r.day = a.observed_on
    WHERE a.bio IS NOT NULL OR a.url IS NOT NULL OR a.profile_links IS NOT NULL
),
fields AS (
    SELECT network, account_id, 'bio' AS field, bio AS text, origin, observed_on, seen_at FROM said WHERE bio IS NOT NULL
    UNION ALL
    SELECT network, account_id, 'url' AS field, url AS text, origin, observed_on, seen_at FROM said
    WHERE url IS NOT NULL
        AND NOT (network = 'bluesky' AND url LIKE 'https://bsky.app/%')
        AND NOT (network = 'mastodon' AND regexp_matches(url, '^https?://[^/]+/(@|users/)'))
    UNION ALL
    SELECT network, account_id, 'fields' AS field, profile_links AS text, origin, observed_on, seen_at FROM said WHERE profile_links IS NOT NULL
    UNION ALL
    SELECT network, account_id, 'verified_url' AS field, checked_links AS text, origin, observed_on, seen_at FROM said
    WHERE checked_links IS NOT NULL
),
statements AS (
    SELECT f.network, f.account_id, f.field, f.text, f.origin, min(f.observed_on) AS first_on, max(f.observed_on) AS last_on, max(f.seen_at) AS last_at
    FROM fields AS f
    SEMI JOIN changed_accounts AS c ON c.network = f.network AND c.account_id = f.account_id
    GROUP BY f.network, f.account_id, f.field, f.text, f.origin
),
told AS (
    SELECT *, text = first_value(text) OVER (
        PARTITION BY network, account_id, field ORDER BY last_on DESC, last_at DESC, text, origin
    ) AS is_current
    FROM statements
)
SELECT network, account_id, field, text, origin, first_on, is_current FROM told
WHERE regexp_matches(text, '[\p{L}\p{N}_-]\.[A-Za-z]{2,}|@[\p{L}\p{N}_]|[\p{L}] ?[:：]')
