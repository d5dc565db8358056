"""What a single row tells: text features, identity and brand mentions, as pure polars.

Put here: anything computed from one delivery alone. Keep out: files, databases, the clock, and whatever needs a second
row to be known (duplicates, tiers, relations).
"""
