-- Posts whose availability was ever seen to have ended, and until when what was delivered of them has to go. A second absence
-- on a later night is a deletion, as in core_post_status.
WITH looked AS (
    SELECT network, post_id, seen_at, night,
        CASE
            WHEN status = 'unknown' AND lag(status) OVER looks = 'unknown' AND lag(night) OVER looks < night THEN 'deleted'
            ELSE status
        END AS status
    FROM looks_all
    WINDOW looks AS (PARTITION BY network, post_id ORDER BY night, seen_at, source, attempt, file, row_number)
)
SELECT network, post_id, max(seen_at) AS gone_at, max(night) AS gone_in
FROM looked
WHERE status IN ('deleted', 'protected', 'withheld')
GROUP BY network, post_id
