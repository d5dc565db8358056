"""The words of posts are read once: how they feel, what is unsafe in them; what cannot be judged stays NULL."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.text_reading import readings_of
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.homes import SmallHome, a_post

_TEXTS = {"text_key": pl.String(), "title": pl.String(), "text": pl.String(), "lang": pl.String()}


def _read(*rows: tuple[str | None, str | None, str | None]) -> pl.DataFrame:
    """Readings of (title, text, lang)."""
    return readings_of(pl.DataFrame([(f"k{n}", *row) for n, row in enumerate(rows)], _TEXTS, orient="row"))


def test_a_complaint_is_negative_and_no_abuse_and_praise_is_positive() -> None:
    read = _read(
        (None, "Terrible service, my flight was cancelled and nobody answers", "en"),
        (None, "I love this, thank you so much!", "en"),
        (None, "Schrecklicher Service, alles kaputt und niemand antwortet", "de"),
        (None, "Ich liebe es, vielen Dank, einfach wunderbar!", "de"),
    )
    assert (read["sentiment"] > 0).to_list() == [False, True, False, True]
    assert read["safety_flags"].to_list() == ["[]"] * 4


def test_a_language_without_weights_is_null_and_never_neutral() -> None:
    read = _read((None, "素敵なコーヒー", "ja"), (None, "Bardzo dobra kawa, dziękuję za wszystko", None), (None, "12", None))
    assert read.select("sentiment", "safety_flags", "safety_evidence").rows() == [(None, None, None)] * 3
    assert read.select("lang", "lang_source").rows() == [("ja", "source"), (None, None), (None, None)]


def test_a_language_nobody_told_is_detected() -> None:
    read = _read((None, "Der Kaffee war schrecklich und niemand hat mir geantwortet", None))
    assert read.select("lang", "lang_source").rows() == [("de", "detected")]
    assert read["sentiment"][0] < 0


def test_one_emoji_is_judged_by_itself() -> None:
    assert (_read((None, "😡", None), (None, "😍", None))["sentiment"] > 0).to_list() == [False, True]


def test_a_title_is_read_with_its_text() -> None:
    titled, untitled = _read(("I hate it", "what happened today", "en"), (None, "what happened today", "en"))["sentiment"]
    assert titled < untitled


def test_a_megabyte_is_read_as_its_beginning() -> None:
    long, short = _read((None, "nice shoes " * 100_000, "en"), (None, "nice shoes " * 100, "en"))["sentiment"]
    assert long == short


def test_no_texts_give_no_rows_of_the_same_columns() -> None:
    assert _read().schema == _read((None, "nice", "en")).schema


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBEngine:
    return DuckDBEngine.in_memory(memory_limit="500MB", spill=tmp_path)


def test_words_read_before_and_words_said_twice_are_read_once(engine: DuckDBEngine) -> None:
    posts = pl.DataFrame({"network": "x", "post_id": ["1", "2", "3"], "text_key": ["old", "new", "new"]})
    engine.register_frame("mentioning_posts", posts)
    engine.register_frame(
        "_posts_latest", posts.with_columns(title=pl.lit(None, pl.String), text=pl.lit("hi"), lang=pl.lit("en"))
    )
    engine.register_frame("read_before", pl.DataFrame({"text_key": ["old", "gone"]}))
    assert engine.query(sql_of("texts_to_read")).rows() == [("new", None, "hi", "en")]
    engine.close()


def test_a_night_reads_posts_that_mention_a_brand_and_no_others(tmp_path: Path) -> None:
    first, second = "2026-03-02", "2026-03-03"
    feed = [
        a_post(first, "1", text="I really hate what Acme did to us today, this was a terrible experience, you idiot"),
        a_post(first, "2", text="I really hate what they did to us today, this was a terrible experience"),
        a_post(second, "3", text="I really hate what Acme did to us today, this was a terrible experience, you idiot"),
        a_post(
            second,
            "4",
            text="This is so true and so beautiful, I love it when people tell us what happened",
            kind="quote",
            quote_of="1",
        ),
        a_post(
            second,
            "5",
            text="I really hate what Acme did to us today, this was a terrible experience, you idiot",
            kind="repost",
            repost_of="1",
        ),
    ]
    home = SmallHome(tmp_path, {"feed": feed})
    home.run(first)
    home.run(second)
    read = home.rows("core_posts", "post_id, sentiment > 0 AS glad, sentiment_source, safety_flags")
    assert [tuple(row.values()) for row in read] == [
        ("1", False, "model", '["abuse"]'),
        ("2", None, None, None),
        ("3", False, "model", '["abuse"]'),
        ("4", True, "model", "[]"),
        ("5", None, None, None),
    ]
