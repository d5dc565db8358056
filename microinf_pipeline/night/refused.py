"""Why a source's rows of a night were refused: the commonest reason, how often, and one value that shows it.

Put here: that sentence, for the message of a red run and for `status`. Keep out: the reasons themselves
(`sources.files.judgement`) and the gate on their share (`quality.volume`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.observing import WITHHELD
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sources import file_spec
from microinf_pipeline.quality.verdict import Verdict
from microinf_pipeline.quality.volume import gate_of_source
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import Source
from microinf_pipeline.sources.files.spec import ColumnRule

_SHOWN: Final = 40
#: Reasons that end so name a field of times or numbers, which speaks of no person.
_OF_A_FIELD: Final = (" is not a time", " is not a number", " is not a date")
_TOLD_ALIKE: Final = {"time out of range": "created_at"}

_REASONS: Final = """
SELECT reason, count(*) AS times, sum(count(*)) OVER () AS rejects, arg_min(raw, (night, file, row_number)) AS raw
FROM core_rejects AS r
WHERE source = $source AND NOT list_contains($withheld, reason)
    AND attempt = (SELECT max(c.attempt) FROM captures AS c WHERE c.source = r.source AND c.night = r.night)
GROUP BY reason
ORDER BY times DESC, reason
LIMIT 1
"""


def why_refused(run: NightRun, verdict: Verdict) -> str | None:
    """'5 of 6 rejects: created_at is not a time, such as '31.02.2026''; None for gates that judge no rejects."""
    of_gate = {gate_of_source("reads_its_rows", source.name): source for source in run.settings.sources}
    source = of_gate.get(verdict.gate)
    if source is None:
        return None
    for table in ("core_rejects", "captures"):
        run.candidate.register(run.engine, TABLES[table], nights=run.night_keys)
    found = run.engine.query(_REASONS, {"source": source.name, "withheld": list(WITHHELD)})
    for reason, times, rejects, raw in found.iter_rows():
        shown = example(source, reason, raw)
        return f"{times:,} of {int(rejects):,} rejects: {reason}" + (f", such as {shown!r}" if shown else "")
    return None


def example(source: Source, reason: str, raw: str | None) -> str | None:
    """The refused value of a row as kept, cut at 40 characters, where its reason names a field of times or numbers.

    A value that is mostly letters is not shown: somebody's words may have been mapped to such a field by mistake.
    """
    ends = next((end for end in _OF_A_FIELD if reason.endswith(end)), None)
    target = _TOLD_ALIKE.get(reason) if ends is None else reason.removesuffix(ends)
    if target is None or raw is None or not isinstance(source, FileSource):
        return None
    row = _row(raw)
    value = " ".join(next((cell for name in _columns(source, target) if (cell := row.get(name))), "").split())
    digits, letters = sum(map(str.isdigit, value)), sum(map(str.isalpha, value))
    return value[:_SHOWN] if digits and 2 * digits >= letters else None


def _row(raw: str) -> Mapping[str, str | None]:
    try:
        return msgspec.json.decode(raw, type=dict[str, str | None])
    except msgspec.MsgspecError:  # a line as received, or a row too long to be kept whole
        return {}


def _columns(source: FileSource, target: str) -> list[str]:
    spec = file_spec(source)
    rule: ColumnRule | None = spec.night if target == "night" else spec.columns.get(target)
    if rule is None:
        return []
    return [one.source for one in (rule, *rule.first_of) if one.source is not None]
