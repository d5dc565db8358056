"""Profiles of candidates are read, once mentions are known: topic, authority, kind of account, authenticity, language.

Only candidates (end of kpis.md): a campaign's tag, two counted mentions in 90 days, or named by the brand. Put here: whose
profile is read, and what it is read from. Keep out: the reading (`people`), and what becomes of it (`core_accounts`).
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.account_kind import UNKNOWN, account_kind
from microinf_pipeline.people.authenticity import Coefficients, authenticity, load_coefficients
from microinf_pipeline.people.authority import authority
from microinf_pipeline.people.niche import Taxonomy, load_taxonomy, niches
from microinf_pipeline.people.profile_text import profile_text
from microinf_pipeline.storage.partitions import month_of

LOOK_BACK_DAYS: Final = 90
_RECENT: Final = {
    "recent_posts": "core_posts",
    "recent_mentions": "core_mentions",
    "recent_campaigns": "core_mention_campaigns",
}
_KEY: Final = ["network", "account_id"]
_FIGURES: Final = ("niche_confidence", "authenticity_score")
_READ: Final = (
    dict.fromkeys(TABLES["_account_profiles"].column_names, pl.String())
    | dict.fromkeys(_FIGURES, pl.Float64())
    | {"invites_business": pl.Boolean()}
)
_NOTHING: Final = pl.DataFrame(schema=_READ)
#: Words of posts take memory.
_ACCOUNTS_AT_ONCE: Final = 20_000


def find_candidates(run: NightRun) -> None:
    """The session relation `profile_candidates`: accounts whose profile may be looked into."""
    end = run.as_of_night
    months = {month_of(end - timedelta(days=days)) for days in range(LOOK_BACK_DAYS + 2)}
    for view, table in _RECENT.items():
        run.candidate.register(run.engine, TABLES[table], months, view=view)
    run.candidate.register(run.engine, TABLES["core_account_roles"])
    run.engine.define_table("profile_candidates", sql_of("candidate_accounts"), run.params())


def read_profiles(run: NightRun) -> None:
    """The session relations `read_profiles` and `_accounts_latest`, over what tonight may have changed."""
    find_candidates(run)
    engine = run.engine
    profiles = TABLES["_account_profiles"]
    run.candidate.register(engine, profiles, view="_account_profiles_before", accepted=True)
    run.candidate.register(engine, TABLES["core_account_history"])
    run.candidate.register(engine, TABLES["core_posts"], run.touched.post_months)
    run.candidate.register(engine, TABLES["core_posts"], run.touched.post_months, view="core_posts_before", accepted=True)
    run.candidate.register(engine, TABLES["core_posts"], view="all_posts")
    engine.register_frame("touched_days", pl.DataFrame({"day": sorted(run.touched.days)}, {"day": pl.Date}))
    every = "SELECT network, account_id FROM profile_candidates"
    engine.define_table("to_read", every if run.touched.everything else sql_of("accounts_to_read"), run.params())
    engine.define_table("wanted_accounts", sql_of("accounts_wanted"), run.params())
    run.candidate.register(engine, TABLES["_account_days"])
    engine.define_table("_accounts_latest", sql_of("_accounts_latest"), run.params())
    accounts = engine.query(
        "SELECT a.* FROM _accounts_latest AS a SEMI JOIN to_read AS r ON r.network = a.network AND r.account_id = a.account_id"
    )
    posts = _posts_read(run)
    growth = engine.query(sql_of("growth_of_accounts"), run.params())
    own = run.settings.niches
    taxonomy = load_taxonomy(own) if own else None
    read = [
        profiles_of(some, posts.join(some, on=_KEY, how="semi"), growth, taxonomy)
        for some in accounts.iter_slices(_ACCOUNTS_AT_ONCE)
    ]
    engine.register_frame("read_profiles", pl.concat([_NOTHING, *read]))


def _posts_read(run: NightRun) -> pl.DataFrame:
    engine = run.engine
    engine.define_table("posts_read", sql_of("posts_to_read"), run.params())
    posts = engine.query("SELECT * FROM posts_read")
    months = {month_of(day) for day in posts["posted_on"].unique()}
    run.candidate.register(engine, TABLES["observations"], months, view="deliveries_of_read")
    named = engine.query(sql_of("names_in_posts")).group_by("network", "post_id").agg(mentioned="handle")
    return posts.join(named, on=["network", "post_id"], how="left")


def profiles_of(
    accounts: pl.DataFrame, posts: pl.DataFrame, growth: pl.DataFrame, taxonomy: Taxonomy | None = None
) -> pl.DataFrame:
    """Rows of `_account_profiles`, one an account, in the order of `accounts` (`_accounts_latest`).

    `posts`: network, account_id, text, lang, lang_source, mentioned (folded handles); `growth`: network, account_id,
    growth_jump. `taxonomy`: of niches, the shipped one unless another is given.
    """
    if accounts.is_empty():  # the rules of reading cost seconds to set up
        return _NOTHING
    known_kind = pl.when(pl.col("account_type") != UNKNOWN).then("account_type")
    kind = account_kind(accounts).select(*_KEY, "account_type_evidence", account_type=known_kind)
    parts = [
        kind,
        profile_text(accounts).select(*_KEY, "email", "invites_business", "invitation_evidence", country="country_stated"),
        niches(accounts, posts.select(*_KEY, "text", "mentioned"), taxonomy or _shipped_taxonomy()),
        authority(accounts),
        _authenticity(accounts, growth),
    ]
    main = _main_language(posts)
    known = accounts.select(_KEY).join(main, on=_KEY, how="left", maintain_order="left")
    return pl.concat([known, *(part.drop(_KEY) for part in parts)], how="horizontal").select(
        TABLES["_account_profiles"].column_names
    )


def _main_language(posts: pl.DataFrame) -> pl.DataFrame:
    """network, account_id, lang: that of most posts; guesses count only between languages equally sure."""
    sure = (pl.col("lang_source") != "guessed").sum()
    languages = posts.drop_nulls("lang").group_by(*_KEY, "lang").agg(sure=sure, told=pl.len())
    ranked = languages.sort([*_KEY, "sure", "told", "lang"], descending=[False, False, True, True, False])
    return ranked.unique(_KEY, keep="first", maintain_order=True).select(*_KEY, "lang")


def _authenticity(accounts: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """The score where it was measured to hold: on other networks it ranks weakly, so nothing is said (docs/quality.md)."""
    coefficients = _coefficients()
    holds = pl.col("network").is_in(coefficients.networks)
    scored = authenticity(_measured(accounts, growth), coefficients)
    return scored.with_columns(pl.when(holds).then(pl.col("authenticity_score", "authenticity_reasons")))


def _measured(accounts: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """What the score of authenticity looks at, as far as it is known."""
    age = (pl.col("observed_at") - pl.col("created_at")).dt.total_days()
    return accounts.join(growth, on=_KEY, how="left", maintain_order="left").with_columns(
        has_bio=pl.col("bio").is_not_null() & (pl.col("bio") != ""), has_link=pl.col("url").is_not_null(), age_days=age,
        posts_per_day=pl.when(age > 0).then(pl.col("post_count") / age),
    )  # fmt: skip


@cache
def _shipped_taxonomy() -> Taxonomy:
    return load_taxonomy()


@cache
def _coefficients() -> Coefficients:
    return load_coefficients()
