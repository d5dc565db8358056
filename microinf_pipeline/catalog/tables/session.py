"""Relations of one night that models read by name but that are never stored."""

from __future__ import annotations

#: Relations of one night that are read by name but never stored: given by configuration and rules, or made on the way.
SESSION_RELATIONS = (
    "observations_all", "touched_months", "configured_brands", "configured_campaigns", "configured_contests", "configured_roles", "brand_topics", "brand_targets", "given_outreach", "given_suppressions", "given_rights", "given_benchmarks",

    "given_aliases", "brand_accounts", "engagement_parts", "kpi_cuts", "tier_cuts", "changed_accounts", "folded_tiers", "matched_brands",
    "read_names", "linked_accounts", "known_roles", "tied_accounts", "suggested_links", "given_deals", "given_rate_card",
    "given_clicks", "given_conversions",
    "_deliveries", "_posts_merged", "_posts_latest", "_originals", "_account_post_days", "_handle_key_days", "_resolved_keys", "_accounts_latest",
    "read_labels", "judged_disclosures",
    "contest_clauses", "contest_claims", "contest_decisions", "contest_exclusions", "contest_costs", "frozen_contests", "frozen_entries",
    "drawn_places", "vested_entrants",
    "wanted_accounts", "read_profiles", "profile_candidates",
    "mentioning_posts", "read_texts", "employee_posts", "headcount_given", "post_words", "read_signatures", "signatures_before", "found_edges", "edges_before", "looked_anew", "found_copies", "copies_before", "clustered_anew",
    "set_sources", "vested_hashes",
    "refusing_origins", "refused_rows", "recounted_refusals",
)  # fmt: skip
