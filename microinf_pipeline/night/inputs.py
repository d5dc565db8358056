"""The CSV files a user keeps beside the configuration, as relations that models read by name.

Put here: reading and judging their rows. Keep out: which columns they have (`settings.inputs`). Their rows are data of a
night: a changed file needs no rebuild, and touches only what its changed rows speak of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.people.known_people import LISTED, hashed_emails
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.inputs import INPUT_FILES

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
    rows = read_input(path, "account_aliases")
    unnamed = pl.any_horizontal(pl.col("network", "alias", "account_id").is_null())
    refuse(rows, unnamed, path, "an empty network, alias or account_id")
    refuse(rows, ~pl.col("network").is_in(NETWORKS), path, "an unknown network")
    days = rows.with_columns(_day("valid_from").alias("from"), _day("valid_to").alias("to"))
    for written, read in (("valid_from", "from"), ("valid_to", "to")):
        refuse(days, pl.col(written).is_not_null() & pl.col(read).is_null(), path, f"a {written} that is not YYYY-MM-DD")
    alias = pl.col("alias").str.strip_prefix("@").str.to_lowercase()
    known = days.with_columns(alias=alias, valid_from=pl.col("from").fill_null(_ALWAYS), valid_to=pl.col("to"))
    return known.select(list(_ALIASES)).unique().sort(list(_ALIASES))


def given_links(settings: Settings) -> pl.DataFrame:
    """network, account, other_network, other_account, evidence, valid_from, valid_to of `inputs: identity_links`.

    Accounts as written: ids or handles. Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.identity_links
    if path is None:
        return pl.DataFrame(schema=_LINKS)
    rows = read_input(path, "identity_links")
    refuse(rows, pl.any_horizontal(pl.col(_PAIR).is_null()), path, "an empty network or account")
    refuse(rows, ~(pl.col("network").is_in(NETWORKS) & pl.col("other_network").is_in(NETWORKS)), path, "an unknown network")
    return dated(rows, path).select(list(_LINKS)).unique().sort(list(_LINKS), nulls_last=True)


def given_splits(settings: Settings) -> pl.DataFrame:
    """network, account, other_network, other_account: the rows of `inputs: exclusions` that say two accounts are two persons.

    Rows without other_account speak of contests. Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.exclusions
    if path is None:
        return pl.DataFrame(schema=dict.fromkeys(_PAIR, pl.String()))
    rows = read_input(path, "exclusions")
    refuse(
        rows, pl.col("contest_id").is_null() & pl.col("other_account").is_null(), path, "neither contest_id nor other_account"
    )
    pairs = rows.filter(pl.col("other_account").is_not_null())
    refuse(pairs, pl.any_horizontal(pl.col(_PAIR).is_null()), path, "an empty network or account")
    refuse(pairs, ~(pl.col("network").is_in(NETWORKS) & pl.col("other_network").is_in(NETWORKS)), path, "an unknown network")
    return pairs.select(_PAIR).unique().sort(_PAIR)


def given_people(settings: Settings, role: str, key: bytes) -> pl.DataFrame:
    """LISTED (`people.known_people`) of the list of a role: employee, customer, vested.

    Each e-mail is hashed with `key` here and goes no further. Raises FixConfigurationError as `given_aliases`, and where a row
    names neither account, link nor e-mail.
    """
    name, id_column = _LISTS[role]
    path = getattr(settings.inputs, name)
    if path is None:
        return pl.DataFrame(schema=LISTED)
    rows = read_input(path, name)
    rows = rows.with_columns(pl.lit(None, pl.String).alias(c) for c in _OF_LISTS if c not in rows.columns)
    unnamed = pl.col("account", "link", "email").is_null()
    refuse(rows, pl.all_horizontal(unnamed), path, "neither account, link nor email")
    refuse(rows, ~_is_brand(settings), path, "a brand_id that no brand has")
    refuse(
        rows,
        pl.col("account").is_not_null() & ~pl.col("network").is_in(NETWORKS).fill_null(value=False),
        path,
        "an unknown network",
    )
    flag = pl.col("content_in_role").str.to_lowercase()
    refuse(rows, flag.is_not_null() & ~flag.is_in(_YES_OR_NO), path, "a content_in_role that is neither true nor false")
    days = dated(rows, path, ("valid_from", "valid_to", "consent_on", "consent_until"))
    hashed = pl.Series("email_hash", hashed_emails(days["email"], key), pl.String)
    return days.with_columns(
        hashed, person_id=pl.col(id_column) if id_column else pl.lit(None, pl.String), content_in_role=flag.is_in(_YES)
    ).select(list(LISTED))


def given_headcount(settings: Settings) -> pl.DataFrame:
    """brand_id, unit, month (its first day), head_count of `inputs: headcount`; a unit's month stands once.

    Raises FixConfigurationError as `given_aliases`.
    """
    path = settings.inputs.headcount
    if path is None:
        return pl.DataFrame(schema=_HEADS)
    rows = read_input(path, "headcount")
    refuse(rows, ~_is_brand(settings), path, "a brand_id that no brand has")
    refuse(rows, pl.col("unit").is_null(), path, "an empty unit")
    month = pl.col("month").str.slice(0, 7).str.to_date("%Y-%m", strict=False)
    heads = rows.with_columns(month.alias("of"), pl.col("head_count").str.to_integer(strict=False).alias("heads"))
    refuse(heads, pl.col("of").is_null(), path, "a month that is neither YYYY-MM nor a day of it")
    refuse(heads, pl.col("heads").is_null() | (pl.col("heads") < 0), path, "a head_count that is no whole number")
    refuse(heads, pl.struct("brand_id", "unit", "of").is_duplicated(), path, "the same unit and month twice")
    return heads.select("brand_id", "unit", month="of", head_count="heads").sort("brand_id", "unit", "month")


def _is_brand(settings: Settings) -> pl.Expr:
    return pl.col("brand_id").is_in([brand.id for brand in settings.brands]).fill_null(value=False)


def dated(rows: pl.DataFrame, path: Path, names: Sequence[str] = ("valid_from", "valid_to")) -> pl.DataFrame:
    """Columns of days as days. Raises FixConfigurationError naming the lines where one is none."""
    for name in names:
        refuse(rows, pl.col(name).is_not_null() & _day(name).is_null(), path, f"a {name} that is not YYYY-MM-DD")
    return rows.with_columns(_day(name) for name in names)


def read_input(path: Path, key: str) -> pl.DataFrame:
    """All columns as text, blanks around values dropped, NULL for an empty cell; `line` counts from the header."""
    file = INPUT_FILES[key]
    try:
        rows = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FixConfigurationError(f"inputs: {key} cannot be read: {error}", where=str(path), fix="repair the file") from error
    missing = [column for column in file.required if column not in rows.columns]
    if missing:
        raise FixConfigurationError(
            f"inputs: {key} lacks {', '.join(missing)}", where=str(path), fix=f"first line: {','.join(file.columns)}"
        )
    absent = [pl.lit(None, pl.String).alias(column) for column in file.optional if column not in rows.columns]
    text = pl.col(*file.columns).str.strip_chars()
    return rows.with_columns(absent).select(text.replace("", None)).with_row_index("line", 2)


def _day(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y-%m-%d", strict=False)


def refuse(rows: pl.DataFrame, wrong: pl.Expr | pl.Series, path: Path, what: str) -> None:
    """Raises FixConfigurationError naming the lines for which `wrong` holds."""
    lines = rows.filter(wrong)["line"].to_list()
    if lines:
        shown = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
        raise FixConfigurationError(f"{what} in line {shown}", where=str(path), fix="repair the lines and run again")
