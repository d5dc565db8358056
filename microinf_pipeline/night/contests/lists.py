"""What the brand keeps about its contests in lists of its own: claimed entries, decisions, exclusions, costs.

Put here: reading and judging their rows, handing them to the models that read them by name, and knowing vested persons among
the entrants again. Keep out: what follows from them (`models/marts`).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.links import canonical_urls, post_ids
from microinf_pipeline.night.contests.records import record_frames
from microinf_pipeline.night.erased import given_without_erased
from microinf_pipeline.night.lists.judged_rows import JudgedRows
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.known_people import hashed_account
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.model import in_utc

_TEXT = pl.String()
_CLAIMS = dict.fromkeys(("contest_id", "network", "post_id", "account", "person_id"), _TEXT) | {"entered_at": pl.Datetime("us")}
_DECISIONS = dict.fromkeys(("contest_id", "network", "post_id", "account", "decision", "reason", "decided_by"), _TEXT) | {
    "decided_on": pl.Date()
}
_EXCLUSIONS = dict.fromkeys(("contest_id", "network", "account", "reason_code", "terms_clause", "decided_by"), _TEXT)
_COSTS = {"contest_id": _TEXT, "cost": pl.Float64(), "currency": _TEXT}
_CLAUSES = dict.fromkeys(("contest_id", "reason_code", "terms_clause"), _TEXT)


def register_contests(run: NightRun) -> None:
    """Session relations of contests, by name: the lists below, and what was frozen and drawn."""
    settings = run.settings
    clauses = [(c.id, code, clause) for c in settings.contests for code, clause in sorted(c.clauses.items())]
    frames = {
        "contest_claims": claims(settings), "contest_decisions": decisions(settings),
        "contest_exclusions": exclusions(settings), "contest_costs": costs(settings),
        "contest_clauses": pl.DataFrame(clauses, _CLAUSES, orient="row"), **record_frames(run.home),
    }  # fmt: skip
    for name, frame in frames.items():
        run.engine.register_frame(name, given_without_erased(run, frame))


def find_vested_entrants(run: NightRun) -> None:
    """Session relation `vested_entrants` (network, account_id, brand_id, valid_from, valid_to): accounts of entrants whose
    keyed hash stands in `_vested`."""
    for name in ("_contest_entrants", "_vested"):
        run.candidate.register(run.engine, TABLES[name])
    entrants = run.engine.query("SELECT DISTINCT network, account_id FROM _contest_entrants WHERE account_id IS NOT NULL")
    key = run.home.key()
    hashes = [hashed_account(network, account, key) for network, account in entrants.iter_rows()]
    vested = run.engine.query("SELECT account_hash, brand_id, valid_from, valid_to FROM _vested")
    found = entrants.with_columns(pl.Series("account_hash", hashes, pl.String)).join(vested, on="account_hash")
    run.engine.register_frame("vested_entrants", found.drop("account_hash"))


def claims(settings: Settings) -> pl.DataFrame:
    """contest_id, network, post_id, account, person_id, entered_at (UTC): `inputs: contest_entries`, each entry once.

    A time without zone is the brand's. Where no post id is given, the address tells it; an entry without a post gets 'e:' and a
    hash. Raises FixConfigurationError with the lines that cannot be read.
    """
    path = settings.inputs.contest_entries
    if path is None:
        return pl.DataFrame(schema=_CLAIMS)
    file = JudgedRows(path, "contest_entries")
    file.refuse_unknown("contest_id", [c.id for c in settings.contests])
    file.refuse_unknown("network", NETWORKS)
    file.refuse_empty("contest_id", "network", "account")
    zones = {c.id: ZoneInfo(settings.brand(c.brand).timezone) for c in settings.contests}
    told = file.rows.select("contest_id", "entered_at").iter_rows()
    times = [_moment(text, zones.get(contest, ZoneInfo("UTC"))) for contest, text in told]
    file.rows = file.rows.with_columns(pl.Series("at", times, pl.Datetime("us")))
    file.refuse(pl.col("at").is_null(), "an entered_at that is not like 2026-09-01T18:30")
    rows = file.judged()
    address = canonical_urls(rows["url"])
    hashed = address.map_elements(lambda url: "u:" + hashlib.sha256(url.encode()).hexdigest(), pl.String)
    made = pl.Series([_made_up(*row) for row in rows.select("contest_id", "network", "account", "entered_at").iter_rows()])
    known = rows.with_columns(
        post_id=pl.coalesce("post_id", post_ids(rows["network"], address), hashed, made.cast(pl.String)), entered_at="at"
    )
    key = ["contest_id", "network", "post_id"]
    return known.sort(*key, "at", "account").unique(key, keep="first", maintain_order=True).select(list(_CLAIMS))


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text or ""), zone).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return None


def _made_up(*parts: str) -> str:
    return "e:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def decisions(settings: Settings) -> pl.DataFrame:
    """contest_id, network, post_id, account, decision, reason, decided_by, decided_on: rows of `inputs: decisions` that
    name a contest; of several on the same entry the last. Either post_id or account is given.

    Raises FixConfigurationError with the lines that cannot be read, or that nobody has signed.
    """
    path = settings.inputs.decisions
    if path is None:
        return pl.DataFrame(schema=_DECISIONS)
    file = _of_contests(settings, path, "decisions")
    file.refuse_unknown("network", NETWORKS)
    file.refuse_unknown("decision", ("eligible", "ineligible"))
    file.refuse_empty("network", "decision", "decided_by", "reason", "decided_on")
    file.refuse(pl.col("post_id").is_null() & pl.col("account").is_null(), "neither post_id nor account")
    file.read_days("decided_on")
    by_post = pl.when(pl.col("post_id").is_null()).then("account")
    signed = file.judged().with_columns(account=by_post).sort("decided_on", "line")
    key = ["contest_id", "network", "post_id", "account"]
    return signed.unique(key, keep="last", maintain_order=True).select(list(_DECISIONS))


def exclusions(settings: Settings) -> pl.DataFrame:
    """contest_id, network, account, reason_code, terms_clause, decided_by: rows of `inputs: exclusions` that name one.

    Raises FixConfigurationError with the lines that cannot be read.
    """
    path = settings.inputs.exclusions
    if path is None:
        return pl.DataFrame(schema=_EXCLUSIONS)
    file = _of_contests(settings, path, "exclusions")
    file.refuse_unknown("network", NETWORKS)
    file.refuse_empty("network", "account")
    code = pl.col("reason_code").fill_null("excluded")
    file.refuse(~code.str.contains("^[a-z][a-z0-9_]*$"), "a reason_code that is not one word in small letters")
    rows = file.judged().with_columns(reason_code=code)
    return rows.select(list(_EXCLUSIONS)).unique().sort(list(_EXCLUSIONS), nulls_last=True)


def costs(settings: Settings) -> pl.DataFrame:
    """contest_id, cost, currency: fees and gifts of the `inputs: deals` that name a contest, else its budget.

    The cost is NULL while one of its deals names no amount. A deal without a currency is in the budget's. Raises
    FixConfigurationError with the lines that cannot be read, or whose currency is not that of the contest's other deals.
    """
    budgets = [(c.id, float(c.budget.amount), c.budget.currency) for c in settings.contests if c.budget]
    planned = pl.DataFrame(budgets, _COSTS, orient="row")
    path = settings.inputs.deals
    if path is None:
        return planned
    file = _of_contests(settings, path, "deals")
    file.read_amounts("fees", "gifts")
    file.read_currency()
    budgeted = planned.select("contest_id", budget_currency="currency")
    file.rows = file.rows.join(budgeted, on="contest_id", how="left").with_columns(
        currency=pl.coalesce("currency", "budget_currency")
    )
    file.refuse(pl.col("currency").is_null(), "no currency", "write it, or give the contest a budget")
    file.refuse_mixed_currencies(["contest_id"], "in contest", "write them in one currency")
    told = pl.any_horizontal(pl.col("fees", "gifts").is_not_null()).all()
    spent = pl.sum_horizontal("fees", "gifts").sum()
    dealt = file.judged().group_by("contest_id").agg(cost=pl.when(told).then(spent), currency=pl.col("currency").first())
    return pl.concat([dealt.select(list(_COSTS)), planned.join(dealt, on="contest_id", how="anti")]).sort("contest_id")


def _of_contests(settings: Settings, path: Path, key: str) -> JudgedRows:
    """The rows that name a contest, of a list that speaks of other things too; it must be a configured one."""
    file = JudgedRows(path, key)
    file.rows = file.rows.filter(pl.col("contest_id").is_not_null())
    file.refuse_unknown("contest_id", [c.id for c in settings.contests])
    return file
