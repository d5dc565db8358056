"""What Dagster is told: it loads anywhere, and the whole graph can be read in `graph.txt`."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from microinf_pipeline import clock
from microinf_pipeline.catalog.tables import ORDER
from microinf_pipeline.orchestration import automation
from microinf_pipeline.orchestration.assembly import build_defs
from microinf_pipeline.orchestration.lineage import ACCEPTED, SNAPSHOT, upstream
from microinf_pipeline.orchestration.specs import NIGHTLY
from microinf_pipeline.quality.gates import gates_of
from microinf_pipeline.settings import empty_settings
from microinf_pipeline_tests.homes import SmallHome, a_post

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT_FILE = Path(__file__).with_name("graph.txt")
NIGHT = "2026-03-30"
HEAVY = ("great_expectations", "pandas", "altair", "pyspark")


def a_home(folder: Path, lines: str = "") -> SmallHome:
    return SmallHome(folder, posts={"feed": [a_post(NIGHT, "1")], "other-feed": []}, lines=lines)


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    return build_defs(empty_settings()).resolve_asset_graph()


def loaded(config: Path | None, folder: Path) -> subprocess.CompletedProcess[str]:
    """A fresh process that loads the definitions as Dagster does, and says what it has imported."""
    code = (
        "import sys; from microinf_pipeline.definitions import defs; "
        "print(sorted(k.to_user_string() for k in defs.resolve_asset_graph().get_all_asset_keys() if k.path[0].startswith('raw_')), "
        f"[m for m in {HEAVY} if m in sys.modules])"
    )
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    variables.pop("MICROINF_CONFIG", None)
    if config:
        variables["MICROINF_CONFIG"] = str(config)
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_definitions_load_without_configuration_and_without_heavy_libraries(tmp_path: Path) -> None:
    run = loaded(None, tmp_path)
    assert (run.returncode, run.stdout) == (0, "[] []\n"), run.stderr
    assert list(tmp_path.iterdir()) == []


def test_definitions_load_for_the_configuration_in_use(tmp_path: Path) -> None:
    run = loaded(a_home(tmp_path).config, tmp_path)
    assert (run.returncode, run.stdout) == (0, "['raw_feed', 'raw_other_feed'] []\n"), run.stderr


def test_a_broken_configuration_is_told_with_every_problem(tmp_path: Path) -> None:
    run = loaded(a_home(tmp_path, lines="shedule: {}\ntiers: {cuts: {nano: 5}}\n").config, tmp_path)
    assert run.returncode == 1
    assert "did you mean 'schedule'?" in run.stderr
    assert "tier cuts must begin at 0" in run.stderr


def described(defs: dg.Definitions) -> Iterator[str]:
    """The graph as text: assets by group with what they are made from and their checks, then what starts them."""
    graph = defs.resolve_asset_graph()
    for key in graph.toposorted_asset_keys:
        node = graph.get(key)
        checks = sorted(c.name for c in graph.get_check_keys_for_assets({key}))
        yield f"{node.group_name:<16} {key.to_user_string()}{_listed(' <- ', sorted(p.to_user_string() for p in node.parent_keys))}"
        yield from ([f"{'':<18} checks: {', '.join(checks)}"] if checks else [])
    repository = defs.get_repository_def()
    for job in sorted(repository.get_all_jobs(), key=lambda j: j.name):
        if not job.name.startswith("__"):
            steps = [node.name for node in job.nodes_in_topological_order]
            yield f"job {job.name}: {' > '.join(steps)} ({job.executor_def.name}, {dict(job.tags)})"
    for schedule in repository.schedule_defs:
        yield f"schedule {schedule.name}: {schedule.cron_schedule} {schedule.execution_timezone} {schedule.default_status.value}"
    for sensor in sorted(repository.sensor_defs, key=lambda s: s.name):
        yield f"sensor {sensor.name}: {sensor.default_status.value}"


def _listed(before: str, names: list[str]) -> str:
    return before + ", ".join(names) if names else ""


def test_the_graph_is_the_one_in_graph_txt(tmp_path: Path) -> None:
    """A change of the graph shows as a difference of this file; write it anew with REWRITE=1."""
    text = "\n".join(described(build_defs(a_home(tmp_path).settings))) + "\n"
    if os.environ.get("REWRITE"):
        SNAPSHOT_FILE.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT_FILE.read_text(encoding="utf-8")


def test_every_table_is_an_asset_of_its_stage_and_has_its_checks(graph: AssetGraph) -> None:
    assets = {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert assets == {**{t.name: t.stage.value for t in ORDER}, SNAPSHOT: "publish"}
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert checked == {t.name for t in ORDER if gates_of(t)}


def test_a_table_tells_its_columns_owner_kinds_and_the_version_of_its_model(graph: AssetGraph) -> None:
    for table in ORDER:
        node = graph.get(dg.AssetKey(table.name))
        schema = node.metadata["dagster/column_schema"]
        assert [(c.name, c.description) for c in schema.columns] == [(c.name, c.comment) for c in table.columns]
        assert (bool(node.owners), bool(node.kinds), len(node.code_version or "")) == (True, True, 12)
        assert table.purpose in (node.description or "")


def test_the_partitions_are_utc_days_that_have_ended() -> None:
    keys = NIGHTLY.get_partition_keys()
    assert (keys[0], keys[-1]) == ("2010-01-01", clock.last_closed_night().isoformat())


def test_a_stage_starts_only_after_the_one_before() -> None:
    """Every table but those of capture stands, over its inputs, after the acceptance of the stages before its own."""
    stages = ["capture", "deduplicate", "enrich_creators", "classify_tiers", "materialise_kpis", "publish"]
    by_stage = {s: [t for t in ORDER if t.stage.value == s] for s in stages}
    for before, stage in itertools.pairwise(stages):
        earlier = {t.name for t in by_stage[before]}
        assert any(set(upstream(t)) & earlier for t in by_stage[stage]), stage


@pytest.mark.parametrize(
    ("lines", "status"), [("", "STOPPED"), ("schedule: {cron: '30 4 * * *', timezone: Europe/Berlin}\n", "RUNNING")]
)
def test_the_schedule_runs_where_the_configuration_has_one(tmp_path: Path, lines: str, status: str) -> None:
    assert automation.schedule(a_home(tmp_path, lines).settings).default_status.value == status


def test_the_publication_stands_after_acceptance(graph: AssetGraph) -> None:
    assert dg.AssetKey(ACCEPTED) in graph.get(dg.AssetKey(SNAPSHOT)).parent_keys
