"""What is known of accounts and persons: pure functions over frames, rules read from `rules/`."""
