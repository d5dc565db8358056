"""The SELECT that reads a file once: every row with its typed columns, its state, and the reason when it is a reject.

Layers of sub-selects, each adding columns to the one below: values as text, cells, context of the row, delivered
columns, judgement. Names of the working columns start with an underscore, delivered ones never do.
Put here: those layers. Keep out: readers of file forms, and queries over the result (see `plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY, NETWORKS, POST_DELIVERY, Schema
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files import hosts
from microinf_pipeline.sources.files.convert import handle, mapped, night_of, word
from microinf_pipeline.sources.files.expressions import (
    FALSE,
    NULL,
    TRUE,
    Node,
    Select,
    call,
    coalesce,
    column,
    extend,
    fill,
    first_true,
    null_of,
    one_of,
    select,
    text,
)
from microinf_pipeline.sources.files.judgement import reasons, state_and_raw
from microinf_pipeline.sources.files.references import References
from microinf_pipeline.sources.files.spec import ColumnRule, FileSourceSpec
from microinf_pipeline.sources.files.targets import (
    Reading,
    column_of,
    derived_post_type,
    empty_column,
    precision_of,
    value_of,
)
from microinf_pipeline.sources.files.user_sql import columns_in, scalar

_LIST_TARGETS = ("media_types", "sponsors", "hashtags", "mentions", "links")


@dataclass(frozen=True)
class Staging:
    """The layers over a reader's SELECT, and the delivered columns that are the same in every row, left out of it."""

    layers: Callable[[Select], Select]
    constants: dict[str, Node]


@dataclass
class _Cells:
    """Cells that need computing before they can be read, and where each target finds its cell."""

    computed: dict[str, Node] = field(default_factory=dict)
    of: dict[str, Node] = field(default_factory=dict)


def schema_of(spec: FileSourceSpec) -> Schema:
    """The delivered columns of what the source holds."""
    return POST_DELIVERY if spec.holds == "posts" else ACCOUNT_DELIVERY


def staging(spec: FileSourceSpec, night: date, references: References, *, strip_nul: bool) -> Staging:
    """Build the layers. Their columns: the delivered ones that vary, state, reject_reason, raw, own_night.

    `own_night` is the night a row names, where the source's rows name theirs.
    """
    if spec.holds == "posts" and "created_at" not in spec.columns:
        raise FixConfigurationError(
            "created_at is not mapped: every row would be refused for having no time",
            where=f"source {spec.name}, columns",
            fix="map created_at, or give it a constant",
        )
    cells = _cells(spec, references)
    context = _context(spec, references, cells)
    network = text(spec.network.constant) if spec.network.constant else column("_network")
    columns, wrong = _delivered(spec, cells, network, strip_nul)
    constants = {name: node for name, node in columns.items() if node.constant}
    varying = {name: node for name, node in columns.items() if name not in constants}
    known = {name: constants.get(name, column(name)) for name in columns}
    reason = first_true(reasons(spec, night, known, wrong))
    state, raw = state_and_raw(spec, night, references)

    def layers(reader: Select) -> Select:
        query = extend(extend(reader, cells.computed), context)
        query = extend(extend(query, columns), {"_reason": reason})
        kept = {name: column(name) for name in varying}
        named = {"own_night": column("_night")} if spec.nights_by_row else {}
        return _judged(query, kept | named, state, raw)

    return Staging(layers, constants)


def _judged(query: Select, kept: dict[str, Node], state: Node, raw: Node) -> Select:
    """The columns to keep, the state, and what is told of a reject."""
    working = {"_bad": column("_bad"), "_reason": column("_reason"), "state": state, "_raw": raw}
    rejected = fill("$s = 'rejected'", s=column("state"))
    told = {
        "state": column("state"),
        "reject_reason": first_true([(rejected, coalesce(column("_bad"), column("_reason")))]),
        "raw": first_true([(rejected, column("_raw"))]),
    }
    return select({name: column(name) for name in kept} | told, select(kept | working, query))


def _cells(spec: FileSourceSpec, references: References) -> _Cells:
    cells = _Cells()
    for target, rule in spec.columns.items():
        cell = _cell(spec, target, rule, references)
        if rule.sql is not None or rule.first_of or (rule.convert is not None and rule.convert.kind == "map"):
            cells.computed[f"_c_{target}"] = cell
            cell = column(f"_c_{target}")
        cells.of[target] = cell
    url = spec.columns.get("url")
    cells.computed["_url"] = word(_cell(spec, "url", url, references)) if url else null_of("VARCHAR")
    return cells


def _cell(spec: FileSourceSpec, target: str, rule: ColumnRule, references: References) -> Node:
    where = f"source {spec.name}, {target}"
    if rule.constant is not None:
        return text(rule.constant)
    if rule.sql is not None:
        expression = scalar(rule.sql, where, references.resolve)
        as_text = call("to_json", expression) if target in _LIST_TARGETS else expression
        cell = fill("CAST($x AS VARCHAR)", x=as_text)
    elif rule.source is not None:
        cell = references.resolve(rule.source, target)
    elif rule.first_of:
        cell = _first_of(spec, target, rule.first_of, references)
    else:
        return null_of("VARCHAR")
    return mapped(cell, rule.convert) if rule.convert is not None and rule.convert.kind == "map" else cell


