"""The models: one SELECT a table, and what is bound into them.

Put here: SQL files named like their table, and the parameters they know. Keep out: running them (storage, night).
"""
