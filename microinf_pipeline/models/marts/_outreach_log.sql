-- Part of mart_outreach: where the contact with a creator stands, by the brand's outreach log and its decisions.
WITH brand AS (
    SELECT brand_id, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands WHERE competitor_of IS NULL
),
-- Accounts as the brand writes them: ids, or handles by the day they are written.
names AS (
    SELECT network, account_id AS name, account_id, DATE '1970-01-01' AS valid_from, CAST(NULL AS DATE) AS valid_to FROM core_accounts
    UNION
    SELECT network, alias AS name, account_id, valid_from, valid_to FROM core_account_aliases
),
log AS (
    SELECT a.creator_id, o.brand_id, o.status, o.changed_on, o.place
    FROM given_outreach AS o
    INNER JOIN brand AS b ON b.brand_id = o.brand_id AND o.changed_on < b.open_day
    INNER JOIN names AS n ON n.network = o.network AND n.name IN (o.account, lower(o.account))
        AND o.changed_on >= n.valid_from AND (n.valid_to IS NULL OR o.changed_on < n.valid_to)
    INNER JOIN core_accounts AS a ON a.network = n.network AND a.account_id = n.account_id
),
steps AS (
    SELECT creator_id, brand_id, max_by(status, 10 * epoch(changed_on) + place) AS status, max(changed_on) AS changed_on,
        max(changed_on) FILTER (WHERE status = 'contacted') AS last_contacted_on
    FROM log
    GROUP BY creator_id, brand_id
),
decided AS (
    SELECT a.creator_id, d.brand_id, max(d.decided_on) FILTER (WHERE d.decision = 'suppress') AS suppressed_on,
        max(d.decided_on) FILTER (WHERE d.decision = 'resume') AS resumed_on,
        -- In a struct, for max_by passes over NULL: a decision without a reason must not be given an earlier one's.
        max_by(struct_pack(words := d.reason), concat(d.decided_on, d.reason)) FILTER (WHERE d.decision = 'suppress') AS reason
    FROM given_suppressions AS d
    INNER JOIN brand AS b ON b.brand_id = d.brand_id AND d.decided_on < b.open_day
    INNER JOIN names AS n ON n.network = d.network AND n.name IN (d.account, lower(d.account))
        AND d.decided_on >= n.valid_from AND (n.valid_to IS NULL OR d.decided_on < n.valid_to)
    INNER JOIN core_accounts AS a ON a.network = n.network AND a.account_id = n.account_id
    GROUP BY a.creator_id, d.brand_id
)
SELECT
    k.creator_id, k.brand_id, s.creator_id IS NOT NULL AS is_logged, s.last_contacted_on, s.changed_on, x.suppressed_on,
    x.reason.words AS reason,
    CASE WHEN coalesce(x.suppressed_on >= coalesce(x.resumed_on, DATE '1970-01-01'), false) THEN 'suppressed' ELSE coalesce(s.status, 'new') END AS status
FROM (SELECT creator_id, brand_id FROM steps UNION SELECT creator_id, brand_id FROM decided) AS k
LEFT JOIN steps AS s ON s.creator_id = k.creator_id AND s.brand_id = k.brand_id
LEFT JOIN decided AS x ON x.creator_id = k.creator_id AND x.brand_id = k.brand_id
