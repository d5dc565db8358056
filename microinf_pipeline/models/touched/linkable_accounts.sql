-- The accounts that evidence may speak of: those that name others, those that are named, copies made by a bridge and their
-- originals, and holders of a domain that somebody names as a site.
WITH named AS (
    SELECT network, account_id FROM profile_names
    UNION
    SELECT to_network AS network, to_key AS account_id FROM profile_names WHERE to_network <> 'web'
    UNION
    SELECT network, account_id FROM given_accounts
    UNION
    SELECT a.network, a.account_id FROM core_account_aliases AS a
    SEMI JOIN wanted_handles AS w ON w.network = a.network AND w.alias = a.alias
    UNION
    SELECT network, account_id FROM core_account_aliases WHERE network = 'bluesky' AND alias LIKE '%.ap.brid.gy'
    UNION
    SELECT network, alias AS account_id FROM wanted_handles WHERE network = 'mastodon'
    UNION
    SELECT network, account_id FROM core_account_aliases WHERE network = 'mastodon' AND account_id LIKE '%@bsky.brid.gy'
),
seen AS (
    SELECT
        h.network, h.account_id, min(h.observed_on) AS first_on, arg_max(h.handle, h.observed_on) FILTER (WHERE h.handle IS NOT NULL) AS handle
    FROM core_account_history AS h
    SEMI JOIN named AS n ON n.network = h.network AND n.account_id = h.account_id
    GROUP BY h.network, h.account_id
),
delivered AS (
    SELECT a.network, coalesce(a.account_id, r.account_id, a.account_key) AS account_id, a.created_at, a.origin
    FROM account_observations_all AS a
    LEFT JOIN _resolved_keys AS r ON r.network = a.network AND r.account_key = a.account_key AND r.day = a.observed_on
),
known AS (
    SELECT d.network, d.account_id, min(d.created_at) AS created_at, count(*) FILTER (WHERE f.origin IS NULL) > 0 AS may_match_people
    FROM delivered AS d
    SEMI JOIN named AS n ON n.network = d.network AND n.account_id = d.account_id
    LEFT JOIN unmatched_origins AS f ON f.origin = d.origin
    GROUP BY d.network, d.account_id
)
SELECT s.network, s.account_id, s.handle, s.first_on, k.created_at, coalesce(k.may_match_people, true) AS may_match_people
FROM seen AS s
LEFT JOIN known AS k ON k.network = s.network AND k.account_id = s.account_id
