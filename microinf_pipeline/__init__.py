"""A nightly pipeline from raw social mentions to judged, explained KPI tables."""

__version__ = "0.1.0"
