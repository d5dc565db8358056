"""The touched set: which days tonight may change, found before anything of them is written (rules of time 7).

Put here: the order in which it becomes known, and the session relations over it. Keep out: the SQL that finds it
(`models/touched`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from microinf_pipeline.catalog.model import Table
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.batches import apart
from microinf_pipeline.features.brands import BRAND_MATCHES, match_brands
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.withdrawn import rows_of
from microinf_pipeline.night.given import brand_rules
from microinf_pipeline.night.model_runs import register_inputs, run_model, sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.tiers import TierRules, tier_history
from microinf_pipeline.storage.partitions import first_day, month_of

_OBSERVATIONS, _ACCOUNTS = TABLES["observations"], TABLES["account_observations"]
_AUDIENCE = TABLES["_account_day_audience"]
#: K7: a mention counts once it is 72 hours old, which is on a later night than its own.
_DAYS_TO_ANSWER = 3


def find_post_days(run: NightRun) -> None:
    """Touched days of posts, as far as tonight's posts tell; then the posts of their months are at hand."""
    candidate, engine = run.candidate, run.engine
    candidate.register(engine, _OBSERVATIONS, view="observations_all")
    identity = TABLES["_post_identity"]
    run_model(run, identity)
    candidate.register(engine, identity)
    candidate.register(engine, identity, view="_post_identity_before", accepted=True)
    _register_tonight(run, _OBSERVATIONS, "tonight")
    _register_tonight(run, TABLES["status_observations"], "status_tonight")
    engine.define_view(
        "looked_tonight",
        "SELECT network, post_id FROM status_tonight UNION SELECT network, post_id FROM status_tonight_before", {},
    )  # fmt: skip
    if run.touched.everything:
        every = _days(
            run, "SELECT DISTINCT posted_on AS day FROM observations_all UNION SELECT DISTINCT home_on FROM _post_identity"
        )
        only = run.touched.only_months
        run.touched.days |= {day for day in every if not only or month_of(day) in only}
    else:
        run.touched.days |= _days(run, sql_of("days_of_posts"))
    gather_posts(run)


def _register_tonight(run: NightRun, table: Table, view: str) -> None:
    nights = set() if run.removal else run.night_keys
    run.candidate.register(run.engine, table, nights=nights, view=view)
    run.candidate.register(run.engine, table, nights=nights, view=f"{view}_before", accepted=True)
    if run.changed_nights:
        _add_rewritten(run, table, view)


def _add_rewritten(run: NightRun, table: Table, view: str) -> None:
    """Of earlier nights whose rows were taken away or changed, the rows that differ belong to tonight as well."""
    earlier = run.changed_nights - (set() if run.removal else run.night_keys)
    now, before = f"{view}_rewritten", f"{view}_rewritten_before"
    run.candidate.register(run.engine, table, nights=earlier, view=now)
    run.candidate.register(run.engine, table, nights=earlier, view=before, accepted=True)
    for name, mine, other in ((view, now, before), (f"{view}_before", before, now)):
        sql = f"SELECT * FROM {name} UNION ALL (SELECT * FROM {mine} EXCEPT SELECT * FROM {other})"
        run.engine.define_table(name, sql, {})


def _days(run: NightRun, sql: str) -> set[date]:
    return {day for day in run.engine.query(sql, run.params())["day"].to_list() if day is not None}


def gather_posts(run: NightRun) -> None:
    """The session relations of the touched months: deliveries, merged posts, the originals they point to."""
    months = run.touched.post_months
    run.engine.register_frame(
        "touched_months", pl.DataFrame({"first_day": [first_day(m) for m in sorted(months)]}, {"first_day": pl.Date})
    )
    moving_in = run.engine.query(
        "SELECT DISTINCT strftime(posted_on, '%Y-%m') AS month FROM _post_identity"
        " WHERE date_trunc('month', home_on) IN (SELECT first_day FROM touched_months)"
    )["month"]
    run.candidate.register(run.engine, _OBSERVATIONS, months | set(moving_in.to_list()))
    run.engine.define_on_disk("_deliveries", sql_of("_deliveries"), run.params())
    run.engine.define_table("_posts_merged", sql_of("_posts_merged"), {})
    run.engine.define_view("_posts_latest", sql_of("_posts_latest"), {})
    run.engine.define_table("_originals", sql_of("_originals"), {})


