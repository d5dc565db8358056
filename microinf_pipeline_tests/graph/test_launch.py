"""Nights through Dagster: what a launch returns, what Dagster remembers, what is published."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from microinf_pipeline.catalog.model import Stage
from microinf_pipeline.catalog.tables import ORDER, PUBLISHED, of_stage
from microinf_pipeline.orchestration import instance, launch
from microinf_pipeline.orchestration.assembly import build_defs
from microinf_pipeline.orchestration.specs import raw_name
from microinf_pipeline.storage.home import Home
from microinf_pipeline_tests.homes import SmallHome, a_post

FIRST, SECOND, THIRD = "2026-03-30", "2026-03-31", "2026-04-01"
UNREADABLE = "no time at all"


@dataclass(frozen=True)
class Launched:
    """A home, and how launching nights in it ended."""

    home: SmallHome
    code: int
    told: str

    @property
    def dagster(self) -> AbstractContextManager[dg.DagsterInstance]:
        return instance.opened(self.home.home, self.home.config)

    def materialised(self, night: str) -> set[str]:
        """Assets with a materialisation of the night's partition."""
        with self.dagster as of:
            keys = [dg.AssetKey(name) for name in (*(t.name for t in ORDER), "published", "raw_feed")]
            return {k.to_user_string() for k in keys if night in of.get_materialized_partitions(k)}

    def checks(self, night: str) -> dict[str, bool]:
        """Checks of the night's run: name → green."""
        with self.dagster as of:
            runs = of.get_runs(dg.RunsFilter(tags={"dagster/partition": night}))
            events = [e for run in runs for e in of.all_logs(run.run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)]
        evaluations = [e.get_dagster_event().asset_check_evaluation_data for e in events]
        return {f"{e.asset_key.to_user_string()}.{e.check_name}": e.passed for e in evaluations}

    def statuses(self) -> list[tuple[str, str, str]]:
        """Runs, oldest first: job, night, status."""
        with self.dagster as of:
            runs = reversed(of.get_runs())
            return [(r.job_name, r.tags["dagster/partition"], r.status.value) for r in runs]

    def published(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.home.home.published / "microinf.duckdb"), read_only=True) as reader:
            return reader.execute(sql).fetchall()


def launched(home: SmallHome, *nights: str, keep_going: bool = False) -> Launched:
    days = [date.fromisoformat(n) for n in nights]
    with contextlib.redirect_stderr(io.StringIO()) as told:
        code = launch.run(home.settings, days, config=home.config, keep_going=keep_going)
    return Launched(home, code, told.getvalue())


def posts(*nights: str, broken: Sequence[str] = ()) -> dict[str, list[dict[str, object]]]:
    """One readable post a night; nights named in `broken` bring an unreadable one beside it."""
    rows = [a_post(n, f"p{n}", likes=5, comments=1, followers=9900) for n in nights]
    return {"feed": [*rows, *(a_post(n, f"x{n}", created=UNREADABLE) for n in broken)]}


ADDRESS = "hidden.person@mail.example"


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> Launched:
    """One night of one post, launched once for the tests that only look."""
    folder = tmp_path_factory.mktemp("green")
    home = SmallHome(folder, posts=posts(FIRST), lines="inputs: {customers: customers.csv}\n")
    (folder / "customers.csv").write_text(f"customer_id,network,account,brand_id,email\nC1,,,acme,{ADDRESS}\n")
    return launched(home, FIRST)


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Launched:
    """A night whose source is half unreadable."""
    return launched(SmallHome(tmp_path_factory.mktemp("red"), posts=posts(FIRST, broken=[FIRST])), FIRST)


def test_a_green_night_is_published(green: Launched) -> None:
    assert green.code == 0
    assert green.published("SELECT post_id, likes, tier_at_post FROM core_posts") == [(f"p{FIRST}", 5, "nano")]
    assert sorted(p.name for p in (green.home.home.published / "tables").iterdir()) == sorted(t.name for t in PUBLISHED)


