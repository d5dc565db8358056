"""The end of a night: all gates held, so all tables are promoted together; or it is red and nothing counts.

Put here: what is checked before a run, remembered after it, and kept of a red one. Keep out: publication.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

import microinf_pipeline
from microinf_pipeline import clock
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import GateStoppedNightError, MicroinfError, RebuildFirstError, SourceFailedError
from microinf_pipeline.night.expiring import remove_raw
from microinf_pipeline.night.gating import judge_tables, quality_rows
from microinf_pipeline.night.model_runs import hashes, stale_tables
from microinf_pipeline.night.restating import remember_restatements
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sections import evidence
from microinf_pipeline.night.withdrawing import remember_withdrawn, remove_words_from_raw
from microinf_pipeline.quality.verdict import Verdict
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.state import NightRecord, State, replace_file

_CAPTURE_GATE = "captures_what_was_stated"


def refuse_stale(settings: Settings, state: State) -> None:
    """Raises RebuildFirstError when stored tables were made with another model or configuration."""
    stored = {name: (table.code, table.config) for name, table in state.tables.items() if table.code}
    stale = stale_tables(settings, stored)
    if stale:
        published_first = sorted(stale.items(), key=lambda changed: (changed[0].startswith("_"), changed[0]))
        why = ", ".join(f"{name} ({what})" for name, what in published_first[:8])
        more = f" and {len(stale) - 8} more" if len(stale) > 8 else ""
        raise RebuildFirstError(
            "the configuration or a model no longer matches the stored tables",
            where=why + more,
            fix="microinf rebuild, then run again",
        )


def is_stale(settings: Settings, state: State) -> bool:
    """Whether stored tables were made with another model or configuration."""
    stored = {name: (table.code, table.config) for name, table in state.tables.items() if table.code}
    return bool(stale_tables(settings, stored))


def red_error(run: NightRun) -> MicroinfError | None:
    """The error of a red run: exit 4 where a required source failed, else 3; None when all gates held."""
    red = [v for v in run.verdicts if v.stops_the_night]
    if not red:
        return None
    nights = ", ".join(sorted(run.night_keys))
    where = "; ".join(f"{v.table}.{v.gate} ({evidence(v.evidence)}){_because(run, v)}" for v in red[:5])
    if any(v.gate.startswith(_CAPTURE_GATE) for v in red):
        errors = "; ".join(sorted(set(_capture_errors(run))))
        return SourceFailedError(
            f"a required source failed in night {nights}: nothing was published",
            where=f"{where}{'; ' + errors if errors else ''}",
            fix="look at the source's error, then run the same night again: the capture resumes",
        )  # fmt: skip
    return GateStoppedNightError(
        f"{len(red)} gate(s) stopped night {nights}: nothing was published", where=where,
        fix="repair the input and run again, or: "
        f"microinf accept --night {min(run.night_keys)} --gate {red[0].gate} --reason '…'",
    )  # fmt: skip


def _because(run: NightRun, verdict: Verdict) -> str:
    cause = _cause(run, verdict)
    return f": {cause}" if cause else ""


def _cause(run: NightRun, verdict: Verdict) -> str | None:
    from microinf_pipeline.night.refused import why_refused  # dear to import, and `status` imports this module

    return why_refused(run, verdict)


def _capture_errors(run: NightRun) -> list[str]:
    run.candidate.register(run.engine, TABLES["captures"], nights=run.night_keys)
    rows = run.engine.query("SELECT source, gap_reason FROM captures WHERE state = 'failed' AND gap_reason IS NOT NULL")
    return [f"{source}: {reason}" for source, reason in rows.iter_rows()]


def accept(run: NightRun) -> None:
    """Promote everything the run wrote, if every gate holds, those of `mart_quality` too; else nothing is promoted,
    `red_error` tells why, and the candidate is kept for inspection.
    """
    candidate = run.candidate
    if red_error(run) is None and not run.touched.everything and not run.removal:
        _remember(run)
        run.verdicts += judge_tables(run, [TABLES["mart_quality"]])
    if red_error(run) is None:
        remember_restatements(run)
    if red_error(run) is not None:
        keep_for_inspection(run)
        return
    if not run.touched.only_months:
        candidate.set_hashes(hashes(run.settings))
    remember_withdrawn(run)
    candidate.promote(candidate.state)
    remove_raw(run)
    remove_words_from_raw(run)
    _inspection_path(run).unlink(missing_ok=True)


def _remember(run: NightRun) -> None:
    """Verdicts and record of each night; a rebuild captures nothing and leaves them as they were."""
    quality = TABLES["mart_quality"]
    run.candidate.drop_nights(quality, run.night_keys)
    for night in run.nights:
        frame = pl.DataFrame(quality_rows(run, night), schema=_QUALITY, orient="row")
        run.candidate.write_frame(quality, night.isoformat(), frame)
        run.candidate.record_night(night.isoformat(), _record(run, night))


_QUALITY: dict[str, Any] = {
    "night": pl.Date, "table_name": pl.String, "gate": pl.String, "severity": pl.String, "passed": pl.Boolean,
    "evidence": pl.String,
    "failing_keys": pl.String, "accepted_reason": pl.String,
}  # fmt: skip


def _record(run: NightRun, night: date) -> NightRecord:
    now = clock.now()
    rows = run.engine.query(
        "SELECT coalesce(sum(rows_read), 0) + coalesce(sum(profiles_read), 0) FROM captures WHERE night = $night",
        {"night": night},
    )
    return NightRecord(
        run=f"{night.isoformat()}/{now:%Y%m%dT%H%M%S.%fZ}", finished_at=now.isoformat(), version=microinf_pipeline.__version__,
        engine=run.engine.name, rows=int(rows.item()),
    )  # fmt: skip


class Inspection(msgspec.Struct, frozen=True):
    """A red run: its verdicts and the state it proposed."""

    nights: tuple[str, ...]
    at: str
    error: str
    verdicts: tuple[dict[str, Any], ...]
    state: State
    causes: dict[str, str] = {}  # gate → why rows were refused, where it judges that


def keep_for_inspection(run: NightRun) -> None:
    """Remember a red run, so that `status` can tell of it and its tables can be looked at."""
    rows = tuple({k: str(v) for k, v in row.items()} for row in quality_rows(run, run.nights[0]) if not row["passed"])
    causes = {v.gate: cause for v in run.verdicts if v.stops_the_night and (cause := _cause(run, v))}
    kept = Inspection(
        tuple(sorted(run.night_keys)), clock.now().isoformat(), str(red_error(run) or ""), rows, run.candidate.state, causes
    )
    replace_file(_inspection_path(run), msgspec.json.encode(kept))


def _inspection_path(run: NightRun) -> Path:
    return run.home.candidates / f"{min(run.night_keys)}.json"


def inspections(folder: Path) -> list[Inspection]:
    """Red runs that no later green run of the same night replaced."""
    return [msgspec.json.decode(path.read_bytes(), type=Inspection) for path in sorted(folder.glob("*.json"))]
