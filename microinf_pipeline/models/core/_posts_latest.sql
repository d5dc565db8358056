-- One row per post of the touched months. Posts delivered once pass straight through.
SELECT
    network, post_id, home_on AS posted_on, 1 AS deliveries, url, bridged_from_uri, account_key, handle, title, text,
    lang, lang_source, country, created_at, edited_at, post_type, reply_to_post_id, reply_to_account_id,
    repost_of_post_id, quote_of_post_id, thread_root_post_id, media,
    likes, comments, shares, quotes, saves, views, impressions, reach_measured,
    CASE
        WHEN likes IS NOT NULL OR comments IS NOT NULL OR shares IS NOT NULL OR views IS NOT NULL THEN seen_at
    END AS metrics_observed_at,
    delivered_followers,
    is_paid_label, sponsors, sentiment, origin,
    coalesce(capture_reason, 'mention') AS capture_reason, seen_at AS first_seen_at, seen_at AS last_seen_at,
    night AS first_night, source AS first_source, hashtags, hashtags_as_written, mentioned, link_hosts,
    words_beyond_handles, given_brand_id, kept_readings
FROM _deliveries
WHERE NOT is_repeated
UNION ALL
SELECT
    network, post_id, posted_on, deliveries, url, bridged_from_uri, account_key, handle, title, text, lang, lang_source, country,
    created_at, edited_at, post_type, reply_to_post_id, reply_to_account_id, repost_of_post_id, quote_of_post_id, thread_root_post_id,
    media, likes, comments, shares, quotes, saves, views, impressions, reach_measured, metrics_observed_at, delivered_followers,
    is_paid_label, sponsors, sentiment, origin, capture_reason, first_seen_at, last_seen_at, first_night, first_source,
    hashtags, hashtags_as_written, mentioned, link_hosts, words_beyond_handles, given_brand_id, kept_readings
FROM _posts_merged
