"""Whose posts members of a cluster are: two posts are one person's only where somebody is known."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine

DAY = date(2026, 3, 1)
POST = {"network": "x", "posted_on": DAY}


def test_posts_of_authors_nobody_knows_are_nobodys_and_others_their_accounts_or_creators(tmp_path: Path) -> None:
    accounts = {"1": None, "2": None, "3": "@ben", "4": "c1", "5": "d1"}
    audience = [("@ben", "b1"), ("c1", "c1")]
    engine = DuckDBEngine.in_memory(spill=tmp_path)
    frames: dict[str, list[dict[str, Any]]] = {
        "copy_groups": [POST | {"post_id": post, "group_no": 0, "cluster_no": 0} for post in accounts],
        "member_signatures": [
            POST | {"post_id": post, "created_at": datetime(2026, 3, 1), "copy_key": "k", "account_key": account}
            for post, account in accounts.items()
        ],
        "member_audience": [POST | {"account_key": key, "account_id": account} for key, account in audience],
        "core_creator_links": [{"network": "x", "account_id": "c1", "creator_id": "instagram:carla"}],
    }
    for name, rows in frames.items():
        engine.register_frame(name, pl.DataFrame(rows, infer_schema_length=None))
    found = engine.query(sql_of("copy_people")).sort("post_id").select("post_id", "account_id", "person")
    engine.close()
    assert found.rows() == [
        ("1", None, None),
        ("2", None, None),
        ("3", "b1", "x:b1"),
        ("4", "c1", "instagram:carla"),
        ("5", None, "x:d1"),
    ]
