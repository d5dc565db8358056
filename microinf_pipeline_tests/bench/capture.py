"""How long captures take, beside what each network's limits dictate: one network at a time, then all in one night.

Each network's small server of the contract runs in a process of its own and answers after 0.2 s. Put here: serving, one
night's capture as a process, the lines of the table. Keep out: volumes (`volumes.py`), parsing (`parse.py`).
`python -m microinf_pipeline_tests.bench.capture [network …]`; without a name: each, and then all at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.night.capturing import capture_nights
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.raw import PageFolder
from microinf_pipeline_tests.bench.measure import Cost, Line, cost_of
from microinf_pipeline_tests.bench.quick_servers import quick
from microinf_pipeline_tests.bench.volumes import ANSWER, VOLUMES
from microinf_pipeline_tests.contract.case import NIGHT, NOW, Case
from microinf_pipeline_tests.contract.registry import cases
from microinf_pipeline_tests.contract.sections import HEAD, name_of, section
from microinf_pipeline_tests.unit.sources.local_server import local_server

_GOAL: Final = 1.3
_FORK: Final = multiprocessing.get_context("fork")
CASES: Final = {name_of(case): case for case in cases()}


def sized(name: str, posts: int | None = None) -> Case:
    """A network's world, filled with its volume, or with so many posts, its pages as long as the network's."""
    volume = VOLUMES[name]
    case: Case = type(name, (CASES[name],), {"page_size": volume.page_size})()
    case.fill(posts or volume.posts, volume.authors)
    return case


@contextmanager
def serving(name: str) -> Iterator[str]:
    """The network's server; yields its address."""
    ours, theirs = _FORK.Pipe()
    process = _FORK.Process(target=_serve, args=(name, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("over")
        process.join()


def _serve(name: str, told: Connection) -> None:
    case = sized(name)

    async def serve() -> None:
        async with local_server(quick(name, case), seconds=ANSWER) as server:
            told.send(server.base)
            await asyncio.to_thread(told.recv)

    with clock.frozen(NOW):
        asyncio.run(serve())


def night_of(names: Sequence[str], folder: Path) -> tuple[Cost, dict[str, dict[str, Any]]]:
    """One night's capture of these networks: what it cost, and of each its status, posts, requests and seconds."""
    folder.mkdir(parents=True)
    with ExitStack() as servers:
        lines = [section(CASES[name], servers.enter_context(serving(name))) for name in names]
        (folder / "microinf.yaml").write_text(HEAD + "".join(line for line, _ in lines), encoding="utf-8")
        os.environ.update({variable: secret for _, secrets in lines for variable, secret in secrets.items()})
        module = "microinf_pipeline_tests.bench.capture"
        cost = cost_of([sys.executable, "-m", module, "--night", str(folder)])
    told: dict[str, dict[str, Any]] = json.loads((folder / "told.json").read_text())
    return cost, told


def _night(folder: Path) -> None:
    """The night itself, in a process of its own; tells its seconds without the start of the process."""
    settings = load(folder / "microinf.yaml")
    engine = DuckDBEngine.in_memory(memory_limit="500MB", threads=1, spill=folder / "spill")
    with clock.frozen(NOW):
        run = open_run(settings, engine, [NIGHT])
        wall, cpu = time.monotonic(), _used()
        outcomes = capture_nights(run)
        wall, cpu = time.monotonic() - wall, _used() - cpu
    told: dict[str, dict[str, Any]] = {"": {"wall": wall, "cpu": cpu}}
    for one in outcomes:
        posts = max((query.captured for query in one.manifest.outcomes() if query.brand_id), default=0)
        manifest = one.manifest
        told[one.source] = {"status": manifest.status, "posts": posts, "requests": manifest.requests, "error": manifest.error}
    engine.close()
    (folder / "told.json").write_text(json.dumps(told))


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def lines(folder: Path, names: Sequence[str] = tuple(VOLUMES)) -> Iterator[Line]:
    """(f) Every network by itself, then all of them."""
    slowest = 0.0
    for name in names:
        cost, told = night_of([name], folder / f"alone-{name}")
        line, wall = _line(name, cost, told)
        slowest = max(slowest, wall)
        yield line
    if len(names) > 1:
        cost, told = night_of(names, folder / "together")
        cost = Cost(told[""]["wall"], told[""]["cpu"], cost.peak_mb)
        incomplete = [name for name in names if told[name]["status"] != "complete"]
        result = f"{cost.wall / slowest:.2f} ×{''.join(f', {name} {told[name]}' for name in incomplete)}"
        yield Line("(f) capture of all networks in one night", cost, f"≤ {_GOAL} × {slowest:.1f} s", result)


def _line(name: str, cost: Cost, told: dict[str, dict[str, Any]]) -> tuple[Line, float]:
    one, volume, wall = told[name], VOLUMES[name], told[""]["wall"]
    dictated = volume.dictated(one["requests"])
    what = f"(f) {name}: {one['posts']:,} posts, {one['requests']} requests"
    fewer = f"; {volume.why_fewer}" if volume.why_fewer else ""
    status = "" if one["status"] == "complete" else f", {one['status']} {one['error']}"
    result = f"{wall / dictated:.2f} ×{status}{fewer}"
    return Line(what, Cost(wall, told[""]["cpu"], cost.peak_mb), f"≤ {_GOAL} × {dictated:.1f} s", result), wall


def _memory(name: str, posts: int, folder: Path) -> None:
    """A capture of so many posts at once and without a pause, and what memory it took beyond the start."""
    ours, theirs = _FORK.Pipe()

    def serve() -> None:
        case = sized(name, posts)

        async def run() -> None:
            async with local_server(quick(name, case)) as server:
                theirs.send(server.base)
                await asyncio.to_thread(theirs.recv)

        with clock.frozen(NOW):
            asyncio.run(run())

    process = _FORK.Process(target=serve)
    process.start()
    base, case = ours.recv(), CASES[name]()
    limits = HttpLimits(rate=(1e6, 1.0), concurrency=VOLUMES[name].limits.concurrency)
    source = case.source(base, lambda **own: HttpClient(limits, **own))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    start, cpu = time.monotonic(), _used()
    with clock.frozen(NOW):
        result = asyncio.run(source.capture(case.task(), PageFolder(folder / "pages")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ours.send("over")
    process.join()
    posts_found = max(query.captured for query in result.queries if query.brand_id)
    told = f"{name}: {posts_found:,} posts, {result.requests} requests, {result.bytes / 1e6:.0f} MB received"
    used = f"{time.monotonic() - start:.1f} s, {_used() - cpu:.1f} CPU s, memory {before} → {peak} MB"
    sys.stdout.write(f"{told}: {used}; {[query.gap_reason for query in result.queries if query.gap_reason]}\n")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("networks", nargs="*", default=list(VOLUMES))
    given.add_argument("--night", type=Path, help="run the night configured in a folder, and tell of it there")
    given.add_argument("--memory", type=int, metavar="POSTS", help="capture so many posts without pauses, and tell the memory")
    asked = given.parse_args()
    if asked.night:
        _night(asked.night)
        return
    with tempfile.TemporaryDirectory() as folder:
        if asked.memory:
            for name in asked.networks:
                _memory(name, asked.memory, Path(folder) / name)
            return
        for line in lines(Path(folder), asked.networks):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
