-- One row per account as delivered and day; each attribute from the day's last delivery that has it.
WITH repeated AS (
    SELECT network, account_key, observed_on FROM account_observations GROUP BY network, account_key, observed_on HAVING count(*) > 1
),
ordered AS (
    SELECT a.*,
        row_number() OVER (
            PARTITION BY a.network, a.account_key, a.observed_on
            ORDER BY a.night, a.observed_at NULLS FIRST, a.source_rank, a.attempt, a.file, a.row_number
        ) AS nth
    FROM account_observations AS a
    SEMI JOIN repeated AS r ON r.network = a.network AND r.account_key = a.account_key AND r.observed_on = a.observed_on
)
SELECT
    a.network, a.account_key, a.observed_on, a.account_id, a.handle, a.display_name, a.bio, a.url, a.followers, a.followers_precision,
    a.following, a.post_count, a.verified, a.account_type, a.created_at, a.observed_at, a.country, a.source, a.email, a.category
FROM account_observations AS a
ANTI JOIN repeated AS r ON r.network = a.network AND r.account_key = a.account_key AND r.observed_on = a.observed_on
UNION ALL
SELECT
    network, account_key, observed_on, max(account_id) AS account_id,
    arg_max(handle, nth) FILTER (WHERE handle IS NOT NULL) AS handle,
    arg_max(display_name, nth) FILTER (WHERE display_name IS NOT NULL) AS display_name,
    arg_max(bio, nth) FILTER (WHERE bio IS NOT NULL) AS bio,
    arg_max(url, nth) FILTER (WHERE url IS NOT NULL) AS url,
    arg_max(followers, nth) FILTER (WHERE followers IS NOT NULL) AS followers,
    arg_max(followers_precision, nth) FILTER (WHERE followers IS NOT NULL OR followers_precision = 'hidden') AS followers_precision,
    arg_max(following, nth) FILTER (WHERE following IS NOT NULL) AS following,
    arg_max(post_count, nth) FILTER (WHERE post_count IS NOT NULL) AS post_count,
    arg_max(verified, nth) FILTER (WHERE verified IS NOT NULL) AS verified,
    arg_max(account_type, nth) FILTER (WHERE account_type IS NOT NULL) AS account_type,
    arg_max(created_at, nth) FILTER (WHERE created_at IS NOT NULL) AS created_at,
    max(observed_at) AS observed_at,
    arg_max(country, nth) FILTER (WHERE country IS NOT NULL) AS country,
    arg_max(source, nth) AS source,
    arg_max(email, nth) FILTER (WHERE email IS NOT NULL) AS email,
    arg_max(category, nth) FILTER (WHERE category IS NOT NULL) AS category
FROM ordered
GROUP BY network, account_key, observed_on
