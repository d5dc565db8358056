-- Rows that policies and erasures keep out, per origin, table, reason and night: what the run counted, beside what stands of nights
-- and reasons it did not count.
WITH counted AS (
    SELECT b.origin, b.table_name, b.reason, b.night, b.rows_withheld FROM mart_policy_refusals_before AS b
    ANTI JOIN recounted_refusals AS r ON r.night = b.night AND r.reason = b.reason
    UNION ALL
    SELECT origin, table_name, reason, night, rows_withheld FROM refused_rows
)
SELECT origin, table_name, reason, night, CAST(sum(rows_withheld) AS BIGINT) AS rows_withheld
FROM counted
GROUP BY origin, table_name, reason, night
