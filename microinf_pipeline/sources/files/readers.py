"""The first step of a plan: every value the configuration uses as text, whatever the file's form.

Its result has the columns _v0, _v1 … (text), `_bad` (why the record is no record, else NULL) and `_line` (such a record
as received). Put here: the engine's table functions and their settings. Keep out: what the values mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.expressions import (
    Node,
    Select,
    call,
    column,
    fill,
    first_true,
    null_of,
    parameter,
    quoted,
    select,
    text,
)
from microinf_pipeline.sources.files.layout import Access, Layout

_COMPRESSION = {"gz": "gzip", "zst": "zstd", None: "uncompressed"}
_UTF8 = ("utf-8", "utf8", "ascii", "us-ascii")
_LONGEST_CSV_LINE = 16000000


def value_name(position: int) -> str:
    """The column that holds the n-th value."""
    return f"_v{position}"


def fast_reader(file: SourceFile, layout: Layout, accesses: Sequence[Access], quote: str | None) -> Select | None:
    """Straight from `$file`, in the engine's own readers, which stop at the first record they cannot read.

    None when the file's form needs the careful way.
    """
    if file.kind == "parquet":
        cells = [_of_parquet(layout, access) for access in accesses]
        return _values(cells, call("read_parquet", parameter("file")))
    if layout.encoding not in _UTF8 or not file.whole or file.kind == "xlsx":
        return None
    if file.kind == "csv":
        return _fast_csv(file, layout, accesses, quote) if layout.plain_head and layout.names else None
    if file.kind == "json" and not layout.is_array:
        return None
    shape = _json_shape(accesses)
    source = _table_function(
        "read_json",
        format="newline_delimited" if file.kind == "ndjson" else "array",
        compression=_COMPRESSION[file.compression],
        columns={root: _duckdb_type(kind) for root, kind in shape.items()},
    )
    return _values([_of_json(column(access.root), shape, access) for access in accesses], source)


def careful_reader(file: SourceFile, layout: Layout, accesses: Sequence[Access]) -> Select | None:
    """From the parts that `prepare.write_parts` leaves, named by `$parts`. None for Parquet, which has one way only."""
    if file.kind == "parquet":
        return None
    parts = call("read_parquet", parameter("parts"))
    if file.kind in ("csv", "xlsx"):
        cells = [_of_table(access, fill("nullif($c, '')", c=_cell(layout, access))) for access in accesses]
        return _values(cells, parts, bad=column("reject"), line=column("line"))
    shape = _json_shape(accesses)
    bad = first_true(
        [
            (fill("$r IS NOT NULL", r=column("reject")), column("reject")),
            (fill("NOT json_valid($l)", l=column("line")), text("not JSON")),
            (fill("json_type($l) <> 'OBJECT'", l=column("line")), text("not a JSON object")),
        ]
    )
    judged = select({"line": column("line"), "bad": bad}, parts)
    good = fill("CASE WHEN $b IS NULL THEN $l END", b=column("bad"), l=column("line"))
    records = call("json_transform", good, text(json.dumps(shape)))
    opened = select({"line": column("line"), "bad": column("bad"), "j": records}, judged)
    cells = [_of_json(_key(column("j"), access.root), shape, access) for access in accesses]
    return _values(cells, opened, bad=column("bad"), line=column("line"))


def _values(cells: Sequence[Node], source: Select | Node, bad: Node | None = None, line: Node | None = None) -> Select:
    named = {value_name(position): cell for position, cell in enumerate(cells)}
    return select(named | {"_bad": bad or null_of("VARCHAR"), "_line": line or null_of("VARCHAR")}, source)


def _table_function(name: str, columns: Mapping[str, str], **settings: str | bool | int) -> Node:
    fields = ", ".join(f"{text(key).sql}: {text(kind).sql}" for key, kind in columns.items())
    given = [f"{key} = {text(value).sql if isinstance(value, str) else value}" for key, value in settings.items()]
    return call(name, parameter("file"), Node(f"columns = {{{fields}}}"), *map(Node, given))


def _fast_csv(file: SourceFile, layout: Layout, accesses: Sequence[Access], quote: str | None) -> Select:
    source = _table_function(
        "read_csv",
        columns={f"c{position}": "VARCHAR" for position in range(len(layout.names))},
        auto_detect=False,
        header=False,
        skip=layout.head_lines,
        delim=layout.delimiter,
        quote=quote or "",
        escape=quote or "",
        compression=_COMPRESSION[file.compression],
        max_line_size=_LONGEST_CSV_LINE,
        strict_mode=True,
    )
    cells = [_of_table(access, _cell(layout, access)) for access in accesses]
    return _values(cells, source)


def _cell(layout: Layout, access: Access) -> Node:
    return column(f"c{layout.names.index(access.root)}")


def _of_table(access: Access, cell: Node) -> Node:
    if not access.steps:
        return cell
    inside = _json_text(cell, access.steps)
    return first_true([(fill("json_valid($x)", x=cell), inside)])


def _of_parquet(layout: Layout, access: Access) -> Node:
    cell = column(access.root)
    if access.steps:
        return _json_text(call("to_json", cell), access.steps)
    return fill("CAST($x AS VARCHAR)", x=call("to_json", cell) if access.root in layout.nested else cell)


def _of_json(root: Node, shape: Mapping[str, Any], access: Access) -> Node:
    kind = shape[access.root]
    if kind == "VARCHAR":
        return root
    if kind == "JSON":
        return _json_text(root, access.steps)
    for step in access.steps:
        root = _key(root, str(step))
    return root


def _key(struct: Node, name: str) -> Node:
    return call("struct_extract", struct, text(name))


def _json_text(document: Node, steps: Sequence[str | int]) -> Node:
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) or step == "*" else f'."{step}"' for step in steps)
    found = call("json_extract_string", document, text(path))
    return fill("CAST(to_json($list) AS VARCHAR)", list=found) if "*" in steps else found


def _json_shape(accesses: Sequence[Access]) -> dict[str, Any]:
    """Top-level key → VARCHAR, JSON (indexes, or used whole and in parts), or a record of keys, as json_transform takes it."""
    by_root: dict[str, list[Access]] = {}
    for access in accesses:
        by_root.setdefault(access.root, []).append(access)
    alike = {root.casefold(): root for root in by_root}
    for root in by_root:
        if alike[root.casefold()] != root:
            raise FixConfigurationError(
                f"keys {root!r} and {alike[root.casefold()]!r} differ by case only", fix="map one of them"
            )
    return {root: _shape_of(group) for root, group in by_root.items()} or {"-": "VARCHAR"}


def _shape_of(group: Sequence[Access]) -> Any:
    if all(not access.steps for access in group):
        return "VARCHAR"
    tree: dict[str, Any] = {}
    for access in group:
        if not access.steps or not all(isinstance(step, str) and step != "*" for step in access.steps):
            return "JSON"
        *above, leaf = (str(step) for step in access.steps)
        place = tree
        for step in above:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                return "JSON"
        if place.setdefault(leaf, "VARCHAR") != "VARCHAR":
            return "JSON"
    return tree if _distinct_by_case(tree) else "JSON"


def _distinct_by_case(tree: Mapping[str, Any]) -> bool:
    inner = all(_distinct_by_case(value) for value in tree.values() if isinstance(value, dict))
    return inner and len({key.casefold() for key in tree}) == len(tree)


def _duckdb_type(kind: Any) -> str:
    if isinstance(kind, str):
        return kind
    fields = [f"{quoted(key)} {_duckdb_type(inner)}" for key, inner in kind.items()]
    return f"STRUCT({', '.join(fields)})"
