"""What a night leaves out because a person was erased: their rows, and their names in rows of others.

Costs nothing where nobody was. Put here: deliveries and lists on their way in. Keep out: who was erased
(`storage.tombstones`), what is stored already (`night.forgetting`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from microinf_pipeline.catalog.policies import TOMBSTONE
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.sources import file_spec
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import Source
from microinf_pipeline.storage.traces import Traces, is_erased

_NAMED = re.compile(r"(?<![\w@])@[\w.-]+(?:@[\w.-]+)?|did:[a-z]+:[\w.:%-]+")
#: Columns of deliveries that may name another account.
_TEXTS = ("text", "title", "bio", "profile_links", "checked_links")
_POINTERS = (
    "bridged_from_uri", "reply_to_post_id", "reply_to_account_id", "repost_of_post_id", "quote_of_post_id",
    "thread_root_post_id",
)  # fmt: skip
REFERENCES = (*_TEXTS, "url", "protocol_uri", *_POINTERS)
_MARKED = r"(^|[/@:])erased($|[/@])"
LISTS = ("given_mentions", "mentioned", "sponsor_accounts", "sponsors", "given_links")
_READ = ("hashtags", "hashtags_as_written", "mentioned", "link_hosts")
#: Columns of the brand's own lists that name an account.
_OF_LISTS = ("account", "account_key", "account_id", "handle", "alias")


def _unless_marked(name: str) -> pl.Expr:
    """A reference, but for one to what was taken out of raw pages."""
    return pl.when(~pl.col(name).str.contains(_MARKED)).then(pl.col(name)).alias(name)


def account_key(rows: pl.DataFrame) -> pl.Series:
    """Whose each row is: account_id, else `h:` and the handle."""
    return rows.select(pl.coalesce("account_id", "h:" + pl.col("handle").str.to_lowercase())).to_series()


def without_erased(run: NightRun, origin: str, table: str, rows: pl.DataFrame) -> tuple[pl.DataFrame, Traces | None]:
    """Deliveries without rows of erased accounts (counted), the others without their names; and what those names were."""
    if not run.tombstones or rows.is_empty():
        return rows, None
    rows = rows.with_columns(_unless_marked(name) for name in _POINTERS if name in rows.columns)
    gone = [run.tombstones.withheld(n, key) for n, key in zip(rows["network"], account_key(rows), strict=True)]
    theirs, others = rows.filter(pl.Series(gone, dtype=pl.Boolean)), rows.filter(~pl.Series(gone, dtype=pl.Boolean))
    counted = theirs if "with_post" not in theirs.columns else theirs.filter(~pl.col("with_post"))
    if counted.height:
        run.refused[origin, table, TOMBSTONE, rows["night"][0]] += counted.height
    mentioned = {name for network, name in _mentions(others) if not is_erased(name) and _is_erased(run, network, name)}
    posts = frozenset(theirs["post_id"].drop_nulls()) if "post_id" in theirs.columns else frozenset[str]()
    handles = {*theirs["handle"].drop_nulls(), *(name.lstrip("@") for name in mentioned)}
    said = (
        frozenset(text.strip() for text in theirs["text"].drop_nulls()) - {""} if "text" in theirs.columns else frozenset[str]()
    )
    traces = Traces(_not_marked(theirs["account_id"].drop_nulls()), _not_marked(handles), posts, said)
    return (without_names(others, traces) if traces else others), traces


def _not_marked(names: Iterable[str]) -> frozenset[str]:
    """Names without what stands for erased ones: those were taken out before."""
    return frozenset(name for name in names if not is_erased(name))


def _mentions(rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    for name in (c for c in REFERENCES if c in rows.columns):
        told = rows.select("network", name).drop_nulls().unique()
        for network, text in told.iter_rows():
            yield from ((network, found) for found in _NAMED.findall(text))
            yield network, text if name == "reply_to_account_id" else ""
    for name in (c for c in LISTS if c in rows.columns):
        yield from rows.select("network", name).explode(name).drop_nulls().unique().iter_rows()


def _is_erased(run: NightRun, network: str, name: str) -> bool:
    bare = name.lstrip("@").rstrip(".-")
    return any(run.tombstones.withheld(network, key) for key in (name, bare, bare.lower(), f"h:{bare}"))


def without_names(rows: pl.DataFrame, traces: Traces) -> pl.DataFrame:
    """Rows of others with the account's names taken out of their texts, references and lists."""
    if "text" in rows.columns:
        repeated = rows["text"].str.strip_chars().is_in(list(traces.said)).fill_null(value=False)
        rows = silenced(rows, repeated) if repeated.any() else rows
    for name in (c for c in REFERENCES if c in rows.columns):
        named = [text for text in rows[name].drop_nulls().unique() if traces.found_in(text) or traces.are(text)]
        if named:
            instead = [traces.without(text) if name in _TEXTS else None for text in named]
            rows = rows.with_columns(pl.col(name).replace_strict(named, instead, default=pl.col(name), return_dtype=pl.String))
    for name in (c for c in LISTS if c in rows.columns):
        named = [one for one in rows[name].explode().drop_nulls().unique() if traces.are(one) or traces.found_in(one)]
        if named:
            rows = rows.with_columns(pl.col(name).list.set_difference(pl.lit(pl.Series([named]))))
    return rows


def silenced(rows: pl.DataFrame, which: pl.Series) -> pl.DataFrame:
    """Posts of which some say nothing any more: neither words nor what was read from them."""
    nothing = {c: pl.lit(None, kind) for c, kind in rows.schema.items() if c in ("title", "text", "words_beyond_handles")}
    nothing |= {c: pl.lit([], rows.schema[c]) for c in _READ if c in rows.columns}
    return rows.with_columns(pl.when(which).then(empty).otherwise(pl.col(c)).alias(c) for c, empty in nothing.items())


def given_without_erased(run: NightRun, frame: pl.DataFrame) -> pl.DataFrame:
    """A list of the brand's own without the lines that name an erased account."""
    columns = [c for c in _OF_LISTS if c in frame.columns]
    if not run.tombstones or not columns or "network" not in frame.columns or frame.is_empty():
        return frame
    kept = [not any(_is_erased(run, network, one) for one in names if one) for network, *names in _rows(frame, columns)]
    return frame.filter(pl.Series(kept, dtype=pl.Boolean))


def _rows(frame: pl.DataFrame, columns: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return frame.select("network", *columns).iter_rows()


def own_columns(source: Source) -> frozenset[str]:
    """Columns of a file source that say whose a row is; empty where SQL or a preset says it, and for network sources."""
    if not isinstance(source, FileSource):
        return frozenset()
    rules = file_spec(source).columns
    named = [rules[target].source for target in ("account_id", "handle", "url") if target in rules]
    return frozenset(name for name in named if name)
