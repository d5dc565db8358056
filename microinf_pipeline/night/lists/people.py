"""The brand's lists of people meet the accounts: roles, and the ties that keep a post from counting as earned.

Put here: reading the lists, with every e-mail hashed as it is read, and the days a changed list touches. Keep out: the
matching itself (`people.known_people`) and the SQL that reads its result.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.erased import given_without_erased
from microinf_pipeline.night.linking import find_days_of_changed_links, unmatched_origins
from microinf_pipeline.night.lists.deals import given_deals, listed_by_deals
from microinf_pipeline.night.lists.inputs import given_people
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.touching import gather_posts
from microinf_pipeline.people.identity_addresses import read_address
from microinf_pipeline.people.identity_profiles import NAMES
from microinf_pipeline.people.identity_rules import link_rules
from microinf_pipeline.people.known_people import ROLES, emails_in, hashed_account, hashed_email, match_people

_TIES: Final = ("employee", "vested", "paid", "gifted")
_ALWAYS: Final = date(1970, 1, 1)
_ANY_TIES: Final = (
    "SELECT (SELECT count(*) FROM tied_accounts) + (SELECT count(*) FROM core_mentions_before WHERE listed_as IS NOT NULL)"
)
_EMAILS: Final = {"network": pl.String(), "account_id": pl.String(), "email_hash": pl.String()}


def match_listed_people(run: NightRun) -> None:
    """Session relations `known_roles` (ROLES), `vested_hashes` and `tied_accounts` (network, account_id, brand_id, relation,
    valid_from, valid_to); then the days of posts whose author's tie, or creator, is another after tonight join the touched
    set."""
    find_days_of_changed_links(run)
    roles = _roles(run)
    ties = roles.filter(pl.col("role").is_in(_TIES))
    run.engine.register_frame("known_roles", roles)
    run.engine.register_frame(
        "tied_accounts", ties.select("network", "account_id", "brand_id", "valid_from", "valid_to", relation="role").unique()
    )
    run.engine.register_frame("vested_hashes", _hashed(ties.filter(role="vested"), run.home.key()))
    _touch_changed_ties(run)


def _hashed(vested: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Rows of `_vested`: who they are is left to who holds the home's key."""
    accounts = vested.select("network", "account_id").iter_rows()
    hashes = pl.Series("account_hash", [hashed_account(network, account, key) for network, account in accounts], pl.String)
    return vested.select(hashes, "brand_id", "valid_from", "valid_to").unique()


def _roles(run: NightRun) -> pl.DataFrame:
    key = secrets.token_bytes(32)  # both sides are hashed in this run and neither hash is kept
    lists = {role: given_people(run.settings, role, key) for role in ("employee", "customer", "vested")} | _deals(run)
    lists = {role: given_without_erased(run, people) for role, people in lists.items()}
    if all(people.is_empty() for people in lists.values()):
        return pl.DataFrame(schema=ROLES)
    accounts, aliases = _accounts(run, pl.concat(lists.values()), key)
    run.candidate.register(run.engine, TABLES["core_creator_links"])
    persons = run.engine.query(
        "SELECT creator_id, network, account_id FROM core_creator_links WHERE creator_id IN"
        " (SELECT creator_id FROM core_creator_links WHERE evidence <> 'own_account')"
    )
    found = [match_people(_agreed(people, role), role, accounts, aliases, persons) for role, people in lists.items()]
    return pl.concat(found)


def _deals(run: NightRun) -> dict[str, pl.DataFrame]:
    deals = given_deals(run.settings)
    return {relation: listed_by_deals(deals.filter(relation=relation)) for relation in ("paid", "gifted")}


def _agreed(people: pl.DataFrame, role: str) -> pl.DataFrame:
    """Customers are on their list because they agreed: one without a day of consent did from the start."""
    if role != "customer":
        return people
    return people.with_columns(consent_on=pl.coalesce("consent_on", "valid_from", pl.lit(_ALWAYS)))


def _accounts(run: NightRun, listed: pl.DataFrame, key: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The accounts the lists may mean, with the hashes of the addresses their profiles show; aliases of the handles named."""
    engine = run.engine
    named = listed.filter(pl.col("network").is_not_null() & pl.col("account").is_not_null())
    links = [page for link in listed["link"].drop_nulls() if (page := read_address(link, link_rules()))]
    by_link = pl.DataFrame(
        [(page.network, page.account_id or f"h:{page.handle}") for page in links],
        dict.fromkeys(("network", "account_id"), pl.String),
        orient="row",
    )
    emails = _emails(run, key) if listed["email_hash"].is_not_null().any() else pl.DataFrame(schema=_EMAILS)
    shown = emails.join(listed.select("email_hash").unique(), on="email_hash", how="semi")
    keys = [named.select("network", account_id="account"), by_link, shown.select("network", "account_id")]
    engine.register_frame("given_accounts", pl.concat(keys).unique())
    handle = pl.col("account_id").str.strip_prefix("h:").str.strip_prefix("@").str.to_lowercase()
    engine.register_frame("wanted_handles", pl.concat(keys[:2]).select("network", alias=handle).unique())
    engine.register_frame("profile_names", pl.DataFrame(schema=NAMES))
    aliases = engine.query(sql_of("aliases_wanted"))
    hashes = shown.group_by("network", "account_id").agg(email_hashes=pl.col("email_hash"))
    known = engine.query(sql_of("linkable_accounts")).join(hashes, on=["network", "account_id"], how="left")
    return known.with_columns(pl.col("email_hashes").fill_null([])), aliases


def _emails(run: NightRun, key: bytes) -> pl.DataFrame:
    """Account and hash of every address a profile shows, each once."""
    run.engine.register_frame("unmatched_origins", pl.DataFrame({"origin": unmatched_origins(run)}, {"origin": pl.String}))
    rows = run.engine.query(sql_of("shown_emails")).iter_rows()
    hashed = ((n, i, hashed_email(address, key)) for n, i, email, bio in rows for address in _addresses(email, bio))
    return pl.DataFrame(list(hashed), _EMAILS, orient="row").drop_nulls("email_hash").unique()


def _addresses(email: str | None, bio: str | None) -> Iterator[str]:
    if email:
        yield email
    yield from emails_in(bio)


def _touch_changed_ties(run: NightRun) -> None:
    if run.touched.everything:
        return
    candidate, engine = run.candidate, run.engine
    candidate.register(engine, TABLES["core_mentions"], view="core_mentions_before", accepted=True)
    if not engine.query(_ANY_TIES).item():
        return
    candidate.register(engine, TABLES["core_posts"], view="core_posts_before", accepted=True)
    months = run.touched.post_months
    run.touched.days |= set(engine.query(sql_of("days_of_changed_ties"))["day"].to_list())
    if run.touched.post_months != months:
        gather_posts(run)
