"""The file source: how any export is read, said in configuration instead of code.

Put here: the shape of a `type: files` source and of its column rules. Keep out: reading files (`sources/files`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_serializer, model_validator

from microinf_pipeline.settings import presets
from microinf_pipeline.settings.fields import (
    NETWORKS,
    FilePath,
    Identifier,
    Section,
    Texts,
    TimeZone,
    at,
    gather,
    problem,
    raise_together,
    unknown,
)

POST_TARGETS: Final = (
    "post_id", "url", "account_id", "handle", "display_name", "text", "title", "created_at", "edited_at", "observed_at",
    "language", "country", "media_types", "likes", "comments", "shares", "saves", "views", "impressions", "reach",
    "quotes", "followers", "is_paid_label", "sponsors", "post_type", "reply_to", "repost_of", "quote_of", "thread_id",
    "hashtags", "mentions", "links", "sentiment", "status",
)  # fmt: skip
PROFILE_TARGETS: Final = (
    "account_id", "handle", "display_name", "bio", "url", "followers", "following", "post_count", "verified",
    "created_at", "observed_at", "country", "email", "category",
)  # fmt: skip
TARGETS: Final = {"posts": POST_TARGETS, "profiles": PROFILE_TARGETS}
FORMS: Final = (
    "unix_seconds", "unix_millis", "iso", "strptime", "compact_number", "percent", "bool", "html", "list", "map",
)  # fmt: skip

Scalar = str | int | float | bool


def _one_of(value: Section, *names: str) -> None:
    written = {n: type(value).model_fields[n].alias or n for n in names}
    given = [key for n, key in written.items() if getattr(value, n) is not None]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given together" if given else "none of them is given"
        raise problem("one_of", f"exactly one of {', '.join(written.values())} is needed: {said}", "keep one of them")


class Conversion(Section):
    """How a value is read (`as:`): a form by name, `list(sep)`, `{strptime: …, timezone: …}` or `{map: {…}, default: …}`."""

    form: Literal[
        "unix_seconds", "unix_millis", "iso", "strptime", "compact_number", "percent", "bool", "html", "list", "map"
    ] = Field(description="What the value is.")  # fmt: skip
    separator: str | None = Field(default=None, description="`list`: what stands between the items.")
    strptime: Texts | None = Field(default=None, description="Formats of the time, as in strptime; the first that fits.")
    timezone: TimeZone | None = Field(default=None, description="Zone of times that state none; default: the source's.")
    map: dict[str, Scalar] | None = Field(default=None, description="Value as written: value to store.")
    default: Scalar | None = Field(default=None, description="`map`: of values it does not name; without it they are rejects.")

    @model_serializer
    def as_given(self) -> Any:
        """The form as it is written in the file."""
        if self.form in ("strptime", "map") or self.timezone is not None:
            keys = {"strptime": self.strptime, "timezone": self.timezone, "map": self.map, "default": self.default}
            return {k: v for k, v in keys.items() if v is not None}
        return f"list({self.separator})" if self.separator else self.form


def _conversion(value: Any) -> Any:
    """`as:` as the user writes it, in the one shape of `Conversion`."""
    if isinstance(value, str):
        listed = re.fullmatch(r"list(?:\((.+)\))?", value.strip(), flags=re.DOTALL)
        if listed:
            return {"form": "list", "separator": listed[1]}
        if value not in FORMS or value in ("strptime", "map"):
            raise unknown("form", value, [*FORMS, "list(sep)"])
        return {"form": value}
    if isinstance(value, Mapping) and "form" not in value:
        form = next((f for f, key in (("map", "map"), ("strptime", "strptime"), ("iso", "timezone")) if key in value), None)
        if form is None:
            raise problem("form", "as: needs a form", f"one of {', '.join(FORMS)}, list(sep)")
        return {**value, "form": form, **({"map": _text_keys(value["map"])} if form == "map" else {})}
    return value


def _text_keys(written: Any) -> Any:
    return {_as_text(k): v for k, v in written.items()} if isinstance(written, Mapping) else written


def _as_text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _shorthand(key: str, *types: type) -> BeforeValidator:
    return BeforeValidator(lambda value: {key: value} if isinstance(value, types) else value)


TextMap = Annotated[dict[str, str], BeforeValidator(_text_keys)]
BrandMap = Annotated[dict[str, Identifier], BeforeValidator(_text_keys)]
As = Annotated[Conversion, BeforeValidator(_conversion)]


class Alternative(Section):
    """One of several places of a value; a plain text stands for `{column: text}`."""

    column: str | None = Field(default=None, description="Name of the column.")
    sql: str | None = Field(default=None, description="Any DuckDB expression over the file's columns.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        _one_of(self, "column", "sql")
        return self


class ColumnRule(Section):
    """Where a target's value comes from; a plain text stands for `{column: text}`."""

    column: str | None = Field(default=None, description="Name of the column; one with dots wins over a path.")
    path: str | None = Field(default=None, description="Path into nested values: `owner.id`.")
    constant: Scalar | None = Field(default=None, description="The same value for every row.")
    sql: str | None = Field(default=None, description="Any DuckDB expression over the file's columns.")
    first_of: tuple[Annotated[Alternative, _shorthand("column", str)], ...] | None = Field(
        default=None,
        min_length=1,
        description="Columns and `{sql}`: the first with a value in the row; those whose columns the file lacks are left out.",
    )
    as_: As | None = Field(default=None, alias="as", description="How the value is read: " + ", ".join(FORMS) + ".")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        _one_of(self, "column", "path", "constant", "sql", "first_of")
        return self


