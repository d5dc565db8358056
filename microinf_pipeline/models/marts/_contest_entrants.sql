-- Every entry, by tag, by mention or claimed in the brand's list, with all that may speak against it.
WITH names AS (
    SELECT network, account FROM contest_claims
    UNION
    SELECT network, account FROM contest_exclusions
    UNION
    SELECT network, account FROM contest_decisions WHERE account IS NOT NULL
),
held AS (
    SELECT n.network, n.account, a.account_id
    FROM names AS n
    INNER JOIN core_account_aliases AS a ON a.network = n.network AND a.alias = lower(ltrim(n.account, '@'))
    QUALIFY row_number() OVER (PARTITION BY n.network, n.account ORDER BY a.valid_from DESC, a.account_id) = 1
),
-- A name in a list is a handle, else an id that is known, else a handle nobody has seen yet.
meant AS (
    SELECT n.network, n.account, coalesce(h.account_id, l.account_id, 'h:' || lower(ltrim(n.account, '@'))) AS account_id
    FROM names AS n
    LEFT JOIN held AS h ON h.network = n.network AND h.account = n.account
    LEFT JOIN core_creator_links AS l ON l.network = n.network AND l.account_id = n.account
),
claimed AS (
    SELECT c.contest_id, c.network, c.post_id, m.account_id, c.entered_at, c.person_id
    FROM contest_claims AS c
    LEFT JOIN meant AS m ON m.network = c.network AND m.account = c.account
),
-- A claimed post that was captured is judged by what was captured of it.
seen AS (
    SELECT network, post_id, account_id, created_at, post_type, is_counted, status, country FROM core_posts
    SEMI JOIN claimed USING (network, post_id)
),
gathered AS (
    SELECT contest_id, network, post_id, account_id, created_at AS entered_at, first_seen_at, post_type, is_counted, status, country,
        entered_by, is_near_copy
    FROM _contest_posts
    UNION ALL
    SELECT c.contest_id, c.network, c.post_id, coalesce(s.account_id, c.account_id) AS account_id, coalesce(s.created_at, c.entered_at) AS entered_at,
        NULL AS first_seen_at, s.post_type, s.is_counted, s.status, s.country, 'claim' AS entered_by, FALSE AS is_near_copy
    FROM claimed AS c
    LEFT JOIN seen AS s ON s.network = c.network AND s.post_id = c.post_id
    ANTI JOIN _contest_posts AS p ON p.contest_id = c.contest_id AND p.network = c.network AND p.post_id = c.post_id
),
-- An entry that was frozen stays one, though its post may have lost its tag, or its author the account.
all_entries AS (
    SELECT * FROM gathered
    UNION ALL
    SELECT f.contest_id, f.network, f.post_id, f.account_id, f.entered_at, NULL AS first_seen_at, NULL AS post_type, NULL AS is_counted,
        NULL AS status, NULL AS country, f.entered_by, FALSE AS is_near_copy
    FROM frozen_entries AS f
    ANTI JOIN gathered AS g ON g.contest_id = f.contest_id AND g.network = f.network AND g.post_id = f.post_id
),
accounts AS (
    SELECT l.network, l.account_id, l.creator_id FROM core_creator_links AS l
    SEMI JOIN (SELECT network, account_id FROM all_entries UNION SELECT network, account_id FROM meant) AS e
        ON e.network = l.network AND e.account_id = l.account_id
),
-- The brand's own id of a person joins accounts that nothing else joins.
listed AS (
    SELECT c.contest_id, c.network, c.post_id, 'person:' || c.person_id AS listed_key, coalesce(a.creator_id, c.network || ':' || c.account_id) AS creator_key
    FROM claimed AS c
    LEFT JOIN accounts AS a ON a.network = c.network AND a.account_id = c.account_id
    WHERE c.person_id IS NOT NULL
),
joined_keys AS (
    SELECT contest_id, creator_key, min(listed_key) AS listed_key FROM listed WHERE creator_key IS NOT NULL GROUP BY contest_id, creator_key
),
owned AS (
    SELECT DISTINCT network, account_id, brand_id FROM core_account_roles WHERE role = 'owned'
),
out AS (
    SELECT contest_id, network, account_id, reason_code, terms_clause, decided_by FROM (
        SELECT x.contest_id, a.network, a.account_id, x.reason_code, x.terms_clause, x.decided_by,
            row_number() OVER (
                PARTITION BY x.contest_id, a.network, a.account_id ORDER BY x.reason_code, x.terms_clause, x.decided_by, m.network, m.account_id
            ) AS nth
        FROM contest_exclusions AS x
        INNER JOIN meant AS m ON m.network = x.network AND m.account = x.account
        INNER JOIN (
            SELECT network, account_id, network AS own_network, account_id AS own_id FROM meant
            UNION
            SELECT o.network, o.account_id, a.network AS own_network, a.account_id AS own_id
            FROM accounts AS a
            INNER JOIN accounts AS o ON o.creator_id = a.creator_id
        ) AS a ON a.own_network = m.network AND a.own_id = m.account_id
    ) AS every
    WHERE nth = 1
),
told AS (
    SELECT d.contest_id, d.network, d.post_id, m.account_id, d.decision, d.reason, d.decided_by, d.decided_on
    FROM contest_decisions AS d
    LEFT JOIN meant AS m ON m.network = d.network AND m.account = d.account
)
SELECT
    e.contest_id, e.network, e.post_id, c.brand_id, e.account_id, e.entered_at, e.entered_by, e.first_seen_at, e.post_type, e.is_counted, e.status,
    e.is_near_copy,
    coalesce(k.listed_key, l.listed_key, a.creator_id, e.network || ':' || e.account_id) AS person_key,
    o.account_id IS NOT NULL AS is_owned, x.reason_code AS exclusion, x.terms_clause AS exclusion_clause,
    x.decided_by AS excluded_by,
    coalesce(dp.decision, da.decision) AS decision,
    CASE WHEN dp.decision IS NOT NULL THEN dp.reason ELSE da.reason END AS decision_reason,
    CASE WHEN dp.decision IS NOT NULL THEN dp.decided_by ELSE da.decided_by END AS decision_by,
    coalesce(dp.decided_on, da.decided_on) AS decision_on,
    q.authenticity_score, coalesce(e.country, q.country) AS stated_country
FROM all_entries AS e
INNER JOIN core_contests AS c ON c.contest_id = e.contest_id
LEFT JOIN accounts AS a ON a.network = e.network AND a.account_id = e.account_id
LEFT JOIN joined_keys AS k ON k.contest_id = e.contest_id AND k.creator_key = coalesce(a.creator_id, e.network || ':' || e.account_id)
LEFT JOIN listed AS l ON l.contest_id = e.contest_id AND l.network = e.network AND l.post_id = e.post_id
LEFT JOIN owned AS o ON o.network = e.network AND o.account_id = e.account_id AND o.brand_id = c.brand_id
LEFT JOIN out AS x ON x.contest_id = e.contest_id AND x.network = e.network AND x.account_id = e.account_id
LEFT JOIN told AS dp ON dp.contest_id = e.contest_id AND dp.network = e.network AND dp.post_id = e.post_id
LEFT JOIN told AS da ON da.post_id IS NULL AND da.contest_id = e.contest_id AND da.network = e.network AND da.account_id = e.account_id
LEFT JOIN core_accounts AS q ON q.network = e.network AND q.account_id = e.account_id
