-- Places as drawn. A winner who was disqualified or erased leaves room for the first alternates that are neither.
WITH standing AS (
    SELECT d.*,
        CASE WHEN f.entry_hash IS NULL THEN 'erased' WHEN e.eligibility = 'ineligible' THEN 'disqualified' ELSE 'drawn' END AS own_status
    FROM drawn_places AS d
    LEFT JOIN frozen_entries AS f ON f.contest_id = d.contest_id AND f.entry_hash = d.entry_hash
    LEFT JOIN mart_contest_entries AS e ON e.contest_id = d.contest_id AND e.entry_hash = d.entry_hash
),
counted AS (
    SELECT *,
        count(*) FILTER (WHERE role = 'winner' AND own_status <> 'drawn') OVER (PARTITION BY contest_id) AS vacant,
        row_number() OVER (PARTITION BY contest_id, role, own_status ORDER BY place) AS nth
    FROM standing
)
SELECT
    contest_id, place, role, entry_hash, seed, commitment,
    CASE WHEN role = 'alternate' AND own_status = 'drawn' AND nth <= vacant THEN 'moved_up' ELSE own_status END AS status
FROM counted