def find_account_months(run: NightRun) -> None:
    """Months of account observations that tonight may change."""
    _register_tonight(run, _ACCOUNTS, "accounts_tonight")
    if run.touched.everything:
        run.touched.account_months |= run.candidate.months(_ACCOUNTS)
        return
    days = run.engine.query(
        "SELECT DISTINCT observed_on FROM accounts_tonight UNION SELECT DISTINCT observed_on FROM accounts_tonight_before"
    )
    run.touched.account_months |= {month_of(day) for day in days["observed_on"].to_list()}


def find_changed_accounts(run: NightRun) -> None:
    """After the aliases are built: which accounts may change, and which months of theirs that adds."""
    candidate, engine = run.candidate, run.engine
    aliases = TABLES["core_account_aliases"]
    candidate.register(engine, aliases)
    candidate.register(engine, aliases, view="core_account_aliases_before", accepted=True)
    candidate.register(engine, TABLES["_account_days"])
    candidate.register(engine, _AUDIENCE, view="_account_day_audience_before", accepted=True)
    engine.define_table("changed_aliases", sql_of("changed_aliases"), {})
    engine.define_table("_handle_key_days", sql_of("handle_key_days"), {})
    engine.define_table("_resolved_keys", sql_of("_resolved_keys"), {})
    if run.touched.everything:
        engine.define_table("changed_accounts", _EVERY_ACCOUNT, {})
        return
    engine.define_table("changed_accounts", sql_of("changed_accounts"), {})
    more = engine.query(
        "SELECT DISTINCT strftime(d.observed_on, '%Y-%m') AS month FROM _account_days AS d"
        " SEMI JOIN changed_aliases AS c ON c.network = d.network AND c.account_key = d.account_key"
    )["month"]
    run.touched.account_months |= set(more.to_list())


_EVERY_ACCOUNT = (
    "SELECT network, account_key AS account_id FROM _account_days UNION SELECT network, account_id FROM _resolved_keys"
    " UNION SELECT network, account_id FROM _account_day_audience_before"
)


def fold_tiers(run: NightRun) -> None:
    """Tiers of the changed accounts, over their whole history."""
    run.candidate.register(run.engine, TABLES["core_account_history"])
    history = run.engine.query(
        "SELECT h.network, h.account_id, h.observed_on, h.followers, h.followers_precision FROM core_account_history AS h"
        " SEMI JOIN changed_accounts AS c ON c.network = h.network AND c.account_id = h.account_id"
        " WHERE h.followers IS NOT NULL"
    )
    tiers = run.settings.tiers
    rules = TierRules.of(tiers.cuts, tiers.down_below_share, tiers.down_after_days)
    run.engine.register_frame("folded_tiers", tier_history(history, rules))


def find_audience_days(run: NightRun) -> None:
    """After the tiers are built: days on which an author's tier, followers, account or role is now another."""
    candidate, engine = run.candidate, run.engine
    roles = TABLES["core_account_roles"]
    candidate.register(engine, roles)
    candidate.register(engine, roles, view="core_account_roles_before", accepted=True)
    engine.define_table("_account_post_days", sql_of("post_days_of_changed_accounts"), {})
    register_inputs(run, _AUDIENCE)
    engine.define_table("audience_now", sql_of(_AUDIENCE.name), run.params())
    months = run.touched.post_months
    run.touched.days |= _days(run, sql_of("days_of_changed_audience"))
    if run.touched.post_months != months:
        gather_posts(run)
    engine.define_table(
        "_account_post_days",
        "SELECT DISTINCT network, account_key, posted_on FROM _posts_latest WHERE account_key IS NOT NULL",
        {},
    )


