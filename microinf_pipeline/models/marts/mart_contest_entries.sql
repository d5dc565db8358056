-- Every entry with the first reason that holds against it. What only likeness or a score says is for a person to decide; what a
-- person decided on a review stands. Of a person's entries the earliest ones count. After the freeze nothing comes in any more.
WITH ties AS (
    SELECT network, account_id, brand_id, 'employee' AS tie, valid_from, valid_to FROM _employees
    UNION ALL
    SELECT network, account_id, brand_id, 'vested' AS tie, valid_from, valid_to FROM vested_entrants
),
tied AS (
    SELECT e.contest_id, e.network, e.post_id, min(t.tie) AS tie
    FROM _contest_entrants AS e
    INNER JOIN ties AS t ON t.network = e.network AND t.account_id = e.account_id AND t.brand_id = e.brand_id
    WHERE CAST(e.entered_at AS DATE) >= t.valid_from AND (t.valid_to IS NULL OR CAST(e.entered_at AS DATE) < t.valid_to)
    GROUP BY e.contest_id, e.network, e.post_id
),
described AS (
    SELECT e.*, t.tie, c.starts_at, c.ends_at, c.seen_by, c.entries_per_person, c.countries
    FROM _contest_entrants AS e
    INNER JOIN core_contests AS c ON c.contest_id = e.contest_id
    LEFT JOIN tied AS t ON t.contest_id = e.contest_id AND t.network = e.network AND t.post_id = e.post_id
),
judged AS (
    SELECT *,
        CASE
            WHEN is_owned THEN 'owned'
            WHEN tie IS NOT NULL THEN tie
            WHEN entered_at < starts_at OR entered_at >= ends_at THEN 'outside_window'
            WHEN first_seen_at >= seen_by THEN 'seen_late'
            WHEN post_type = 'repost' THEN 'repost'
            WHEN NOT is_counted THEN 'bridge_copy'
            WHEN person_key IS NULL THEN 'no_author'
            WHEN status = 'deleted' THEN 'deleted'
            WHEN exclusion IS NOT NULL THEN exclusion
            WHEN decision = 'ineligible' THEN 'decided'
        END AS refusal
    FROM described
),
numbered AS (
    SELECT *, row_number() OVER (
        PARTITION BY contest_id, person_key, refusal IS NULL ORDER BY entered_at, network, post_id
    ) AS nth_of_person
    FROM judged
),
kept AS (
    SELECT *, refusal IS NULL AND nth_of_person > entries_per_person AS is_further FROM numbered
),
-- Of two entrants who may be one person, the later entry waits.
alike AS (
    SELECT network, account_id, other_network, other_account_id FROM core_creator_suggestions
    UNION
    SELECT other_network AS network, other_account_id AS account_id, network AS other_network, account_id AS other_account_id
    FROM core_creator_suggestions
),
maybe_same AS (
    SELECT DISTINCT k.contest_id, k.network, k.post_id
    FROM kept AS k
    INNER JOIN alike AS s ON s.network = k.network AND s.account_id = k.account_id
    INNER JOIN kept AS e ON e.contest_id = k.contest_id AND e.network = s.other_network AND e.account_id = s.other_account_id
    WHERE k.refusal IS NULL AND e.refusal IS NULL AND NOT k.is_further AND NOT e.is_further AND k.person_key <> e.person_key
        AND (e.entered_at, e.network, e.post_id) < (k.entered_at, k.network, k.post_id)
),
reviewed AS (
    SELECT k.*,
        CASE
            WHEN k.refusal IS NOT NULL THEN k.refusal
            WHEN k.is_further THEN 'second_entry'
            WHEN k.decision = 'eligible' THEN NULL
            WHEN k.status IN ('protected', 'withheld') THEN 'not_public'
            WHEN k.is_near_copy THEN 'near_copy'
            WHEN k.authenticity_score < $review_authenticity_below THEN 'doubtful_account'
            WHEN m.post_id IS NOT NULL THEN 'maybe_same_person'
            WHEN k.stated_country IS NOT NULL AND k.countries NOT LIKE '%"' || k.stated_country || '"%' THEN 'other_country'
        END AS open_reason,
        f.entry_hash, z.contest_id IS NOT NULL AS is_frozen
    FROM kept AS k
    LEFT JOIN maybe_same AS m ON m.contest_id = k.contest_id AND m.network = k.network AND m.post_id = k.post_id
    LEFT JOIN frozen_contests AS z ON z.contest_id = k.contest_id
    LEFT JOIN frozen_entries AS f ON f.contest_id = k.contest_id AND f.network = k.network AND f.post_id = k.post_id
),
-- What was frozen may win unless a person decides otherwise; what was not may not, whatever it looks like by now.
settled AS (
    SELECT v.*,
        CASE
            WHEN NOT v.is_frozen THEN v.open_reason
            WHEN v.entry_hash IS NOT NULL THEN CASE WHEN v.decision = 'ineligible' THEN 'decided' END
            WHEN coalesce(r.eligibility, CASE WHEN v.exclusion IS NOT NULL THEN 'ineligible' END) = 'ineligible' THEN v.open_reason
            ELSE 'after_freeze'
        END AS reason_code
    FROM reviewed AS v
    LEFT JOIN contest_reasons AS r ON r.reason_code = v.open_reason
),
worded AS (
    SELECT s.*, r.words,
        coalesce(r.eligibility, CASE WHEN s.reason_code IS NULL THEN 'eligible' ELSE 'ineligible' END) AS eligibility,
        s.decision IS NOT NULL AND (s.reason_code IS NULL OR s.reason_code = 'decided') AS is_by_person,
        s.exclusion IS NOT NULL AND s.reason_code = s.exclusion AS is_by_list
    FROM settled AS s
    LEFT JOIN contest_reasons AS r ON r.reason_code = s.reason_code
)
SELECT
    w.contest_id, w.network, w.post_id, w.brand_id, w.account_id, w.person_key, w.entered_at, w.entered_by, w.eligibility, w.reason_code,
    CASE WHEN w.is_by_person THEN coalesce(w.decision_reason, w.words) WHEN w.is_by_list THEN coalesce(w.words, 'on the brand''s list of exclusions') ELSE w.words END AS reason,
    CASE WHEN w.is_by_list THEN coalesce(w.exclusion_clause, c.terms_clause) ELSE c.terms_clause END AS terms_clause,
    CASE
        WHEN w.is_by_person THEN w.decision_by
        WHEN w.is_by_list THEN coalesce(w.excluded_by, 'rule')
        WHEN w.eligibility <> 'needs_review' THEN 'rule'
    END AS decided_by,
    CASE WHEN w.is_by_person THEN w.decision_on END AS decided_on, w.entry_hash
FROM worded AS w
LEFT JOIN contest_clauses AS c ON c.contest_id = w.contest_id AND c.reason_code = w.reason_code
