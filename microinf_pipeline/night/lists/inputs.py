"""The lists of `inputs:` that say who is who, as relations that models read by name: aliases, links, people, head counts.

Put here: reading and judging their rows. Keep out: which columns they have (`settings.inputs`), how rows are judged
(`judged_rows`). Their rows are data of a night: a changed file needs no rebuild, and touches only what its changed rows speak
of.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from microinf_pipeline.night.lists.judged_rows import JudgedRows
from microinf_pipeline.people.known_people import LISTED, hashed_emails
from microinf_pipeline.settings import Settings

_ALWAYS = date(1970, 1, 1)
_PAIR = ["network", "account", "other_network", "other_account"]
_LINKS = dict.fromkeys((*_PAIR, "evidence"), pl.String()) | {"valid_from": pl.Date(), "valid_to": pl.Date()}
_LISTS = {"employee": ("employees", "employee_id"), "customer": ("customers", "customer_id"), "vested": ("vested", None)}
_OF_LISTS = ("link", "email", "consent_on", "consent_until", "unit", "content_in_role", "valid_from", "valid_to")
_HEADS = {"brand_id": pl.String(), "unit": pl.String(), "month": pl.Date(), "head_count": pl.Int64()}
_YES = ("true", "yes", "1", "ja")
_YES_OR_NO = (*_YES, "false", "no", "0", "nein")
_ALIASES = {name: pl.String() for name in ("network", "alias", "account_id")} | {"valid_from": pl.Date(), "valid_to": pl.Date()}


def given_aliases(settings: Settings) -> pl.DataFrame:
    """network, alias (lower case, without `@`), account_id, valid_from, valid_to of `inputs: account_aliases`.

    No row where no file is configured. Raises FixConfigurationError for a file that cannot be read as it should.
    """
    path = settings.inputs.account_aliases
    if path is None:
        return pl.DataFrame(schema=_ALIASES)
    file = JudgedRows(path, "account_aliases")
    file.refuse_empty("network", "alias", "account_id")
    file.refuse_strangers(settings)
    file.read_days("valid_from", "valid_to")
    alias = pl.col("alias").str.strip_prefix("@").str.to_lowercase()
    known = file.judged().with_columns(alias=alias, valid_from=pl.col("valid_from").fill_null(_ALWAYS))
    return known.select(list(_ALIASES)).unique().sort(list(_ALIASES))


def given_links(settings: Settings) -> pl.DataFrame:
    """network, account, other_network, other_account, evidence, valid_from, valid_to of `inputs: identity_links`.

    Accounts as written: ids or handles. Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.identity_links
    if path is None:
        return pl.DataFrame(schema=_LINKS)
    file = JudgedRows(path, "identity_links")
    file.refuse_empty(*_PAIR)
    file.refuse_strangers(settings)
    file.read_days("valid_from", "valid_to")
    return file.judged().select(list(_LINKS)).unique().sort(list(_LINKS), nulls_last=True)


def given_splits(settings: Settings) -> pl.DataFrame:
    """network, account, other_network, other_account: the rows of `inputs: exclusions` that say two accounts are two persons.

    Rows without other_account speak of contests. Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.exclusions
    if path is None:
        return pl.DataFrame(schema=dict.fromkeys(_PAIR, pl.String()))
    file = JudgedRows(path, "exclusions")
    file.refuse(pl.all_horizontal(pl.col("contest_id", "other_account").is_null()), "neither contest_id nor other_account")
    file.rows = file.rows.filter(pl.col("other_account").is_not_null())
    file.refuse_empty(*_PAIR)
    file.refuse_strangers(settings)
    return file.judged().select(_PAIR).unique().sort(_PAIR)


def given_people(settings: Settings, role: str, key: bytes) -> pl.DataFrame:
    """LISTED (`people.known_people`) of the list of a role: employee, customer, vested.

    Each e-mail is hashed with `key` here and goes no further. Raises FixConfigurationError as `given_aliases`, and where a row
    names neither account, link nor e-mail.
    """
    name, id_column = _LISTS[role]
    path = getattr(settings.inputs, name)
    if path is None:
        return pl.DataFrame(schema=LISTED)
    file = JudgedRows(path, name)
    file.rows = file.rows.with_columns(pl.lit(None, pl.String).alias(c) for c in _OF_LISTS if c not in file.rows.columns)
    file.refuse(pl.all_horizontal(pl.col("account", "link", "email").is_null()), "neither account, link nor email")
    file.refuse_empty("brand_id")
    file.refuse(pl.col("account").is_not_null() & pl.col("network").is_null(), "an account without a network")
    file.refuse_strangers(settings)
    flag = pl.col("content_in_role").str.to_lowercase()
    file.refuse(~flag.is_in(_YES_OR_NO), "a content_in_role that is neither true nor false")
    file.read_days("valid_from", "valid_to", "consent_on", "consent_until")
    rows = file.judged()
    hashed = pl.Series("email_hash", hashed_emails(rows["email"], key), pl.String)
    return rows.with_columns(
        hashed, person_id=pl.col(id_column) if id_column else pl.lit(None, pl.String), content_in_role=flag.is_in(_YES)
    ).select(list(LISTED))


def given_headcount(settings: Settings) -> pl.DataFrame:
    """brand_id, unit, month (its first day), head_count of `inputs: headcount`; a unit's month stands once.

    Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.headcount
    if path is None:
        return pl.DataFrame(schema=_HEADS)
    file = JudgedRows(path, "headcount")
    file.refuse_empty("brand_id", "unit", "month", "head_count")
    file.refuse_strangers(settings)
    month = pl.col("month").str.slice(0, 7).str.to_date("%Y-%m", strict=False)
    file.refuse(pl.col("month").is_not_null() & month.is_null(), "a month that is neither YYYY-MM nor a day of it")
    file.rows = file.rows.with_columns(month=month)
    file.read_whole("head_count")
    file.refuse_twice(("brand_id", "unit", "month"), "the same unit and month twice")
    return file.judged().select(list(_HEADS)).sort("brand_id", "unit", "month")
