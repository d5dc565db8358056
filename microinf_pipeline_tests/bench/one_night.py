"""One night as a process without Dagster: capture to promotion, then publication. `python -m …bench.one_night CONFIG NIGHT`.

With --times a line a step: what was slow. With --profile FILE a cProfile of the main thread.
"""

from __future__ import annotations

import argparse
import cProfile
import resource
import sys
import time
from datetime import date
from pathlib import Path

from microinf_pipeline.night import accepting, building, publishing, stages
from microinf_pipeline.night.run import open_run
from microinf_pipeline.settings import load
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.home import Home

_TIMED = {
    stages: ("begin", "capture_nights", "observe", "judge_tables", "judge_sources"),
    building: ("run_model", "judge_tables", "judge_sources"),
    accepting: ("accept",),
    publishing: ("publish",),
}


def night(config: Path, day: date) -> None:
    settings = load(config)
    spill = Home(settings.home).spill
    engine = DuckDBEngine.in_memory(
        memory_limit=settings.engine.memory_limit, threads=settings.engine.threads or 2, spill=spill
    )
    stages.run_all(open_run(settings, engine, [day]))
    engine.close()
    publishing.publish(settings)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _tell_times() -> None:
    """Wrap the steps of a night so that each tells its wall seconds, CPU seconds and the memory so far."""
    for module, names in _TIMED.items():
        for name in names:
            setattr(module, name, _told(name, getattr(module, name)))
    for table, prepare in list(building._BEFORE.items()):
        building._BEFORE[table] = _told(prepare.__name__, prepare)


def _told(name: str, work):  # type: ignore[no-untyped-def]
    def told(*args, **kwargs):  # type: ignore[no-untyped-def]
        wall, cpu = time.monotonic(), _used()
        done = work(*args, **kwargs)
        about = next((a.name for a in args if hasattr(a, "grain")), "")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{time.monotonic() - wall:7.2f} s {_used() - cpu:7.2f} cpu {peak:6,} MB  {name} {about}\n")
        sys.stdout.flush()
        return done

    return told


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("config", type=Path)
    given.add_argument("night", type=date.fromisoformat)
    given.add_argument("--times", action="store_true")
    given.add_argument("--profile")
    asked = given.parse_args()
    if asked.times:
        _tell_times()
    if asked.profile:
        with cProfile.Profile() as profile:
            night(asked.config, asked.night)
        profile.dump_stats(asked.profile)
    else:
        night(asked.config, asked.night)
