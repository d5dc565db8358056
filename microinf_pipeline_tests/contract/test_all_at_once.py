"""Every network switched on in one configuration: what the plan tells, what a night keeps, and its replay.

To add a network, give the lines of its section, as a user would write them, with `{base}` where its server answers.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Final

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
from microinf_pipeline_tests.homes import hashes_of
from microinf_pipeline_tests.unit.sources.fake_facebook import NAME as FACEBOOK_NAME
from microinf_pipeline_tests.unit.sources.fake_facebook import US as FACEBOOK_PAGE
from microinf_pipeline_tests.unit.sources.fake_instagram import NAME, US
from microinf_pipeline_tests.unit.sources.local_server import local_server

#: By the name of a case's module: its section. Secrets are ${SECRET_1}, ${SECRET_2} … of the case, in its order.
SECTIONS: Final = {
    "bluesky": "type: bluesky, service: '{base}', identifier: acme.example.test, app_password: '${SECRET_1}'",
    "facebook": "type: facebook, service: '{base}', access_token: '${SECRET_1}', app_secret: '${SECRET_3}', public_pages: true,"
    f" pages: {{acme: '{FACEBOOK_PAGE}'}}",
    "instagram": "type: instagram, service: '{base}', access_token: '${SECRET_1}', app_secret: '${SECRET_2}',"
    f" accounts: {{acme: '{US}'}}, hashtags: 0",
    "linkedin": "type: linkedin, enabled: true, service: '{base}', login: '{base}', client_id: app, client_secret: '${SECRET_1}',"
    " refresh_token: '${SECRET_3}'",
    "mastodon": "type: mastodon, instances: [{host: '{base}', token: '${SECRET_1}'}]",
    "reddit": "type: reddit, service: '{base}', token_service: '{base}', client_id: app, client_secret: '${SECRET_1}',"
    " username: acme_team, refresh_token: '${SECRET_3}'",
    "threads": "type: threads, service: '{base}', username: acme_tea, access_token: '${SECRET_1}'",
    "tiktok_business": "type: tiktok, access: business, service: '{base}', client_key: app, client_secret: '${SECRET_1}',"
    " refresh_token: '${SECRET_3}', business_id: business-1, username: acmecola, tcm_account_id: tcm-1",
    "tiktok_research": "type: tiktok, access: research, service: '{base}', client_key: project, client_secret: '${SECRET_1}'",
    "x": "type: x, service: '{base}', bearer_token: '${SECRET_1}', compliance: false, overlap_hours: 24",
    "youtube": "type: youtube, service: '{base}', api_key: '${SECRET_1}'",
}
POSTS, AUTHORS = 7, 3
_HEAD = f"""\
home: home
brands:
  - id: acme
    name: Acme
    timezone: UTC
    hashtags: ["#acme"]
    handles: {{instagram: [{NAME}], tiktok: [acmecola], threads: [acme_tea], facebook: [{FACEBOOK_NAME}]}}
    owned_accounts: {{linkedin: ["100"]}}
sources:
"""


def name_of(case: type[Case]) -> str:
    return case.__module__.rpartition(".")[2]


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
            section = SECTIONS[name].replace("{base}", self.bases[name])
            for place, secret in enumerate(world.secrets, 1):
                variable = f"{name}_{place}".upper()
                environment.setenv(variable, secret)
                section = section.replace(f"SECRET_{place}", variable)
            lines.append(f"  - {{name: {name}, {section}}}\n")
        self.config.write_text(_HEAD + "".join(lines), encoding="utf-8")

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
    told = {section.partition("type: ")[2].partition(",")[0] for section in SECTIONS.values()}
    built = {str(section.model_fields["type"].default) for section in SOURCE_SECTIONS} - {"files"}
    assert (built, set(SECTIONS)) == (told, {name_of(case) for case in cases()})


def test_a_plan_a_night_and_its_replay_hold_every_network(world: World) -> None:
    planned = {section.title.partition(":")[0]: section for section in plan(load(world.config), NIGHT)}
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
