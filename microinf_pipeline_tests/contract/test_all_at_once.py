"""Every network switched on in one configuration (`sections.py`): what the plan tells, what a night keeps, and its replay."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from microinf_pipeline import clock
from microinf_pipeline.night import stages
from microinf_pipeline.night.planning import plan
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.settings.sources import SOURCE_SECTIONS
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.contract.case import NIGHT, NOW, Case, Filled
from microinf_pipeline_tests.contract.registry import cases
from microinf_pipeline_tests.contract.sections import HEAD, SECTIONS, name_of, section
from microinf_pipeline_tests.homes import hashes_of
from microinf_pipeline_tests.unit.sources.local_server import local_server

pytestmark = pytest.mark.nights

POSTS, AUTHORS = 7, 3


class World:
    """Every case with its server running, and a home that is configured to ask them all."""

    def __init__(self, folder: Path) -> None:
        self.worlds: dict[str, Case] = {name_of(case): case() for case in cases()}
        self.filled: dict[str, Filled] = {name: world.fill(POSTS, AUTHORS) for name, world in self.worlds.items()}
        self.config = folder / "microinf.yaml"
        self.bases: dict[str, str] = {}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The servers, on a thread of their own."""
        loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

        async def serve() -> None:
            async with AsyncExitStack() as stack:
                for name, world in self.worlds.items():
                    server = await stack.enter_async_context(local_server(world.handler))
                    self.bases[name] = server.base
                ready.set()
                await over.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        try:
            ready.wait()
            yield
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    def configure(self, environment: pytest.MonkeyPatch) -> None:
        """Write the configuration; secrets go into the environment."""
        lines = []
        for name, world in self.worlds.items():
            line, secrets = section(type(world), self.bases[name])
            lines.append(line)
            for variable, secret in secrets.items():
                environment.setenv(variable, secret)
        self.config.write_text(HEAD + "".join(lines), encoding="utf-8")

    def run(self, *, replay: bool = False) -> dict[str, str]:
        """One night; returns data_sha256 by table."""
        settings = load(self.config)
        engine = DuckDBEngine.in_memory(memory_limit="1GB", threads=1, spill=self.config.parent / "spill")
        try:
            stages.run_all(open_run(settings, engine, [NIGHT], replay=replay))
        finally:
            engine.close()
        return hashes_of(settings.home / "lake")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("every_network"))
    with pytest.MonkeyPatch.context() as environment, made.serving(), clock.frozen(NOW):
        made.configure(environment)
        yield made


def test_every_type_of_source_has_its_place_here() -> None:
    told = {one.partition("type: ")[2].partition(",")[0] for one in SECTIONS.values()}
    built = {str(one.model_fields["type"].default) for one in SOURCE_SECTIONS} - {"files"}
    assert (built, set(SECTIONS)) == (told, {name_of(case) for case in cases()})


def test_a_plan_a_night_and_its_replay_hold_every_network(world: World) -> None:
    planned = {one.title.partition(":")[0]: one for one in plan(load(world.config), NIGHT)}
    assert planned.keys() >= world.worlds.keys()
    assert [name for name in world.worlds if not planned[name].rows] == []
    first = world.run()
    assert world.run(replay=True) == first
    assert counted(world) == dict.fromkeys(world.worlds, POSTS)


def counted(world: World) -> Counter[str]:
    """Posts of the night by source, as far as their server was filled with them."""
    from microinf_pipeline.catalog.tables import TABLES
    from microinf_pipeline.storage.lake import Candidate

    engine = DuckDBEngine.in_memory(memory_limit="1GB", threads=1, spill=world.config.parent / "spill")
    try:
        Candidate(world.config.parent / "home" / "lake").register(engine, TABLES["core_posts"])
        kept = set(engine.query("SELECT network, post_id FROM core_posts").iter_rows())
    finally:
        engine.close()
    return Counter(
        name for name, filled in world.filled.items() for one in filled.inside if (world.worlds[name].network, one) in kept
    )
