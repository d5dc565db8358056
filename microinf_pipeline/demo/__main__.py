"""`python -m microinf_pipeline.demo FOLDER`: writes the demo's files and says how to run them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from microinf_pipeline.demo import generate, repair
from microinf_pipeline.errors import MicroinfError


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0, or the error's own."""
    parser = argparse.ArgumentParser(prog="python -m microinf_pipeline.demo", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--repair", action="store_true", help="replace the broken file of the failing night")
    given = parser.parse_args(arguments)
    try:
        if given.repair:
            sys.stdout.write(f"repaired: {repair(given.folder)}\n")
            return 0
        made = generate(given.folder)
    except MicroinfError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(
        f"configuration:   {made.config}\n"
        f"nights:          {made.nights[0]} (import), {made.nights[1]} … {made.nights[-1]}\n"
        f"red on purpose:  {made.failing_night}, source {made.failing_source}; --repair puts the sound file in place\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
