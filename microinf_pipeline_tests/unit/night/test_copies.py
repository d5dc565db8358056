"""Copies among posts: who repeats whom, in which words, whatever the order the posts come in."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.copies_at_once import find_copies

_SENTENCE = "The small brown kettle sings again every winter morning"
_START = datetime(2026, 3, 1)
Post = tuple[str, str, int]  # text, person, day

A, B = (_SENTENCE, "anna", 0), (_SENTENCE.replace("winter", "summer"), "ben", 1)
ENTRY = "I want to win the brown mug because of @{} #mugs"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine.in_memory(spill=tmp_path_factory.mktemp("spill"))


def copies(engine: DuckDBEngine, posts: dict[str, Post]) -> pl.DataFrame:
    rows = pl.DataFrame(
        [("x", i, text, who, _START + timedelta(days=day)) for i, (text, who, day) in posts.items()],
        schema={
            "network": pl.String,
            "post_id": pl.String,
            "text": pl.String,
            "person": pl.String,
            "created_at": pl.Datetime("us"),
        },
        orient="row",
    ).with_columns(posted_on=pl.col("created_at").dt.date(), title=pl.lit(None, pl.String))
    return find_copies(engine, rows)


def told(engine: DuckDBEngine, posts: dict[str, Post]) -> list[tuple[object, ...]]:
    return copies(engine, posts).select("post_id", "cluster_id", "duplicate_type", "survivor_post_id").rows()


def test_another_account_repeats_the_earliest_post(engine: DuckDBEngine) -> None:
    found = copies(engine, {"1": A, "2": B}).rows(named=True)
    assert [row["duplicate_type"] for row in found] == [None, "near_duplicate"]
    assert (found[1]["survivor_post_id"], found[1]["cluster_id"]) == ("1", "x:1")
    assert found[1]["reason"] == f"another account posted a text {round(100 * found[1]['similarity'])} % alike before"


def test_the_same_person_cross_posts_their_own_words(engine: DuckDBEngine) -> None:
    posts = {"1": A, "2": (_SENTENCE, "ben", 1), "3": (_SENTENCE.upper(), "ben", 2)}
    assert told(engine, posts) == [
        ("1", "x:1", None, None),
        ("2", "x:1", "near_duplicate", "1"),
        ("3", "x:1", "cross_post", "2"),
    ]


def test_entries_that_tag_other_friends_fill_in_one_form(engine: DuckDBEngine) -> None:
    posts = {str(n): (ENTRY.format(who), who, n) for n, who in enumerate(("anna_b", "carlo77", "dora_k"))}
    found = copies(engine, posts)
    assert found["duplicate_type"].to_list() == [None, "template", "template"]
    assert found["reason"][1].startswith("a form filled in otherwise")


def test_one_text_of_a_contest_by_many_is_a_template(engine: DuckDBEngine) -> None:
    posts = {str(n): ("Join the giveaway of the small brown kettle today", f"p{n}", n) for n in range(3)}
    assert copies(engine, posts)["duplicate_type"].to_list() == [None, "template", "template"]


def test_a_slogan_that_comes_back_after_the_window_is_no_copy(engine: DuckDBEngine) -> None:
    assert told(engine, {"1": A, "2": (_SENTENCE, "ben", 31)}) == []
    assert len(told(engine, {"1": A, "2": (_SENTENCE, "ben", 30)})) == 2


def test_short_empty_and_emoji_posts_are_never_copies(engine: DuckDBEngine) -> None:
    said = ["", "😀", "love this song", "hi", "Wow!!!", "https://shop.example"]
    assert told(engine, {f"{text}{n}": (text, f"p{n}", n) for text in said for n in range(3)}) == []


def test_a_megabyte_repeated_is_a_copy(engine: DuckDBEngine) -> None:
    long = "kettle morning winter song " * 40_000
    assert len(told(engine, {"1": (long, "anna", 0), "2": (long + "end", "ben", 1)})) == 2


def test_ten_thousand_copies_and_two_thousand_fillings_are_two_clusters(engine: DuckDBEngine) -> None:
    same = {f"s{n:05}": (_SENTENCE, f"p{n}", n % 20) for n in range(10_000)}
    filled = {f"t{n:05}": (ENTRY.format(f"friend_{n}"), f"q{n}", n % 20) for n in range(2_000)}
    found = copies(engine, same | filled)
    assert found.height == 12_000
    assert found["cluster_id"].n_unique() == 2
    assert engine.query("SELECT count(*) FROM _copy_edges").item() < 20_000


POSTS = st.lists(
    st.tuples(
        st.sampled_from(
            [_SENTENCE, _SENTENCE.replace("winter", "summer"), ENTRY.format("anna_b"), ENTRY.format("carlo77"), "hi"]
        ),
        st.sampled_from(["anna", "ben", "carla"]),
        st.integers(0, 70),
    ),
    max_size=10,
)


@given(POSTS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_copies_do_not_depend_on_the_order_of_rows(engine: DuckDBEngine, posts: list[Post], random: object) -> None:
    named = [(str(n), post) for n, post in enumerate(posts)]
    straight = copies(engine, dict(named))
    random.shuffle(named)  # type: ignore[attr-defined]
    assert copies(engine, dict(named)).equals(straight)
