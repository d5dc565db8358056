"""Whole real exports through their configurations: every row is accounted for."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from microinf_pipeline_tests.unit.sources.files.running import Outcome, counts, read

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
DATA = Path(os.environ.get("MICROINF_REAL_DATA", HERE.parents[2] / "shared" / "data"))


def outcome_of(configuration: str, source: str) -> Outcome:
    text = (HERE / f"{configuration}.yaml").read_text(encoding="utf-8").replace("${MICROINF_REAL_DATA}", str(DATA))
    entry: dict[str, Any] = next(s for s in yaml.safe_load(text)["sources"] if s["name"] == source)
    return read(entry.pop("path"), on=entry["night"], **entry)


@pytest.mark.parametrize(
    ("configuration", "source", "rows", "accepted", "left_out"),
    [
        ("ig_influencers", "creators", 33_935, 33_935, 0),
        ("ig_influencers", "posts", 23_663, 23_663, 0),
        ("airline_sentiment", "tweets", 14_640, 14_077, 0),
        ("germeval2017_db", "feed", 2_584, 2_049, 535),
        ("top_influencers_2022", "instagram_june", 1_022, 1_022, 0),
        ("top_influencers_2022", "instagram_september", 1_050, 1_050, 0),
        ("top_influencers_2022", "tiktok_june", 1_007, 1_007, 0),
        ("top_influencers_2022", "tiktok_september", 1_000, 1_000, 0),
        ("top_influencers_2022", "youtube_june", 1_021, 1_021, 0),
        ("top_influencers_2022", "youtube_september", 1_047, 1_047, 0),
    ],
)
def test_every_row_is_accounted_for(configuration: str, source: str, rows: int, accepted: int, left_out: int) -> None:
    outcome = outcome_of(configuration, source)
    assert outcome.counts == counts(rows, accepted, left_out=left_out)
    assert outcome.notes == []


def test_damaged_tweets_are_refused_for_their_time() -> None:
    outcome = outcome_of("airline_sentiment", "tweets")
    assert Counter(reason for _, reason in outcome.reasons) == {"no time": 462, "created_at is not a time": 101}
    assert {row["given_brand_id"] for row in outcome.posts} == {
        "united",
        "us_airways",
        "american",
        "southwest",
        "jetblue",
        "virgin_america",
    }


def test_networks_of_the_german_feed_are_told_by_address() -> None:
    networks = Counter(row["network"] for row in outcome_of("germeval2017_db", "feed").posts)
    assert set(networks) <= {"x", "facebook", "youtube", "web", "mastodon", "instagram"}
    assert networks["x"] > 800


def test_paid_labels_of_posts_are_the_platforms() -> None:
    posts = outcome_of("ig_influencers", "posts").posts
    assert sum(row["is_paid_label"] for row in posts) == 122
    assert all(bool(row["sponsor_accounts"]) == row["is_paid_label"] for row in posts)
    assert len({row["account_id"] for row in posts}) == 13_726
