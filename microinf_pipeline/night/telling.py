"""What `microinf status` tells: accepted nights, red runs, tables that no longer match, who runs, what is published.

Everything is read from files beside the tables, so it costs no engine and works while a night runs. Put here: that.
Keep out: where single numbers come from (`explaining`).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from microinf_pipeline.night.accepting import Inspection, inspections
from microinf_pipeline.night.gating import overrides
from microinf_pipeline.night.model_runs import stale_tables
from microinf_pipeline.night.sections import Section, evidence, facts, said, size
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import State

NIGHTS_SHOWN = 10
_KEYS_SHOWN = 5


def status(settings: Settings) -> list[Section]:
    """The sections of `status`, most urgent things marked. Raises BrokenStateError when the lake's pointer cannot be read."""
    home = Home(settings.home)
    state = states.load(home.lake)
    return [
        _running(home),
        _nights(state),
        *(_red(home, one) for one in inspections(home.candidates)),
        *_stale(settings, state),
        _published(home),
        _sizes(home, state),
    ]


def holder(home: Home) -> str | None:
    """Who holds the home's lock, in words; None while nobody does.

    A shared lock is asked for and given back at once: it never waits, and nothing is written.
    """
    try:
        handle = os.open(home.path / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return _holder_in_words(os.pread(handle, 4096, 0))
    finally:
        os.close(handle)
    return None


class _Holder(msgspec.Struct):
    pid: int
    what: str


def _holder_in_words(content: bytes) -> str:
    try:
        told = msgspec.json.decode(content, type=_Holder)
    except msgspec.MsgspecError:
        return "another process"  # it has the lock and is about to write who it is
    return f"{told.what} (process {told.pid})"


def _running(home: Home) -> Section:
    who = holder(home)
    return Section("Now", (f"running: {who}" if who else "nothing runs; the home is free", f"home: {home.path}"))


def _nights(state: State) -> Section:
    title = f"Accepted nights ({len(state.nights)})"
    if not state.nights:
        return Section(title, ("none yet  →  microinf run",))
    newest = sorted(state.nights.items(), reverse=True)[:NIGHTS_SHOWN]
    rows = tuple((n, r.finished_at[:19].replace("T", " "), said(r.rows), r.version, r.engine) for n, r in newest)
    return Section(title, (), ("night", "accepted at (UTC)", "rows delivered", "version", "engine"), rows)


def _red(home: Home, one: Inspection) -> Section:
    nights = one.nights[0] if len(one.nights) == 1 else f"{one.nights[0]} … {one.nights[-1]}"
    stopped = [v for v in one.verdicts if v["severity"] == "ERROR"]
    warned = len(one.verdicts) - len(stopped)
    reasons = {o.gate: o.reason for o in overrides(home.lake) if o.night in one.nights}
    also = f", {warned} more warned" if warned else ""
    lines = [f"{len(stopped)} gate(s) stopped it at {one.at[:19].replace('T', ' ')} UTC{also}; nothing of it counts"]
    for verdict in stopped:
        lines += _verdict_lines(verdict, one.nights[0], reasons, one.causes)
    return Section(f"Red night {nights}", tuple(lines), is_alarm=True)


def _verdict_lines(verdict: dict[str, str], night: str, reasons: dict[str, str], causes: dict[str, str]) -> list[str]:
    name = f"{verdict['table_name']}.{verdict['gate']}"
    lines = [f"gate {name}", f"  evidence: {evidence(json.loads(verdict['evidence']))}"]
    if verdict["gate"] in causes:
        lines.append(f"  cause:    {causes[verdict['gate']]}")
    keys = _failing(verdict["failing_keys"])
    if keys:
        more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
        lines.append(f"  failing:  {'; '.join(keys[:_KEYS_SHOWN])}{more}")
    reason = reasons.get(name) or reasons.get(verdict["gate"])
    if reason:
        return [*lines, f"  accepted: {reason}  →  microinf run --night {night}"]
    accept = f"microinf accept --night {night} --gate {verdict['gate']} --reason '…'"
    return [
        *lines,
        f"  fix:      repair the input, then  microinf run --night {night}",
        f"  or:       {accept}, then run it again",
    ]


def _failing(text: str) -> list[str]:
    rows: list[dict[str, str]] = [] if text == "None" else json.loads(text)
    return [", ".join(f"{k}={v}" for k, v in row.items()) for row in rows]


def _stale(settings: Settings, state: State) -> list[Section]:
    stored = {name: (one.code, one.config) for name, one in state.tables.items() if one.code}
    stale = stale_tables(settings, stored)
    if not stale:
        return []
    rows = tuple((name, what, said(_rows(state, [name]))) for name, what in sorted(stale.items()))
    deliveries = _rows(state, ["observations", "account_observations"])
    lines = (
        "the next run is refused until:  microinf rebuild",
        f"it computes every table again from the {deliveries:,} stored deliveries, without network, and publishes",
    )
    return [
        Section(f"Tables that no longer match ({len(stale)})", lines, ("table", "what changed", "rows"), rows, is_alarm=True)
    ]


def _rows(state: State, names: Sequence[str]) -> int:
    return sum(p.rows for name in names for p in state.partitions(name).values())


class _Manifest(msgspec.Struct):
    snapshot: int
    as_of: str | None
    version: str
    nights: list[str]


def _published(home: Home) -> Section:
    path = home.published / "manifest.json"
    if not path.exists():
        return Section("Published", ("nothing yet",))
    told = msgspec.json.decode(path.read_bytes(), type=_Manifest)
    folder = home.published.resolve()
    pairs = [
        ("snapshot", str(told.snapshot)), ("as of", f"{(told.as_of or '')[:19].replace('T', ' ')} UTC"),
        ("nights", f"{len(told.nights)}"),
        ("version", told.version), ("tables", f"{home.published / 'microinf.duckdb'}"),
        ("report", f"{home.published / 'report' / 'index.html'}"),
        ("size", size(_bytes_under(folder))),
    ]  # fmt: skip
    return facts("Published", pairs)


def _sizes(home: Home, state: State) -> Section:
    counted = sum(f.bytes for t in state.tables.values() for p in t.partitions.values() for f in p.files)
    raw = _bytes_under(home.raw)
    unused = max(_bytes_under(home.lake) - raw - counted, 0)
    pairs = [
        ("tables of the lake", f"{size(counted)} in {len(state.files()):,} files"), ("raw as received", size(raw)),
        ("no longer in use", f"{size(unused)}  →  microinf clean" if unused > counted else size(unused)),
    ]  # fmt: skip
    return facts("Sizes", pairs)


def _bytes_under(folder: Path) -> int:
    """Files may vanish while a night runs; they then count as nothing."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118
            except FileNotFoundError:
                continue
    return total
