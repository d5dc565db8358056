"""A contest between its lists and its protocol: what is handed in, what keeps it from being drawn, what is kept."""
