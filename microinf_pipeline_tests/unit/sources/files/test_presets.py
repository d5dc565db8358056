"""Exports of listening tools, read by preset: invented rows under the header names and cell forms of real exports."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import presets
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline_tests.house.source import ROOT
from microinf_pipeline_tests.unit.sources.files.running import Outcome, read, utc, written

Cells = Mapping[str, str]


def as_csv(header: Sequence[str], rows: Sequence[Cells], before: Sequence[Sequence[str]] = (), **how: Any) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n", **how)
    writer.writerows([*before, header, *([row.get(name, "") for name in header] for row in rows)])
    return text.getvalue()


def as_sheet(path: Path, sheet: str, header: Sequence[str], rows: Sequence[Cells], before: int) -> Path:
    book = openpyxl.Workbook()
    page = book.create_sheet(sheet, 0)
    for line, cells in enumerate([header, *([row.get(name, "") for name in header] for row in rows)]):
        for place, cell in enumerate(cells):
            page.cell(before + line + 1, place + 1).value = cell
    book.save(path)
    return path


def by_preset(name: str, path: Path, **given: Any) -> Outcome:
    source = FileSource.model_validate({"name": "export", "type": "files", "path": str(path), "preset": name, **given})
    return read(path, **{key: value for key, value in source.as_given().items() if key not in ("name", "path")})


TALKWALKER = (
    "url", "indexed", "published", "title_snippet", "content_snippet", "title", "content", "root_url", "parent_url", "lang",
    "sentiment", "source_type", "tags_internal", "images.url", "videos.url", "matched_profile",
    "article_extended_attributes.twitter_retweets", "article_extended_attributes.instagram_likes",
    "article_extended_attributes.num_comments", "source_extended_attributes.twitter_followers",
    "source_extended_attributes.instagram_followers", "extra_author_attributes.id", "extra_author_attributes.name",
    "extra_author_attributes.short_name", "extra_author_attributes.world_data.country_code", "engagement", "reach",
    "article_extended_attributes.twitter_likes",
)  # fmt: skip
TALKWALKER_ROWS: Sequence[Cells] = (
    {
        "url": "https://twitter.com/anna_k/status/1700000000000000001", "published": "22/02/26 11:00:24", "lang": "de",
        "content": "Der neue Acme Kaffee\nist gut", "source_type": "SOCIALMEDIA,SOCIALMEDIA_TWITTER", "sentiment": "5",
        "tags_internal": "hasImage", "images.url": "https://pic.example.test/1.jpg", "matched_profile": "SEARCH /  / Acme",
        "article_extended_attributes.twitter_likes": "12", "article_extended_attributes.twitter_retweets": "0",
        "article_extended_attributes.instagram_likes": "0", "article_extended_attributes.num_comments": "0",
        "source_extended_attributes.twitter_followers": "2310", "reach": "2310", "extra_author_attributes.id": "tw:5501",
        "extra_author_attributes.short_name": "Anna_K", "extra_author_attributes.name": "Anna K",
        "extra_author_attributes.world_data.country_code": "de",
    },
    {
        "url": "https://twitter.com/ben/status/1700000000000000002", "published": "22/02/26 12:30:00", "lang": "de",
        "content": "RT @anna_k: Der neue Acme Kaffee", "source_type": "SOCIALMEDIA,SOCIALMEDIA_TWITTER", "sentiment": "-5",
        "tags_internal": "isRepost,hasImage", "parent_url": "https://twitter.com/anna_k/status/1700000000000000001",
        "extra_author_attributes.id": "tw:5502", "source_extended_attributes.twitter_followers": "0", "reach": "0",
    },
    {
        "url": "https://www.instagram.com/p/Cabc12345/", "published": "22/02/26 13:00:00", "content": "Acme!",
        "source_type": "SOCIALMEDIA,SOCIALMEDIA_INSTAGRAM", "sentiment": "0", "tags_internal": "",
        "article_extended_attributes.instagram_likes": "44", "article_extended_attributes.twitter_likes": "0",
        "source_extended_attributes.instagram_followers": "900", "reach": "900",
    },
)  # fmt: skip


def test_talkwalker_tells_reposts_by_flags_and_a_count_of_zero_or_a_reach_of_followers_is_no_measurement(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "t.csv", as_csv(TALKWALKER, TALKWALKER_ROWS))
    outcome = by_preset("talkwalker", path, timezone="Europe/Berlin")
    assert outcome.of("network", "post_id", "created_at", "post_type", "repost_of_post_id", "likes", "shares", "comments") == [
        ("x", "1700000000000000001", utc(2026, 2, 22, 10, 0, 24), "original", None, 12, None, None),
        ("x", "1700000000000000002", utc(2026, 2, 22, 11, 30), "repost", "1700000000000000001", None, None, None),
        ("instagram", None, utc(2026, 2, 22, 12), "original", None, 44, None, None),
    ]
    assert outcome.of("account_id", "handle", "followers", "reach_measured", "sentiment", "media_types", "country") == [
        ("5501", "anna_k", 2310, None, 1.0, ["picture"], "DE"),
        ("5502", "ben", None, None, -1.0, None, None),
        (None, None, 900, None, 0.0, None, None),
    ]


def test_talkwalkers_workbook_reads_as_its_csv(tmp_path: Path) -> None:
    sheet = by_preset("talkwalker", as_sheet(tmp_path / "t.xlsx", "Sheet0", TALKWALKER, TALKWALKER_ROWS, before=0))
    text = by_preset("talkwalker", written(tmp_path, "t.csv", as_csv(TALKWALKER, TALKWALKER_ROWS)))
    strip = [{**row, "file": ""} for row in sheet.posts], [{**row, "file": ""} for row in text.posts]
    assert strip[0] == strip[1]


BRANDWATCH_PREAMBLE = (
    ("Report:", "Bulk Mentions Download"), ("Brand:", "Acme"), ("From:", "Sat Jan 01 00:00:00 UTC 2026"),
    ("To:", "Wed Dec 31 00:00:00 UTC 2031"), ("Label:", "all"), (),
)  # fmt: skip


@pytest.mark.parametrize(
    ("likes", "replies", "repost_of", "author", "followers"),
    [
        ("Twitter Likes", "Twitter Reply Count", "Twitter Retweet of", "Twitter Author ID", "Twitter Followers"),
        ("X Likes", "X Replies", "X Repost of", "X Author ID", "X Followers"),
    ],
)
def test_brandwatch_reads_both_vocabularies_below_its_preamble_and_each_networks_own_counts(
    tmp_path: Path, likes: str, replies: str, repost_of: str, author: str, followers: str
) -> None:
    header = (
        "Query Id", "Query Name", "Date", "Title", "Url", "Page Type", "Language", "Country Code", "Author", "Full Name",
        "Full Text", "Snippet", "Hashtags", "Instagram Likes", "Instagram Followers", "Impressions", "Thread Entry Type",
        "Sentiment", author, followers, likes, replies, repost_of,
    )  # fmt: skip
    rows: Sequence[Cells] = (
        {
            "Date": "2026-01-31 12:34:56.0", "Url": "https://twitter.com/anna_k/statuses/17001", "Page Type": "twitter",
            "Language": "de", "Country Code": "AUT", "Author": "anna_k", "Full Name": "Anna K (@anna_k)",
            "Snippet": "Kaffee …", "Full Text": "Kaffee von Acme", "Hashtags": "#acme, #kaffee", "Instagram Likes": "0",
            "Impressions": "9999", "Thread Entry Type": "share", "Sentiment": "positive", author: "5501", followers: "150",
            likes: "3", replies: "1", repost_of: "http://twitter.com/acme/statuses/16999",
        },
        {
            "Date": "2026-02-01 00:00:00.0", "Url": "https://www.instagram.com/p/Cabc12345/", "Page Type": "instagram",
            "Author": "ben.b", "Snippet": "Acme", "Instagram Likes": "70", "Instagram Followers": "800", likes: "0",
            followers: "0", "Sentiment": "neutral",
        },
        {
            "Date": "2026-02-02 00:00:00.0", "Url": "https://news.example.test/a?id=1", "Page Type": "news",
            "Author": "Carla Cox", "Title": "Acme grows", "Snippet": "Acme grows again", likes: "0",
        },
    )  # fmt: skip
    path = written(tmp_path, "b.csv", "\ufeff" + as_csv(header, rows, BRANDWATCH_PREAMBLE, quoting=csv.QUOTE_ALL))
    outcome = by_preset("brandwatch", path)
    assert outcome.of("network", "account_id", "handle", "display_name", "followers", "likes", "comments", "impressions") == [
        ("x", "5501", "anna_k", "Anna K (@anna_k)", 150, 3, 1, None),
        ("instagram", None, "ben.b", "ben.b", 800, 70, None, None),
        ("news", None, None, "Carla Cox", None, None, None, None),
    ]
    assert outcome.of("created_at", "text", "post_type", "repost_of_post_id", "given_hashtags", "country", "sentiment") == [
        (utc(2026, 1, 31, 12, 34, 56), "Kaffee von Acme", "repost", "16999", ["acme", "kaffee"], "AT", 1.0),
        (utc(2026, 2, 1), "Acme", None, None, None, None, 0.0),
        (utc(2026, 2, 2), "Acme grows again", None, None, None, None, None),
    ]


def test_meltwater_unquotes_ids_joins_day_and_time_and_takes_the_text_where_it_stands(tmp_path: Path) -> None:
    header = (
        "Date", "Headline", "URL", "Opening Text", "Hit Sentence", "Source", "Influencer", "Country", "Language", "Reach",
        "Engagement", "AVE", "Sentiment", "Input Name", "Tweet Id", "Twitter Id", "Twitter Screen Name",
        "Alternate Date Format", "Time",
    )  # fmt: skip
    rows: Sequence[Cells] = (
        {
            "URL": "https://twitter.com/anna_k/status/17001", "Hit Sentence": "Acme Kaffee", "Reach": "2310", "AVE": "21.4",
            "Sentiment": "Not Rated", "Tweet Id": '"17001"', "Twitter Id": '"5501"', "Twitter Screen Name": "@anna_k",
            "Alternate Date Format": "31-Jan-26", "Time": "11:05 PM", "Language": "de",
        },
        {
            "URL": "https://news.example.test/a", "Headline": "Acme grows", "Opening Text": "Acme grows again", "Reach": "500000",
            "Sentiment": "Negative", "Date": "01-Feb-2026 10:12AM",
        },
        {"URL": "https://news.example.test/b", "Hit Sentence": "Acme", "Date": "03/04/2026 10:12"},
    )  # fmt: skip
    content = as_csv(header, rows, delimiter="\t").encode("utf-16")
    outcome = by_preset("meltwater", written(tmp_path, "m.csv", content), timezone="Europe/Berlin")
    assert outcome.of("network", "post_id", "account_id", "handle", "followers", "created_at", "text", "sentiment") == [
        ("x", "17001", "5501", "anna_k", 2310, utc(2026, 1, 31, 22, 5), "Acme Kaffee", None),
        ("web", None, None, None, None, utc(2026, 2, 1, 9, 12), "Acme grows again", -1.0),
    ]
    assert outcome.reasons == [(3, "created_at is not a time")]


def test_brand24_reads_the_address_from_source_and_joins_day_and_hour(tmp_path: Path) -> None:
    header = ("", "ID", "Date", "Hrs", "Title", "Content", "Source", "Domain", "Category", "Sentiment", "Tags")
    row = {
        "Date": "2026-03-01", "Hrs": "14:30", "Title": "Acme", "Content": "Acme is fine", "Sentiment": "-1",
        "Source": "https://www.reddit.com/r/coffee/comments/1abc/acme/",
    }  # fmt: skip
    outcome = by_preset("brand24", as_sheet(tmp_path / "b.xlsx", "Mentions", header, [row], before=1))
    assert outcome.of("network", "created_at", "text", "title", "sentiment", "likes") == [
        ("reddit", utc(2026, 3, 1, 14, 30), "Acme is fine", "Acme", -1.0, None)
    ]


def test_sprinklr_finds_its_header_below_the_banner_and_leaves_its_own_sums_out(tmp_path: Path) -> None:
    header = ("From User", "Conversation Stream", "Created Time", "snTypeColumn", "Sentiment", "Reach (SUM)", "Permalink")
    rows: Sequence[Cells] = (
        {
            "From User": "anna_k", "Conversation Stream": "Acme!", "Created Time": "2026-03-01 10:00:00", "Reach (SUM)": "900",
            "snTypeColumn": "TWITTER", "Sentiment": "POSITIVE", "Permalink": "https://twitter.com/anna_k/status/17001",
        },
        {"From User": "Carla Cox", "Conversation Stream": "Acme?", "Created Time": "2026-03-01 11:00:00", "snTypeColumn": "Blogs"},
    )  # fmt: skip
    outcome = by_preset("sprinklr", as_sheet(tmp_path / "s.xlsx", "Report", header, rows, before=2))
    assert outcome.of("network", "post_id", "handle", "display_name", "text", "reach_measured", "sentiment")[0] == (
        "x", "17001", "anna_k", "anna_k", "Acme!", None, 1.0,
    )  # fmt: skip
    assert outcome.of("network", "handle", "display_name")[1] == ("blog", None, "Carla Cox")


def test_sprout_reads_thousands_and_a_twelve_hour_clock(tmp_path: Path) -> None:
    header = (
        "Date", "Post ID", "Network", "Post Type", "Content Type", "Profile", "Link", "Post", "Impressions", "Reach",
        "Engagement Rate (per Impression)", "Reactions", "Likes", "Comments", "Shares", "Saves", "Video Views",
    )  # fmt: skip
    row = {
        "Date": "03/01/2026 10:05 pm", "Post ID": "17001", "Network": "Instagram", "Profile": "@acme", "Post": "New coffee",
        "Impressions": "1,234", "Reach": "1,001", "Engagement Rate (per Impression)": "3.2%", "Likes": "1,020", "Comments": "7",
    }  # fmt: skip
    outcome = by_preset("sprout", written(tmp_path, "s.csv", as_csv(header, [row])))
    assert outcome.of("network", "post_id", "handle", "created_at", "impressions", "reach_measured", "likes", "comments") == [
        ("instagram", "17001", "acme", utc(2026, 3, 1, 22, 5), 1234, 1001, 1020, 7)
    ]


def test_a_file_without_the_tools_header_says_what_was_looked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "a,b\n1,2\n")
    with pytest.raises(
        FixConfigurationError, match=r"none of the first 20 rows of t\.csv has all of url, published, tags_internal"
    ):
        by_preset("talkwalker", path)


def test_the_header_is_found_when_its_last_name_is_quoted(tmp_path: Path) -> None:
    path = written(tmp_path, "s.csv", '"Report"\r\n"Date","Post","Network"\r\n"03/01/2026 10:05 pm","Acme","X"\r\n')
    assert by_preset("sprout", path).of("network", "text") == [("x", "Acme")]


def test_a_column_the_user_maps_wins_over_the_presets(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", as_csv(TALKWALKER, TALKWALKER_ROWS[:1]))
    outcome = by_preset("talkwalker", path, columns={"title": "matched_profile"}, network="x")
    assert outcome.of("title", "text", "network") == [("SEARCH /  / Acme", "Der neue Acme Kaffee\nist gut", "x")]


@pytest.mark.parametrize("name", presets.NAMES)
def test_no_header_is_taken_for_another_tools(name: str) -> None:
    others = {other: set(presets.known_by(other)) for other in presets.NAMES if other != name}
    assert not [other for other, names in others.items() if names <= set(presets.known_by(name))]


def test_the_examples_of_the_page_on_listening_tools_are_configurations() -> None:
    page = (ROOT / "docs" / "listening.md").read_text(encoding="utf-8")
    examples = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)]
    assert [FileSource.model_validate(source).name for one in examples for source in one["sources"]] == [
        "talkwalker", "other_tool",
    ]  # fmt: skip