def match_touched_brands(run: NightRun) -> None:
    """Which brands the touched posts name, by their own words."""
    rules = brand_rules(run.settings)
    found = [
        apart(matched.join(batch.select("network", "post_id", "posted_on"), on=["network", "post_id"], how="left"))
        for batch in run.engine.batches(_MATCHED_COLUMNS)
        if (matched := match_brands(_readable(batch), rules)).height
    ]
    kept = rows_of(run.engine.query(_KEPT_READINGS), "brands", {**BRAND_MATCHES, "posted_on": pl.Date()})
    known = kept.filter(pl.col("brand_id").is_in([rule.brand_id for rule in rules]))
    run.engine.register_frame("matched_brands", pl.concat([known, *found]))


_MATCHED_COLUMNS = (
    "SELECT network, post_id, posted_on, title, text, hashtags, mentioned, link_hosts, given_brand_id, handle, account_key,"
    " post_type"
    " FROM _posts_latest WHERE kept_readings IS NULL"
)
_KEPT_READINGS = "SELECT network, post_id, posted_on, kept_readings FROM _posts_latest WHERE kept_readings IS NOT NULL"


def _readable(posts: pl.DataFrame) -> pl.DataFrame:
    return posts.with_columns(text_folded=fold_written(said(posts)))


def find_mart_days(run: NightRun) -> None:
    """Local days beyond those of touched posts that marts must show anew: days that ended since, changed histories."""
    last_before = max(run.accepted_nights, default=None)
    if last_before is not None and run.as_of_night > last_before:
        span = (run.as_of_night - last_before).days + 2
        run.touched.more_mart_days |= {last_before + timedelta(days=n) for n in range(-_DAYS_TO_ANSWER, span)}
    run.touched.more_mart_days.update(
        _days_of_changed_history(run), _nights_of_changed_completeness(run), _days_of_changed_answers(run)
    )


def _days_of_changed_answers(run: NightRun) -> Iterable[date]:
    """A reply changes what is said of the post it answers, whose day it does not share."""
    for name in ("core_interactions", "_answerable_mentions"):
        run.candidate.register(run.engine, TABLES[name])
        run.candidate.register(run.engine, TABLES[name], view=f"{name}_before", accepted=True)
    found = _days(run, sql_of("days_of_changed_answers"))
    return {day + timedelta(days=shift) for day in found for shift in (-1, 0, 1)}


def _days_of_changed_history(run: NightRun) -> Iterable[date]:
    """A brand whose history now begins elsewhere shows new and returning accounts on other days (K5)."""
    brands = TABLES["core_brands"]
    run.candidate.register(run.engine, brands)
    run.candidate.register(run.engine, brands, view="core_brands_before", accepted=True)
    moved = run.engine.query(
        "SELECT min(least(n.history_from, coalesce(b.history_from, n.history_from))) AS first,"
        " max(greatest(n.history_from, coalesce(b.history_from, n.history_from))) AS last FROM core_brands AS n"
        " INNER JOIN core_brands_before AS b ON b.brand_id = n.brand_id WHERE n.history_from IS DISTINCT FROM b.history_from"
    ).row(0)
    if moved[0] is None:
        return set()
    return {moved[0] + timedelta(days=n) for n in range((moved[1] - moved[0]).days + 92)}


def _nights_of_changed_completeness(run: NightRun) -> Iterable[date]:
    """Expected volumes of later nights rest on this one."""
    table = TABLES["mart_completeness"]
    run.candidate.register(run.engine, table)
    run.candidate.register(run.engine, table, view="mart_completeness_before", accepted=True)
    same = "source, brand_id, rule, night, expected, captured"
    return _days(
        run,
        f"SELECT night AS day FROM ((SELECT {same} FROM mart_completeness EXCEPT SELECT {same} FROM mart_completeness_before)"
        f" UNION ALL (SELECT {same} FROM mart_completeness_before EXCEPT SELECT {same} FROM mart_completeness))",
    )


def find_memory_days(run: NightRun) -> None:
    """After the accounts' days are built: local days on which an account's standing with a brand may have changed."""
    days = TABLES["_account_brand_days"]
    run.candidate.register(run.engine, days)
    run.candidate.register(run.engine, days, view="_account_brand_days_before", accepted=True)
    run.touched.more_mart_days |= _days(run, sql_of("days_of_changed_memory"))
