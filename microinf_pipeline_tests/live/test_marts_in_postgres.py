"""Marts in a real Postgres: one transaction, comments, readers that wait for nothing."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import psycopg
import pytest

from microinf_pipeline.catalog.model import Layer
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night import commands
from microinf_pipeline.storage.postgres import write_tables
from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.live

NIGHT = "2026-03-30"
MARTS = [table for table in PUBLISHED if table.layer in (Layer.MART, Layer.META)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> SmallHome:
    rows = [a_post(NIGHT, str(n), created=f"2026-03-{day}T10:00:00Z") for n, day in enumerate((27, 28, 28, 29))]
    folder = tmp_path_factory.mktemp("marts")
    (folder / "dsn").write_text(postgres, encoding="utf-8")
    home = SmallHome(folder, {"feed": rows}, lines="publish: {postgres_file: dsn}\n")
    home.run(NIGHT)
    assert commands.publish(home.settings, postgres=True) == 0
    return home


def test_every_mart_is_there_with_its_rows_and_comments(home: SmallHome, postgres: str) -> None:
    with psycopg.connect(postgres) as db:
        for table in MARTS:
            files = list((home.home.published / "tables" / table.name).glob("*.parquet"))
            rows = sum(pl.read_parquet(file).height for file in files)
            assert db.execute(f"SELECT count(*) FROM microinf.{table.name}").fetchone() == (rows,), table.name
        told = db.execute(
            "SELECT obj_description(c.oid), col_description(c.oid, a.attnum) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
            " WHERE c.oid = 'microinf.mart_kpi'::regclass AND a.attname = 'value'"
        ).fetchone()
    kpi = TABLES["mart_kpi"]
    assert told == (f"{kpi.purpose} One row per {', '.join(kpi.grain)}.", kpi.column("value").comment)


def test_readers_see_the_old_rows_until_all_tables_are_new(home: SmallHome, postgres: str) -> None:
    tables = home.home.published / "tables"
    with psycopg.connect(postgres) as reader:
        reader.execute("SET default_transaction_isolation = 'repeatable read'")
        reader.commit()
        before = reader.execute("SELECT count(*) FROM microinf.mart_kpi").fetchone()
        assert write_tables(postgres, tables, MARTS)["mart_kpi"] == (before or (0,))[0]
        assert reader.execute("SELECT count(*) FROM microinf.mart_kpi").fetchone() == before


def test_a_table_that_is_refused_leaves_all_as_they_were(home: SmallHome, postgres: str, tmp_path: Path) -> None:
    kpi, rules = TABLES["mart_kpi"], TABLES["meta_disclosure_rules"]
    (tmp_path / rules.name).mkdir()
    (tmp_path / kpi.name).mkdir()
    broken = {c.name: ["no such day" if c.name == "period_start" else None] for c in kpi.published_columns}
    pl.DataFrame(broken, schema_overrides={"period_start": pl.String}).write_parquet(tmp_path / kpi.name / "all-0.parquet")
    with pytest.raises(FixConfigurationError, match="nothing changed there"):
        write_tables(postgres, tmp_path, [rules, kpi])
    with psycopg.connect(postgres) as db:
        assert db.execute("SELECT count(*) > 100 FROM microinf.meta_disclosure_rules").fetchone() == (True,)


def test_an_address_nobody_answers_at_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match=r"publish\.postgres"):
        write_tables("postgresql://pg@127.0.0.1:1/none", tmp_path, MARTS)
