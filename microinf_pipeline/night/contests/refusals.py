"""What keeps a contest from being frozen or drawn, each with the way out.

Put here: those checks, over the tables of contests and the record. Keep out: the order of things (`contest_draws`).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from microinf_pipeline import clock
from microinf_pipeline.contests import protocol
from microinf_pipeline.contests.leaves import SALT_BYTES, leaf_of
from microinf_pipeline.contests.protocol import Gap
from microinf_pipeline.errors import RefusedError
from microinf_pipeline.night.contests.records import FrozenEntry
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.events import Contest

#: Refusals that say how an entrant stands to the brand are told as one: so few could tell who they are.
_CONNECTED: Final = {"owned", "employee", "vested"}


def refuse_early(run: NightRun, contest: Contest) -> None:
    closes = run.settings.moment_utc(contest.brand, contest.entry_closes)
    known_until = clock.night_end(run.as_of_night)
    if clock.now() < closes:
        raise RefusedError(
            "the contest cannot be frozen yet", where=f"it closes at {closes:%Y-%m-%d %H:%M} UTC", fix="wait until then"
        )
    last = run.settings.moment_utc(contest.brand, contest.seen_by or contest.end)
    if known_until < last:
        raise RefusedError(
            "entries of the last nights are not known yet", where=f"accepted until {known_until:%Y-%m-%d %H:%M} UTC",
            fix=f"microinf run --from {known_until:%Y-%m-%d} --to {(last - timedelta(microseconds=1)):%Y-%m-%d}",
        )  # fmt: skip


def refuse_open_reviews(run: NightRun, contest_id: str) -> None:
    rows = run.engine.query(
        "SELECT network, post_id, reason_code FROM mart_contest_entries WHERE contest_id = $contest"
        " AND eligibility = 'needs_review' ORDER BY network, post_id", {"contest": contest_id},
    ).rows()  # fmt: skip
    if rows:
        shown = "; ".join(f"{network} {post}: {reason}" for network, post, reason in rows[:5])
        raise RefusedError(
            f"{len(rows)} reviews are open", where=shown + (f"; and {len(rows) - 5} more" if len(rows) > 5 else ""),
            fix="decide them in inputs: decisions (contest_id, network, post_id, decision, decided_by, reason)",
        )  # fmt: skip


def eligible_entries(run: NightRun, contest_id: str) -> list[FrozenEntry]:
    """The entries that may win, each with a salt of its own. Raises RefusedError where there are none."""
    rows = run.engine.query(
        "SELECT network, post_id, account_id, person_key, entered_at, entered_by FROM mart_contest_entries"
        " WHERE contest_id = $contest AND eligibility = 'eligible' ORDER BY network, post_id", {"contest": contest_id},
    )  # fmt: skip
    if rows.is_empty():
        refused = (
            ", ".join(f"{reason} {n}" for reason, n in sorted(refused_entries(run, contest_id).items())) or "no entries at all"
        )
        raise RefusedError("nobody may win: there is no eligible entry", where=refused, fix="look at mart_contest_entries")
    entries = []
    for row in rows.iter_rows(named=True):
        salt = secrets.token_bytes(SALT_BYTES)
        leaf = leaf_of(salt, contest_id, row["network"], row["post_id"])
        entries.append(FrozenEntry(**row, salt=salt.hex(), leaf=leaf))
    return entries


def refused_entries(run: NightRun, contest_id: str) -> dict[str, int]:
    codes = run.engine.query(
        "SELECT reason_code FROM mart_contest_entries WHERE contest_id = $contest AND eligibility = 'ineligible'",
        {"contest": contest_id},
    )["reason_code"].to_list()
    return dict(sorted(Counter("connected" if code in _CONNECTED else code for code in codes).items()))


def refuse_gaps(gaps: tuple[Gap, ...], reason: str | None) -> None:
    if gaps and not (reason or "").strip():
        shown = "; ".join(f"{gap.source}: {gap.what}" for gap in gaps[:5])
        raise RefusedError(
            "a required source does not vouch for all entries",
            where=shown + (f"; and {len(gaps) - 5} more" if len(gaps) > 5 else ""),
            fix="capture the nights again, or say why it is frozen all the same: --reason '…' (the protocol prints it)",
        )


def refuse_faults(contest_id: str, public: Mapping[str, bytes]) -> None:
    found = list(protocol.faults(public))
    if found:
        raise RefusedError(
            f"the protocol of {contest_id} does not hold", where="; ".join(found), fix="restore it from a backup"
        )
