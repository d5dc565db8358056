"""What a bio states besides its topic: links, an address, whether business is invited, a country.

Put here: reading these with the words that state them. Keep out: the words (`rules/profile_text.toml`), whether an
address may be shown or used (`mart_outreach`), and any guess: a language is no country.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from microinf_pipeline.features.links import links_in
from microinf_pipeline.people.phrases import found_phrase, lines, own_phrase

PROFILE_TEXT: Final = {
    "network": pl.String(), "account_id": pl.String(), "links": pl.List(pl.String()), "email": pl.String(),
    "email_evidence": pl.String(), "invites_business": pl.Boolean(), "invitation_evidence": pl.String(),
    "country_stated": pl.String(), "country_evidence": pl.String(),
}  # fmt: skip

_AT_WORD: Final = r"at|ät|@|arroba|chez|chiocciola"
_DOT_WORD: Final = r"dot|punkt|punto|point|ponto"
_AT: Final = rf"(?:@|\s*[(\[{{]\s*(?:{_AT_WORD})\s*[)\]}}]\s*)"
_SPOKEN_AT: Final = rf"\s+(?:{_AT_WORD})\s+"  # "me at acme.com" is a sentence: a spoken at needs a spoken dot
_SPOKEN_DOT: Final = rf"(?:\s*[(\[{{]\s*(?:{_DOT_WORD}|\.)\s*[)\]}}]\s*|\s+(?:{_DOT_WORD})\s+|\s+\.\s+)"
_DOT: Final = rf"(?:\.|{_SPOKEN_DOT})"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DOMAINS: Final = rf"{_AT}{_LABEL}(?:{_DOT}{_LABEL})*{_DOT}|{_SPOKEN_AT}{_LABEL}(?:{_SPOKEN_DOT}{_LABEL})*{_SPOKEN_DOT}"
_EMAIL: Final = rf"(?i)([a-z0-9][a-z0-9._+-]*(?:{_DOMAINS})[a-z]{{2,12}})(?:$|[^\p{{L}}\p{{N}}@])"
_FLAG: Final = r"([\x{1F1E6}-\x{1F1FF}]{2})"


def profile_text(accounts: pl.DataFrame) -> pl.DataFrame:
    """PROFILE_TEXT, one row per row of `accounts` (network, account_id, bio), in their order.

    links: as written. email: plain and lower-case, `name (at) domain . com` undone; evidence as written. invites_business:
    the owner's words ask for business contact (NULL without a bio). country_stated: ISO alpha-2 from a flag, a country's
    name or a city's; NULL where the bio states none or more than one. Evidence columns: the words as they stand there.
    """
    bio = accounts["bio"].cast(pl.String)
    text = lines(bio)
    return pl.concat([
        accounts.select("network", "account_id"), links_in(text).alias("links").to_frame(), _email(text), _invitation(bio),
        _country(bio),
    ], how="horizontal")  # fmt: skip


def _email(text: pl.Series) -> pl.DataFrame:
    said = pl.col("text").str.extract(_EMAIL, 1)
    plain = said.str.replace(f"(?i)(?:{_AT}|{_SPOKEN_AT})", "@").str.replace_all(f"(?i){_DOT}", ".").str.to_lowercase()
    return text.to_frame("text").select(email=plain, email_evidence=said)


def _invitation(bio: pl.Series) -> pl.DataFrame:
    declined = found_phrase(bio, _rules()["declines"])
    invited = found_phrase(bio, _rules()["invites"])
    return pl.DataFrame({"bio": bio, "declined": declined, "invited": invited}).select(
        invites_business=pl.when(pl.col("bio").is_not_null()).then(
            pl.col("invited").is_not_null() & pl.col("declined").is_null()
        ),
        invitation_evidence=pl.coalesce("declined", "invited"),
    )


def _country(bio: pl.Series) -> pl.DataFrame:
    names = pl.concat([_named(bio), _flags(bio)]).unique()
    stated = names.group_by("row").agg(
        country_stated=pl.when(pl.col("country").n_unique() == 1).then(pl.col("country").first()),
        country_evidence=pl.when(pl.col("country").n_unique() == 1).then(pl.col("said").sort().str.join(", ")),
    )
    rows = pl.DataFrame({"row": pl.int_range(len(bio), eager=True, dtype=pl.UInt32)})
    return rows.join(stated, on="row", how="left", maintain_order="left").drop("row")


def _named(bio: pl.Series) -> pl.DataFrame:
    """row, country, said: one row per name found."""
    admired = _rules()["admired"]
    found = [
        pl.DataFrame({"said": own_phrase(bio, names, admired, [])}).with_row_index("row").with_columns(country=pl.lit(country))
        for country, names in _rules()["countries"].items()
    ]
    return pl.concat(found).explode("said", empty_as_null=False).drop_nulls("said").select("row", "country", "said")


def _flags(bio: pl.Series) -> pl.DataFrame:
    flags = pl.DataFrame({"said": bio.str.extract_all(_FLAG)}).with_row_index("row").explode("said", empty_as_null=False)
    letters = {chr(0x1F1E6 + i): chr(ord("A") + i) for i in range(26)}
    country = pl.col("said").str.replace_many(letters)
    return flags.drop_nulls("said").select("row", country.alias("country"), "said")


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "profile_text.toml").read_text(encoding="utf-8"))
