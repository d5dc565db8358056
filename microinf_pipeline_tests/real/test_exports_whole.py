"""Real exports through a whole night: row counts that add up, and numbers that hold against independent readings.

The engagement rates were computed by others on the same posts (shared/data); brands of tweets and of a German feed are
labelled by the exports themselves.
"""

from __future__ import annotations

import csv
from statistics import median

import pytest

from microinf_pipeline_tests.real.nights import DATA, RealNight, configuration, run_night

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def instagram(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    return run_night("ig_influencers", configuration("ig_influencers"), tmp_path_factory.mktemp("ig"), "2019-05-31")


@pytest.fixture(scope="module")
def instagram_with_renames(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    """The same posts, with the handles that creators had in the list given as aliases of their ids."""
    folder = tmp_path_factory.mktemp("renames")
    with (DATA / "ig_influencers" / "handle_renames.csv").open(encoding="utf-8") as file:
        aliases = [f"instagram,{row['old_handle']},{row['owner_id']},," for row in csv.DictReader(file)]
    (folder / "aliases.csv").write_text("\n".join(["network,alias,account_id,valid_from,valid_to", *aliases]))
    text = configuration("ig_influencers") + "inputs: {account_aliases: aliases.csv}\n"
    return run_night("ig_influencers, renames", text, folder, "2019-05-31")


@pytest.fixture(scope="module")
def airlines(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    return run_night("airline_sentiment", configuration("airline_sentiment"), tmp_path_factory.mktemp("air"), "2015-02-24")


@pytest.fixture(scope="module")
def unlabelled_airlines(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    """The same tweets, with nobody saying how they feel."""
    told = "      sentiment: airline_sentiment\n"
    text = configuration("airline_sentiment")
    assert told in text
    return run_night("airline_sentiment, unlabelled", text.replace(told, ""), tmp_path_factory.mktemp("mute"), "2015-02-24")


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    return run_night("germeval2017_db", configuration("germeval2017_db"), tmp_path_factory.mktemp("db"), "2016-12-31")


@pytest.fixture(scope="module")
def german_by_words_alone(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    """The same feed with its irrelevant posts, and with nobody saying whom a post is about."""
    steering = ("    brand: bahn\n", "    where: \"relevance = 'true'\"\n")
    text = configuration("germeval2017_db")
    for line in steering:
        assert line in text
        text = text.replace(line, "")
    return run_night("germeval2017_db, by words", text, tmp_path_factory.mktemp("words"), "2016-12-31")


@pytest.fixture(scope="module")
def rankings(tmp_path_factory: pytest.TempPathFactory) -> RealNight:
    return run_night(
        "top_influencers_2022", configuration("top_influencers_2022"), tmp_path_factory.mktemp("top"), "2022-09-30"
    )


@pytest.fixture(params=["instagram", "instagram_with_renames", "airlines", "german", "german_by_words_alone", "rankings"])
def night(request: pytest.FixtureRequest) -> RealNight:
    asked: RealNight = request.getfixturevalue(request.param)
    return asked


def test_every_post_of_an_export_is_a_row_or_merged_or_rejected(night: RealNight) -> None:
    assert night.unaccounted() == 0
    assert night.one("SELECT count(*) FROM core_rejects") == night.delivered("rows_rejected")


def test_no_gate_of_an_accepted_night_stands_red(night: RealNight) -> None:
    assert night.rows("SELECT table_name, gate, evidence FROM mart_quality WHERE NOT passed AND severity <> 'WARN'") == []


_REMOVED = "SELECT duplicate_type, sum(removed_rows) FROM core_duplicates WHERE removed_rows > 0 GROUP BY 1"


def test_rows_of_the_instagram_posts(instagram: RealNight) -> None:
    assert (instagram.delivered("rows_read"), instagram.delivered("profiles_read")) == (23_663, 33_935)
    assert instagram.rows(_REMOVED) == [("redelivery", 103)]
    assert instagram.one("SELECT count(*) FROM core_posts WHERE is_counted") == 23_560
    assert instagram.one("SELECT count(*) FROM core_rejects") == 0


def test_every_creator_of_the_list_is_one_account_and_renamed_ones_two(instagram: RealNight) -> None:
    accounts = instagram.counted("SELECT followers IS NULL, count(*) FROM core_accounts GROUP BY 1")
    assert accounts == {False: 33_935, True: 231}
    assert instagram.one("SELECT count(*) FROM core_account_aliases") == 13_726


def test_renamed_creators_given_as_aliases_are_one_account_with_a_tier(instagram_with_renames: RealNight) -> None:
    assert instagram_with_renames.counted("SELECT followers IS NULL, count(*) FROM core_accounts GROUP BY 1") == {False: 33_935}
    assert instagram_with_renames.one("SELECT count(*) FROM core_posts WHERE tier_at_post = 'unknown'") == 0


def test_engagement_rates_by_tier_are_those_computed_independently(instagram: RealNight) -> None:
    medians = instagram.counted(
        "SELECT tier_at_post, median(engagements / followers_at_post) FROM core_posts WHERE tier_at_post <> 'unknown' GROUP BY 1"
    )
    assert medians == pytest.approx({"nano": 0.0393, "micro": 0.0273, "macro": 0.0240}, abs=0.0001)
    assert instagram.one("SELECT avg(CAST(tier_at_post = 'unknown' AS INTEGER)) FROM core_posts") == pytest.approx(
        0.0168, abs=0.0001
    )


def test_platform_labels_stay_what_the_platform_said(instagram: RealNight) -> None:
    assert instagram.one("SELECT count(*) FROM core_posts WHERE is_paid_label") == 121  # 122 delivered, one of them twice
    assert instagram.one("SELECT count(*) FROM core_posts WHERE is_paid_label IS NULL") == 0


def test_posts_by_mention_of_the_five_fashion_brands(instagram: RealNight) -> None:
    mentions = instagram.counted("SELECT brand_id, count(*) FROM core_mentions GROUP BY 1 ORDER BY 1")
    assert mentions == {"anastasia": 101, "fashionnova": 95, "hudabeauty": 88, "liketoknowit": 540, "zara": 298}


def test_rates_of_groups_are_plausible_and_say_why_they_are_missing(instagram: RealNight) -> None:
    low, high = instagram.rows("SELECT min(value), max(value) FROM mart_kpi WHERE kpi LIKE 'er_followers_%'")[0]
    assert 0 <= low < high < 1
    assert instagram.one("SELECT count(*) FROM mart_kpi WHERE (value IS NULL) <> (null_reason IS NOT NULL)") == 0


def test_rows_of_the_airline_tweets(airlines: RealNight) -> None:
    assert (airlines.delivered("rows_read"), airlines.delivered("rows_rejected")) == (14_640, 563)
    assert airlines.counted("SELECT reason, count(*) FROM core_rejects GROUP BY 1") == {
        "no time": 462,
        "created_at is not a time": 101,
    }
    assert airlines.rows(_REMOVED) == [("redelivery", 151)]
    assert airlines.one("SELECT count(*) FROM core_posts WHERE is_counted") == 13_926


def test_most_tweets_to_an_airline_are_directed_at_it_and_none_of_them_is_earned(airlines: RealNight) -> None:
    shares = airlines.counted(
        "SELECT brand_id, avg(CAST(mention_mode = 'directed' AS INTEGER)) FROM core_mentions WHERE brand_id <> 'delta' GROUP BY 1"
    )
    assert set(shares) == {"american", "jetblue", "southwest", "united", "us_airways", "virgin_america"}
    assert {brand: share for brand, share in shares.items() if not 0.8 < share < 0.98} == {}
    assert airlines.one("SELECT count(*) FROM core_mentions WHERE mention_mode = 'directed' AND counts_as_earned") == 0


def test_complaints_sound_cross_and_praise_glad_where_nobody_labelled_them(
    airlines: RealNight, unlabelled_airlines: RealNight
) -> None:
    said = airlines.counted("SELECT post_id, sentiment FROM core_posts WHERE sentiment_source = 'export'")
    read = unlabelled_airlines.counted("SELECT post_id, sentiment FROM core_posts WHERE sentiment_source = 'model'")
    by_label = {label: [read[post] for post in read if said[post] == label] for label in (-1.0, 1.0)}
    assert median(by_label[-1.0]) < -0.2 < 0.5 < median(by_label[1.0])
    called_glad = sum(score >= 0.33 for score in by_label[-1.0]) / len(by_label[-1.0])
    called_cross = sum(score <= -0.33 for score in by_label[1.0]) / len(by_label[1.0])
    assert (called_glad < 0.15, called_cross < 0.05) == (True, True)


def test_complaints_to_an_airline_wait_for_its_answer(airlines: RealNight) -> None:
    waiting = airlines.rows(
        "SELECT count(*), min(hours_open), count(sentiment) FROM mart_open_mentions WHERE sentiment <= -0.33"
    )
    assert waiting[0][0] > 7_000
    assert waiting[0][1] > 0
    assert (
        airlines.one("SELECT count(*) FROM mart_open_mentions WHERE why NOT LIKE '%whether the brand replied is not known%'")
        == 0
    )


def test_what_the_export_says_a_tweet_is_about_its_words_say_too(airlines: RealNight) -> None:
    by = airlines.counted("SELECT matched_by, count(*) FROM core_mentions GROUP BY 1")
    assert by["handle"] / sum(by.values()) > 0.99


def test_rows_of_the_german_feed(german: RealNight) -> None:
    assert (german.delivered("rows_read"), german.delivered("rows_left_out")) == (2_049, 535)
    assert german.counted("SELECT duplicate_type, count(*) FROM core_duplicates GROUP BY 1") == {
        "redelivery": 4, "repost": 175, "cross_post": 9, "near_duplicate": 96,
    }  # fmt: skip
    assert german.one("SELECT count(*) FROM core_posts WHERE is_counted") == 1_870
    assert german.one("SELECT count(*) FROM core_mentions") == 2_045


def test_german_words_find_the_brand_with_its_endings_and_compounds(
    german: RealNight, german_by_words_alone: RealNight
) -> None:
    relevant = german.one("SELECT count(*) FROM core_mentions WHERE matched_by <> 'export'")
    found = german_by_words_alone.one("SELECT count(*) FROM core_mentions")
    recall, precision = relevant / german.one("SELECT count(*) FROM core_mentions"), relevant / found
    assert recall > 0.97
    assert precision > 0.87


def test_rankings_are_profiles_of_two_days_with_rounded_followers(rankings: RealNight) -> None:
    assert (rankings.delivered("rows_read"), rankings.delivered("profiles_read")) == (0, 6_147)
    assert rankings.counted("SELECT network, count(*) FROM core_accounts GROUP BY 1 ORDER BY 1") == {
        "instagram": 1_201,
        "tiktok": 1_623,
        "youtube": 1_139,
    }
    assert rankings.counted("SELECT observed_on::VARCHAR, count(*) > 2_900 FROM core_account_history GROUP BY 1") == {
        "2022-06-30": True,
        "2022-09-30": True,
    }
    assert rankings.rows("SELECT DISTINCT followers_precision FROM core_account_history") == [("rounded",)]
