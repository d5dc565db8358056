"""What a gate says about a table. A value, nothing else: storing it and stopping the night happen elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from microinf_pipeline.catalog.model import Severity


@dataclass(frozen=True)
class Verdict:
    """One gate's judgement of one table; a row of mart_quality once the night is known.

    `evidence` is JSON-ready: counts, names of columns and limits, never row content.
    `failing_keys` are grain values of rows that broke the gate, at most 20, read only when it is red.
    """

    table: str
    gate: str
    severity: Severity
    passed: bool
    evidence: Mapping[str, Any] = field(default_factory=dict)
    failing_keys: tuple[Mapping[str, Any], ...] = ()

    @property
    def stops_the_night(self) -> bool:
        return not self.passed and self.severity is Severity.ERROR

    def with_failing_keys(self, keys: Iterable[Mapping[str, Any]]) -> Verdict:
        """The same verdict with the rows that broke it."""
        return replace(self, failing_keys=tuple(keys))
