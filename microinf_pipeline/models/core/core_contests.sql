SELECT contest_id, brand_id, name, hashtags, starts_at, ends_at FROM configured_contests
