"""Accounts become persons, between the accounts' history and everything that carries a creator_id.

Put here: which rows the judgement gets, and the days a changed link touches. Keep out: the judgement (`people.identity_*`).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.lists.inputs import given_links, given_splits
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.policies import held_policies
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.people.identity_addresses import Named
from microinf_pipeline.people.identity_clusters import persons
from microinf_pipeline.people.identity_evidence import find_evidence, given_evidence
from microinf_pipeline.people.identity_profiles import Handles, read_names

_BRIDGED = "@bsky.brid.gy"
_SIDES = (("network", "account"), ("other_network", "other_account"))


def read_profile_names(run: NightRun) -> None:
    """What the changed accounts name as their own, as the session relation `read_names`."""
    run.candidate.register(run.engine, TABLES["account_observations"], view="account_observations_all")
    run.engine.register_frame("read_names", read_names(run.engine.query(sql_of("profile_statements"))))


def link_accounts(run: NightRun) -> None:
    """Persons of several accounts as the session relation `linked_accounts`, over everything known tonight."""
    run.candidate.register(run.engine, TABLES["_profile_names"])
    run.candidate.register(run.engine, TABLES["core_account_history"])
    unmatched = unmatched_origins(run)
    names = run.engine.query("SELECT * FROM _profile_names").filter(~pl.col("origin").is_in(unmatched))
    links, splits = given_links(run.settings), given_splits(run.settings)
    accounts, aliases = _accounts(run, names, pl.concat([links.select(splits.columns), splits]), unmatched)
    held = Handles(aliases, accounts.select("network", "account_id").iter_rows())
    on = run.as_of_night
    evidence = pl.concat([find_evidence(accounts, names, aliases), given_evidence(_resolved(links, held, on), on)])
    split = _resolved(splits, held, on)
    found = persons(evidence, accounts, split)
    run.engine.register_frame("split_pairs", split.select("network", "account_id", "other_network", "other_account_id"))
    run.engine.register_frame("linked_accounts", found.links)
    run.engine.register_frame("unfollowed_evidence", found.left_out)


def unmatched_origins(run: NightRun) -> list[str]:
    """Origins whose policy forbids to match accounts with persons."""
    return sorted(origin for origin, policy in held_policies(run.settings).items() if not policy.may_match_people)


def _accounts(
    run: NightRun, names: pl.DataFrame, given: pl.DataFrame, unmatched: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accounts that evidence may speak of, and the aliases of the handles it names."""
    engine = run.engine
    engine.register_frame("profile_names", names)
    engine.register_frame("unmatched_origins", pl.DataFrame({"origin": unmatched}, {"origin": pl.String}))
    sides = pl.concat([given.select(network=network, account_id=account) for network, account in _SIDES])
    engine.register_frame("given_accounts", sides.unique())
    copies = engine.query(
        f"SELECT DISTINCT account_id FROM core_account_aliases WHERE network = 'mastodon' AND account_id LIKE '%{_BRIDGED}'"
    )
    by_handle = pl.col("to_key").str.starts_with("h:")
    wanted = pl.concat([
        names.filter(by_handle).select(network="to_network", alias=pl.col("to_key").str.strip_prefix("h:")),
        names.filter(says="site").select(network=pl.lit("bluesky"), alias="to_key"),
        sides.select("network", alias=pl.col("account_id").str.strip_prefix("@").str.to_lowercase()),
        copies.select(network=pl.lit("bluesky"), alias=pl.col("account_id").str.strip_suffix(_BRIDGED)),
    ])  # fmt: skip
    engine.register_frame("wanted_handles", wanted.unique())
    aliases = engine.query(sql_of("aliases_wanted"))
    return engine.query(sql_of("linkable_accounts")), aliases


def _resolved(given: pl.DataFrame, held: Handles, on: date) -> pl.DataFrame:
    """Rows of a list with account ids in place of ids or handles; rows whose accounts are not known are left out."""
    rows = []
    for row in given.iter_rows(named=True):
        found = [held.account(Named(row[network], None, row[account], ""), on) for network, account in _SIDES]
        by_handle = [held.account(Named(row[n], row[a].lstrip("@").lower(), None, ""), on) for n, a in _SIDES]
        one, other = (account or handle for account, handle in zip(found, by_handle, strict=True))
        if one and other:
            rows.append(row | {"account_id": one[1], "other_account_id": other[1]})
    return pl.DataFrame(rows, {**given.schema, "account_id": pl.String(), "other_account_id": pl.String()})


def find_days_of_changed_links(run: NightRun) -> None:
    """Marts carry today's links (rules of time 5, 7): the local days around all posts of accounts whose creator changed."""
    links = TABLES["core_creator_links"]
    run.candidate.register(run.engine, links)
    run.candidate.register(run.engine, links, view="core_creator_links_before", accepted=True)
    run.candidate.register(run.engine, TABLES["_account_day_audience"], view="_account_day_audience_before", accepted=True)
    days = run.engine.query(sql_of("days_of_changed_links"))["day"].to_list()
    run.touched.more_mart_days |= {day + timedelta(days=shift) for day in days for shift in (-1, 0, 1)}
