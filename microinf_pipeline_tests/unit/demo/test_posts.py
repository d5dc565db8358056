"""The demo's posts: volume, rhythm, growth of metrics, and every hard case it promises."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import polars as pl

from microinf_pipeline.demo.brands import NIGHTS, fetched_at
from microinf_pipeline_tests.unit.demo.reading import Demo

POST = ["network", "post_id"]


def test_about_twenty_thousand_posts_on_four_networks_in_two_languages(made: Demo) -> None:
    posts = made.posts.drop_nulls("post_id").unique(POST)
    assert 18_000 < posts.height < 24_000
    assert set(posts["network"]) == {"instagram", "tiktok", "x", "mastodon"}
    assert set(posts["lang"].drop_nulls()) >= {"de", "en", "ar", "he"}
    assert posts.group_by("lang").len().filter(pl.col("lang").is_in(["de", "en"]), pl.col("len") > 3_000).height == 2


def test_sundays_are_busier_than_saturdays_and_campaigns_busier_than_before(made: Demo) -> None:
    posts = made.posts.drop_nulls("post_id").unique(POST).with_columns(day=pl.col("created_at").dt.date())
    by_weekday = dict(posts.group_by(pl.col("day").dt.weekday()).len().iter_rows())
    assert by_weekday[7] > by_weekday[6] * 1.2

    def a_day(start: date, end: date) -> float:
        return float(posts.filter(pl.col("day").is_between(start, end, closed="left")).height / (end - start).days)

    assert a_day(date(2026, 5, 12), date(2026, 6, 9)) > 1.2 * a_day(date(2026, 4, 7), date(2026, 5, 5))


def test_counts_never_fall_and_most_grow_when_a_post_is_delivered_again(made: Demo) -> None:
    looks = made.posts.drop_nulls(["post_id", "likes"]).sort("observed_at")
    steps = looks.with_columns(step=pl.col("likes").diff().over(POST)).drop_nulls("step")
    assert steps["step"].min() == 0
    again = steps.filter(pl.col("source") != "archive", pl.col("likes") > 50)
    assert again.filter(pl.col("step") > 0).height > again.height / 2


def test_archived_posts_have_a_look_at_seven_days_unless_younger(made: Demo) -> None:
    age = pl.col("observed_at") - pl.col("created_at")
    archive = (
        made.posts.filter(pl.col("source") == "archive")
        .group_by(POST)
        .agg(age.max().alias("age"), pl.col("created_at").first())
    )
    young = archive.filter(pl.col("age") < timedelta(days=7))
    assert (young["created_at"] > datetime(2026, 8, 24, tzinfo=UTC)).all()
    refreshed = made.feeds().filter(age >= timedelta(days=7)).select(POST).unique()
    assert (
        young.filter(pl.col("created_at") < datetime(2026, 8, 30, tzinfo=UTC)).join(refreshed, on=POST, how="anti").height == 0
    )


def test_nothing_is_delivered_before_it_was_written(made: Demo) -> None:
    told = made.posts.drop_nulls("observed_at")
    assert told.filter(pl.col("created_at") > pl.col("observed_at")).height == 0
    assert told.filter(pl.col("night") < pl.col("observed_at").dt.date()).height == 0


def test_followers_are_delivered_while_a_post_is_young(made: Demo) -> None:
    told = made.posts.filter(pl.col("source") == "archive", pl.col("followers").is_not_null())
    assert ((told["observed_at"] - told["created_at"]) <= timedelta(days=7)).all()
    assert told.height > 5_000


def test_pages_overlap_within_a_file_and_between_nights(made: Demo) -> None:
    twice = made.feeds().group_by("file", *POST).len().filter(pl.col("len") == 2)
    broken = str(made.plan.broken_file.relative_to(made.plan.folder))
    assert set(twice["file"]) | {broken} == set(made.feeds()["file"])
    nights = made.feeds().group_by(POST).agg(pl.col("night").n_unique())
    assert nights.filter(pl.col("night") >= 4).height > 100


def test_two_roads_bring_the_same_post_under_an_address_with_tracking(made: Demo) -> None:
    other = made.posts.filter(pl.col("source") == "listening").with_columns(
        bare=pl.col("url").str.replace(r"[?].*$", ""), road="url"
    )
    assert other["post_id"].is_null().all()
    assert other["url"].str.contains(r"[?]\w+=").all()
    both = other.join(made.feeds().select("night", bare="url").unique(), on=["night", "bare"])
    assert both.height >= 150
    assert set(both["network"]) == {"instagram", "tiktok", "x", "mastodon"}


def test_the_listening_export_found_posts_no_feed_has_and_pages_without_author(made: Demo) -> None:
    other = made.posts.filter(pl.col("source") == "listening").with_columns(bare=pl.col("url").str.replace(r"[?].*$", ""))
    alone = other.join(made.feeds(), left_on="bare", right_on="url", how="anti")
    assert alone.filter(pl.col("network").is_in(["instagram", "tiktok", "x"])).height >= 10
    pages = other.filter(pl.col("handle").is_null())
    assert set(pages["network"]) == {"news", "blog", "forum"}


def test_edits_are_told_by_mastodon_and_silent_on_instagram(made: Demo) -> None:
    texts = made.feeds().group_by(POST).agg(pl.col("text").n_unique(), pl.col("edited_at").max())
    changed = texts.filter(pl.col("text") == 2)
    assert changed.filter(pl.col("network") == "mastodon", pl.col("edited_at").is_not_null()).height >= 15
    assert changed.filter(pl.col("network") == "instagram", pl.col("edited_at").is_null()).height >= 6
    assert texts.filter(pl.col("text") > 2).height == 0


def test_reposts_come_with_the_original_and_as_bare_rt(made: Demo) -> None:
    posts = made.posts.drop_nulls("post_id").unique(POST)
    tied = posts.filter(pl.col("repost_of").is_not_null())
    assert dict(tied.group_by("network").len().iter_rows()).keys() == {"x", "mastodon"}
    assert tied.join(posts, left_on=["network", "repost_of"], right_on=POST, how="anti").height == 0
    bare = posts.filter(pl.col("text").str.starts_with("RT @"), pl.col("repost_of").is_null())
    assert bare.height >= 40
    assert tied["likes"].is_null().all()


def test_brands_repost_creators(made: Demo) -> None:
    owned = made.posts.filter(pl.col("handle").is_in(["kornwolke_de", "bramblespoke", "kornwolke@hafen.example"]))
    assert owned.filter(pl.col("repost_of").is_not_null()).unique(POST).height >= 20


def test_quotes_name_the_brand_themselves_or_carry_a_post_that_does(made: Demo) -> None:
    quotes = made.posts.filter(pl.col("quote_of").is_not_null()).unique(POST)
    own_words = pl.col("text").str.contains("(?i)kornwolke|bramblespoke")
    assert quotes.filter(own_words).height >= 25
    carried = quotes.filter(~own_words).join(made.posts.unique(POST), left_on=["network", "quote_of"], right_on=POST)
    assert carried.filter(pl.col("text_right").str.contains("(?i)kornwolke|bramblespoke")).height >= 15


def test_replies_are_directed_only_or_have_words_of_their_own(made: Demo) -> None:
    replies = made.posts.filter(pl.col("post_type") == "reply", pl.col("source") == "archive").unique(POST)
    words = replies.with_columns(rest=pl.col("text").str.replace(r"^(@\S+\s*)+", ""))
    brand = pl.col("text").str.contains("(?i)kornwolke|bramblespoke")
    own = pl.col("rest").str.contains("(?i)kornwolke|bramblespoke")
    assert words.filter(brand, ~own).height >= 60
    assert words.filter(own).height >= 60
    assert replies.filter(pl.col("reply_to").is_null()).height == 0


def test_brands_answer_within_a_day_later_and_not_at_all(made: Demo) -> None:
    posts = made.posts.drop_nulls("post_id").unique(POST)
    answers = posts.filter(pl.col("handle").str.contains("^(kornwolke|bramblespoke)"), pl.col("reply_to").is_not_null())
    asked = answers.join(posts, left_on=["network", "reply_to"], right_on=POST)
    hours = (asked["created_at"] - asked["created_at_right"]).dt.total_minutes() / 60
    assert (hours > 0).all()
    assert (hours <= 24).sum() > 100
    assert ((hours > 24) & (hours <= 72)).sum() > 20


def test_late_posts_are_ten_days_old_on_the_third_night(made: Demo) -> None:
    first = made.posts.drop_nulls("post_id").group_by(POST).agg(pl.col("night").min(), pl.col("created_at").first())
    late = first.filter(pl.col("night") == NIGHTS[2], pl.col("created_at") < fetched_at(NIGHTS[2]) - timedelta(days=9))
    assert late.height >= 20


def test_old_posts_are_told_to_be_gone_without_words_or_counts_and_once_had_both(made: Demo) -> None:
    gone = made.posts.filter(pl.col("status").is_not_null())
    assert {"deleted", "protected"} == set(gone["status"])
    assert gone.filter(pl.col("text").is_not_null() | pl.col("likes").is_not_null()).is_empty()
    before = made.posts.filter(pl.col("status").is_null()).join(gone.select(*POST, "night"), on=POST, suffix="_gone")
    assert before.filter(pl.col("night") < pl.col("night_gone"), pl.col("text") != "").select(POST).n_unique() == gone.height


def test_homonyms_hold_the_excluded_phrases(made: Demo) -> None:
    text = made.posts.unique(POST)["text"]
    assert text.str.contains("Kornwolke über dem Mähdrescher").sum() >= 15
    assert text.str.contains("Bramblespoke Folk Band").sum() >= 15


def test_misspelt_campaign_tags_stand_beside_right_ones(made: Demo) -> None:
    tags = made.posts.unique(POST)["text"].str.extract_all(r"#\w+").explode().str.to_lowercase().value_counts()
    counts = {row["text"]: row["count"] for row in tags.to_dicts()}
    assert all(counts[tag] >= 4 for tag in ("#schaumproben", "#schaum_probe", "#schaumprbe"))
    assert all(counts[tag] > 100 for tag in ("#schaumprobe", "#wolkenfrühstück", "#wolkenfruehstueck", "#ridethehedge"))


def test_creators_with_a_deal_tell_it_mostly_and_not_always(made: Demo) -> None:
    deals = (
        pl.read_csv(made.plan.folder / "inputs" / "deals.csv")
        .filter(pl.col("kind") == "fee")
        .select("network", handle="account")
    )
    about = made.posts.unique(POST).filter(
        pl.col("text").str.contains("(?i)kornwolke|bramblespoke"), pl.col("post_type") == "original"
    )
    told = about.join(deals, on=["network", "handle"])["text"].str.contains("(?i)anzeige|werbung|#ad|gifted|^Ad | Ad ")
    assert 0.6 < told.sum() / told.len() < 0.95
    assert told.len() > 50


def test_two_posts_stand_at_the_bound_of_a_campaign(made: Demo) -> None:
    tagged = made.posts.filter(pl.col("text").str.contains("#schaumprobe #kornwolke"))
    times = set(tagged["created_at"])
    midnight_in_berlin = datetime(2026, 8, 23, 22, tzinfo=UTC)
    assert {midnight_in_berlin, midnight_in_berlin - timedelta(minutes=1)} <= times


def test_one_person_posts_the_same_words_twice_on_two_networks(made: Demo) -> None:
    # Mastodon's feed is HTML and handles differ by network, so only texts without either are compared
    plain = made.posts.filter(pl.col("source") == "archive", ~pl.col("text").str.contains("@")).unique(POST)
    same = (
        plain.filter(pl.col("post_type") == "original").group_by("text").agg(pl.col("network").n_unique(), pl.col("created_at"))
    )
    pairs = same.filter(pl.col("network") == 2, pl.col("created_at").list.len() == 2)
    gaps = pairs.select(pl.col("created_at").list.max() - pl.col("created_at").list.min())["created_at"]
    assert (gaps < timedelta(hours=3)).sum() >= 20


def test_a_script_and_a_copied_text_are_shared_by_many_accounts(made: Demo) -> None:
    posts = made.posts.drop_nulls("account_id").unique(POST)
    script = posts.filter(pl.col("text").str.contains("aufschütteln, einschenken, Wolke genießen"))
    copied = posts.filter(pl.col("text").str.contains("ein Löffel Kornwolke in den Pfannkuchenteig"))
    for group in (script, copied):
        assert group["account_id"].n_unique() >= 10
        assert group["text"].n_unique() >= 4


def test_bridged_copies_name_the_bluesky_post_the_listening_export_found(made: Demo) -> None:
    copies = made.posts.filter(pl.col("post_id").str.starts_with("https://bsky.brid.gy/convert/ap/at://")).unique(POST)
    keys = set(copies["post_id"].str.extract(r"app\.bsky\.feed\.post/(\w+)$"))
    originals = made.posts.filter(pl.col("network") == "bluesky")
    assert set(originals["url"].str.extract(r"/post/(\w+)")) == keys
    assert len(keys) == 12


def test_text_holds_right_to_left_letters_joined_emoji_and_decomposed_umlauts(made: Demo) -> None:
    text = " ".join(made.posts.filter(pl.col("source") != "listening").unique(POST)["text"])
    directions = {unicodedata.bidirectional(letter) for letter in set(text)}
    assert {"R", "AL"} <= directions
    for piece in ("\u200d", "a\u0308", "\u00a0", "\ufe0f", "&amp;", ";", '"', "\n", "#Wolkenfrühstück"):
        assert piece in text


def test_contest_entries_include_persons_with_two_and_the_brand_itself(made: Demo) -> None:
    entries = made.posts.filter(pl.col("text").str.contains("#wolkenwette"), pl.col("post_id").is_not_null()).unique(POST)
    assert entries.height >= 50
    made_by = entries.filter(pl.col("handle") != "kornwolke.de").group_by("account_id").len()  # the brand re-shares some
    assert made_by["len"].max() == 2
    assert "kornwolke.de" in entries["handle"].to_list()


def test_timelines_bring_what_creators_who_came_lately_posted_before(made: Demo) -> None:
    rows = [
        json.loads(line)
        for path in sorted((made.plan.folder / "timelines").iterdir())
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]
    known = set(made.posts["post_id"])
    fresh = [row for row in rows if row["key"] not in known]
    assert {row["fetched"] for row in rows} == {night.isoformat() for night in made.plan.nights[1:]}
    assert max(Counter((row["author"]["key"], row["fetched"]) for row in rows).values()) <= 30
    assert len(fresh) > 500
    assert not [row for row in fresh if re.search("kornwolke|bramblespoke|hafermond", row["body"].lower())]
