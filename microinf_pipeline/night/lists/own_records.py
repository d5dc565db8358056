"""What the brand keeps of its own dealings (`inputs: outreach, decisions, rights, benchmarks`), as relations models read.

Put here: reading and judging those rows. Keep out: lists of people (`listed_people`), how rows are judged (`judged_rows`), and
what follows from the rows (models).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.night.lists.judged_rows import JudgedRows
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
    file = JudgedRows(path, "outreach")
    file.refuse_empty("network", "account", "brand_id", "status", "changed_on")
    file.refuse_strangers(settings)
    file.refuse_unknown("status", OUTREACH_STATUSES)
    file.read_days("changed_on")
    place = pl.col("status").replace_strict(list(OUTREACH_STATUSES), range(len(OUTREACH_STATUSES)), return_dtype=pl.Int64)
    rows = file.judged().with_columns(pl.col("account").str.strip_prefix("@"), place=place)
    return rows.select(list(OUTREACH)).unique().sort(list(OUTREACH))


def given_suppressions(settings: Settings) -> pl.DataFrame:
    """SUPPRESSIONS: the rows of `inputs: decisions` with subject creator and decision suppress or resume.

    Raises FixConfigurationError as `given_outreach`.
    """
    path = settings.inputs.decisions
    if path is None:
        return pl.DataFrame(schema=SUPPRESSIONS)
    file = JudgedRows(path, "decisions")
    file.rows = file.rows.filter((pl.col("subject") == "creator") & pl.col("decision").is_in(_SUPPRESSIONS))
    file.refuse_empty("network", "account", "brand_id", "decided_on")
    file.refuse_strangers(settings)
    file.read_days("decided_on")
    rows = file.judged().with_columns(pl.col("account").str.strip_prefix("@"))
    return rows.select(list(SUPPRESSIONS)).unique().sort(list(SUPPRESSIONS), nulls_last=True)


def given_rights(settings: Settings) -> pl.DataFrame:
    """RIGHTS: permissions to use a post, one row a step. Raises FixConfigurationError as `given_outreach`."""
    path = settings.inputs.rights
    if path is None:
        return pl.DataFrame(schema=RIGHTS)
    file = JudgedRows(path, "rights")
    file.refuse_empty("network", "post_id", "brand_id", "status")
    file.refuse_strangers(settings)
    file.refuse_unknown("status", RIGHTS_STATUSES)
    file.read_days("granted_on", "valid_until")
    return file.judged().select(list(RIGHTS)).unique().sort(list(RIGHTS), nulls_last=True)


def given_benchmarks(settings: Settings) -> pl.DataFrame:
    """BENCHMARKS: rates others published, as a share; an empty format is all formats, '*'.

    Raises FixConfigurationError as `given_outreach`, and for a rate that is no share of 0 to 1.
    """
    path = settings.inputs.benchmarks
    if path is None:
        return pl.DataFrame(schema=BENCHMARKS)
    file = JudgedRows(path, "benchmarks")
    file.rows = file.rows.with_columns(pl.col("format").fill_null("*"))
    file.refuse_empty("network", "tier", "er_median", "definition", "year", "publisher")
    file.refuse_strangers(settings)
    file.refuse_unknown("tier", settings.tiers.cuts)
    file.refuse_unknown("format", _FORMATS)
    file.read_amounts("er_median")
    file.refuse(pl.col("er_median") > 1, "an er_median that is no share from 0 to 1")
    file.read_whole("year")
    key = [name for name in BENCHMARKS if name != "er_median"]
    file.refuse_twice(key, "a benchmark that stands there twice")
    return file.judged().cast({"year": pl.Int32}).select(list(BENCHMARKS)).sort(key)
