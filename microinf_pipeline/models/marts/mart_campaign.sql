-- Campaigns from start to end, with totals over network and tier. No rate over all networks (K1).
WITH firsts AS (
    SELECT brand_id, creator_id, min(first_by) // 8 AS first_at
    FROM mart_creator_brand_daily
    GROUP BY brand_id, creator_id
),
newcomers AS (
    SELECT c.campaign_id, f.creator_id
    FROM core_campaigns AS c
    JOIN firsts AS f ON f.brand_id = c.brand_id AND f.first_at >= epoch_us(c.starts_at) AND f.first_at < epoch_us(c.ends_at)
),
counts AS (
    SELECT p.campaign_id, p.network, p.tier, count(*) AS posts, count(DISTINCT p.creator_id) AS creators,
        count(DISTINCT n.creator_id) AS new_creators, sum(p.engagements) AS engagements
    FROM _campaign_posts AS p
    LEFT JOIN newcomers AS n ON n.campaign_id = p.campaign_id AND n.creator_id = p.creator_id
    GROUP BY p.campaign_id, p.network, p.tier
),
windows AS (
    SELECT campaign_id, coalesce(network, '*') AS network, coalesce(tier, '*') AS tier, count(DISTINCT creator_id) AS creators
    FROM _campaign_creators
    GROUP BY GROUPING SETS ((campaign_id, network, tier), (campaign_id, network), (campaign_id, tier), (campaign_id))
),
accounts AS (
    SELECT campaign_id, network, tier, own_network, account_id, max(followers_at_post) AS followers,
        max(followers_upper) AS upper_end, sum(followers_upper) AS gross
    FROM _campaign_posts
    WHERE account_id IS NOT NULL
    GROUP BY campaign_id, network, tier, own_network, account_id
),
audience AS (
    SELECT campaign_id, network, tier, max(followers) AS audience_low, CAST(sum(upper_end) AS BIGINT) AS audience_high,
        CAST(sum(gross) AS BIGINT) AS audience_gross, count(followers) / count(*) AS audience_known_share
    FROM accounts
    GROUP BY campaign_id, network, tier
),
-- K2: the mature posts; all posts where none is mature.
rates AS (
    SELECT campaign_id, network, tier, is_mature,
        count(*) FILTER (WHERE e IS NOT NULL AND followers_at_post > 0) AS n_posts,
        sum(e) FILTER (WHERE followers_at_post > 0) / nullif(sum(followers_at_post) FILTER (WHERE e IS NOT NULL), 0) AS er_followers_pooled,
        CAST(sum(CAST(e / nullif(followers_at_post, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts, 0) AS er_followers_mean,
        median(e / nullif(followers_at_post, 0)) AS er_followers_median,
        count(*) FILTER (WHERE e IS NOT NULL AND v > 0) AS n_posts_views,
        sum(e) FILTER (WHERE v > 0) / nullif(sum(v) FILTER (WHERE e IS NOT NULL), 0) AS er_views_pooled,
        CAST(sum(CAST(e / nullif(v, 0) AS DECIMAL(38, 12))) AS DOUBLE) / nullif(n_posts_views, 0) AS er_views_mean,
        median(e / nullif(v, 0)) AS er_views_median
    FROM _campaign_posts
    WHERE network <> '*'
    GROUP BY campaign_id, network, tier, is_mature
    QUALIFY is_mature OR NOT bool_or(is_mature) OVER (PARTITION BY campaign_id, network, tier)
),
complete AS (
    SELECT c.campaign_id, sum(n.captured) / nullif(CASE WHEN count(*) = count(n.expected) THEN sum(n.expected) END, 0) AS completeness
    FROM core_campaigns AS c
    JOIN _brand_completeness AS n ON n.brand_id = c.brand_id AND n.night >= CAST(c.starts_at AS DATE) AND n.night < c.ends_at
    GROUP BY c.campaign_id
),
-- K13, in the brand's jurisdiction, over every relation but owned.
connected AS (
    SELECT f.network, f.tier, d.verdict = 'adequate' AS adequate, unnest(f.campaign_ids) AS campaign_id
    FROM mart_disclosure AS d
    JOIN core_brands AS b ON b.brand_id = d.brand_id AND b.jurisdiction = d.jurisdiction
    JOIN _mention_facts AS f ON f.network = d.network AND f.post_id = d.post_id AND f.brand_id = d.brand_id
    WHERE d.verdict IN ('adequate', 'weak', 'missing') AND f.campaign_ids IS NOT NULL AND NOT coalesce(f.not_summed, false)
),
disclosed AS (
    SELECT campaign_id, coalesce(network, '*') AS network, coalesce(tier, '*') AS tier, count_if(adequate) / count(*) AS disclosure_rate
    FROM connected
    GROUP BY GROUPING SETS ((campaign_id, network, tier), (campaign_id, network), (campaign_id, tier), (campaign_id))
),
-- K12, over the whole campaign: money of one currency alone, on the total row; a cost while every deal tells its amount.
spent AS (
    SELECT campaign_id, min(currency) AS currency, CAST(sum(clicks) AS BIGINT) AS clicks, CAST(sum(conversions) AS BIGINT) AS conversions,
        CAST(sum(CAST(revenue AS DECIMAL(18, 6))) AS DOUBLE) AS revenue,
        CASE WHEN sum(deals_known) = sum(deals) THEN CAST(sum(CAST(cost AS DECIMAL(18, 6))) AS DOUBLE) END AS cost
    FROM _money
    GROUP BY campaign_id
    HAVING count(DISTINCT currency) = 1
),
-- K12 as mart_roi: what deals were paid for is engaged with as well, so cost by engagements looks at more than earned mentions.
tagged AS (
    SELECT unnest(campaign_ids) AS campaign_id, engagements
    FROM _mention_facts
    WHERE campaign_ids IS NOT NULL AND is_mention AND relation IN ('organic', 'gifted', 'contest', 'paid')
),
roused AS (
    SELECT campaign_id, sum(engagements) AS engagements FROM tagged GROUP BY campaign_id
),
-- A campaign that has begun has a total row, also before its first post.
groups AS (
    SELECT campaign_id, network, tier FROM counts
    UNION
    SELECT campaign_id, '*' AS network, '*' AS tier FROM core_campaigns WHERE starts_at < $as_of
),
joined AS (
    SELECT g.campaign_id, g.network, g.tier, coalesce(n.posts, 0) AS posts, coalesce(n.creators, 0) AS creators,
        CASE WHEN b.history_from + CAST($returning_days AS INTEGER) <= CAST(c.starts_at AS DATE) THEN coalesce(n.new_creators, 0) END AS new_creators,
        coalesce(n.creators, 0) / nullif(w.creators, 0) AS hashtag_adoption, a.audience_low, a.audience_high, a.audience_gross,
        a.audience_known_share, n.engagements, r.* EXCLUDE (campaign_id, network, tier, is_mature, n_posts, n_posts_views),
        coalesce(r.n_posts, 0) AS n_posts, coalesce(r.n_posts_views, 0) AS n_posts_views,
        CASE WHEN g.network = '*' AND g.tier = '*' THEN c.goals ->> '$[0].metric' END AS goal_metric,
        CASE WHEN g.network = '*' AND g.tier = '*' THEN CAST(c.goals ->> '$[0].value' AS DOUBLE) END AS goal,
        e.engagements AS roused, m.clicks, m.conversions, m.revenue, m.cost, nullif(m.currency, 'XXX') AS currency, k.completeness, q.disclosure_rate, g.network = '*' OR g.tier = '*' AS is_total
    FROM groups AS g
    JOIN core_campaigns AS c ON c.campaign_id = g.campaign_id
    JOIN core_brands AS b ON b.brand_id = c.brand_id
    LEFT JOIN counts AS n ON n.campaign_id = g.campaign_id AND n.network = g.network AND n.tier = g.tier
    LEFT JOIN windows AS w ON w.campaign_id = g.campaign_id AND w.network = g.network AND w.tier = g.tier
    LEFT JOIN audience AS a ON a.campaign_id = g.campaign_id AND a.network = g.network AND a.tier = g.tier
    LEFT JOIN rates AS r ON r.campaign_id = g.campaign_id AND r.network = g.network AND r.tier = g.tier
    LEFT JOIN disclosed AS q ON q.campaign_id = g.campaign_id AND q.network = g.network AND q.tier = g.tier
    LEFT JOIN complete AS k ON k.campaign_id = g.campaign_id
    LEFT JOIN roused AS e ON e.campaign_id = g.campaign_id
    LEFT JOIN spent AS m ON m.campaign_id = g.campaign_id AND g.network = '*' AND g.tier = '*'
)
SELECT
    * EXCLUDE (goal_metric, roused),
    -- Goals name KPI ids or columns of this table; a rate has no value over all networks (K1), so neither has its goal.
    CASE WHEN goal_metric IN ('hashtag_use', 'mentions', 'posts') THEN posts WHEN goal_metric = 'creators' THEN creators
        WHEN goal_metric = 'new_creators' THEN new_creators WHEN goal_metric = 'engagements' THEN engagements
        WHEN goal_metric = 'hashtag_adoption' THEN hashtag_adoption WHEN goal_metric = 'audience_low' THEN audience_low
        WHEN goal_metric = 'audience_high' THEN audience_high WHEN goal_metric = 'audience_gross' THEN audience_gross
        WHEN goal_metric = 'clicks' THEN clicks WHEN goal_metric = 'conversions' THEN conversions WHEN goal_metric = 'revenue' THEN revenue
        WHEN goal_metric = 'cost' THEN cost WHEN goal_metric = 'cpc' THEN cost / nullif(clicks, 0)
        WHEN goal_metric = 'cpa' THEN cost / nullif(conversions, 0) WHEN goal_metric = 'cpe' THEN cost / nullif(roused, 0)
        WHEN goal_metric = 'roas' THEN revenue / nullif(cost, 0) WHEN goal_metric = 'roi' THEN (revenue - cost) / nullif(cost, 0)
    END / nullif(goal, 0) AS goal_share
FROM joined
