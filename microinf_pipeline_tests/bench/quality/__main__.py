"""`make bench-quality`, or `python -m microinf_pipeline_tests.bench.quality [--only near_copies,identity]`.

Every task is a module beside this one with `run(data: Path) -> Iterable[Result]`; it reads the labelled sets from the
folder MICROINF_REAL_DATA names. Prints a table and exits 0 whether or not a goal is met.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from microinf_pipeline_tests.bench import quality

_NO_TASKS = {"__main__", "result"}


def tasks() -> list[str]:
    """Names of the tasks, alphabetically."""
    found = (module.name for module in iter_modules(quality.__path__))
    return sorted(name for name in found if name not in _NO_TASKS)


def main() -> None:
    """Measure the tasks asked for, all by default."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--only", default=",".join(tasks()))
    asked = given.parse_args()
    data = os.environ.get("MICROINF_REAL_DATA")
    if not data:
        sys.exit("set MICROINF_REAL_DATA to the folder of the labelled sets")
    for name in asked.only.split(","):
        for result in import_module(f"{quality.__name__}.{name}").run(Path(data)):
            sys.stdout.write(f"{result}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
