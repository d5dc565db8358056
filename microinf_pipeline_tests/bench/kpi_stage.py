"""What the KPI stage costs, model by model: `python -m …bench.kpi_stage FOLDER [--posts 1000000] [--small]`.

Fills a lake with invented core tables, then runs the stage's models as a night does. Default: every post in one month,
the whole month touched. With --small: the posts lie on a year, and a night adds 10,000 on its last three days.
Put here: the invented core tables and the clock. Keep out: what a whole night costs (`one_night`).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import polars as pl

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.catalog.tables import TABLES, of_stage
from microinf_pipeline.models import parameters
from microinf_pipeline.night.building import _BEFORE
from microinf_pipeline.night.model_runs import run_model
from microinf_pipeline.night.run import NightRun, Touched
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.lake import Candidate

_NIGHT = date(2026, 4, 10)
_NEW_POSTS = 10_000
_TYPES = {"VARCHAR": pl.String(), "BOOLEAN": pl.Boolean()}

#: Posts $first to $last on the $days days up to $end. Authors as in bench.posts: few with very many, very many with few.
_POSTS = """
SELECT n, 'instagram' AS network, CAST(3000000000000000000 + n AS VARCHAR) AS post_id,
    (CAST(floor(least(pow(1 - u1, -3.3333), 1e9)) AS BIGINT) - 1) % 120000 AS author,
    CAST($end AS TIMESTAMP) - to_seconds(CAST(floor(u2 * $days * 86400) AS BIGINT) + 1) AS created_at,
    CAST(floor(exp(4.2 + 3 * (u3 - 0.5))) AS BIGINT) AS likes, u4, u5, u6