def test_a_green_night_is_one_run_that_materialises_every_table(green: Launched) -> None:
    assert green.statuses() == [("nightly", FIRST, "SUCCESS")]
    assert green.materialised(FIRST) == {*(t.name for t in ORDER), "published", "raw_feed"}


def test_every_declared_check_is_reported(green: Launched) -> None:
    declared = build_defs(green.home.settings).resolve_asset_graph().asset_check_keys
    told = green.checks(FIRST)
    assert set(told) == {f"{c.asset_key.to_user_string()}.{c.name}" for c in declared}
    assert [name for name, held in told.items() if not held] == []


def test_metadata_counts_and_draws_but_holds_no_row(green: Launched) -> None:
    with green.dagster as of:
        found = of.get_latest_materialization_event(dg.AssetKey("core_posts"))
    assert found is not None
    event = found.asset_materialization
    assert event is not None
    shown = {k: v.value for k, v in event.metadata.items()}
    chart = str(shown.pop("chart"))
    assert shown.pop("stage_seconds") > 0  # type: ignore[operator]
    assert shown == {"dagster/row_count": 1, "dagster/partition_row_count": 1, "rows_written": 1, "partitions": 1}
    assert "data:image/svg+xml" in chart
    assert "acme" not in chart


def logged(of: Launched) -> list[dict[str, str]]:
    (file,) = of.home.home.logs.glob("*.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_log_is_json_lines_in_the_home(green: Launched) -> None:
    steps = ["capture", "deduplicate", "enrich_creators", "classify_tiers", "materialise_kpis", "accept", "publish"]
    assert [(line["level"], line["step"]) for line in logged(green)] == [("INFO", step) for step in steps]


def test_a_customers_address_stands_in_no_file_of_the_home(green: Launched) -> None:
    files = [path for path in green.home.home.path.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path for path in files if b"hidden.person" in path.read_bytes()] == []
    tables = [path for path in files if path.suffix == ".parquet"]
    assert [path for path in tables if "hidden.person" in pl.read_parquet(path).write_json()] == []


def test_without_a_terminal_there_is_a_plain_line_a_stage(green: Launched) -> None:
    assert [line.split()[:2] for line in green.told.splitlines()] == [[FIRST, line["step"]] for line in logged(green)]


def test_a_red_gate_stops_the_night_and_publishes_nothing(red: Launched) -> None:
    assert (red.code, red.home.home.published.exists()) == (3, False)
    assert red.materialised(FIRST) == {"raw_feed"}
    assert [name for name, held in red.checks(FIRST).items() if not held] == ["captures.reads_its_rows__feed"]
    assert red.statuses() == [("nightly", FIRST, "FAILURE")]


def test_the_error_says_what_where_and_how_to_fix_it(red: Launched) -> None:
    told = red.told.splitlines()
    assert told[0] == f"error: 1 gate(s) stopped night {FIRST}: nothing was published"
    assert [line.split(":")[0] for line in told[1:]] == ["  where", "  fix"]
    assert "reads_its_rows__feed" in told[1]


def test_the_log_holds_the_error(red: Launched) -> None:
    assert (
        next(line["message"] for line in logged(red) if line["level"] == "ERROR") == red.told.removeprefix("error: ").rstrip()
    )


def without_file(home: SmallHome, source: str) -> SmallHome:
    (home.folder / f"{source}.csv").unlink()
    return home


def test_a_failed_required_source_ends_with_4(tmp_path: Path) -> None:
    night = launched(without_file(SmallHome(tmp_path, posts=posts(FIRST)), "feed"), FIRST)
    assert (night.code, night.home.home.published.exists()) == (4, False)
    assert "no file matches" in night.told
    with night.dagster as of:
        event = of.get_latest_materialization_event(dg.AssetKey(raw_name("feed")))
    assert event is not None
    assert event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    assert (metadata["status"].value, metadata["dagster/row_count"].value) == ("failed", 0)


@pytest.mark.nights
def test_a_failed_optional_source_is_counted_and_the_night_goes_on(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts={**posts(FIRST), "extra": []}, optional=frozenset({"extra"}))
    night = launched(without_file(home, "extra"), FIRST)
    assert night.code == 0
    gaps = night.published(
        "SELECT source, captured, gap_reason IS NOT NULL FROM mart_completeness WHERE rule = '*' ORDER BY source"
    )
    assert gaps == [("extra", 0, True), ("feed", 1, False)]
    assert night.checks(FIRST)["captures.captures_what_was_stated__extra"] is False


def test_a_second_run_at_once_is_refused(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts=posts(FIRST))
    with home.home.locked("night 2026-01-01"):
        night = launched(home, FIRST)
    assert (night.code, night.told.splitlines()[0]) == (6, "error: another run holds the home")


@pytest.mark.nights
def test_a_range_stops_at_the_first_red_night_and_publishes_the_accepted_ones(tmp_path: Path) -> None:
    night = launched(SmallHome(tmp_path, posts=posts(FIRST, SECOND, THIRD, broken=[SECOND])), FIRST, SECOND, THIRD)
    assert night.code == 3
    assert night.statuses() == [
        ("nightly", FIRST, "SUCCESS"),
        ("nightly", SECOND, "FAILURE"),
        ("publication", FIRST, "SUCCESS"),
    ]
    assert night.published("SELECT night FROM meta_runs") == [(date.fromisoformat(FIRST),)]
    assert [p.name for p in night.home.home.snapshots.iterdir() if p.is_dir()] == ["1"]


@pytest.mark.nights
def test_keep_going_runs_the_nights_after_a_red_one(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts=posts(FIRST, SECOND, broken=[FIRST, SECOND]))
    night = launched(home, FIRST, SECOND, keep_going=True)
    assert night.code == 3
    assert night.statuses() == [("nightly", FIRST, "FAILURE"), ("nightly", SECOND, "FAILURE")]
    assert not home.home.published.exists()


@pytest.mark.nights
def test_a_range_of_partitions_is_one_run(tmp_path: Path) -> None:
    """What a backfill of the UI starts: no caller watches, the steps lock the home themselves."""
    home = SmallHome(tmp_path, posts=posts(FIRST, SECOND))
    with instance.opened(home.home, home.config) as of:
        job = build_defs(home.settings).resolve_job_def("nightly")
        ends = {"dagster/asset_partition_range_start": FIRST, "dagster/asset_partition_range_end": SECOND}
        assert job.execute_in_process(instance=of, tags=ends).success
    night = Launched(home, 0, "")
    assert night.published("SELECT night FROM meta_runs ORDER BY night") == [(date.fromisoformat(n),) for n in (FIRST, SECOND)]
    assert {"core_posts", "published"} <= night.materialised(FIRST) & night.materialised(SECOND)


def test_a_stage_alone_says_that_the_whole_night_must_run(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts=posts(FIRST))
    job = build_defs(home.settings).resolve_job_def("nightly")
    alone = [dg.AssetKey(t.name) for t in of_stage(Stage.DEDUPLICATE)]
    with instance.opened(home.home, home.config) as of, pytest.raises(dg.Failure, match="materialise the whole night"):
        job.execute_in_process(instance=of, partition_key=FIRST, asset_selection=alone)


def test_dagsters_own_settings_are_written_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = instance.prepare(home)
    path.write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    assert instance.prepare(home).read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


def test_the_shipped_event_log_reads_what_ours_wrote(green: Launched, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "history").symlink_to(green.home.home.dagster / "history")
    with dg.DagsterInstance.local_temp(str(plain)) as shipped:
        records = shipped.fetch_materializations(dg.AssetKey("core_posts"), limit=5).records
    assert [r.partition_key for r in records] == [FIRST]
