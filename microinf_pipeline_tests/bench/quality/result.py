"""One measured figure of a task, beside what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """`value` against `aim` (None: reported only). `protocol`: what was left out, how it was split, n."""

    task: str
    measure: str
    value: float
    protocol: str
    aim: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        missed_by = self.value - self.aim if self.at_most else self.aim - self.value
        return "met" if missed_by <= 0 else f"missed by {missed_by:.3f}"

    def __str__(self) -> str:
        aimed = "" if self.aim is None else f"{'≤' if self.at_most else '≥'} {self.aim:g}"
        return f"{self.task:24} {self.measure:34} {self.value:9.3f}  {aimed:8} {self.verdict:18} {self.protocol}"