FROM (
    SELECT n, {numbers} FROM (SELECT unnest(generate_series($first, $last)) AS n) AS s
) AS drawn
""".replace("{numbers}", ", ".join(f"(hash(n * 7 + {k}) % 1000003) / 1000003.0 AS u{k}" for k in range(1, 7)))

_TABLES = {
    "core_brands": "SELECT 'acme' AS brand_id, 'Acme' AS name, 'Europe/Berlin' AS timezone, DATE '2025-01-01' AS history_from"
    " UNION ALL SELECT 'zephyra', 'Zephyra', 'UTC', DATE '2025-01-01'",
    "core_campaigns": "SELECT 'spring' AS campaign_id, 'acme' AS brand_id, 'Spring' AS name, TIMESTAMP '2026-03-01' AS starts_at,"
    " TIMESTAMP '2026-06-01' AS ends_at, '[\"trailrun\"]' AS hashtags_any, '[]' AS hashtags_all, '[]' AS goals",
    "core_accounts": "SELECT 'instagram' AS network, CAST(90000000 + a AS VARCHAR) AS account_id, concat('c', md5(CAST(a AS VARCHAR))[:15])"
    " AS creator_id, 'exact' AS followers_precision FROM (SELECT unnest(generate_series(0, 119999)) AS a) AS s",
    "core_creators": "SELECT concat('c', md5(CAST(a AS VARCHAR))[:15]) AS creator_id, ['nano', 'micro', 'macro'][1 + a % 3] AS tier"
    " FROM (SELECT unnest(generate_series(0, 119999)) AS a) AS s",
    "core_posts": "SELECT *, CAST(created_at AS DATE) AS posted_on, CAST(90000000 + author AS VARCHAR) AS account_id, 'original' AS post_type,"
    " true AS is_counted, ['nano', 'micro', 'macro'][1 + author % 3] AS tier_at_post, likes // 23 AS comments, likes // 60 AS shares,"
    " likes * 11 AS views, likes + likes // 23 AS engagements, 50 + author * 7 AS followers_at_post, 'delivered' AS followers_basis,"
    " CASE WHEN u6 < 0.3 THEN '[\"video\"]' ELSE '[\"picture\"]' END AS media_types FROM invented",
    "core_mentions": "SELECT network, post_id, CASE WHEN u4 < 0.78 THEN 'acme' ELSE 'zephyra' END AS brand_id, 'hashtag' AS matched_by,"
    " 'about' AS mention_mode, CASE WHEN author < 50 THEN 'paid' ELSE 'organic' END AS relation, author >= 50 AS counts_as_earned,"
    " CAST(created_at AS DATE) AS posted_on FROM invented",
    "core_post_hashtags": "SELECT network, post_id, tag AS hashtag, tag AS hashtag_as_written, posted_on FROM (SELECT network, post_id,"
    " CAST(created_at AS DATE) AS posted_on, unnest(list_distinct(['acme', concat('tag', CAST(floor(u5 * 150) AS INTEGER)),"
    " CASE WHEN u6 < 0.03 THEN 'trailrun' ELSE concat('tag', CAST(floor(u6 * 150) AS INTEGER)) END])) AS tag FROM invented) AS t",
    "core_mention_campaigns": "SELECT network, post_id, 'spring' AS campaign_id, '[\"trailrun\"]' AS tags_found,"
    " CAST(created_at AS DATE) AS posted_on FROM invented WHERE u6 < 0.03 AND u4 < 0.78 AND created_at >= TIMESTAMP '2026-03-01'",
    "core_post_metrics": "SELECT network, post_id, DATE '2026-04-09' AS observed_on, likes, likes // 23 AS comments, likes // 60 AS shares,"
    " likes * 11 AS views, 'export' AS source, CAST(created_at AS DATE) AS posted_on, DATE '2026-04-09' - CAST(created_at AS DATE) AS age_days"
    " FROM invented",
}  # fmt: skip


def _fill(run: NightRun, first: int, last: int, end: date, days: int, *, keep: bool = False) -> None:
    """Write the core tables; `keep` = into the months that are there, beside their rows."""
    run.engine.define_table("invented", _POSTS, {"first": first, "last": last, "end": end, "days": days})
    for name, sql in _TABLES.items():
        table = TABLES[name]
        if keep and table.partition_by is None:
            continue
        given = run.engine.query(f"SELECT * FROM ({sql}) AS t LIMIT 0").columns
        columns = ", ".join(c.name if c.name in given else f"NULL AS {c.name}" for c in table.columns)
        months = None
        if keep:
            months = {f"{end - timedelta(days=1):%Y-%m}"}
            run.candidate.register(run.engine, table, months, view="kept")
        also = f" UNION ALL SELECT {columns.replace('NULL AS ', '')} FROM kept" if keep else ""
        run.candidate.write_model(run.engine, table, f"SELECT {columns} FROM ({sql}) AS t{also}", {}, months)


def _build(run: NightRun, days: set[date]) -> None:
    """The models of the stage, each with its costs on a line."""
    run.touched = Touched(days=days)
    for relation in parameters.relations():
        schema = {name: _TYPES[type_] for name, type_ in relation.columns.items()}
        run.engine.register_frame(relation.name, pl.DataFrame(relation.rows, schema, orient="row"))
    began = _used()
    for table in of_stage(Stage.KPIS):
        wall, cpu = time.monotonic(), _used()
        if table.name in _BEFORE:
            _BEFORE[table.name](run)
        rows = run_model(run, table)
        sys.stdout.write(
            f"{time.monotonic() - wall:7.2f} s {_used() - cpu:7.2f} cpu {rows:10,} rows {_peak():6,} MB  {table.name}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{_used() - began:17.2f} cpu  the stage\n")


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(folder: Path, posts: int, *, small: bool) -> None:
    """Run it in a new folder."""
    engine = DuckDBEngine.in_memory(memory_limit="1500MB", threads=2, spill=folder / "spill")
    run = NightRun(cast(Settings, None), Home(folder), (_NIGHT,), engine, Candidate(folder / "lake"))
    end, span = date(2026, 4, 1), 365 if small else 31
    _fill(run, 1, posts, end, span)
    _build(run, {end - timedelta(days=n) for n in range(1, span + 1)})
    if small:
        run.candidate.promote(run.candidate.state)
        _fill(run, posts + 1, posts + _NEW_POSTS, end, 3, keep=True)
        _build(run, {end - timedelta(days=n) for n in (1, 2, 3)})
    engine.close()


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("folder", type=Path)
    given.add_argument("--posts", type=int, default=1_000_000)
    given.add_argument("--small", action="store_true")
    asked = given.parse_args()
    main(asked.folder, asked.posts, small=asked.small)
