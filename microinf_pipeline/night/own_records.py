"""What the brand keeps of its own dealings (`inputs: outreach, decisions, rights, benchmarks`), as relations models read.

Put here: reading and judging those rows. Keep out: lists of people (`listed_people`), how a CSV is read (`inputs`), and what
follows from the rows (models).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import polars as pl

from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.night.inputs import dated, read_input, refuse
from microinf_pipeline.settings import Settings

#: Steps of a contact, in the order that decides between two of one day.
OUTREACH_STATUSES: Final = ("contacted", "answered", "active", "declined", "suppressed")
RIGHTS_STATUSES: Final = ("requested", "granted", "denied", "revoked")
#: Decisions about a creator that concern outreach; other subjects and decisions are other tables' matter.
_SUPPRESSIONS: Final = ("suppress", "resume")
_TEXT, _DAY = pl.String(), pl.Date()
OUTREACH: Final = dict.fromkeys(("network", "account", "brand_id", "status"), _TEXT) | {"changed_on": _DAY, "place": pl.Int64()}
SUPPRESSIONS: Final = dict.fromkeys(("network", "account", "brand_id", "decision", "reason"), _TEXT) | {"decided_on": _DAY}
RIGHTS: Final = dict.fromkeys(("network", "post_id", "brand_id", "status"), _TEXT) | {"granted_on": _DAY, "valid_until": _DAY}

BENCHMARKS: Final = dict.fromkeys(("network", "tier", "format", "definition", "publisher"), _TEXT) | {
    "er_median": pl.Float64(),
    "year": pl.Int32(),
}
_FORMATS: Final = ("*", "picture", "video", "audio", "text")


def given_outreach(settings: Settings) -> pl.DataFrame:
    """OUTREACH: steps of contacts, accounts as ids or handles without `@`; `place` ranks the steps of one day.

    No row where no file is configured. Raises FixConfigurationError for a file that cannot be read as it should.
    """
    path = settings.inputs.outreach
    if path is None:
        return pl.DataFrame(schema=OUTREACH)
    rows = _of_accounts(read_input(path, "outreach"), path, settings)
    _only(rows, "status", OUTREACH_STATUSES, path)
    refuse(rows, pl.col("changed_on").is_null(), path, "an empty changed_on")
    place = pl.col("status").replace_strict(list(OUTREACH_STATUSES), range(len(OUTREACH_STATUSES)), return_dtype=pl.Int64)
    return dated(rows, path, ("changed_on",)).with_columns(place=place).select(list(OUTREACH)).unique().sort(list(OUTREACH))


def given_suppressions(settings: Settings) -> pl.DataFrame:
    """SUPPRESSIONS: the rows of `inputs: decisions` with subject creator and decision suppress or resume.

    Raises FixConfigurationError as `given_outreach`.
    """
    path = settings.inputs.decisions
    if path is None:
        return pl.DataFrame(schema=SUPPRESSIONS)
    rows = read_input(path, "decisions")
    rows = rows.filter((pl.col("subject") == "creator") & pl.col("decision").is_in(_SUPPRESSIONS))
    rows = _of_accounts(rows, path, settings)
    refuse(rows, pl.col("decided_on").is_null(), path, "an empty decided_on")
    return dated(rows, path, ("decided_on",)).select(list(SUPPRESSIONS)).unique().sort(list(SUPPRESSIONS), nulls_last=True)


def given_rights(settings: Settings) -> pl.DataFrame:
    """RIGHTS: permissions to use a post, one row a step. Raises FixConfigurationError as `given_outreach`."""
    path = settings.inputs.rights
    if path is None:
        return pl.DataFrame(schema=RIGHTS)
    rows = read_input(path, "rights")
    refuse(
        rows,
        pl.any_horizontal(pl.col("network", "post_id", "brand_id").is_null()),
        path,
        "an empty network, post_id or brand_id",
    )
    _only(rows, "network", NETWORKS, path)
    _only(rows, "status", RIGHTS_STATUSES, path)
    return dated(rows, path, ("granted_on", "valid_until")).select(list(RIGHTS)).unique().sort(list(RIGHTS), nulls_last=True)


def given_benchmarks(settings: Settings) -> pl.DataFrame:
    """BENCHMARKS: rates others published, as a share; an empty format is all formats, '*'.

    Raises FixConfigurationError as `given_outreach`, and for a rate that is no share of 0 to 1.
    """
    path = settings.inputs.benchmarks
    if path is None:
        return pl.DataFrame(schema=BENCHMARKS)
    rows = read_input(path, "benchmarks").with_columns(pl.col("format").fill_null("*"))
    _only(rows, "network", NETWORKS, path)
    _only(rows, "tier", tuple(settings.tiers.cuts), path)
    _only(rows, "format", _FORMATS, path)
    refuse(rows, pl.any_horizontal(pl.col("definition", "publisher").is_null()), path, "an empty definition or publisher")
    rate, year = pl.col("er_median").cast(pl.Float64, strict=False), pl.col("year").cast(pl.Int32, strict=False)
    refuse(rows, ~rate.is_between(0, 1).fill_null(value=False), path, "an er_median that is no share from 0 to 1")
    refuse(rows, year.is_null(), path, "a year that is no number")
    read = rows.with_columns(er_median=rate, year=year)
    key = [name for name in BENCHMARKS if name != "er_median"]
    refuse(read, read.select(key).is_duplicated(), path, "a benchmark that stands there twice")
    return read.select(list(BENCHMARKS)).sort(key)


def _of_accounts(rows: pl.DataFrame, path: Path, settings: Settings) -> pl.DataFrame:
    """Rows that name an account of a network and a brand."""
    refuse(rows, pl.any_horizontal(pl.col("network", "account").is_null()), path, "an empty network or account")
    _only(rows, "network", NETWORKS, path)
    _only(rows, "brand_id", [brand.id for brand in settings.brands], path)
    return rows.with_columns(pl.col("account").str.strip_prefix("@"))


def _only(rows: pl.DataFrame, column: str, known: Collection[str], path: Path) -> None:
    wrong = ~pl.col(column).is_in(list(known)).fill_null(value=False)
    refuse(rows, wrong, path, f"a {column} that is none of {', '.join(known)}")
