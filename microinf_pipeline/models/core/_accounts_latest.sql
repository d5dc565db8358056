-- The wanted accounts as last known: each attribute from the last day that has it.
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
    SEMI JOIN wanted_accounts AS c ON c.network = d.network AND c.account_id = d.resolved_id
)
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
    arg_max(country, nth) FILTER (WHERE country IS NOT NULL) AS country,
    arg_max(category, nth) FILTER (WHERE category IS NOT NULL) AS category,
    arg_max(email, nth) FILTER (WHERE email IS NOT NULL) AS email
FROM ordered
GROUP BY network, resolved_id
