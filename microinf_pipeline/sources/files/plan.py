"""The read plan of one file: SQL texts for the engine, in the order they run. Nothing here executes anything.

How to run a plan (`storage` does): `CREATE OR REPLACE TEMP TABLE staging AS` + `fast_sql` with {"file": path}. If
there is none, or the engine fails on it (`duckdb.Error`, or UnicodeDecodeError: its message may cut a character of the
row it quotes), call `prepare(folder)` and use `careful_sql` with {"parts": folder/*.parquet}; an error of that is final.
Then the queries over `staging`. Rows must keep their order (preserve_insertion_order, the
engine's default): a row's number is its place in staging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.expressions import TRUE, Node, cast, column, fill, null_of, select, text
from microinf_pipeline.sources.files.layout import Layout, layout_of
from microinf_pipeline.sources.files.prepare import write_parts
from microinf_pipeline.sources.files.readers import careful_reader, fast_reader
from microinf_pipeline.sources.files.references import References
from microinf_pipeline.sources.files.spec import FileSourceSpec
from microinf_pipeline.sources.files.staging import schema_of, staging
from microinf_pipeline.sources.files.targets import type_name

STAGING = "staging"


@dataclass(frozen=True)
class ReadPlan:
    """What to run for one file. Every query ends in `file`, `row_number` (from 1) and `night`, besides `counts_sql`."""

    file: SourceFile
    night: date
    fast_sql: str | None  # reads `$file`
    careful_sql: str | None  # reads `$parts`; None for Parquet
    prepare: Callable[[Path], int] | None  # writes part-*.parquet into a folder, returns the rows
    posts_sql: str | None  # POST_DELIVERY of accepted rows; None when the source holds profiles
    accounts_sql: str  # ACCOUNT_DELIVERY: profiles, or the author blocks of accepted posts
    rejects_sql: str  # REJECT_DELIVERY
    counts_sql: str  # rows_read, of which left_out, other_nights, accepted, rejected
    nights_sql: str | None  # `night`: every night that a row of the file names; None when rows name none
    notes: tuple[str, ...] = ()  # names of the configuration that no sampled row has: for the log


def plan_posts(
    spec: FileSourceSpec,
    files: Iterable[SourceFile],
    night: date,
    columns_of: Callable[[FileSourceSpec, SourceFile], Layout] = layout_of,
) -> tuple[ReadPlan, ...]:
    """One plan a file of posts. Raises FixConfigurationError (column not there, SQL refused, unsuitable conversion)."""
    if spec.holds != "posts":
        raise FixConfigurationError(f"source {spec.name} holds {spec.holds}, not posts", fix="write `holds: posts`")
    return tuple(_plan(spec, file, columns_of(spec, file), night) for file in files)


def plan_profiles(
    spec: FileSourceSpec,
    files: Iterable[SourceFile],
    night: date,
    columns_of: Callable[[FileSourceSpec, SourceFile], Layout] = layout_of,
) -> tuple[ReadPlan, ...]:
    """One plan a file of profiles. Raises FixConfigurationError as plan_posts does."""
    if spec.holds != "profiles":
        raise FixConfigurationError(f"source {spec.name} holds {spec.holds}, not profiles", fix="write `holds: profiles`")
    return tuple(_plan(spec, file, columns_of(spec, file), night) for file in files)


def _plan(spec: FileSourceSpec, file: SourceFile, layout: Layout, night: date) -> ReadPlan:
    references = References(spec, file, layout)
    staged = staging(spec, night, references, strip_nul=file.has_nul or file.kind not in ("csv", "ndjson", "json"))
    fast = fast_reader(file, layout, references.accesses, spec.csv.quote)
    careful = careful_reader(file, layout, references.accesses)
    posts = spec.holds == "posts"
    delivered = {name: staged.constants.get(name, column(name)) for name in schema_of(spec)}
    here = _here(spec, night)
    accepted = fill(_IS_ACCEPTED)
    rejected = fill("state = 'rejected' AND $here", here=here)
    return ReadPlan(
        file=file,
        night=night,
        fast_sql=staged.layers(fast).sql if fast is not None else None,
        careful_sql=staged.layers(careful).sql if careful is not None else None,
        prepare=partial(_prepare, spec, file, layout, references.leading_fields) if careful is not None else None,
        posts_sql=_rows(delivered, file, night, accepted) if posts else None,
        accounts_sql=_rows(_author(delivered), file, night, _says_something(delivered)) if posts
        else _rows(delivered, file, night, accepted),
        rejects_sql=_rows({"reason": column("reject_reason"), "raw": column("raw")}, file, night, rejected),
        counts_sql=_counts(here),
        nights_sql=_NIGHTS if spec.nights_by_row else None,
        notes=tuple(references.notes),
    )  # fmt: skip


def _prepare(spec: FileSourceSpec, file: SourceFile, layout: Layout, used: int, target: Path) -> int:
    return write_parts(spec, file, layout, used, target)


_IS_ACCEPTED = "state = 'accepted'"
_NIGHTS = f"SELECT DISTINCT own_night AS night FROM {STAGING} WHERE own_night IS NOT NULL ORDER BY night"


def _here(spec: FileSourceSpec, night: date) -> Node:
    """Whether a row that is no other night's is of this one. A row that names none is of the file's first night."""
    if not spec.nights_by_row:
        return TRUE
    of_none = f"coalesce((SELECT min(own_night) FROM {STAGING}), $tonight) = $tonight"
    return fill(f"own_night IS NOT NULL OR {of_none}", tonight=_date(night))


def _counts(here: Node) -> str:
    counts = """SELECT count(*) AS rows_read,
  count(*) FILTER (WHERE state = 'left_out' AND $here) AS left_out,
  count(*) FILTER (WHERE state = 'other_night' OR NOT $here) AS other_nights,
  count(*) FILTER (WHERE state = 'accepted') AS accepted,
  count(*) FILTER (WHERE state = 'rejected' AND $here) AS rejected
FROM """
    return fill(counts, here=here).sql + STAGING


def _date(day: date) -> Node:
    return cast(text(day.isoformat()), "DATE")


def _author(post: dict[str, Node]) -> dict[str, Node]:
    """The author block of a post as an account's delivery."""
    lent = ("network", "account_id", "handle", "display_name", "followers", "followers_precision", "observed_at")
    columns = {name: null_of(type_name(kind)) for name, kind in ACCOUNT_DELIVERY.items()}
    return columns | {name: post[name] for name in lent} | {"with_post": TRUE}


def _says_something(post: dict[str, Node]) -> Node:
    """Whether an author block adds to what the post itself holds: more than one of id, handle, name, followers."""
    known = (
        "state = 'accepted' AND ($id IS NOT NULL OR $handle IS NOT NULL)"
        " AND ($followers IS NOT NULL OR $name IS NOT NULL OR ($id IS NOT NULL AND $handle IS NOT NULL))"
    )
    return fill(known, id=post["account_id"], handle=post["handle"], followers=post["followers"], name=post["display_name"])


def _rows(columns: dict[str, Node], file: SourceFile, night: date, where: Node) -> str:
    place = {
        "file": text(file.name),
        "row_number": fill("rowid + 1"),
        "night": _date(night),
    }
    return select(columns | place, Node(STAGING), where).sql
