"""Who of the accounts is on the brand's own lists: its customers, its employees, and those it has other ties with.

Put here: matching by handle or id, profile link, e-mail or confirmed link, and which role follows for which days. Keep
out: reading the files (`night`), what a role means for a KPI (models).

E-mails are hashed with a key as they are read (`hashed_emails`); nothing here holds or returns one in plain. The reason is
EDPB 01/2025: a bare hash of an address is undone by trying addresses, a keyed one is not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

from microinf_pipeline.people.identity_addresses import Named, read_address
from microinf_pipeline.people.identity_profiles import Handles
from microinf_pipeline.people.identity_rules import link_rules

#: One row an account, brand, role and first day. `matched_by`: account > link > email > confirmed_link.
ROLES: Final = {
    "network": pl.String(), "account_id": pl.String(), "brand_id": pl.String(), "role": pl.String(), "valid_from": pl.Date(),
    "valid_to": pl.Date(), "matched_by": pl.String(), "person_id": pl.String(), "unit": pl.String(), "opted_in": pl.Boolean(),
    "content_in_role": pl.Boolean(),
}  # fmt: skip
#: A row of a list, as `match_people` takes it.
LISTED: Final = {
    "person_id": pl.String(), "brand_id": pl.String(), "network": pl.String(), "account": pl.String(), "link": pl.String(),
    "email_hash": pl.String(), "valid_from": pl.Date(), "valid_to": pl.Date(), "consent_on": pl.Date(),
    "consent_until": pl.Date(), "unit": pl.String(), "content_in_role": pl.Boolean(),
}  # fmt: skip
_ALWAYS: Final = date(1970, 1, 1)
_ONE_DAY: Final = timedelta(days=1)
_WAYS: Final = ("account", "link", "email", "confirmed_link")
_EMAIL: Final = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"'@]+\.[^\s<>()\[\],;:\"'@]+")


def hashed_emails(emails: Iterable[str | None], key: bytes) -> list[str | None]:
    """HMAC-SHA256 (hex) of each address as it is compared: without blanks and a `mailto:`, compatibility forms made one,
    in lower case, the host in ASCII. None for what is no address."""
    return [hashed_email(email, key) for email in emails]


def hashed_email(email: str | None, key: bytes) -> str | None:
    """One address of `hashed_emails`."""
    flat = (
        re.sub(r"[\s\u200b-\u200d\ufeff]+", "", unicodedata.normalize("NFKC", email or "")).casefold().removeprefix("mailto:")
    )
    user, at, host = flat.rpartition("@")
    if not (user and at and "." in host):
        return None
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None
    return hmac.new(key, f"{user}@{host}".encode(), hashlib.sha256).hexdigest()


def hashed_account(network: str, account_id: str, key: bytes) -> str:
    """HMAC-SHA256 (hex) of an account: tells it again to who holds the key, and nobody to others."""
    return hmac.new(key, f"{network}:{account_id}".encode(), hashlib.sha256).hexdigest()


def emails_in(text: str | None) -> list[str]:
    """Addresses written in a bio."""
    return _EMAIL.findall(text or "") if "@" in (text or "") else []


def match_people(
    listed: pl.DataFrame, role: str, accounts: pl.DataFrame, aliases: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    """Roles of accounts, from the rows of one list.

    `listed`: LISTED; a row names an account (handle or id), a profile link, or an e-mail's hash, or several of them.
    `accounts`: network, account_id, email_hashes (List[str], of addresses the profile shows), may_match_people. `aliases`:
    network, alias, account_id, valid_from, valid_to. `persons`: creator_id, network, account_id: every account of a person
    whose one account matched has the role too (confirmed_link). Returns ROLES.

    Lists are kept up, so a handle means who held it on the last day of the row (today, where it is open), else on its
    first day. Names never match: two persons of one name are two. Two rows on one account keep both rows' days. An e-mail
    that several accounts of one network show names none of them. An account that may not be matched has a role only where
    the list names the account itself.
    """
    may = accounts.filter(pl.col("may_match_people").fill_null(value=True))
    found = [*_by_account(listed, accounts, aliases), *_by_link(listed, may, aliases), *_by_email(listed, may)]
    return _roles([*found, *_through_persons(found, persons)], listed, role)


_Match = tuple[int, tuple[str, str], str]  # row of the list, account, matched_by


def _by_account(listed: pl.DataFrame, accounts: pl.DataFrame, aliases: pl.DataFrame) -> Iterator[_Match]:
    known = set(accounts.select("network", "account_id").iter_rows())
    held = Handles(aliases, known)
    columns = ("network", "account", "valid_from", "valid_to")
    for row, (network, account, valid_from, valid_to) in enumerate(listed.select(columns).iter_rows()):
        if network and account:
            given = (network, account.strip())
            handle = Named(network, account.strip().lstrip("@").lower(), None, "")
            by_handle = (held.account(handle, day) for day in _days(valid_from, valid_to))
            yield from _first(row, "account", [given if given in known else None, *by_handle])


def _by_link(listed: pl.DataFrame, accounts: pl.DataFrame, aliases: pl.DataFrame) -> Iterator[_Match]:
    held = Handles(aliases, accounts.select("network", "account_id").iter_rows())
    for row, (link, valid_from, valid_to) in enumerate(listed.select("link", "valid_from", "valid_to").iter_rows()):
        named = read_address(link, link_rules()) if link else None
        if named:
            yield from _first(row, "link", [held.account(named, day) for day in _days(valid_from, valid_to)])


def _days(valid_from: date | None, valid_to: date | None) -> tuple[date, date]:
    """The days on which a row's handle is looked up, in this order."""
    return valid_to - _ONE_DAY if valid_to else date.max, valid_from or _ALWAYS


