"""What one file source is told: the already validated values of its `sources:` entry, as plain frozen values.

Put here: the shape of the description and its reading from a mapping. Keep out: everything that looks at a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings.file_source import FORMS, TARGETS


@dataclass(frozen=True)
class Conversion:
    """How a cell's text becomes a value (`as:`)."""

    kind: str  # one of FORMS
    formats: tuple[str, ...] = ()  # strptime
    timezone: str | None = None  # strptime, iso: of times that state none; None = the source's
    separator: str | None = None  # list; None = any of , ; | and white space
    values: Mapping[str, str | None] = field(default_factory=dict)  # map, keys compared without case
    default: str | None = None  # map: of values it does not name


@dataclass(frozen=True)
class ColumnRule:
    """Where a target's value comes from: exactly one of `source`, `constant`, `sql`, `first_of`."""

    source: str | None = None  # column, or path into a nested one
    constant: str | None = None
    sql: str | None = None
    convert: Conversion | None = None
    first_of: tuple[ColumnRule, ...] = ()  # columns and SQL, of which a file may lack some


@dataclass(frozen=True)
class CsvForm:
    """How a delimited file is written.

    `skip_rows` lines are dropped first; `header_row` is then the row that names the columns, counted from 1. With
    `header` given the file has no such row, and only `skip_rows` applies.
    """

    delimiter: str | None = None  # None: a tab in .tsv, else the likeliest of , ; tab |
    header_row: int = 1
    skip_rows: int = 0
    encoding: str = "utf-8"
    quote: str | None = '"'  # None: quotes are ordinary characters
    header: tuple[str, ...] = ()
    header_with: tuple[str, ...] = ()  # finds the row of names; `skip_rows` and `header_row` then say nothing


@dataclass(frozen=True)
class FileSourceSpec:
    """One file source. `network`, `brand` and `night` are rules like any column's."""

    name: str
    path: str
    holds: Literal["posts", "profiles"] = "posts"
    capture_reason: Literal["mention", "timeline"] = "mention"
    network: ColumnRule = field(default_factory=lambda: ColumnRule(source="url", convert=Conversion("network_of_url")))
    origin: str = "licensed_export"
    brand: ColumnRule | None = None
    night: ColumnRule | None = None  # a constant is an ISO date; None: the night being run
    csv: CsvForm = CsvForm()
    sheet: str | None = None
    records: str | None = None  # json: path of the array inside a single object
    timezone: str = "UTC"
    covers_from: date | None = None
    where: str | None = None
    columns: Mapping[str, ColumnRule] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[str, ...]:
        return TARGETS[self.holds]

    @property
    def nights_by_row(self) -> bool:
        """Whether each row names its own night."""
        return self.night is not None and self.night.constant is None

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> FileSourceSpec:
        """Read the YAML form of interface.md. Raises FixConfigurationError."""
        where = f"source {given.get('name', '?')}"
        given = {key: value for key, value in given.items() if key not in ("type", "required", "preset")}
        for key in ("network", "brand", "night"):
            if key in given:
                given[key] = _rule_of_row(given[key], key, where)
        if isinstance(given.get("csv"), Mapping):
            given["csv"] = _csv_form(given["csv"])
        if isinstance(given.get("covers_from"), str):
            given["covers_from"] = date.fromisoformat(given["covers_from"])
        given["columns"] = {
            target: column_rule(value, f"{where}, columns.{target}") for target, value in given["columns"].items()
        }
        spec = cls(**given)
        for target in spec.columns:
            if target not in spec.targets:
                raise FixConfigurationError(
                    f"{target!r} is not a target of a file that holds {spec.holds}",
                    where=where,
                    fix=f"use one of: {', '.join(spec.targets)}",
                )
        return spec


def column_rule(given: Any, where: str) -> ColumnRule:
    """Read `column`, `{column|path, as}`, `{constant}` or `{sql}`. Raises FixConfigurationError."""
    if isinstance(given, str):
        return ColumnRule(source=given)
    if isinstance(given, Mapping):
        convert = conversion(given["as"], where) if "as" in given else None
        source = given.get("column", given.get("path"))
        if source is not None:
            return ColumnRule(source=str(source), convert=convert)
        if "constant" in given:
            return ColumnRule(constant=_constant(given["constant"]), convert=convert)
        if "sql" in given:
            return ColumnRule(sql=str(given["sql"]), convert=convert)
        if "first_of" in given:
            return ColumnRule(first_of=tuple(column_rule(one, where) for one in given["first_of"]), convert=convert)
    raise FixConfigurationError(
        f"{given!r} does not say where the value comes from",
        where=where,
        fix="give a column name, {column: …, as: …}, {constant: …} or {sql: …}",
    )


def conversion(given: Any, where: str) -> Conversion:
    """Read `as:`: a name, `list(;)`, `{strptime: …, timezone: …}` or `{map: {…}, default: …}`."""
    if isinstance(given, str):
        written = re.fullmatch(r"(\w+)(?:\((.+)\))?", given.strip(), re.DOTALL)
        if written and written[1] in FORMS and written[1] not in ("strptime", "map"):
            return Conversion(written[1], separator=written[2])
    elif isinstance(given, Mapping):
        if "strptime" in given:
            formats = given["strptime"]
            formats = (formats,) if isinstance(formats, str) else tuple(formats)
            return Conversion("strptime", formats=formats, timezone=given.get("timezone"))
        if "map" in given:
            values = {str(key): _constant(value) for key, value in given["map"].items()}
            return Conversion("map", values=values, default=_constant(given.get("default")))
        if "list" in given:
            return Conversion("list", separator=given["list"])
        if "iso" in given or "timezone" in given:
            return Conversion("iso", timezone=given.get("timezone"))
    raise FixConfigurationError(f"{given!r} is not a conversion", where=where, fix=f"use one of: {', '.join(FORMS)}")


def _rule_of_row(given: Any, key: str, where: str) -> ColumnRule:
    if key == "network" and given == {"from": "url"}:
        return ColumnRule(source="url", convert=Conversion("network_of_url"))
    if not isinstance(given, Mapping):
        return ColumnRule(constant=_constant(given))
    if "map" in given or "default" in given:
        default = _constant(given.get("default"))
        values = {str(name): _constant(value) for name, value in given.get("map", {}).items()}
        return ColumnRule(source=given["column"], convert=Conversion("map", values=values, default=default))
    return column_rule(given, f"{where}, {key}")


def _csv_form(given: Mapping[str, Any]) -> CsvForm:
    form = dict(given)
    if form.get("quote") in ("none", ""):
        form["quote"] = None
    for names in ("header", "header_with"):
        if names in form:
            form[names] = tuple(form[names])
    return CsvForm(**form)


def _constant(given: Any) -> str | None:
    if isinstance(given, bool):
        return str(given).lower()
    return None if given is None else str(given)
