"""A rule of rules/ that a model takes is part of what the model is: when it changes, the stored rows are out of date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.models import parameters
from microinf_pipeline.night import model_runs
from microinf_pipeline.settings import Settings, load

CONFIG = """\
home: home
brands:
  - {id: acme, name: Acme, hashtags: ["#acme"]}
sources:
  - {name: feed, type: files, path: "feed/*.csv", holds: posts, network: instagram, origin: licensed_export, columns: {post_id: id}}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "microinf.yaml").write_text(CONFIG, encoding="utf-8")
    return load(tmp_path / "microinf.yaml")


def stale_after(settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, changed: Any) -> dict[str, str]:
    """Tables that are out of date once a function of models.parameters gives something else."""
    stored = model_runs.hashes(settings)
    monkeypatch.setattr(parameters, name, changed)
    return model_runs.stale_tables(settings, stored)


def test_a_changed_parameter_makes_the_tables_stale_whose_models_bind_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parameters.values
    stale = stale_after(settings, monkeypatch, "values", lambda as_of: before(as_of) | {"maturity_days": 14})
    assert stale == dict.fromkeys(("core_posts", "_mention_facts", "_creator_rates"), "model")


def test_a_changed_row_of_a_rule_makes_the_tables_stale_whose_models_read_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, *others = parameters.relations()
    assert parts.name == "engagement_parts"
    other = replace(parts, rows=parts.rows[1:])
    stale = stale_after(settings, monkeypatch, "relations", lambda: (other, *others))
    readers = {name for name, table in TABLES.items() if "engagement_parts" in {read.table for read in table.reads}}
    assert stale == dict.fromkeys(readers, "model")
    assert readers == {"core_posts", "_mention_facts", "_creator_rates", "mart_content_library"}


def test_another_night_makes_nothing_stale(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = parameters.values
    assert stale_after(settings, monkeypatch, "values", lambda as_of: before(as_of) | {"as_of": as_of.replace(year=2030)}) == {}


def test_a_changed_relation_on_the_way_makes_the_tables_stale_that_stand_on_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, before = model_runs.hashes(settings), model_runs.sql_of
    monkeypatch.setattr(model_runs, "sql_of", lambda name: before(name) + "\n-- another" * (name == "_resolved_keys"))
    stale = model_runs.stale_tables(settings, stored)
    assert {"core_account_history", "core_accounts", "_account_day_audience"} <= stale.keys()
    monkeypatch.setattr(model_runs, "sql_of", lambda name: before(name) + "\n-- another" * (name == "_deliveries"))
    stale = model_runs.stale_tables(settings, stored)  # core_posts reads it through _posts_latest
    assert {"core_post_metrics", "core_duplicates", "core_posts", "core_post_hashtags"} <= stale.keys()
    assert "core_accounts" not in stale
