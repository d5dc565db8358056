"""A model and its table in the catalogue agree on what is read and what is given."""

from __future__ import annotations

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.models.dialect import findings
from microinf_pipeline.models.files import ModelFile
from microinf_pipeline.models.promises import declared_reads

GIVEN = ", ".join(f"d.{name}" for name in TABLES["_account_brand_days"].column_names)
MODEL = f"SELECT {GIVEN} FROM _account_sums AS d"


def told(*models: tuple[str, str]) -> list[str]:
    return [f.what for f in findings(tuple(ModelFile(name, "marts", sql) for name, sql in models))]


def test_a_model_that_keeps_its_promises_has_no_findings() -> None:
    assert told(("_account_brand_days", MODEL)) == []


def test_columns_are_compared_by_name_in_any_order() -> None:
    backwards = ", ".join(f"d.{name}" for name in reversed(TABLES["_account_brand_days"].column_names))
    assert told(("_account_brand_days", f"SELECT {backwards} FROM _account_sums AS d")) == []


def test_columns_too_few_too_many_and_twice_are_told() -> None:
    sql = "SELECT d.brand_id, d.network, d.account_id, d.account_id, d.day, d.text FROM _account_sums AS d"
    assert told(("_account_brand_days", sql)) == [
        "gives the column account_id twice",
        "gives the column text, unknown to the catalogue",
        "lacks the column posts",
    ]


def test_reads_too_few_and_too_many_are_told() -> None:
    assert told(("_account_brand_days", MODEL.replace("_account_sums", "core_posts"))) == [
        "does not read _account_sums, though the catalogue says so",
        "reads core_posts, which the catalogue does not say",
    ]


def test_a_view_is_looked_through() -> None:
    view = ("_thin", "SELECT * FROM _account_sums")
    assert told(view, ("_account_brand_days", MODEL.replace("_account_sums", "_thin"))) == []


def test_stars_are_looked_up_in_named_queries_and_tables() -> None:
    sql = f"WITH a AS ({MODEL}), b AS (SELECT x.* EXCLUDE (posts), 1 AS posts FROM a AS x) SELECT * FROM b"
    assert told(("_account_brand_days", sql)) == []


def test_a_star_over_a_view_cannot_be_told() -> None:
    view = ("_thin", MODEL)
    assert told(view, ("_account_brand_days", "SELECT * FROM _thin")) == ["its last SELECT has columns that cannot be told"]


def test_a_tables_own_past_is_read_under_another_name() -> None:
    assert "core_tier_history_before" in declared_reads(TABLES["core_tier_history"])
