"""The arithmetic of a draw: nothing but the leaves and the beacon decides, and nothing can be changed unseen."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.contests.leaves import leaf_of, order_of, root_of, seed_of

LEAVES = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40, unique=True)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_a_leaf_hides_its_entry_behind_its_salt() -> None:
    leaf = leaf_of(b"s" * 32, "boots", "x", "p1")
    assert leaf == hashlib.sha256(b"s" * 32 + b"boots/x/p1").hexdigest()
    assert leaf != leaf_of(b"t" * 32, "boots", "x", "p1")


def test_the_root_of_three_leaves_worked_out_by_hand() -> None:
    a, b, c = (bytes([n]) * 32 for n in (1, 2, 3))
    left = sha(b"\x01" + sha(b"\x00" + a) + sha(b"\x00" + b))
    assert root_of([c.hex(), a.hex(), b.hex()]) == sha(b"\x01" + left + sha(b"\x00" + c)).hex()


def test_the_root_of_no_leaves_is_that_of_the_standard() -> None:
    assert root_of([]) == hashlib.sha256(b"").hexdigest()


@given(LEAVES, st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(leaves: list[str], chance: object) -> None:
    shuffled = list(leaves)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert root_of(shuffled) == root_of(leaves)
    assert order_of("ab" * 32, shuffled) == order_of("ab" * 32, leaves)


@given(LEAVES, st.data())
def test_a_changed_leaf_is_detected(leaves: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = (int(leaves[at], 16) ^ (1 << bit)).to_bytes(32, "big").hex()
    assert root_of([*leaves[:at], flipped, *leaves[at + 1 :]]) != root_of(leaves)


@given(LEAVES, st.data())
def test_a_leaf_left_out_or_added_is_detected(leaves: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    more = data.draw(st.binary(min_size=32, max_size=32).map(bytes.hex).filter(lambda leaf: leaf not in leaves))
    assert root_of(leaves) not in (root_of(leaves[:at] + leaves[at + 1 :]), root_of([*leaves, more]))


@given(LEAVES, st.text(min_size=1), st.text(min_size=1))
def test_another_beacon_value_is_another_seed(leaves: list[str], one: str, other: str) -> None:
    root = root_of(leaves)
    assert (seed_of(root, one) == seed_of(root, other)) == (one == other)


@given(LEAVES, st.text(min_size=1))
def test_every_leaf_has_one_place(leaves: list[str], value: str) -> None:
    assert sorted(order_of(seed_of(root_of(leaves), value), leaves)) == sorted(leaves)


def test_over_many_seeds_every_leaf_wins_about_as_often() -> None:
    leaves = [hashlib.sha256(bytes([n])).hexdigest() for n in range(10)]
    wins = dict.fromkeys(leaves, 0)
    for n in range(2000):
        wins[order_of(seed_of("00" * 32, str(n)), leaves)[0]] += 1
    assert all(140 <= count <= 260 for count in wins.values())  # 200 expected, standard deviation 13.4
