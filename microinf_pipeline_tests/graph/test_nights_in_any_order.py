"""The state is a function of what was delivered, not of the order in which nights were run."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from microinf_pipeline_tests.homes import PROFILE, SmallHome, a_post, a_profile, write_csv

pytestmark = pytest.mark.nights

NIGHTS = ("2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02")
ON_X = """\
  - name: on_x
    type: files
    path: on_x.csv
    holds: profiles
    network: x
    night: {column: night}
    columns: {handle: user, account_id: uid, display_name: name, bio: bio, followers: followers, observed_at: seen}
"""


def _profiles_elsewhere(folder: Path) -> None:
    """Profiles that name accounts of the posts: one night's links are gone, or other accounts', by the next."""
    first, second, third, fourth = NIGHTS
    write_csv(
        folder / "on_x.csv",
        PROFILE,
        [
            a_profile(first, uid="x1", user="anna_x", bio="instagram.com/anna", seen=f"{first}T09:00:00Z"),
            a_profile(second, uid="x2", user="benx", bio="IG: @ben"),
            a_profile(third, uid="x2", user="benx", bio="nothing to say"),
            a_profile(third, uid="x3", user="cleo_x", bio="IG: @cleo"),
            a_profile(fourth, uid="x1", user="anna_x", bio="Still instagram.com/anna", seen=f"{fourth}T09:00:00Z"),
        ],
    )


def _talk() -> list[dict[str, object]]:
    """Replies before and after the posts they answer; the brand's earliest one comes last."""
    first, second, third, fourth = NIGHTS
    said = {"kind": "reply", "text": "about that"}
    official = {"user": "acme_official", "uid": "o1"}
    return [
        a_post(first, "9", uid="e1", user="eve", reply_to="5", **said),
        a_post(second, "7", reply_to="1", **said, **official),
        a_post(third, "10", uid="d1", user="dora", reply_to="9", **said),
        a_post(third, "11", reply_to="7", kind="reply", text="@acme_official #acme thanks"),
        a_post(fourth, "8", reply_to="2", created=f"{first}T23:50:00Z", **said, **official),
    ]


_SAID = "The small brown kettle of #acme sings again every winter morning"


def _copies() -> list[dict[str, object]]:
    """A text that others repeat, over a month's end: the post between two of them is edited away, the earliest comes last,
    two accounts turn out to be one person's, and entries of a contest tag other friends."""
    first, second, third, fourth = NIGHTS
    other, entry = _SAID.replace("winter", "summer"), "I want to win the brown mug of #acme because of @{} #mugs"
    far = "The small green kettle from #acme boils nothing any single summer morning"
    return [
        a_post(first, "k1", uid="c1", user="cleo", text=_SAID, likes=1, comments=1),
        a_post(first, "k2", uid="b1", user="ben", text=entry.format("anna_b"), created="2026-03-24T10:00:00Z"),
        a_post(second, "k3", uid="b1", user="ben", text=other),
        a_post(third, "k4", uid="d1", user="dora", text=far),
        a_post(third, "k5", uid="", user="cleo", text=f"{_SAID}!", created=f"{third}T01:00:00Z"),
        a_post(third, "k6", uid="d1", user="dora", text=entry.format("carlo77"), created="2026-04-01T10:00:00Z"),
        a_post(fourth, "k3", uid="b1", user="ben", text="Nothing of the sort was ever said by me, #acme"),
        a_post(fourth, "k7", uid="a1", user="anna", text=_SAID.upper(), created="2026-03-25T10:00:00Z"),
    ]


def _deliveries(folder: Path) -> SmallHome:
    """Every way a later night can reach back: late posts, other texts, other days, other roads, reposts before originals,
    handles before ids, renames, profiles that move a tier, links between accounts that come late and go, staff
    whose handles get their ids late, copies that come, change and go, entries to a contest among them."""
    first, second, third, fourth = NIGHTS
    folder.mkdir(parents=True, exist_ok=True)
    _profiles_elsewhere(folder)
    (folder / "staff.csv").write_text("employee_id,network,account,brand_id\nE1,instagram,cleo,acme\nE2,instagram,dora,acme\n")
    shown = "https://www.instagram.com/p/"
    (folder / "heads.csv").write_text("brand_id,unit,month,head_count\nacme,Lab,2026-03,20\n")
    home = SmallHome(
        folder,
        posts={
            "feed": [
                a_post(first, "1", likes=5, comments=1, url=f"{shown}one/", followers=9900),
                a_post(first, "2", uid="b1", user="ben", text="Acme!", created=f"{first}T23:30:00Z", followers=120000),
                a_post(second, "1", likes=9, comments=2, url=f"{shown}one/", text="I really like #acme"),
                a_post(second, "3", uid="", user="cleo", text="#acmespring and #acme", likes=7, comments=0),
                a_post(third, "2", uid="b1", user="ben", text="Acme!", created="2026-04-01T00:10:00Z", likes=3, comments=3),
                a_post(third, "4", uid="c1", user="cleo", text="look", kind="repost", repost_of="5"),
                a_post(
                    fourth,
                    "5",
                    uid="d1",
                    user="dora",
                    text="our #acme day",
                    created="2026-03-29T12:00:00Z",
                    likes=1,
                    comments=1,
                ),
                *_talk(),
                a_post(fourth, "6", uid="b1", user="benny", text="about that", kind="quote", quote_of="1"),
                *_copies(),
            ],
            "listening": [
                a_post(
                    second,
                    "",
                    uid="",
                    user="anna",
                    url=f"{shown}one/?utm_source=x",
                    text="I like #acme",
                    created=f"{first}T10:00:00Z",
                ),
                a_post(
                    fourth,
                    "",
                    uid="",
                    user="eve",
                    url=f"{shown}eve/",
                    text="Acme again",
                    created="2026-03-31T09:00:00Z",
                    followers=700,
                ),
            ],
        },
        profiles=[
            a_profile(second, uid="a1", user="anna", followers=10100, seen=f"{second}T08:00:00Z"),
            a_profile(third, uid="c1", user="cleo", followers=500, bio="hi"),
            a_profile(fourth, uid="a1", user="anna_new", followers=9000, seen=f"{first}T01:00:00Z"),
            a_profile(fourth, uid="d1", user="dora", followers=64000),
        ],
        lines=ON_X + "inputs: {employees: staff.csv, headcount: heads.csv}\n",
    )
    of_a_set = home.config.read_text().replace("    name: Acme\n", "    name: Acme\n    brand_set: both\n")
    other = "  - {id: liked, timezone: Asia/Tokyo, keywords: [like, again], brand_set: both}\n"
    contest = "contests:\n  - {id: mugs, brand: acme, hashtags: ['#mugs'], start: 2026-03-24, end: 2026-04-02, winners: 1}\n"
    home.config.write_text(of_a_set.replace("campaigns:\n", f"{other}campaigns:\n") + contest)
    return home