def _first(row: int, way: str, found: Iterable[tuple[str, str] | None]) -> Iterator[_Match]:
    account = next((account for account in found if account is not None), None)
    if account is not None:
        yield row, account, way


def _by_email(listed: pl.DataFrame, accounts: pl.DataFrame) -> Iterator[_Match]:
    shown = (
        accounts.select("network", "account_id", email_hash="email_hashes")
        .explode("email_hash")
        .drop_nulls("email_hash")
        .unique()
    )
    alone = shown.filter(pl.len().over("network", "email_hash") == 1)
    rows = listed.select("email_hash").with_row_index("row").join(alone, on="email_hash")
    for row, network, account_id in rows.select("row", "network", "account_id").iter_rows():
        yield row, (network, account_id), "email"


def _through_persons(found: list[_Match], persons: pl.DataFrame) -> Iterator[_Match]:
    creator = {
        (network, account_id): creator_id
        for creator_id, network, account_id in persons.select("creator_id", "network", "account_id").iter_rows()
    }
    accounts: dict[str, list[tuple[str, str]]] = {}
    for account, creator_id in creator.items():
        accounts.setdefault(creator_id, []).append(account)
    for row, account, _ in found:
        for other in accounts.get(creator.get(account, ""), []):
            if other != account:
                yield row, other, "confirmed_link"


def _roles(found: list[_Match], listed: pl.DataFrame, role: str) -> pl.DataFrame:
    matches = (
        pl.DataFrame(
            [(row, *account, _WAYS.index(way)) for row, account, way in found],
            {"row": pl.UInt32, "network": pl.String, "account_id": pl.String, "way": pl.UInt8},
            orient="row",
        )
        .group_by("row", "network", "account_id")
        .agg(pl.col("way").min())
    )
    rows = matches.join(listed.drop("network").with_row_index("row"), on="row").select(
        "network", "account_id", "brand_id", pl.lit(role).alias("role"),
        pl.col("valid_from").fill_null(_ALWAYS), "valid_to",
        pl.col("way").replace_strict(dict(enumerate(_WAYS)), return_dtype=pl.String).alias("matched_by"), "person_id", "unit",
        "consent_on", "consent_until", "content_in_role",
    )  # fmt: skip
    return _as_of_consent(rows).select(list(ROLES)).unique().sort(list(ROLES), nulls_last=True)


def _as_of_consent(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row's days cut into those before, within and after its consent; `opted_in` only within."""
    end, consent_from = pl.col("valid_to"), pl.col("consent_on")
    consent_to = pl.min_horizontal("consent_until", "valid_to")
    starts = pl.max_horizontal("valid_from", "consent_on")
    never = (
        consent_from.is_null()
        | (end.is_not_null() & (consent_from >= end))
        | (pl.col("consent_until") <= starts).fill_null(value=False)
    )
    whole = rows.filter(never).with_columns(opted_in=pl.lit(value=False))
    given = rows.filter(~never)
    before = given.filter(consent_from > pl.col("valid_from")).with_columns(valid_to=consent_from, opted_in=pl.lit(value=False))
    within = given.with_columns(valid_from=starts, valid_to=consent_to, opted_in=pl.lit(value=True))
    ended = pl.col("consent_until").is_not_null() & (end.is_null() | (pl.col("consent_until") < end))
    after = given.filter(ended).with_columns(valid_from=pl.col("consent_until"), opted_in=pl.lit(value=False))
    return pl.concat([whole, before, within, after])
