"""A row is the same whichever way it was read: by the engine's reader, or carefully because of a bad neighbour."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline_tests.unit.sources.files.running import Outcome, read, written

COLUMNS = {
    "post_id": "id", "text": "text", "created_at": "at", "likes": "n.likes", "shares": "n.shares", "handle": "by.name",
    "display_name": "by", "hashtags": "tags", "media_types": "media[0].type", "is_paid_label": {"sql": "paid = 'true'"},
    "views": {"column": "views", "as": "compact_number"},
}  # fmt: skip

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12),
    st.sampled_from(["7", "7.0", "1.2K", "2026-03-01", "2026-03-01T10:00:00+01:00", "", " x ", "\0", "null", "[1]", '{"a":1}', "é\u2028"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "type", "likes", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
RECORDS = st.fixed_dictionaries(
    {"id": SCALARS, "at": st.sampled_from(["2026-03-01T10:00:00Z", "2026-02-01", "never", None, 5])},
    optional={
        "text": VALUES, "n": st.one_of(VALUES, st.fixed_dictionaries({"likes": SCALARS, "shares": SCALARS})), "by": VALUES, "tags": VALUES,
        "media": VALUES, "paid": VALUES, "views": SCALARS, "other": VALUES,
    },
)  # fmt: skip


def without_place(outcome: Outcome) -> dict[str, Any]:
    return {"posts": outcome.posts, "accounts": outcome.accounts, "rejects": outcome.rejects, "counts": outcome.counts}


@settings(max_examples=15, deadline=None)
@given(st.lists(RECORDS, max_size=25), st.booleans())
def test_records_of_json_are_the_same_both_ways(records: list[dict[str, Any]], escaped: bool) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=escaped) + "\n" for record in [*records, {"id": "0", "at": "2026-03-01"}])
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a.ndjson", lines)
        assert without_place(read(path, columns=COLUMNS)) == without_place(read(path, columns=COLUMNS, way="careful"))


@settings(max_examples=10, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=25), st.sampled_from(["{broken", "[]", '{"a":1}{']))
def test_a_bad_neighbour_changes_nothing_but_its_own_row(records: list[dict[str, Any]], bad: str) -> None:
    records = [*records, {"id": "0", "at": "2026-03-01"}]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    with tempfile.TemporaryDirectory() as folder:
        alone = read(written(Path(folder), "a.ndjson", lines), columns=COLUMNS)
        beside = read(written(Path(folder), "a.ndjson", f"{lines}{bad}\n"), columns=COLUMNS)
    assert (beside.posts, beside.accounts) == (alone.posts, alone.accounts)
    assert beside.rejects[:-1] == alone.rejects
    assert beside.rejects[-1]["row_number"] == len(records) + 1


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=25), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rows_of_tables_are_the_same_both_ways(rows: list[tuple[str, str, str]], line_end: str, all_quoted: bool) -> None:
    buffer = io.StringIO()
    all_quoted = all_quoted or any("\r" in cell for row in rows for cell in row)  # the writer leaves a lone \r bare
    writer = csv.writer(buffer, lineterminator=line_end, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL)
    writer.writerows([("id", "text", "likes", "at"), *((*row, "2026-03-01") for row in rows)])
    columns = {"post_id": "id", "text": "text", "likes": "likes", "created_at": "at"}
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a.csv", buffer.getvalue())
        outcome = read(path, columns=columns)
        assert without_place(outcome) == without_place(read(path, columns=columns, way="careful"))
    assert outcome.counts["rows_read"] == len(rows)


ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@settings(max_examples=25, deadline=None)
@given(st.lists(ENDS, min_size=4, max_size=8))
def test_no_row_is_lost_where_lines_end_differently(ends: list[str]) -> None:
    lines = ["Export", "of Acme", "id,at", *(f"{number},2026-03-01" for number in range(len(ends) - 3))]
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a.csv", "".join(map(str.__add__, lines, ends)))
        outcome = read(path, columns={"post_id": "id", "created_at": "at"}, csv={"skip_rows": 2, "delimiter": ","})
    assert outcome.of("post_id") == [(str(number),) for number in range(len(ends) - 3)]