@pytest.fixture(scope="module")
def ascending(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """The nights one after the other."""
    home = _deliveries(tmp_path_factory.mktemp("ascending"))
    for night in NIGHTS:
        home.run(night)
    return home


def _assert_same_in(order: Sequence[str], ascending: SmallHome, folder: Path) -> None:
    home = _deliveries(folder)
    for night in order:
        home.run(night)
    assert home.hashes() == ascending.hashes()


def test_nights_in_another_order_give_the_same_tables(ascending: SmallHome, tmp_path: Path) -> None:
    first, second, third, fourth = NIGHTS
    _assert_same_in((fourth, second, first, third), ascending, tmp_path)


@settings(
    max_examples=100 if settings.get_current_profile_name() == "all" else 2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(NIGHTS).filter(lambda order: tuple(order) != NIGHTS))
def test_nights_in_any_order_give_the_same_tables(
    order: list[str], ascending: SmallHome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two of the 23 other orders; all of them under `--hypothesis-profile=all`."""
    _assert_same_in(order, ascending, tmp_path_factory.mktemp("shuffled"))


def test_links_between_accounts_were_made(ascending: SmallHome) -> None:
    linked = ascending.rows("core_creator_links", "creator_id, account_id, evidence")
    assert [row for row in linked if row["evidence"] != "own_account"] == [
        {"creator_id": "instagram:a1", "account_id": "x1", "evidence": "self_link"},
        {"creator_id": "instagram:c1", "account_id": "x3", "evidence": "self_link"},
    ]


def test_answers_were_found_wherever_they_came(ascending: SmallHome) -> None:
    found = ascending.rows("core_interactions", "post_id, reply_post_id, direction")
    assert [tuple(row.values()) for row in found] == [
        ("1", "7", "brand_to_creator"),
        ("2", "8", "brand_to_creator"),
        ("5", "9", "public_to_creator"),
        ("7", "11", "creator_to_brand"),
        ("9", "10", "creator_to_public"),
    ]


def test_copies_were_found(ascending: SmallHome) -> None:
    found = ascending.rows("_post_copies", "post_id, cluster_id, duplicate_type, survivor_post_id")
    assert [tuple(row.values()) for row in found] == [
        ("k1", "instagram:k7", "near_duplicate", "k7"),
        ("k2", "instagram:k2", None, None),
        ("k5", "instagram:k7", "cross_post", "k1"),
        ("k6", "instagram:k2", "template", "k2"),
        ("k7", "instagram:k7", None, None),
    ]
    clusters = {row["post_id"]: row["cluster_id"] for row in ascending.rows("core_posts", "post_id, cluster_id")}
    assert {post: cluster for post, cluster in clusters.items() if cluster} == {r["post_id"]: r["cluster_id"] for r in found}
    told = ascending.rows("core_duplicates", "post_id, duplicate_type, removed_rows, similarity, reason")
    assert [tuple(row.values()) for row in told if row["post_id"] == "k5"] == [
        ("k5", "cross_post", 0, 1.0, "the same person posted the same text before")
    ]


def test_voices_of_brands_in_two_time_zones_were_told(ascending: SmallHome) -> None:
    told = ascending.rows("mart_share_of_voice", "brand_id, period, CAST(period_start AS VARCHAR) AS start")
    assert {(row["period"], row["start"]) for row in told} == {("month", "2026-03-01"), ("week", "2026-03-23")}
    assert ascending.rows("mart_creator_retention", "count(*) AS n") != [{"n": 0}]


def test_entries_to_the_contest_were_judged(ascending: SmallHome) -> None:
    told = ascending.rows("mart_contest_entries", "post_id, eligibility, reason_code")
    assert [tuple(row.values()) for row in told] == [("k2", "eligible", None), ("k6", "ineligible", "employee")]


def test_a_batch_of_nights_gives_the_same_tables(ascending: SmallHome, tmp_path: Path) -> None:
    home = _deliveries(tmp_path)
    home.run(*NIGHTS)
    assert home.hashes() == ascending.hashes()


def test_a_night_run_again_changes_nothing(ascending: SmallHome, tmp_path: Path) -> None:
    shutil.copytree(ascending.folder, tmp_path / "again", symlinks=True)
    home = dataclasses.replace(ascending, folder=tmp_path / "again")
    shutil.copy(ascending.config, home.config)  # a replaced home writes the plain configuration
    home.run(NIGHTS[1])
    assert home.hashes() == ascending.hashes()
