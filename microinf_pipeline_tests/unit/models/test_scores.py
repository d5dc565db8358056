"""Scores of creators: whatever is known of them, the parts add up, and the order of rows changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline_tests.golden import cases

PARTS = {"relevance", "resonance", "relation", "authenticity", "audience", "disclosure", "cost"}
FACTS = "day,created_at,network,post_id,brand_id,account_id,creator_id,relation,tier,matched_by,counts_as_earned,is_mention,is_mature,mature_engagements,followers_at_post"

_maybe = st.none() | st.integers(0, 300_000)
people = st.lists(
    st.tuples(
        st.lists(st.integers(1, 29), min_size=1, max_size=12),
        _maybe,
        st.none() | st.floats(0, 1),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=5,
)


def cards(folder: Path, rows: list[Any], *, backwards: bool = False) -> list[dict[str, Any]]:
    """Scorecards of made-up people: (days of June with a mention, followers, authenticity, own posts seen, of those about it)."""
    files = {
        "core_brands": ["brand_id,timezone", "kaffeo,UTC"],
        "core_creators": ["creator_id,tier", *(f"c{n},nano" for n in range(len(rows)))],
        "core_accounts": [
            "network,account_id,creator_id,followers,authenticity_score",
            *(
                f"x,c{n},c{n},{row[1] if row[1] is not None else ''},{row[2] if row[2] is not None else ''}"
                for n, row in enumerate(rows)
            ),
        ],
        "_account_talk": [
            "network,account_id,brand_id,posted_on,posts,beyond",
            *(f"x,c{n},*,2026-06-01,{own + about + 1},{own}" for n, (*_, own, about) in enumerate(rows)),
            *(f"x,c{n},kaffeo,2026-06-01,{about + 1}," for n, (*_, about) in enumerate(rows)),
        ],
        "_mention_facts": [
            FACTS,
            *(
                f"2026-06-{day:02d},2026-06-{day:02d} 10:00:00,x,{n}-{m},kaffeo,c{n},c{n},organic,nano,keyword,true,true,true,9,1000"
                for n, row in enumerate(rows)
                for m, day in enumerate(row[0])
            ),
        ],
    }
    for name, lines in files.items():
        (folder / f"given.{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "params.yaml").write_text("as_of: 2026-06-30 00:00:00\nbuild: [_account_sums, mart_creator_brand_daily]\n")
    case = cases.Case(folder)
    return cases.actual(case, cases.run(case, backwards=backwards), list(case.table.column_names))


@settings(max_examples=12, deadline=None)
@given(rows=people)
def test_the_parts_add_up_to_the_score_and_no_order_of_rows_changes_a_card(rows: list[Any]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "mart_creator_scorecard" / "made"
        folder.mkdir(parents=True)
        made = cards(folder, rows)
        assert made == cards(folder, rows, backwards=True)
    for card in made:
        parts = json.loads(card["score_parts"])
        assert {part["part"] for part in parts} == PARTS
        assert round(sum(part["contribution"] for part in parts), 9) == card["score"]
        assert abs(sum(part["weight"] for part in parts) - 1) < 5e-4
        missing = {part["part"] for part in parts if part["value"] is None}
        assert all(part["weight"] == part["contribution"] == 0 for part in parts if part["part"] in missing)
        assert all(name in card["why"] for name in missing)
        known = {"relevance": 0.25, "relation": 0.2, "authenticity": 0.15, "audience": 0.1}
        weight = round(sum(known[name] for name in known.keys() - missing), 9)
        assert (card["rank"] is None) == (card["n_posts"] < 10 or weight < 0.5)


def test_ranks_of_a_brand_are_counted_through_without_gaps() -> None:
    rows = [([day + n for day in range(1, 12)], 1_000 * n, None, 3, n) for n in range(1, 5)]
    with TemporaryDirectory() as name:
        folder = Path(name) / "mart_creator_scorecard" / "made"
        folder.mkdir(parents=True)
        made = cards(folder, rows)
    assert sorted(card["rank"] for card in made) == [1, 2, 3, 4]
    assert [c["creator_id"] for c in sorted(made, key=lambda c: -c["score"])] == [
        c["creator_id"] for c in sorted(made, key=lambda c: c["rank"])
    ]
