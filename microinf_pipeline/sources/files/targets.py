"""Which delivered column each target of the configuration fills, and how its cells are read.

Put here: the table of targets and the few values that one column lends another. Keep out: SQL of files and of states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files import convert as to
from microinf_pipeline.sources.files.convert import Value
from microinf_pipeline.sources.files.expressions import Node, fill, first_true, null_of, text
from microinf_pipeline.sources.files.spec import ColumnRule, FileSourceSpec

#: Target → delivered column, where the two have different names.
DELIVERED_AS = {
    "language": "lang", "reach": "reach_measured", "sponsors": "sponsor_accounts", "reply_to": "reply_to_post_id",
    "repost_of": "repost_of_post_id", "quote_of": "quote_of_post_id", "thread_id": "thread_root_post_id",
    "hashtags": "given_hashtags", "mentions": "given_mentions", "links": "given_links",
}  # fmt: skip

_COUNTS = (
    "likes", "comments", "shares", "saves", "views", "impressions", "reach", "quotes", "followers", "following",
    "post_count",
)  # fmt: skip
_TIMES = ("created_at", "edited_at", "observed_at")
_FLAGS = ("is_paid_label", "verified")
_TEXTS = ("text", "title", "display_name", "bio", "category")
_LISTS = {"sponsors": "@", "mentions": "@", "hashtags": "#", "links": ""}
_TYPES = {
    "original": "original|post|tweet|status|article|blog|video|photo|thread starter",
    "repost": "repost|retweet|rt|share|shared|reblog|boost",
    "reply": "reply|comment|answer|thread reply",
    "quote": "quote|quoted|quote tweet|retweet with comment",
}
_STATUSES = {
    "available": "available|live|active|online|public",
    "edited": "edited|changed|updated",
    "deleted": "deleted|removed|gone|tombstone|not found|404|410",
    "protected": "protected|private|locked",
    "withheld": "withheld|blocked|restricted",
    "unknown": "unknown",
}
_MEDIA = (
    ("gif", "gif"), ("video", "video|reel|clip|mp4|igtv"), ("audio", "audio|podcast"), ("poll", "poll"),
    ("picture", "image|photo|picture|jpe?g|png|sidecar|carousel|album"), ("link", "link|article|card|url"),
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How a target's cell becomes its column."""

    rule: ColumnRule
    timezone: str
    strip_nul: bool


def column_of(target: str) -> str:
    """The delivered column a target fills."""
    return DELIVERED_AS.get(target, target)


def value_of(target: str, cell: Node, reading: Reading) -> Value:
    """The typed value of a target. Raises FixConfigurationError for a conversion that does not suit it."""
    kind = reading.rule.convert
    kind = None if kind is not None and kind.kind in ("map", "network_of_url") else kind
    _suited(target, kind.kind if kind else None)
    if target in _COUNTS:
        return to.count(cell, kind)
    if target in _TIMES:
        return to.moment(cell, kind, reading.timezone)
    if target in _FLAGS:
        return to.flag(cell)
    if target == "sentiment":
        return to.ratio(cell, kind)
    if target in _TEXTS:
        return Value(to.written(cell, kind, strip_nul=reading.strip_nul))
    if target in _LISTS:
        return Value(to.items(cell, kind, _LISTS[target]))
    special = _SPECIAL.get(target)
    return Value(special(cell, kind) if special else to.word(cell))


def empty_column(name: str, schema: Schema) -> Node:
    """A NULL of a delivered column's type."""
    return null_of(type_name(schema[name]) if name in schema else "VARCHAR")


def derived_post_type(columns: Mapping[str, Node]) -> Node:
    """The kind of a post that its relations tell, where the source does not name it."""
    told = [
        (fill("$x IS NOT NULL", x=columns[name]), text(kind))
        for name, kind in (("repost_of_post_id", "repost"), ("quote_of_post_id", "quote"), ("reply_to_post_id", "reply"))
    ]
    return fill("coalesce($given, $told)", given=columns["post_type"], told=first_true(told))


def precision_of(spec: FileSourceSpec, cell: Node | None, followers: Node) -> Node:
    """Whether followers are exact or rounded; NULL where none are delivered."""
    if cell is None:
        return null_of("VARCHAR")
    rule = spec.columns["followers"]
    compact = rule.convert is not None and rule.convert.kind == "compact_number"
    mark = to.rounded_mark(cell) if compact else text("exact")
    return fill("CASE WHEN $f IS NOT NULL THEN $mark END", f=followers, mark=mark)


def _suited(target: str, kind: str | None) -> None:
    allowed: tuple[str, ...] = ()
    if target in _COUNTS:
        allowed = ("compact_number",)
    elif target in _TIMES:
        allowed = ("unix_seconds", "unix_millis", "iso", "strptime")
    elif target in _FLAGS:
        allowed = ("bool",)
    elif target == "sentiment":
        allowed = ("percent",)
    elif target in _TEXTS:
        allowed = ("html",)
    elif target in _LISTS or target == "media_types":
        allowed = ("list",)
    if kind is not None and kind not in allowed:
        raise FixConfigurationError(
            f"as: {kind} does not suit {target}",
            where=f"columns.{target}",
            fix=f"use {', '.join((*allowed, 'map'))}, or sql",
        )


def _one_word_of(known: Mapping[str, str]) -> Callable[[Node, Any], Node]:
    def read(cell: Node, _: Any) -> Node:
        said = fill("lower(trim($x))", x=cell)
        return first_true(
            (fill("regexp_full_match($x, $names)", x=said, names=text(names)), text(name)) for name, names in known.items()
        )

    return read


def _media(cell: Node, kind: Any) -> Node:
    cases = " ".join(f"WHEN regexp_matches(lower(i), '{words}') THEN '{name}'" for name, words in _MEDIA)
    return fill(
        f"list_sort(list_distinct(list_filter(list_transform($x, lambda i: CASE {cases} END), lambda i: i IS NOT NULL)))",
        x=to.items(cell, kind),
    )


_SPECIAL: dict[str, Callable[[Node, Any], Node]] = {
    "handle": lambda cell, _: to.handle(cell),
    "language": lambda cell, _: to.two_letters(cell, upper=False),
    "country": lambda cell, _: to.two_letters(cell, upper=True),
    "post_type": _one_word_of(_TYPES),
    "status": _one_word_of(_STATUSES),
    "media_types": _media,
}

_TYPE_NAMES: dict[type[pl.DataType], str] = {
    pl.String: "VARCHAR", pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.Datetime: "TIMESTAMP",
    pl.List: "VARCHAR[]", pl.Date: "DATE", pl.Int32: "INTEGER",
}  # fmt: skip


def type_name(kind: pl.DataType) -> str:
    """A delivered type in the engine's words."""
    return _TYPE_NAMES[type(kind)]
