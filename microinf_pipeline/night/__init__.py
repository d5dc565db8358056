"""What a night is, put together from the rooms below: captured, observed, built, judged, promoted, published.

Put here: the order of things and where rooms meet. Keep out: what one room can do alone, and Dagster (`orchestration`).
"""
