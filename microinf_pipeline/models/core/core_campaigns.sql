SELECT campaign_id, brand_id, name, hashtags_any, hashtags_all, starts_at, ends_at, goals, budget, currency FROM configured_campaigns
