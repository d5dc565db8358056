"""Which earlier posts a post is compared with depends on the few before it alone, and what may have changed is known."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.features.longest_words import longest_words
from microinf_pipeline.features.shared_words import Sequence, pairs_to_compare, stirred_up

Post = tuple[int, str, int]  # day, words, number
POSTS = st.sets(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(["kettle", "kettle song", "brown kettle song", "song of winter", "brown winter", "kettle winter song"]),
        st.integers(0, 6),
    ),
    max_size=40,
)


def sequence(posts: list[Post]) -> Sequence:
    words = longest_words(pl.Series([words for _, words, _ in posts], dtype=pl.String), 6)
    return Sequence(words, np.array([day for day, *_ in posts], np.int32), np.ones(len(posts), bool), window_days=30)


def looks(posts: list[Post]) -> dict[Post, set[Post]]:
    found: dict[Post, set[Post]] = {post: set() for post in posts}
    for later, earlier in pairs_to_compare(sequence(posts), np.ones(len(posts), bool)):
        for b, a in zip(later.tolist(), earlier.tolist(), strict=True):
            found[posts[b]].add(posts[a])
    return found


@given(POSTS, POSTS)
@settings(deadline=None, max_examples=40)
def test_whoever_looks_at_others_after_posts_came_and_went_is_stirred_up(before: set[Post], after: set[Post]) -> None:
    ordered = sorted(before | after)
    changed = before ^ after
    alone = {False: looks(sorted(before)), True: looks(sorted(after))}
    stirred = stirred_up(sequence(ordered), np.array([post in changed for post in ordered], bool))
    moved = {post for post in before & after if alone[False][post] != alone[True][post]}
    assert moved | changed <= {post for post, is_stirred in zip(ordered, stirred, strict=True) if is_stirred}


def test_a_post_looks_at_earlier_ones_within_the_window_that_share_two_long_words() -> None:
    posts = [(0, "brown kettle", 0), (1, "kettle winter", 0), (20, "brown kettle song", 0), (31, "brown kettle winter", 0)]
    found = looks(posts)
    assert found == {posts[0]: set(), posts[1]: set(), posts[2]: {posts[0]}, posts[3]: {posts[1], posts[2]}}


def test_in_a_crowd_four_common_words_are_looked_for() -> None:
    crowd = [(0, f"brown kettle {name}", n) for n, name in enumerate("abcdefgh")]
    fillings = [(1, f"brown kettle sings songs {name}", n) for n, name in enumerate("ijklmnop")]
    found = looks([*crowd, *fillings])
    assert found[crowd[-1]] == set()
    assert found[fillings[-1]] == set(fillings[-3:-1])


def test_posts_without_words_meet_nobody() -> None:
    assert looks([]) == {}
