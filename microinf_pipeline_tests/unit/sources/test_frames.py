"""Rows become delivery frames whose columns, types and order are those of the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.catalog.observed import POST_DELIVERY, REJECT_DELIVERY
from microinf_pipeline.sources.frames import LOCATION, RAW_CHARACTERS, Collected, RowNames, Rows, delivery_frame

NAMES = RowNames(posts=("post_id", "likes", "given_hashtags", "created_at", "file", "row_number"), accounts=("account_id",))
AT = datetime.fromisoformat("2026-11-19T10:00:00")


def a_row(number: int, tags: list[str] | None = None) -> tuple[Any, ...]:
    return (f"p{number}", None, tags, AT, "page", number)


def test_given_columns_are_filled_fixed_ones_repeated_and_the_others_null() -> None:
    rows = Collected(NAMES.posts)
    rows.append(a_row(1, ["acme", "cola"]))
    rows.append(a_row(2))
    frame = delivery_frame(POST_DELIVERY, rows, {"network": "bluesky"})
    given_columns = ["network", "post_id", "likes", "given_hashtags", "created_at", "file", "row_number"]
    assert frame.schema == {**POST_DELIVERY, **LOCATION}
    assert frame.select(given_columns).rows() == [
        ("bluesky", "p1", None, ["acme", "cola"], AT, "page", 1),
        ("bluesky", "p2", None, None, AT, "page", 2),
    ]
    assert frame.drop(given_columns).null_count().sum_horizontal().item() == 2 * (frame.width - len(given_columns))


def test_no_rows_are_an_empty_frame_of_the_same_schema() -> None:
    assert delivery_frame(REJECT_DELIVERY, Collected(NAMES.rejects)).schema == {**REJECT_DELIVERY, **LOCATION}


def test_a_refused_row_is_kept_up_to_its_cut() -> None:
    rows = Rows("bluesky", NAMES)
    rows.reject("not JSON", "x" * 9000, "page", 3)
    assert rows.parsed().rejects.rows() == [("not JSON", "x" * RAW_CHARACTERS, "page", 3)]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.booleans(), max_size=20))
def test_blocks_change_neither_rows_nor_order(closings: list[bool]) -> None:
    rows = Rows("bluesky", NAMES)
    for number, closing in enumerate(closings):
        rows.posts.append(a_row(number))
        if closing:
            rows.close_block()
    assert list(rows.posts) == [a_row(number) for number in _after_last_closing(closings)]
    assert rows.parsed().posts["row_number"].to_list() == list(range(len(closings)))


def _after_last_closing(closings: list[bool]) -> range:
    last = max((number for number, closing in enumerate(closings) if closing), default=-1)
    return range(last + 1, len(closings))


def test_list_columns_keep_empty_and_unknown_apart() -> None:
    rows = Collected(NAMES.posts)
    rows.append(a_row(1, []))
    rows.append(a_row(2, None))
    column = delivery_frame(POST_DELIVERY, rows)["given_hashtags"]
    assert (column.dtype, column.to_list()) == (pl.List(pl.String()), [[], None])


def test_a_number_that_no_column_holds_is_missing_and_costs_no_other() -> None:
    rows = Collected(("post_id", "likes", "file", "row_number"))
    for number, likes in enumerate([3, 2**63, None, 10**60, -(2**70), 2**63 - 1], 1):
        rows.append((str(number), likes, "page-1", number))
    assert delivery_frame(POST_DELIVERY, rows)["likes"].to_list() == [3, None, None, None, None, 2**63 - 1]


def test_a_count_below_zero_is_missing_and_costs_no_other() -> None:
    rows = Collected(("post_id", "likes"))
    for number, likes in enumerate([3, -1, None, 0]):
        rows.append((f"p{number}", likes))
    assert delivery_frame(POST_DELIVERY, rows)["likes"].to_list() == [3, None, None, 0]
