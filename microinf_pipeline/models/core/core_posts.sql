-- The post as it stands: last delivery, last metrics, audience of its author on its day, availability, how it reads, whether it
-- counts. What an export says of the sentiment is never overruled.
WITH uncounted AS (
    SELECT DISTINCT network, post_id FROM core_duplicates WHERE duplicate_type IN ('repost', 'bridge')
),
mature AS (
    SELECT DISTINCT network, post_id FROM core_post_metrics WHERE age_days >= $maturity_days
),
-- Of the few posts that were ever anything but available.
latest_status AS (
    SELECT s.network, s.post_id, s.status FROM core_post_status AS s
    SEMI JOIN (SELECT network, post_id FROM core_post_status WHERE status <> 'available') AS c
        ON c.network = s.network AND c.post_id = s.post_id
    QUALIFY row_number() OVER (PARTITION BY s.network, s.post_id ORDER BY s.changed_at DESC) = 1
),
joined AS (
    SELECT
        p.*, a.account_id, a.tier AS known_tier, a.seen_before, a.delivered_tier, a.first_tier, a.snapshot_followers, a.later_followers,
        e.likes AS takes_likes, e.comments AS takes_comments, e.shares AS takes_shares,
        e.quotes AND (p.quotes IS NOT NULL OR NOT e.optional_quotes) AS takes_quotes, e.saves AS takes_saves,
        m.post_id IS NOT NULL AS is_mature, u.post_id IS NULL AND p.post_type <> 'repost' AS is_counted, s.status, c.cluster_id,
        r.lang AS read_lang, r.lang_source AS read_lang_source, r.sentiment AS read_sentiment, r.safety_flags, r.safety_evidence, coalesce(o.not_derived, false) AS not_derived,
        coalesce(o.follows_deletions AND s.status IN ('deleted', 'protected', 'withheld'), false) AS is_withdrawn
    FROM _posts_latest AS p
    LEFT JOIN _account_day_audience AS a ON a.network = p.network AND a.account_key = p.account_key AND a.posted_on = p.posted_on
    LEFT JOIN engagement_parts AS e ON e.network = p.network
    LEFT JOIN mature AS m ON m.network = p.network AND m.post_id = p.post_id
    LEFT JOIN uncounted AS u ON u.network = p.network AND u.post_id = p.post_id
    LEFT JOIN _post_copies AS c ON c.network = p.network AND c.post_id = p.post_id
    LEFT JOIN latest_status AS s ON s.network = p.network AND s.post_id = p.post_id
    LEFT JOIN _post_readings AS r ON r.network = p.network AND r.post_id = p.post_id
    LEFT JOIN refusing_origins AS o ON o.origin = p.origin
)
SELECT
    network, post_id, account_id, handle, url,
    CASE WHEN NOT is_withdrawn THEN title END AS title, CASE WHEN NOT is_withdrawn THEN text END AS text, coalesce(lang, read_lang) AS lang,
    CASE WHEN lang IS NOT NULL THEN coalesce(lang_source, 'source') WHEN read_lang IS NOT NULL THEN read_lang_source END AS lang_source, country, created_at, posted_on, edited_at, post_type,
    reply_to_post_id, reply_to_account_id, repost_of_post_id, quote_of_post_id, thread_root_post_id,
    CASE WHEN media IS NOT NULL THEN CAST(to_json(media) AS VARCHAR) END AS media_types,
    likes, comments, shares, quotes, saves, views, impressions, reach_measured,
    CASE WHEN NOT not_derived THEN
        CASE WHEN takes_likes THEN likes ELSE 0 END
        + CASE WHEN takes_comments THEN comments ELSE 0 END
        + CASE WHEN takes_shares THEN shares ELSE 0 END
        + CASE WHEN takes_quotes THEN quotes ELSE 0 END
        + CASE WHEN takes_saves THEN saves ELSE 0 END
    END AS engagements,
    '[' || concat_ws(
        ',', CASE WHEN takes_likes THEN '"likes"' END, CASE WHEN takes_comments THEN '"comments"' END,
        CASE WHEN takes_shares THEN '"shares"' END, CASE WHEN takes_quotes THEN '"quotes"' END,
        CASE WHEN takes_saves THEN '"saves"' END
    ) || ']' AS engagement_parts, metrics_observed_at, is_mature,
    coalesce(delivered_followers, snapshot_followers, later_followers) AS followers_at_post,
    CASE
        WHEN delivered_followers IS NOT NULL THEN 'delivered'
        WHEN snapshot_followers IS NOT NULL THEN 'snapshot'
        WHEN later_followers IS NOT NULL THEN 'carried_back'
        ELSE 'none'
    END AS followers_basis,
    CASE
        WHEN seen_before THEN known_tier
        WHEN delivered_followers IS NOT NULL AND delivered_tier IS NOT NULL THEN delivered_tier
        ELSE coalesce(first_tier, 'unknown')
    END AS tier_at_post,
    CASE
        WHEN seen_before OR (delivered_followers IS NOT NULL AND delivered_tier IS NOT NULL) THEN 'as_of'
        WHEN first_tier IS NOT NULL THEN 'carried_back'
        ELSE 'unknown'
    END AS tier_basis,
    is_paid_label, CASE WHEN sponsors IS NOT NULL THEN CAST(to_json(sponsors) AS VARCHAR) END AS sponsor_accounts,
    coalesce(sentiment, read_sentiment) AS sentiment,
    CASE WHEN sentiment IS NOT NULL THEN 'export' WHEN read_sentiment IS NOT NULL THEN 'model' END AS sentiment_source,
    safety_flags, CASE WHEN is_withdrawn THEN safety_flags ELSE safety_evidence END AS safety_evidence, origin, capture_reason, first_seen_at, last_seen_at, coalesce(status, 'available') AS status, is_counted, cluster_id
FROM joined
