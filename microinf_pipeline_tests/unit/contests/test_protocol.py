"""A published protocol holds, and says what does not."""

from __future__ import annotations

import re
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.contests.jury import places_of, totals_of
from microinf_pipeline.contests.leaves import leaf_of, root_of
from microinf_pipeline.contests.protocol import (
    DRAW,
    FREEZE,
    LEAVES,
    ORDER,
    Draw,
    Freeze,
    commitment_of,
    draw_by_jury,
    draw_by_lot,
    faults,
    lines,
    written,
)
from microinf_pipeline.errors import RefusedError

ENTRIES = sorted(leaf_of(bytes([n]) * 32, "boots", "x", f"p{n}") for n in range(9))


def frozen(method: str = "lot", leaves: list[str] = ENTRIES) -> Freeze:
    return Freeze(
        "boots", "acme", "Boots", method, None, "2026-09-01T00:00:00", "2026-09-05T00:00:00", None, "2026-09-06T12:00:00",
        "2026-09-06T00:00:00", 2, 2, 1, None, None, len(leaves), root_of(leaves), {"owned": 1}, (), None, None,
    )  # fmt: skip


def drawn_files(value: str = "1 2 3") -> dict[str, bytes]:
    freeze = written(frozen())
    draw, order = draw_by_lot(frozen(), commitment_of(freeze), ENTRIES, value, "2026-09-07T12:00:00")
    return {FREEZE: freeze, LEAVES: lines(ENTRIES), DRAW: written(draw), ORDER: lines(order)}


def test_a_draw_as_it_was_made_holds() -> None:
    assert list(faults(drawn_files())) == []


def test_winners_and_alternates_are_the_first_of_the_order() -> None:
    files = drawn_files()
    draw = msgspec.json.decode(files[DRAW], type=Draw)
    assert [*draw.winners, *draw.alternates] == files[ORDER].decode().split()[:4]


def test_fewer_entries_than_places_leave_places_empty() -> None:
    draw, _ = draw_by_lot(frozen(leaves=ENTRIES[:1]), "c", ENTRIES[:1], "7", "")
    assert (draw.winners, draw.alternates) == ((ENTRIES[0],), ())


FILES = drawn_files()
DIGITS = [(n, at) for n in FILES for found in re.finditer("[0-9a-f]{64}", FILES[n].decode()) for at in range(*found.span())]


@given(place=st.sampled_from(DIGITS))
def test_a_changed_digit_of_any_hash_in_any_file_is_told(place: tuple[str, int]) -> None:
    name, at = place
    content = FILES[name].decode()
    other = "1" if content[at] != "1" else "2"
    assert list(faults({**FILES, name: (content[:at] + other + content[at + 1 :]).encode()})) != []


def test_a_draw_for_another_freeze_is_told() -> None:
    files = drawn_files()
    files[FREEZE] = written(msgspec.structs.replace(frozen(), winners=3))
    assert list(faults(files)) == [
        "draw.json: made for another freeze than freeze.json",
        "draw.json: other places than the order gives",
    ]


POINTS = {"ada": {"a": Fraction(3), "b": Fraction(1)}, "ben": {"a": Fraction(1), "b": Fraction(2)}}


def test_a_jurys_points_are_added_up() -> None:
    assert totals_of(POINTS) == {"a": 4, "b": 3}


def test_an_entry_one_juror_left_out_is_not_taken_for_zero() -> None:
    with pytest.raises(RefusedError, match="not every juror") as caught:
        totals_of({**POINTS, "cy": {"a": Fraction(3)}})
    assert "cy: 1 missing" in str(caught.value)


@pytest.mark.parametrize(
    ("totals", "open_place"),
    [
        ({"a": 5, "b": 5, "c": 1}, None),  # both win
        ({"a": 5, "b": 4, "c": 4}, 2),  # who wins
        ({"a": 5, "b": 4, "c": 3, "d": 3}, 3),  # which alternate comes first
        ({"a": 5, "b": 4, "c": 3, "d": 2, "e": 2}, 4),  # who is the last alternate
        ({"a": 5, "b": 4, "c": 3, "d": 2, "e": 1, "f": 1}, None),  # nobody's place hangs on it
        ({"a": 5}, None),
    ],
)
def test_equal_points_are_refused_where_a_place_hangs_on_them(totals: dict[str, int], open_place: int | None) -> None:
    points = {leaf: Fraction(n) for leaf, n in totals.items()}
    if open_place is None:
        assert places_of(points, 2, 2) == sorted(totals, key=lambda leaf: (-totals[leaf], leaf))
    else:
        with pytest.raises(RefusedError, match=f"places {open_place} and {open_place + 1}"):
            places_of(points, 2, 2)


def test_a_jurys_draw_holds_and_a_changed_point_is_told() -> None:
    freeze = written(frozen("jury"))
    totals = {leaf: Fraction(n, 2) for n, leaf in enumerate(ENTRIES)}
    draw, order = draw_by_jury(frozen("jury"), commitment_of(freeze), totals, "2026-09-07T12:00:00")
    files = {FREEZE: freeze, LEAVES: lines(ENTRIES), DRAW: written(draw), ORDER: lines(order)}
    assert list(faults(files)) == []
    files[DRAW] = written(msgspec.structs.replace(draw, points={**draw.points, ENTRIES[0]: "9"}))
    assert "draw.json: other places than the order gives" in list(faults(files))
