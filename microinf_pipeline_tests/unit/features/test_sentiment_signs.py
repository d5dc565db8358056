"""Signs of feeling are counted in texts as written, three of a kind at most."""

from __future__ import annotations

import polars as pl
import pytest

from microinf_pipeline.features.sentiment_signs import signs


def test_faces_marks_shouts_drawn_out_letters_and_numbers_are_counted() -> None:
    (row,) = signs(pl.Series(["So schöön :) 😍 :( NIEEE!!!! 7"])).tolist()
    assert row == pytest.approx([1 / 4, 3 / 4, 1, 0, 0, 1 / 3, 1 / 3, 1 / 3, 29 / 140])


def test_nothing_said_has_no_signs() -> None:
    assert not signs(pl.Series(["", None], dtype=pl.String)).any()