def _first_of(spec: FileSourceSpec, target: str, rules: Sequence[ColumnRule], references: References) -> Node:
    """The first value of those whose columns the file has. Raises FixConfigurationError where no row can have a time."""
    where = f"source {spec.name}, {target}"
    lacking = [[n for n in _columns_of(rule, where) if not references.has(n)] for rule in rules]
    there = [rule for rule, lacks in zip(rules, lacking, strict=True) if not lacks]
    if not there and target == "created_at":  # no row could become a post
        raise references.missing(lacking[0][0])
    cells = [fill("nullif(trim($x), '')", x=_cell(spec, target, rule, references)) for rule in there]
    return coalesce(*cells) if cells else null_of("VARCHAR")


def _columns_of(rule: ColumnRule, where: str) -> list[str]:
    return columns_in(rule.sql, where) if rule.sql is not None else [rule.source or ""]


def _context(spec: FileSourceSpec, references: References, cells: _Cells) -> dict[str, Node]:
    context = {"_kept": TRUE, "_brand": null_of("VARCHAR")}
    if spec.where is not None:
        kept = scalar(spec.where, f"source {spec.name}, where", references.resolve)
        context["_kept"] = fill("coalesce(CAST($x AS BOOLEAN), FALSE)", x=kept)
    if spec.brand is not None:
        context["_brand"] = word(_cell(spec, "brand", spec.brand, references))
    if spec.night is not None and spec.nights_by_row:
        cell = _cell(spec, "night", spec.night, references)
        context["_night"] = night_of(cell, spec.night.convert, spec.timezone)
    if spec.network.constant is None:
        context["_network"] = _network(spec, references, cells)
    elif spec.network.constant not in NETWORKS:
        raise FixConfigurationError(
            f"{spec.network.constant!r} is no network", where=f"source {spec.name}", fix=f"use one of {', '.join(NETWORKS)}"
        )
    return context


def _network(spec: FileSourceSpec, references: References, cells: _Cells) -> Node:
    rule = spec.network
    if rule.convert is not None and rule.convert.kind == "network_of_url":
        cells.computed["_host"] = hosts.host_of(cells.computed["_url"])
        return hosts.network_of(column("_url"), column("_host"))
    plain = ColumnRule(rule.source, rule.constant, rule.sql)
    said = fill("lower(trim($x))", x=_cell(spec, "network", plain, references))
    known = one_of(said, NETWORKS)
    itself = first_true([(known, said), (fill("$x = 'twitter'", x=said), text("x"))])
    if rule.convert is None:
        return itself
    return coalesce(
        first_true((fill("$x = $k", x=said, k=text(k.strip().lower())), text(v)) for k, v in rule.convert.values.items()),
        itself,
        text(rule.convert.default),
    )


def _delivered(
    spec: FileSourceSpec, cells: _Cells, network: Node, strip_nul: bool
) -> tuple[dict[str, Node], dict[str, tuple[Node, Node]]]:
    """Delivered column → expression; and phrase of a wrong cell → (its cell, its value)."""
    schema = schema_of(spec)
    columns = {name: empty_column(name, schema) for name in schema}
    wrong: dict[str, tuple[Node, Node]] = {}
    for target, cell in cells.of.items():
        value = value_of(target, cell, Reading(spec.columns[target], spec.timezone, strip_nul))
        columns[column_of(target)] = value.node
        if value.wrong is not None:
            wrong[f"{target} {value.wrong}"] = (cell, column(column_of(target)))
    columns |= {"network": network, "url": column("_url")}
    columns["followers_precision"] = precision_of(spec, cells.of.get("followers"), columns["followers"])
    columns["handle"] = _handle(columns["handle"], network, profile=spec.holds == "profiles")
    if spec.holds == "profiles":
        columns["with_post"] = FALSE
        return columns, wrong
    columns["post_id"] = coalesce(columns["post_id"], hosts.post_id_of(network, column("_url")))
    columns["protocol_uri"] = fill(
        "CASE WHEN ($n = 'bluesky' AND $p LIKE 'at://%') OR ($n = 'mastodon' AND $p LIKE 'http%') THEN $p END",
        n=network,
        p=columns["post_id"],
    )
    columns["post_type"] = derived_post_type(columns)
    columns |= {"given_brand_id": column("_brand"), "capture_reason": text(spec.capture_reason)}
    return columns, wrong


def _handle(given: Node, network: Node, *, profile: bool) -> Node:
    from_url = hosts.handle_of(network, column("_url"), profile=profile)
    known = coalesce(given, handle(from_url)) if from_url != NULL else given
    if network.literal is not None and network.literal != "mastodon":
        return known
    return fill(
        "CASE WHEN $n = 'mastodon' AND NOT contains($h, '@') AND $host <> '' THEN $h || '@' || $host ELSE $h END",
        n=network,
        h=known,
        host=hosts.host_of(column("_url")),
    )
