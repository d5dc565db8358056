"""Persons across networks in whole nights: found late, split again, forbidden by a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline_tests.homes import POST, POSTS_SOURCE, PROFILE, SmallHome, a_post, a_profile, write_csv

pytestmark = pytest.mark.nights

FIRST, SECOND, THIRD = "2026-03-01", "2026-03-02", "2026-03-03"
ON_X = """\
  - name: on_x
    type: files
    path: on_x.csv
    holds: profiles
    network: x
    origin: partner_export
    night: {column: night}
    columns: {handle: user, account_id: uid, display_name: name, bio: bio, followers: followers, observed_at: seen}
"""


def home_with(folder: Path, lines: str = "") -> SmallHome:
    """Anna posts on Instagram on the first night; her profile on X names it on the second, and a stranger is there too."""
    home = SmallHome(
        folder,
        {"feed": [a_post(FIRST, "p1", likes=3, comments=1), a_post(THIRD, "p2", user="ben", uid="b1")]},
        [a_profile(FIRST, followers=500), a_profile(SECOND, user="ben", uid="b1")],
        lines=ON_X + lines,
    )
    on_x = [
        a_profile(SECOND, user="anna_lind", uid="x1", followers=20000, bio="me: instagram.com/anna"),
        a_profile(SECOND, user="carl", uid="x2", followers=90),
    ]
    write_csv(folder / "on_x.csv", PROFILE, on_x)
    return home


def creators(home: SmallHome) -> dict[str, str]:
    return {row["account_id"]: row["creator_id"] for row in home.rows("core_accounts", "account_id, creator_id")}


JOINED = {"a1": "instagram:a1", "x1": "instagram:a1", "b1": "instagram:b1", "x2": "x:x2"}
APART = {**JOINED, "x1": "x:x1"}


def test_a_self_link_makes_one_person_with_evidence_and_a_trace_of_the_other(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    home.run(FIRST, SECOND)
    assert creators(home) == JOINED
    links = home.rows("core_creator_links", "account_id, evidence, confidence, evidence_words")
    assert links[0] == {
        "account_id": "a1",
        "evidence": "own_account",
        "confidence": 1.0,
        "evidence_words": "the earliest account",
    }
    assert links[2] == {
        "account_id": "x1", "evidence": "self_link", "confidence": 0.92, "evidence_words": "x:x1 names instagram.com/anna",
    }  # fmt: skip
    persons = home.rows("core_creators", "creator_id, tier, merged_into")
    assert persons == [
        {"creator_id": "instagram:a1", "tier": "micro", "merged_into": None},
        {"creator_id": "instagram:b1", "tier": "nano", "merged_into": None},
        {"creator_id": "x:x1", "tier": "unknown", "merged_into": "instagram:a1"},
        {"creator_id": "x:x2", "tier": "nano", "merged_into": None},
    ]


def test_a_split_pair_is_two_persons_again_and_one_when_the_row_goes(tmp_path: Path) -> None:
    home = home_with(tmp_path, "inputs: {exclusions: exclusions.csv}\n")
    split = tmp_path / "exclusions.csv"
    split.write_text("network,account,other_network,other_account\n")
    home.run(FIRST, SECOND)
    joined = home.hashes()
    split.write_text("network,account,other_network,other_account\ninstagram,anna,x,@Anna_Lind\n")
    home.run(SECOND)
    assert creators(home) == APART
    split.write_text("network,account,other_network,other_account\n")
    home.run(SECOND)
    assert home.hashes() == joined


@pytest.mark.parametrize("origin", ["licensed_export", "partner_export"])
def test_an_origin_that_may_not_match_people_links_nobody(tmp_path: Path, origin: str) -> None:
    home = home_with(tmp_path, f"policies: {{{origin}: {{may_match_people: false}}}}\n")
    home.run(FIRST, SECOND)
    assert creators(home) == APART


def test_the_brands_own_list_links_by_handle_or_id_and_marts_show_it_on_all_their_days(tmp_path: Path) -> None:
    home = home_with(tmp_path, "inputs: {identity_links: links.csv}\n")
    header = "network,account,other_network,other_account,evidence\n"
    (tmp_path / "links.csv").write_text(header)
    home.run(FIRST, SECOND, THIRD)
    (tmp_path / "links.csv").write_text(header + "instagram,@Anna,instagram,b1,met at the fair\nx,nobody,instagram,b1,\n")
    home.run(THIRD)
    assert creators(home) == {**JOINED, "b1": "instagram:a1"}
    [link] = [
        row for row in home.rows("core_creator_links", "account_id, evidence, evidence_words") if row["account_id"] == "b1"
    ]
    assert link == {"account_id": "b1", "evidence": "manual", "evidence_words": "met at the fair"}
    shown = home.rows("mart_creator_brand_daily", "creator_id, day")
    assert [(row["creator_id"], row["day"].isoformat()) for row in shown] == [("instagram:a1", FIRST), ("instagram:a1", THIRD)]


def test_likeness_of_candidates_is_suggested_until_a_person_decides(tmp_path: Path) -> None:
    """Anna and Ben mention the brand twice on each network, Carl once on each: Carl's profile is nobody's business."""
    people = [("anna.lind", "a1", "AnnaLind", "x1"), ("ben", "b1", "ben", "x2")]
    here = [a_post(FIRST, f"{uid}{n}", user=user, uid=uid) for user, uid, _, _ in people for n in (1, 2)]
    there = [a_post(FIRST, f"{uid}{n}", user=user, uid=uid) for _, _, user, uid in people for n in (1, 2)]
    once = [a_post(FIRST, "c", user="carl.lind", uid="c1"), a_post(FIRST, "d", user="carl.lind", uid="x3")]
    lines = POSTS_SOURCE.format(name="x_feed", required="true").replace("network: instagram", "network: x")
    home = SmallHome(tmp_path, {"feed": [*here, once[0]]}, lines=lines + "inputs: {exclusions: exclusions.csv}\n")
    write_csv(tmp_path / "x_feed.csv", POST, [*there, once[1]])
    header = "network,account,other_network,other_account\n"
    (tmp_path / "exclusions.csv").write_text(header)
    home.run(FIRST)
    columns = "account_id, other_account_id, evidence, evidence_words, reason"
    anna = {
        "account_id": "a1", "other_account_id": "x1", "evidence": "same_handle", "evidence_words": "the same handle: anna.lind ~ annalind",
        "reason": "below the merging threshold",
    }  # fmt: skip
    assert home.rows("core_creator_suggestions", columns) == [anna]
    (tmp_path / "exclusions.csv").write_text(header + "x,annalind,instagram,a1\n")
    home.run(FIRST)
    assert home.rows("core_creator_suggestions", columns) == []
