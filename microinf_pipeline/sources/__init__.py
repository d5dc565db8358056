"""How posts and profiles arrive: one module a network, one HTTP client for all.

Keep out: text features, storage, what a night decides.
"""
