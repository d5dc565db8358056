"""What a process cost: seconds, CPU seconds, highest memory. Every measured thing runs in a process of its own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Cost:
    """Of one process and those it waited for. Memory is the highest resident set, in MB."""

    wall: float
    cpu: float
    peak_mb: int


@dataclass(frozen=True)
class Line:
    """One row of the table: what was run, what it took, what was aimed at and what came of it."""

    what: str
    cost: Cost
    goal: str = ""
    result: str = ""

    def __str__(self) -> str:
        cost = f"{self.cost.wall:8.1f} {self.cost.cpu:8.1f} {self.cost.peak_mb:8,}"
        return f"{self.what:58} {cost}  {self.goal:22} {self.result}"


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command to its end. Raises RuntimeError with its output where it fails."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        output = child.stdout.read() if child.stdout else ""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{output[-4000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def typical(run: Callable[[int], Cost], times: int) -> Cost:
    """Medians over several runs; a run is told its number."""
    costs = [run(n) for n in range(times)]
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs), max(c.peak_mb for c in costs))
