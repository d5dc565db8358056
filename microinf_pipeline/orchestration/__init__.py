"""All of Dagster, and nothing but Dagster: it decides when, never what.

Put here: assets, checks, jobs, schedules, sensors, and the launching of nights. Keep out: what a night does (`night`).
"""
