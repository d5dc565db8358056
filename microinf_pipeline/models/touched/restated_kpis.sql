-- Values of mart_kpi that were published and are others now, each with the most specific of what the night touched behind it.
-- A row that appears is no restatement: nothing had been said. One that is gone is: its new value is NULL.
WITH changed AS (
    SELECT
        b.kpi, b.brand_id, b.campaign_id, b.network, b.tier, b.relation, b.period, b.period_start, b.value AS old_value, n.value AS new_value,
        n.definition_version <> b.definition_version AS is_redefined,
        CASE b.period WHEN 'day' THEN b.period_start + 1 WHEN 'week' THEN b.period_start + 7
            ELSE CAST(date_trunc('month', b.period_start + 31) AS DATE) END AS period_end
    FROM mart_kpi_before AS b
    LEFT JOIN mart_kpi AS n ON n.kpi = b.kpi AND n.brand_id = b.brand_id AND n.campaign_id = b.campaign_id AND n.network = b.network
        AND n.tier = b.tier AND n.relation = b.relation AND n.period = b.period AND n.period_start = b.period_start
    WHERE (b.value IS NULL) <> (n.value IS NULL)
        OR abs(n.value - b.value) > $restated_from * greatest(abs(n.value), abs(b.value))
),
caused AS (
    SELECT c.kpi, c.brand_id, c.campaign_id, c.network, c.tier, c.relation, c.period, c.period_start,
        bool_or(x.cause = 'erasure') AS erased, bool_or(x.cause = 'deletion') AS deleted, bool_or(x.cause = 'merge') AS merged
    FROM changed AS c
    JOIN causes AS x ON x.brand_id = c.brand_id AND c.network IN (x.network, '*') AND x.day >= c.period_start AND x.day < c.period_end
    GROUP BY c.kpi, c.brand_id, c.campaign_id, c.network, c.tier, c.relation, c.period, c.period_start
)
SELECT
    c.kpi, concat_ws('|', c.brand_id, c.campaign_id, c.network, c.tier, c.relation, c.period) AS key, c.period_start, c.brand_id, c.period,
    c.old_value, c.new_value,
    CASE WHEN c.is_redefined THEN 'definition' WHEN x.erased THEN 'erasure' WHEN x.deleted THEN 'deletion' WHEN x.merged THEN 'merge' END AS cause
FROM changed AS c
LEFT JOIN caused AS x ON x.kpi = c.kpi AND x.brand_id = c.brand_id AND x.campaign_id = c.campaign_id AND x.network = c.network
    AND x.tier = c.tier AND x.relation = c.relation AND x.period = c.period AND x.period_start = c.period_start
