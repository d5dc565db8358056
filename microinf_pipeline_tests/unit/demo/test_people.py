"""The demo's accounts: audiences, tiers, who is new and who came back, names that change."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from microinf_pipeline.demo.brands import FIRST_NIGHT, NIGHTS
from microinf_pipeline.demo.people import TIER_CASES
from microinf_pipeline_tests.unit.demo.reading import Demo

ACCOUNT = ["network", "account_id"]


def _tier(followers: str = "followers") -> pl.Expr:
    number = pl.col(followers)
    return pl.when(number < 10_000).then(pl.lit("nano")).when(number < 100_000).then(pl.lit("micro")).otherwise(pl.lit("macro"))


def _names_kornwolke() -> pl.Expr:
    return pl.col("text").str.to_lowercase().str.contains("kornwolke") & ~pl.col("text").str.contains("Mähdrescher")


def _mentions(made: Demo) -> pl.DataFrame:
    """Mentions of one brand by other accounts than its own: account, network and day."""
    known = made.posts.filter(_names_kornwolke(), pl.col("account_id").is_not_null(), pl.col("repost_of").is_null())
    known = known.filter(~pl.col("handle").str.contains("kornwolke"))
    return known.select(*ACCOUNT, day=pl.col("created_at").dt.date()).unique()


def test_thirty_creators_with_five_mature_posts_in_more_than_two_groups(made: Demo) -> None:
    age = pl.col("observed_at") - pl.col("created_at")
    mature = made.posts.filter(age >= timedelta(days=7)).unique(["network", "post_id"])
    active = mature.group_by(ACCOUNT).len().filter(pl.col("len") >= 5)
    sizes = made.profiles.drop_nulls("followers").sort("seen_at").group_by(ACCOUNT).last()
    groups = active.join(sizes, on=ACCOUNT).group_by("network", _tier().alias("tier")).len()
    assert groups.filter(pl.col("len") >= 30).height > 2


def test_rates_fall_from_nano_over_micro_to_macro(made: Demo) -> None:
    looks = made.posts.filter(pl.col("network").is_in(["instagram", "mastodon"]), pl.col("post_type") == "original")
    mature = looks.filter(pl.col("observed_at") - pl.col("created_at") >= timedelta(days=7)).drop_nulls("likes")
    sizes = made.profiles.drop_nulls("followers").group_by(ACCOUNT).agg(pl.col("followers").median())
    parts = pl.sum_horizontal("likes", "comments", "shares")
    rates = (
        mature.drop("followers").join(sizes, on=ACCOUNT).with_columns(_tier().alias("tier"), rate=parts / pl.col("followers"))
    )
    median = dict(rates.filter(pl.col("followers") > 500).group_by("tier").agg(pl.col("rate").median()).iter_rows())
    assert [round(median[tier], 3) for tier in ("nano", "micro", "macro")] == pytest.approx([0.037, 0.027, 0.023], abs=0.004)
    assert median["nano"] > median["micro"] > median["macro"]


def test_new_returning_and_reactivated_accounts_exist_in_the_nights(made: Demo) -> None:
    mentions = _mentions(made)
    tonight = mentions.filter(pl.col("day") >= FIRST_NIGHT).select(ACCOUNT).unique()
    before = mentions.filter(pl.col("day") < FIRST_NIGHT).group_by(ACCOUNT).agg(last=pl.col("day").max())
    kinds = tonight.join(before, on=ACCOUNT, how="left").select(
        pl.when(pl.col("last").is_null()).then(pl.lit("new"))
        .when(pl.col("last") < FIRST_NIGHT - timedelta(days=90)).then(pl.lit("reactivated"))
        .otherwise(pl.lit("returning")).alias("kind")
    )  # fmt: skip
    counts = dict(kinds["kind"].value_counts().iter_rows())
    assert min(counts.get(kind, 0) for kind in ("new", "reactivated", "returning")) >= 10


@pytest.mark.parametrize(("role", "network", "knots"), TIER_CASES)
def test_each_tier_case_is_seen_in_snapshots(made: Demo, role: str, network: str, knots: tuple[tuple[date, int], ...]) -> None:
    ends = {knots[0][1], knots[-1][1]} if network != "x" else {9_900}
    seen = made.profiles.filter(pl.col("network") == network).group_by("account_id").agg(pl.col("followers"))
    assert [row for row in seen["followers"].to_list() if ends <= set(row)] != []


def test_a_dip_keeps_its_tier_and_a_longer_one_does_not(made: Demo) -> None:
    paths = made.profiles.sort("seen_at").group_by(ACCOUNT).agg(pl.col("followers"), pl.col("seen_at"))
    short = [row for row in paths.to_dicts() if row["followers"][0] == 10_200 and 9_750 in row["followers"]]
    assert [row["followers"][-1] for row in short] == [10_150]
    assert all(count >= 9_500 for count in short[0]["followers"])
    long = next(row for row in paths.to_dicts() if row["followers"][0] == 10_400 and row["followers"][-1] == 9_650)
    below = [at for at, count in zip(long["seen_at"], long["followers"], strict=True) if count < 10_000]
    assert below[-1] - below[0] > timedelta(days=7)
    assert min(long["followers"]) >= 9_500


def test_counts_shown_as_10k_straddle_the_cut(made: Demo) -> None:
    shown = pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted((made.plan.folder / "feeds" / "x").iterdir())])
    counts = shown["author_followers"].drop_nulls().unique()
    assert "10K" in counts.to_list()
    assert counts.str.contains(r"^\d+\.\dK$").sum() > 50


def test_some_accounts_hide_followers_and_some_hide_likes(made: Demo) -> None:
    hidden = made.profiles.group_by(ACCOUNT).agg(pl.col("followers").is_null().all())
    assert hidden["followers"].sum() >= 5
    likes = made.posts.filter(pl.col("network") == "instagram", pl.col("likes").is_null())
    assert likes.select(ACCOUNT).n_unique() >= 10


def test_some_profiles_come_first_in_night_four_for_accounts_that_posted_before(made: Demo) -> None:
    first = made.profiles.group_by(ACCOUNT).agg(first=pl.col("seen_at").min().dt.date())
    late = first.filter(pl.col("first") == NIGHTS[3])
    posted = made.feeds().filter(pl.col("night") <= NIGHTS[1], pl.col("followers").is_null()).select(ACCOUNT).unique()
    assert late.join(posted, on=ACCOUNT).height >= 20


def test_handles_are_renamed_in_the_history_and_in_the_nights(made: Demo) -> None:
    names = made.posts.drop_nulls("account_id").group_by(ACCOUNT).agg(pl.col("handle").unique(), pl.col("night").max())
    renamed = names.filter(pl.col("handle").list.len() == 2)
    assert renamed.height >= 6
    new = made.posts.filter(pl.col("handle").str.ends_with("_neu")).group_by("handle").agg(pl.col("observed_at").min())
    days = new["observed_at"].dt.date()
    assert (days < FIRST_NIGHT).any()
    assert (days == NIGHTS[2]).any()


def test_handles_are_such_as_the_network_allows(made: Demo) -> None:
    rules = {
        "instagram": r"^[a-z0-9_.]{1,30}$", "tiktok": r"^[a-z0-9_.]{2,24}$", "x": r"^[a-z0-9_]{1,15}$",
        "mastodon": r"^[a-z0-9_.]+@[a-z0-9.]+$", "bluesky": r"^[a-z0-9-]+\.example$",
    }  # fmt: skip
    handles = made.posts.drop_nulls("handle").select("network", "handle").unique()
    assert set(handles["network"]) == set(rules)
    assert [h for n, h in handles.iter_rows() if re.fullmatch(rules[n], h) is None] == []


def test_some_accounts_are_known_by_handle_first_and_by_id_on_a_later_night(made: Demo) -> None:
    by_handle = made.posts.filter(
        pl.col("account_id").is_null(), pl.col("handle").is_not_null(), pl.col("network") != "bluesky"
    )
    first_handle = by_handle.group_by("network", "handle").agg(handle_night=pl.col("night").min())
    first_id = made.posts.drop_nulls("account_id").group_by("network", "handle").agg(id_night=pl.col("night").min())
    later = first_handle.join(first_id, on=["network", "handle"]).filter(pl.col("handle_night") < pl.col("id_night"))
    assert later.height >= 8


def test_persons_with_two_accounts_say_so_one_way_and_both_ways(made: Demo) -> None:
    bios = made.profiles.unique(ACCOUNT).select("profile_url", "biography")
    links = {row["profile_url"]: row["biography"].split("https://")[1:] for row in bios.to_dicts()}
    targets = {address: {f"https://{link.strip()}" for link in found} for address, found in links.items() if found}
    mutual = [a for a, found in targets.items() for b in found if a in targets.get(b, set())]
    assert len(mutual) >= 40
    assert len(targets) > len(mutual)


def test_snapshots_cover_history_and_every_night(made: Demo) -> None:
    days = made.profiles["seen_at"].dt.date().unique().to_list()
    assert min(days) <= date(2026, 3, 1)
    assert set(NIGHTS) <= set(days)
    assert isinstance(made.profiles["seen_at"][0], datetime)
