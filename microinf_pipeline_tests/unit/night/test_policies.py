"""What policies leave out of a night's tables, and how it is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.catalog.policies import Policy
from microinf_pipeline.errors import RebuildFirstError
from microinf_pipeline.night import commands
from microinf_pipeline.night.policies import days_of_looks
from microinf_pipeline_tests.homes import POST, POSTS_SOURCE, PROFILE, PROFILES_SOURCE, SmallHome, a_post, a_profile, write_csv

pytestmark = pytest.mark.nights

NIGHT = "2026-03-20"
#: One feed an origin, each with posts and followers that would make a rate.
ORIGINS = {
    "feed": "licensed_export",
    "video": "youtube_api",
    "link": "linkedin_api",
    "rival": "partner_export",
    "old": "aging_export",
}
POLICIES = """\
policies:
  partner_export: {may_derive: false}
  aging_export: {max_age_days: 5}
"""


def a_home(folder: Path, policies: str = POLICIES) -> SmallHome:
    home = SmallHome(folder)
    sources = ""
    for name, origin in ORIGINS.items():
        sources += POSTS_SOURCE.format(name=name, required="true").replace("licensed_export", origin)
        rows = [
            a_post(NIGHT, f"{name}{n}", user=f"{name}_{n}", uid=f"{name}-{n}", likes=10, comments=2, followers=900)
            for n in (1, 2)
        ]
        if name == "old":
            rows[0]["seen"] = "2026-03-10T09:00:00Z"
            rows[0]["created"] = "2026-03-09T09:00:00Z"
        write_csv(folder / f"{name}.csv", POST, rows)
    sources += PROFILES_SOURCE.replace("licensed_export", "linkedin_api")
    write_csv(folder / "profiles.csv", PROFILE, [a_profile(NIGHT, user="link_1", uid="link-1", bio="of Bonn")])
    text = home.config.read_text(encoding="utf-8") + sources + policies
    home.config.write_text(text, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def run_home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = a_home(tmp_path_factory.mktemp("policies"))
    home.run(NIGHT)
    return home


def test_what_is_withheld_is_counted_by_origin_table_and_reason(run_home: SmallHome) -> None:
    rows = run_home.rows("mart_policy_refusals", "origin, table_name, reason, night, rows_withheld")
    told = {(r["origin"], r["table_name"], r["reason"]): r["rows_withheld"] for r in rows if r["night"].isoformat() == NIGHT}
    sums = ("mart_brand_daily", "mart_creator_brand_daily", "mart_hashtag_daily", "mart_kpi", "mart_campaign")
    assert told == {
        ("aging_export", "core_posts", "max_age_days"): 1,
        ("aging_export", "core_accounts", "max_age_days"): 1,
        ("linkedin_api", "core_posts", "may_store_text"): 2,
        ("linkedin_api", "core_accounts", "may_store_author"): 3,
        **{("linkedin_api", table, "may_benchmark"): 2 for table in ("mart_tier_benchmark", "mart_share_of_voice")},
        **{("youtube_api", table, "may_benchmark"): 2 for table in ("mart_tier_benchmark", "mart_share_of_voice")},
        **{("youtube_api", table, "may_derive"): 2 for table in ("mart_kpi", "mart_creator_scorecard")},
        **{("youtube_api", table, "may_aggregate"): 2 for table in sums},
        **{("partner_export", table, "may_derive"): 2 for table in ("mart_kpi", "mart_creator_scorecard")},
    }


def test_sums_leave_out_what_may_not_be_summed_and_count_the_rest(run_home: SmallHome) -> None:
    rows = run_home.rows("mart_brand_daily", "sum(mentions) AS mentions, sum(engagements) AS engagements, sum(likes) AS likes")
    # feed 2, link 2 (without authors), rival 2, old 1; engagements of feed, link and old; likes of all seven.
    assert rows == [{"mentions": 7, "engagements": 60, "likes": 70}]


def test_posts_that_may_not_be_summed_are_still_shown_one_by_one(run_home: SmallHome) -> None:
    held = {r["post_id"]: r for r in run_home.rows("core_posts", "post_id, text, account_id, handle, engagements, likes")}
    assert held["video1"] == {
        "post_id": "video1", "text": "I like #acme", "account_id": "video-1", "handle": "video_1", "engagements": None, "likes": 10,
    }  # fmt: skip
    assert held["link1"] == {
        "post_id": "link1", "text": None, "account_id": None, "handle": None, "engagements": 12, "likes": 10,
    }  # fmt: skip
    assert set(held) == {f"{name}{n}" for name in ORIGINS for n in (1, 2)} - {"old1"}


def test_a_rate_that_may_not_be_formed_says_so(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, {"feed": [a_post("2026-03-16", "p", likes=10, comments=1, followers=900)]},
                     lines="policies: {licensed_export: {may_derive: false}}\n")  # fmt: skip
    home.run("2026-03-16", "2026-03-23")
    rows = home.rows("mart_kpi", "DISTINCT kpi, value, null_reason")
    told = {
        (r["kpi"], r["value"], r["null_reason"]) for r in rows if r["kpi"] in ("er_followers_pooled", "engagements", "mentions")
    }
    assert told == {
        ("er_followers_pooled", None, "refused_by_policy"), ("engagements", None, "refused_by_policy"), ("mentions", 1.0, None),
    }  # fmt: skip


def test_a_changed_policy_asks_for_a_rebuild_and_a_rebuild_counts_anew(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, {"feed": [a_post(NIGHT, "p", likes=10)]})
    home.run(NIGHT)
    assert home.rows("mart_policy_refusals", "*") == []
    home.config.write_text(home.config.read_text() + "policies: {licensed_export: {may_aggregate: false}}\n")
    with pytest.raises(RebuildFirstError):
        home.run(NIGHT)
    commands.rebuild(home.settings, [], None)
    assert home.rows("mart_brand_daily", "*") == []
    assert {r["reason"] for r in home.rows("mart_policy_refusals", "reason")} == {"may_aggregate"}


def test_a_policy_adds_the_looks_that_the_configured_days_leave_out() -> None:
    weekly = Policy("some_api", recheck_days=7)
    assert days_of_looks((1, 2, 3, 7, 14, 30), weekly) == (1, 2, 3, 7, 14, 21, 28, 30)
    assert days_of_looks((1, 30), Policy("some_api")) == (1, 30)
    assert days_of_looks((3, 5), Policy("some_api", recheck_days=1)) == (1, 2, 3, 4, 5)


def test_raw_that_holds_what_may_not_be_stored_goes_when_its_night_is_accepted(run_home: SmallHome) -> None:
    raw = run_home.home.raw
    assert {name: len(list((raw / name / "files").glob("*.csv"))) for name in ("feed", "link")} == {"feed": 1, "link": 0}
    hashes = run_home.hashes()
    run_home.run(NIGHT)
    assert run_home.hashes() == hashes