class NetworkRule(Section):
    """Which network the rows are of; a plain text stands for `{constant: text}`."""

    constant: str | None = Field(default=None, description="The network of all rows.")
    column: str | None = Field(default=None, description="Column that names it.")
    map: TextMap | None = Field(default=None, description="Name as written in the column: network.")
    default: str | None = Field(default=None, description="Network of names that are neither mapped nor a network.")
    from_: Literal["url"] | None = Field(default=None, alias="from", description="`url`: told by the post's address.")
    sql: str | None = Field(default=None, description="DuckDB expression that yields it.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        _one_of(self, "constant", "column", "from_", "sql")
        for name in (self.constant, self.default, *(self.map or {}).values()):
            if name is not None and name not in NETWORKS:
                raise unknown("network", name, NETWORKS)
        return self


class BrandRule(Section):
    """Which brand the rows were exported for; a plain text stands for `{constant: text}`."""

    constant: Identifier | None = Field(default=None, description="Id of the brand of all rows.")
    column: str | None = Field(default=None, description="Column that names it.")
    map: BrandMap | None = Field(default=None, description="Name as written in the column: brand id.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        _one_of(self, "constant", "column")
        return self


class NightRule(Section):
    """Which night rows belong to; a date stands for `{date: …}`."""

    column: str | None = Field(default=None, description="Column with the day or time of the capture.")
    as_: As | None = Field(default=None, alias="as", description="How the column is read.")
    fixed: date | None = Field(default=None, alias="date", description="The night of all rows.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        _one_of(self, "column", "fixed")
        return self


class Csv(Section):
    """How delimited text is cut; what is left out is detected."""

    delimiter: str | None = Field(default=None, min_length=1, max_length=4, description="What stands between fields.")
    header_row: int = Field(default=1, ge=1, description="Row that holds the names, counted after `skip_rows`.")
    skip_rows: int = Field(default=0, ge=0, description="Rows before anything is read.")
    encoding: str = Field(default="utf-8", description="Encoding of the text.")
    quote: str = Field(default='"', min_length=1, description="Quote character; `none` where quotes are plain text.")
    header: tuple[str, ...] | None = Field(default=None, min_length=1, description="Names, for a file that has none.")
    header_with: Texts = Field(
        default=(), description="Names by which the row of names is found among the first 20; also in a sheet."
    )

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError:
            raise problem("encoding", f"unknown encoding '{name}'", "e.g. utf-8, utf-16, latin-1") from None
        return name


class FileSource(Section):
    """Exports in files: csv, tsv, json, ndjson, jsonl, parquet, xlsx; the text forms also as .gz or .zst."""

    name: Identifier = Field(description="Key in every table; keep it.")
    type: Literal["files"] = Field(default="files", description="`files`")
    required: bool = Field(default=True, description="A failure stops the night; `false`: counted, and the night goes on.")
    path: FilePath = Field(description="File or glob, relative to this file; `${NAME}` allowed.")
    holds: Literal["posts", "profiles"] = Field(default="posts", description="What a row is.")
    capture_reason: Literal["mention", "timeline"] = Field(
        default="mention",
        description="`timeline`: what chosen accounts posted, whatever it is about: no mentions, but rates rest on it.",
    )
    preset: str | None = Field(
        default=None,
        description="A listening tool whose exports are known: "
        + ", ".join(presets.NAMES)
        + ". `columns:` and all else override it.",
    )
    network: Annotated[NetworkRule, _shorthand("constant", str)] = Field(
        default=NetworkRule.model_validate({"from": "url"}),
        description="A network, `{column, map, default}`, `{from: url}` or `{sql}`.",
    )
    origin: Identifier = Field(default="file_export", description="The road by which the rows came, as policies name it.")
    brand: Annotated[BrandRule, _shorthand("constant", str)] | None = Field(
        default=None, description="All rows are this brand's (matched_by=export), or `{column, map}`."
    )
    night: Annotated[NightRule, _shorthand("date", date)] | None = Field(
        default=None,
        description="`{column}` or a date. Default: the night being run; a file captured before is skipped.",
    )
    csv: Csv = Field(default=Csv(), description="How delimited text is cut.")
    sheet: str | None = Field(default=None, description="Sheet of an xlsx file. Default: the first.")
    records: str | None = Field(default=None, description="Path of the list of rows inside a single JSON object.")
    timezone: TimeZone = Field(default="UTC", description="Zone of times that state none.")
    covers_from: date | None = Field(default=None, description="The export is complete for the brand from this day on.")
    where: str | None = Field(default=None, description="SQL condition; rows it leaves out are counted, not rejected.")
    reject_share: float | None = Field(default=None, ge=0, le=1, description="Overrides `gates: reject_share`.")
    columns: dict[str, Annotated[ColumnRule, _shorthand("column", str)]] = Field(
        default={}, description="Target: column, or `{column | path | constant | sql, as}`."
    )

    def as_given(self) -> dict[str, Any]:
        """What the file reader is told: the keys as written in the file, paths resolved, without what steers the night."""
        steering = {"type", "required", "preset", "reject_share"}
        given = self.model_dump(by_alias=True, exclude_none=True, exclude=steering)
        given["path"] = str(self.path)
        if self.night is not None and self.night.fixed is not None:
            given["night"] = self.night.fixed
        if self.csv.delimiter is None and ".tsv" in self.path.suffixes:
            given["csv"]["delimiter"] = "\t"
        return given

    @model_validator(mode="before")
    @classmethod
    def _over_its_preset(cls, given: Any) -> Any:
        name = given.get("preset") if isinstance(given, Mapping) else None
        if name is None:
            return given
        if name in presets.WITHOUT_KNOWN_HEADER:
            fix = "write columns: for it; docs/listening.md shows how"
            raise_together(
                "preset", [at(("preset",), problem("preset", f"no header of a real export of {name} is known", fix))]
            )
        if name not in presets.NAMES:
            raise_together("preset", [at(("preset",), unknown("preset", str(name), presets.NAMES))])
        return presets.under(presets.preset(name), given)

    @field_validator("columns", mode="wrap")
    @classmethod
    def _known_targets(cls, given: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        known = TARGETS.get(info.data.get("holds", ""), ()) if isinstance(given, Mapping) else ()
        errors = [at((t,), unknown("target", str(t), known)) for t in given if t not in known] if known else []
        return gather("columns", errors, handler, given)

    @model_validator(mode="after")
    def _enough_columns(self) -> Self:
        keys = ("post_id", "url", "text") if self.holds == "posts" else ("account_id", "handle")
        errors = []
        if not any(k in self.columns for k in keys):
            fix = f"map at least one of {', '.join(keys)}"
            errors.append(at(("columns",), problem("columns", f"nothing tells one of the {self.holds} from another", fix)))
        if self.network.from_ == "url" and "url" not in self.columns:
            fix = "write network: instagram (or another), or map url"
            errors.append(at(("columns",), problem("network", "the network of the rows is not said", fix)))
        raise_together("columns", errors)
        return self
