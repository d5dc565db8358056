"""What nights cost, beside the goals: `python -m microinf_pipeline_tests.bench [--only a,c,d,e,f,g] [--times 3]` (`make bench`).

Every figure is a median over processes of their own, memory the highest of them. Prints a table and exits 0 whether or
not a goal is met: time on a shared machine is no test. All posts are invented.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shutil import copytree

from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import State
from microinf_pipeline_tests.bench import capture, parse
from microinf_pipeline_tests.bench.homes import BenchHome
from microinf_pipeline_tests.bench.measure import Cost, Line, cost_of, typical
from microinf_pipeline_tests.bench.posts import Batch

_NIGHT = date(2026, 9, 1)
_NEXT = date(2026, 9, 2)
_MILLION = 1_000_000


@dataclass(frozen=True)
class Bench:
    """Where homes are laid down and how often a thing is measured. Files of posts are written once and linked."""

    folder: Path
    times: int

    def home(self, name: str, batches: Iterable[Batch]) -> BenchHome:
        made = BenchHome.create(self.folder / name)
        for batch in batches:
            kept = self.folder / f"posts-{batch.night}-{batch.rows}-{batch.days}-{batch.first_id}.ndjson"
            if not kept.exists():
                made.deliver(batch).rename(kept)
            made.file_of(batch).hardlink_to(kept)
        return made

    def fresh(self, name: str, batch: Batch, *, whole_process: bool = False) -> Cost:
        """The first night of a new home, so many times."""

        def run(n: int) -> Cost:
            return night(self.home(f"{name}-{n}", [batch]), batch.night, whole_process=whole_process)

        return typical(run, self.times)


def night(home: BenchHome, day: date, *, whole_process: bool = False) -> Cost:
    """One night with its publication; `whole_process`: as `microinf run` does it, through Dagster."""
    if whole_process:
        return cost_of([*_microinf(), "--config", str(home.config), "run", "--night", str(day)])
    return cost_of([sys.executable, "-m", "microinf_pipeline_tests.bench.one_night", str(home.config), str(day)])


def _microinf() -> list[str]:
    return [sys.executable, "-c", "from microinf_pipeline.cli import main; main()"]


def large_and_small(bench: Bench) -> Iterator[Line]:
    """(a) a million posts against a script by hand; (b) one post; (c) memory at a million."""
    million = Batch(_NIGHT, _MILLION, days=730, seed=7)
    one = bench.fresh("one", Batch(_NIGHT, 1, days=1, seed=7))
    yield Line("(b) night of 1 post, without Dagster", one)
    whole = bench.fresh("one-whole", Batch(_NIGHT, 1, days=1, seed=7), whole_process=True)
    yield Line("(b) night of 1 post, `microinf run`", whole, "≤ 12 s", _met(whole.wall, 12))
    large = bench.fresh("million", million)
    by_hand = typical(lambda n: _by_hand(bench, n, million), bench.times)
    yield Line("    script by hand, 1,000,000 posts", by_hand)
    ratio, cpu = (large.wall - one.wall) / by_hand.wall, (large.cpu - one.cpu) / by_hand.cpu
    yield Line("(a) night of 1,000,000 posts, without Dagster", large, "≤ 3 × by hand", f"{ratio:.1f} × wall, {cpu:.1f} × CPU")
    yield Line("(c) the same", large, "≤ 2,000 MB", _met(large.peak_mb, 2000))


def _by_hand(bench: Bench, n: int, batch: Batch) -> Cost:
    home = bench.home(f"by-hand-{n}", [batch])
    script = "microinf_pipeline_tests.bench.baseline"
    return cost_of(
        [sys.executable, "-m", script, str(home.file_of(batch)), str(home.folder / "by-hand.duckdb"), str(home.folder)]
    )


def five_million(bench: Bench) -> Iterator[Line]:
    """(c) memory at five million, once: a figure of memory needs no median."""
    cost = replace(bench, times=1).fresh("five", Batch(_NIGHT, 5 * _MILLION, days=730, seed=7))
    yield Line("(c) night of 5,000,000 posts, without Dagster", cost, "≤ 3,000 MB", _met(cost.peak_mb, 3000))


def on_history(bench: Bench) -> Iterator[Line]:
    """(d) 10,000 posts of three days, on an empty lake and on a million posts of 24 months."""
    small = Batch(_NEXT, 10_000, days=3, seed=8, first_id=10_000_000)
    empty = bench.fresh("small", small)
    yield Line("    night of 10,000 posts on 3 days, empty history", empty)
    history = bench.home("history", [Batch(_NIGHT, _MILLION, days=730, seed=7)])
    night(history, _NIGHT)
    copies = []
    for n in range(bench.times):
        copies.append(BenchHome(copytree(history.folder, bench.folder / f"history-{n}", symlinks=True, copy_function=os.link)))
        bench_home = copies[-1]
        kept = bench.folder / f"posts-{small.night}-{small.rows}-{small.days}-{small.first_id}.ndjson"
        bench_home.file_of(small).hardlink_to(kept)
    before = _state(copies[0])
    full = typical(lambda n: night(copies[n], _NEXT), bench.times)
    yield Line(
        "(d) the same on 1,000,000 posts of 24 months",
        full,
        "≤ 1.3 × empty",
        f"{full.wall / empty.wall:.2f} × wall, {full.cpu / empty.cpu:.2f} × CPU",
    )
    written, kept_files, lost = _files_changed(before, _state(copies[0]))
    yield Line(f"    lake files: {written} written, {kept_files} kept, {lost} replaced", full)


def _state(home: BenchHome) -> State:
    return states.load(Home(home.folder / "home").lake)


def _files_changed(before: State, after: State) -> tuple[int, int, int]:
    old, new = before.files(), after.files()
    return len(new - old), len(new & old), len(old - new)


def imports(bench: Bench) -> Iterator[Line]:
    """(e) what a newcomer waits for."""
    told = typical(lambda _: cost_of([*_microinf(), "--help"]), max(3, bench.times))
    yield Line("(e) microinf --help", told, "< 0.5 s", _met(told.wall, 0.5))
    loaded = typical(lambda _: cost_of([sys.executable, "-c", "import microinf_pipeline.definitions"]), max(3, bench.times))
    yield Line("(e) import microinf_pipeline.definitions", loaded, "< 4 s", _met(loaded.wall, 4))


def _met(value: float, goal: float) -> str:
    return "met" if value <= goal else f"missed by {value - goal:,.1f}"


_PARTS: dict[str, Callable[[Bench], Iterator[Line]]] = {"a": large_and_small, "c": five_million, "d": on_history, "e": imports,
    "f": lambda bench: capture.lines(bench.folder), "g": lambda bench: parse.lines(bench.folder)}  # fmt: skip


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--only", default="a,c,d,e,f,g",
        help="parts: a (with b and memory at a million), c (five million), d, e, f (captures of all networks), g (parsing)",
    )  # fmt: skip
    given.add_argument("--times", type=int, default=3)
    asked = given.parse_args()
    sys.stdout.write(f"{'':58} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}  goal\n")
    for part in asked.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            for line in _PARTS[part](Bench(Path(folder), asked.times)):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
