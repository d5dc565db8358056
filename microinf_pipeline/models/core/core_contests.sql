SELECT
    contest_id, brand_id, name, hashtags, hashtags_any, hashtags_all, accounts, starts_at, ends_at, seen_by, freeze_from, method, winners,
    alternates, entries_per_person, countries, minimum_age, terms, budget, currency
FROM configured_contests
