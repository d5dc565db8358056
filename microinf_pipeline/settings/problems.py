"""A thing wrong with a configuration, and where.

Put here: how a problem is written. Keep out: finding problems.
"""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


def written(path: Path) -> str:
    """A path as people write it: `brands[0].timezone`."""
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return text.removeprefix(".")


@dataclass(frozen=True, order=True)
class Problem:
    """One problem: `line` from 1, `where` the path of keys, `what` is wrong, how to `fix` it."""

    line: int
    where: str
    what: str
    fix: str = ""

    def told(self, file: str) -> str:
        """`microinf.yaml:12: brands[0].timzone: unknown key … (fix)`."""
        where = f"{self.where}: " if self.where else ""
        fix = f" ({self.fix})" if self.fix and "did you mean" not in self.what else ""
        return f"{file}:{self.line}: {where}{self.what}{fix}"
