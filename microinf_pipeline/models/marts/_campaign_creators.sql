-- Creators with an earned mention of a brand inside a campaign's time, per local day (K8). tagged = one carries the campaign's tags.
SELECT c.campaign_id, f.brand_id, f.network, f.tier, f.day, f.creator_id,
    bool_or(coalesce(list_contains(f.campaign_ids, c.campaign_id), false)) AS tagged
FROM core_campaigns AS c
JOIN _mention_facts AS f ON f.brand_id = c.brand_id AND f.created_at >= c.starts_at AND f.created_at < c.ends_at
WHERE f.counts_as_earned AND f.is_mention AND NOT coalesce(f.not_summed, false) AND f.creator_id IS NOT NULL
GROUP BY c.campaign_id, f.brand_id, f.network, f.tier, f.day, f.creator_id
