-- What was paid, clicked and sold, per campaign, creator, currency and local month. One currency a row, never added to another.
-- A deal's whole cost falls in the month in which the deal begins (valid_from, else agreed_on, else its campaign's start). Clicks
-- have no currency: theirs is their campaign's (its budget's, else the only one of its deals and orders), else their deal's, else
-- the only one the brand uses, else XXX (ISO 4217: no currency). Days that have not ended are left out.
WITH brand AS (
    SELECT brand_id, timezone, CAST($as_of AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS open_day FROM core_brands
),
costs AS (
    SELECT d.brand_id, coalesce(d.campaign_id, 'unattributed') AS campaign_id, coalesce(a.creator_id, 'unattributed') AS creator_id,
        d.deal_key, d.currency, d.cost,
        coalesce(d.valid_from, CAST(c.starts_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE)) AS day, b.open_day
    FROM _deals AS d
    JOIN brand AS b ON b.brand_id = d.brand_id
    LEFT JOIN core_campaigns AS c ON c.campaign_id = d.campaign_id
    LEFT JOIN core_accounts AS a ON a.network = d.network AND a.account_id = d.account_id
),
stated AS (
    SELECT brand_id, campaign_id, currency, true AS is_budget FROM core_campaigns WHERE currency IS NOT NULL
    UNION ALL
    SELECT brand_id, campaign_id, currency, false AS is_budget FROM costs WHERE currency IS NOT NULL
    UNION ALL
    SELECT brand_id, campaign_id, currency, false AS is_budget FROM _conversions
),
of_campaigns AS (
    SELECT brand_id, campaign_id,
        coalesce(min(currency) FILTER (WHERE is_budget), CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END) AS currency
    FROM stated
    GROUP BY brand_id, campaign_id
),
of_brands AS (
    SELECT brand_id, CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END AS currency FROM stated GROUP BY brand_id
),
facts AS (
    SELECT brand_id, campaign_id, creator_id, currency AS own_currency, CAST(NULL AS VARCHAR) AS deal_currency, day,
        CAST(NULL AS BIGINT) AS clicks, CAST(NULL AS BIGINT) AS conversions, CAST(NULL AS DECIMAL(18, 6)) AS revenue,
        CAST(cost AS DECIMAL(18, 6)) AS cost, 1 AS deals, CASE WHEN cost IS NULL THEN 0 ELSE 1 END AS deals_known
    FROM costs
    WHERE day < open_day
    UNION ALL
    SELECT t.brand_id, coalesce(t.campaign_id, 'unattributed') AS campaign_id, coalesce(t.creator_id, 'unattributed') AS creator_id,
        CAST(NULL AS VARCHAR) AS own_currency, d.currency AS deal_currency, t.day, t.clicks, CAST(NULL AS BIGINT) AS conversions,
        CAST(NULL AS DECIMAL(18, 6)) AS revenue, CAST(NULL AS DECIMAL(18, 6)) AS cost, 0 AS deals, 0 AS deals_known
    FROM _sales_touches AS t
    JOIN brand AS b ON b.brand_id = t.brand_id AND t.day < b.open_day
    LEFT JOIN _deals AS d ON d.deal_key = t.deal_key
    WHERE t.way = 'clicks'
    UNION ALL
    SELECT brand_id, campaign_id, coalesce(creator_id, 'unattributed') AS creator_id, currency AS own_currency,
        CAST(NULL AS VARCHAR) AS deal_currency, day, CAST(NULL AS BIGINT) AS clicks, 1 AS conversions,
        CAST(net_revenue AS DECIMAL(18, 6)) AS revenue, CAST(NULL AS DECIMAL(18, 6)) AS cost, 0 AS deals, 0 AS deals_known
    FROM _conversions
),
sums AS (
    SELECT f.brand_id, f.campaign_id, f.creator_id,
        coalesce(f.own_currency, c.currency, f.deal_currency, b.currency, 'XXX') AS currency, CAST(date_trunc('month', f.day) AS DATE) AS month,
        CAST(sum(f.clicks) AS BIGINT) AS clicks, CAST(sum(f.conversions) AS BIGINT) AS conversions, CAST(sum(f.revenue) AS DOUBLE) AS revenue,
        CAST(sum(f.cost) AS DOUBLE) AS cost, CAST(sum(f.deals) AS BIGINT) AS deals, CAST(sum(f.deals_known) AS BIGINT) AS deals_known
    FROM facts AS f
    LEFT JOIN of_campaigns AS c ON c.brand_id = f.brand_id AND c.campaign_id = f.campaign_id
    LEFT JOIN of_brands AS b ON b.brand_id = f.brand_id
    GROUP BY f.brand_id, f.campaign_id, f.creator_id, coalesce(f.own_currency, c.currency, f.deal_currency, b.currency, 'XXX'),
        CAST(date_trunc('month', f.day) AS DATE)
),
-- A campaign that runs in a month has a row there, whatever came of it, once the brand says anything about money.
running AS (
    SELECT c.brand_id, c.campaign_id, c.currency AS budget_currency,
        unnest(generate_series(
            date_trunc('month', c.starts_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone),
            least(CAST(b.open_day - 1 AS TIMESTAMP), c.ends_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone - INTERVAL 1 SECOND), INTERVAL 1 MONTH
        )) AS month_at
    FROM core_campaigns AS c
    JOIN brand AS b ON b.brand_id = c.brand_id
    WHERE c.brand_id IN (SELECT brand_id FROM stated) OR c.brand_id IN (SELECT brand_id FROM sums)
),
months AS (
    SELECT brand_id, campaign_id, budget_currency, CAST(month_at AS DATE) AS month FROM running
)
SELECT brand_id, campaign_id, creator_id, currency, month, clicks, conversions, revenue, cost, deals, deals_known FROM sums
UNION ALL
SELECT m.brand_id, m.campaign_id, 'unattributed' AS creator_id, coalesce(c.currency, b.currency, 'XXX') AS currency, m.month,
    CAST(NULL AS BIGINT) AS clicks, CAST(NULL AS BIGINT) AS conversions, CAST(NULL AS DOUBLE) AS revenue, CAST(NULL AS DOUBLE) AS cost,
    CAST(0 AS BIGINT) AS deals, CAST(0 AS BIGINT) AS deals_known
FROM months AS m
ANTI JOIN sums AS s ON s.brand_id = m.brand_id AND s.campaign_id = m.campaign_id AND s.month = m.month
LEFT JOIN of_campaigns AS c ON c.brand_id = m.brand_id AND c.campaign_id = m.campaign_id
LEFT JOIN of_brands AS b ON b.brand_id = m.brand_id
