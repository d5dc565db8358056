"""Where values come from: paths, constants, SQL, addresses; and which rows belong to a night."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline_tests.unit.sources.files.running import NIGHT, NOON, counts, read, utc, written

AT = {"constant": NOON}
BARE = {"post_id": "id", "created_at": "at"}


def json_file(folder: Path, *records: Any) -> Path:
    return written(folder, "a.ndjson", "".join(json.dumps(record) + "\n" for record in records))


def test_paths_reach_into_records_and_lists(tmp_path: Path) -> None:
    path = json_file(
        tmp_path,
        {
            "id": 1,
            "by": {"id": 5, "name": {"full": "Anna"}},
            "media": [{"type": "photo", "n": [1, 2]}],
            "tags": [{"t": "a"}, {"t": "b"}, {}],
        },
        {"id": 2, "by": "deleted", "media": {}, "tags": None},
    )
    columns = {
        "post_id": "id", "created_at": AT, "account_id": "by.id", "display_name": "by.name.full", "likes": "media[0].n[1]",
        "media_types": "media[0].type", "hashtags": "tags[*].t",
    }  # fmt: skip
    outcome = read(path, columns=columns)
    assert outcome.of("account_id", "display_name", "likes", "media_types", "given_hashtags") == [
        ("5", "Anna", 2, ["picture"], ["a", "b"]), (None, None, None, None, None),
    ]  # fmt: skip


def test_a_column_named_with_dots_wins_over_a_path(tmp_path: Path) -> None:
    columns = {"post_id": "owner.id", "created_at": AT}
    both = json_file(tmp_path, {"owner.id": "flat", "owner": {"id": "nested"}})
    assert read(both, columns=columns).of("post_id") == [("flat",)]
    assert read(json_file(tmp_path, {"owner": {"id": "nested"}}), columns=columns).of("post_id") == [("nested",)]
    assert read(written(tmp_path, "a.csv", "owner.id,x\nflat,1\n"), columns=columns).of("post_id") == [("flat",)]


def test_paths_reach_into_json_cells_of_tables_and_records_of_parquet(tmp_path: Path) -> None:
    table = written(tmp_path, "a.csv", 'id,meta\n1,"{""by"":{""name"":""Anna""}}"\n2,no json\n')
    columns = {"post_id": "id", "created_at": AT, "handle": "meta.by.name"}
    assert read(table, columns=columns).of("handle") == [("anna",), (None,)]
    frame = pl.DataFrame({"id": ["1"], "meta": [{"by": {"name": "Anna"}}], "tags": [["a", "b"]]})
    frame.write_parquet(tmp_path / "a.parquet")
    nested = read(tmp_path / "a.parquet", columns=columns | {"hashtags": "tags"})
    assert nested.of("handle", "given_hashtags") == [("anna", ["a", "b"])]


def test_times_of_parquet_are_taken_as_they_are_typed(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": ["1"], "zoned": [datetime(2026, 3, 1, 12, tzinfo=UTC)], "plain": [utc(2026, 3, 1, 12)], "day": [NIGHT]}
    )
    frame.write_parquet(tmp_path / "a.parquet")
    columns = {"post_id": "id", "created_at": "zoned", "edited_at": "plain", "observed_at": "day"}
    outcome = read(tmp_path / "a.parquet", columns=columns, timezone="Europe/Berlin")
    assert outcome.of("created_at", "edited_at", "observed_at") == [
        (utc(2026, 3, 1, 12), utc(2026, 3, 1, 11), utc(2026, 2, 28, 23)),
    ]  # fmt: skip


def test_expressions_see_the_files_columns_as_text(tmp_path: Path) -> None:
    path = json_file(
        tmp_path,
        {"id": "1", "n": 3, "by": {"first": "Anna", "last": "Bauer"}, "paid": [{"u": "acme"}]},
        {"id": "2", "n": "x", "paid": []},
    )
    columns = {
        "post_id": "id", "created_at": AT, "likes": {"sql": "n::int * 2"}, "display_name": {"sql": "\"by\".first || ' ' || by.last"},
        "is_paid_label": {"sql": "json_array_length(paid) > 0"}, "hashtags": {"sql": "list_transform(['A', 'B'], t -> lower(t))"},
    }  # fmt: skip
    assert read(path, columns=columns).of("likes", "display_name", "is_paid_label", "given_hashtags") == [
        (6, "Anna Bauer", True, ["a", "b"]), (None, None, False, ["a", "b"]),
    ]  # fmt: skip


def test_rows_that_where_leaves_out_are_counted_and_no_rejects(tmp_path: Path) -> None:
    path = json_file(tmp_path, {"id": "1", "ok": True}, {"id": "2", "ok": False}, {"id": "3"}, {"id": "4", "ok": "true"})
    outcome = read(path, columns={"post_id": "id", "created_at": AT}, where="ok = 'true'")
    assert (outcome.of("post_id", "row_number"), outcome.counts) == ([("1", 1), ("4", 4)], counts(4, 2, left_out=2))


def test_rows_of_other_nights_are_left_for_them(tmp_path: Path) -> None:
    table = f"id,at,fetched\n1,{NOON},2026-03-01\n2,{NOON},2026-03-02T01:00:00Z\n3,,2026-02-28\n4,{NOON},\n5,{NOON},2026-03-01T23:30:00-05:00\n"
    outcome = read(written(tmp_path, "a.csv", table), columns=BARE, night={"column": "fetched"})
    assert outcome.of("post_id") == [("1",)]
    assert outcome.reasons == []
    assert outcome.counts == counts(5, 1, other_nights=4)


def test_every_night_of_a_file_takes_its_own_rows(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,at,fetched\n1,{NOON},2026-03-01\n2,{NOON},2026-03-02\n")
    taken = [
        read(path, on=date(2026, 3, day), columns=BARE, night={"column": "fetched"}).of("post_id", "row_number")
        for day in (1, 2, 3)
    ]
    assert taken == [[("1", 1)], [("2", 2)], []]


@given(
    st.permutations(
        ["1,2026-02-01,2026-03-01", "2,2026-02-01,2026-03-02", "3,2026-02-01,soon", "4,2026-02-01", "out,2026-02-01,"]
    )
)
@settings(max_examples=10, deadline=None)
def test_rows_that_name_no_night_are_of_the_first_that_their_file_names(lines: list[str]) -> None:
    entry: dict[str, Any] = {"columns": BARE, "night": {"column": "fetched"}, "where": "id IS DISTINCT FROM 'out'"}
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "a.csv", "\n".join(["id,at,fetched", *lines, ""]))
        nights = [read(path, on=date(2026, *day), **entry) for day in ((2, 28), (3, 1), (3, 2))]
    assert [night.of("post_id") for night in nights] == [[], [("1",)], [("2",)]]
    assert [sorted(reason for _, reason in night.reasons) for night in nights] == [
        [],
        ["night is not a date", "too few fields"],
        [],
    ]
    assert [night.counts for night in nights] == [
        counts(5, 0, other_nights=5), counts(5, 1, left_out=1, other_nights=1), counts(5, 1, other_nights=4),
    ]  # fmt: skip


def test_rows_of_a_file_that_names_no_night_are_of_the_night_being_run(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,at,fetched\n1,{NOON},\n2,{NOON}\n")
    outcome = read(path, columns=BARE, night={"column": "fetched"})
    assert outcome.reasons == [(1, "night is not a date"), (2, "too few fields")]
    assert outcome.counts == counts(2, 0)


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2026-03-01", None), (" 2026-03-01 ", None), ("2026/3/1", None), ("2026-03-01T00:30:00", "iso"), ("01.03.2026", "%d.%m.%Y"),
        ("01.03.2026 00:30", "%d.%m.%Y %H:%M"), ("2026-02-28T23:30:00Z", None),
    ],
)  # fmt: skip
def test_a_night_written_as_a_date_is_that_date_in_every_time_zone(cell: str, form: str | None, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,at,fetched\n1,2026-02-01,{cell}\n")
    convert = {"as": {"strptime": form} if form and "%" in form else form} if form else {}
    outcome = read(path, columns=BARE, night={"column": "fetched", **convert}, timezone="Europe/Berlin")
    on_its_day = ":" not in cell
    assert outcome.counts == counts(1, int(on_its_day), other_nights=int(not on_its_day))


def test_the_network_may_be_a_column_with_a_map_and_a_default(tmp_path: Path) -> None:
    table = "id,Source\n1,Twitter\n2,IG posts\n3,instagram\n4,MySpace\n5,\n"
    columns = {"post_id": "id", "created_at": AT}
    rule = {"column": "Source", "map": {"ig posts": "instagram"}}
    path = written(tmp_path, "a.csv", table)
    outcome = read(path, columns=columns, network=rule)
    assert outcome.of("network") == [("x",), ("instagram",), ("instagram",)]
    assert outcome.reasons == [(4, "unknown network"), (5, "unknown network")]
    assert read(path, columns=columns, network=rule | {"default": "other"}).of("network")[3:] == [("other",), ("other",)]
    by_sql = read(path, columns=columns, network={"sql": "CASE WHEN Source = 'MySpace' THEN 'forum' ELSE 'web' END"})
    assert by_sql.of("network") == [("web",), ("web",), ("web",), ("forum",), ("web",)]


ADDRESSES: dict[str, tuple[str | None, str | None, str | None]] = {
    "https://twitter.com/Anna_B/status/1234567890?s=20": ("x", "1234567890", "anna_b"),
    "http://x.com/i/web/status/77": ("x", "77", None),
    "https://mobile.twitter.com/ben/statuses/78": ("x", "78", "ben"),
    "https://www.instagram.com/p/BNQ--jZhOzK/": ("instagram", None, None),
    "https://www.youtube.com/watch?t=5&v=dQw4w9WgXcQ": ("youtube", "dQw4w9WgXcQ", None),
    "https://youtu.be/dQw4w9WgXcQ?si=x": ("youtube", "dQw4w9WgXcQ", None),
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgzQ.a-b": ("youtube", "UgzQ.a-b", None),
    "https://www.tiktok.com/@anna.b/video/7300000000000000001": ("tiktok", "7300000000000000001", "anna.b"),
    "https://www.facebook.com/acme/posts/99": ("facebook", None, None),
    "https://bsky.app/profile/did:plc:abc123/post/3kxyz": ("bluesky", "at://did:plc:abc123/app.bsky.feed.post/3kxyz", None),
    "https://bsky.app/profile/anna.example.com/post/3kxyz": ("bluesky", None, "anna.example.com"),
    "https://www.threads.net/@anna/post/Cabc": ("threads", None, "anna"),
    "https://old.reddit.com/r/shoes/comments/abc/title/": ("reddit", None, None),
    "https://social.example.org/@Anna/112233": ("mastodon", None, "anna@social.example.org"),
    "https://social.example.org/@ben@other.example/112233": ("mastodon", None, "ben@other.example"),
    "https://de.linkedin.com/posts/anna_activity-7": ("linkedin", None, None),
    "https://blog.example.com/x.com/": ("web", None, None),
    "notx.com/status/5": ("web", None, None),
    "https://netflix.com/status/5": ("web", None, None),
}


def test_network_id_and_author_are_read_from_addresses(tmp_path: Path) -> None:
    path = json_file(tmp_path, *({"u": url} for url in ADDRESSES))
    outcome = read(path, columns={"url": "u", "created_at": AT}, network={"from": "url"})
    found = {row["url"]: (row["network"], row["post_id"], row["handle"]) for row in outcome.posts}
    assert found == ADDRESSES


def test_an_address_that_tells_no_network_is_a_reject(tmp_path: Path) -> None:
    path = json_file(tmp_path, {"u": "", "t": "x"}, {"u": None, "t": "x"}, {"u": "localhost", "t": "x"})
    outcome = read(path, columns={"url": "u", "text": "t", "created_at": AT}, network={"from": "url"})
    assert outcome.reasons == [(1, "unknown network"), (2, "unknown network"), (3, "unknown network")]


def test_given_ids_and_handles_win_over_those_in_the_address(tmp_path: Path) -> None:
    path = json_file(
        tmp_path, {"u": "https://x.com/anna/status/1", "id": "2", "by": "@Ben"}, {"u": "https://x.com/anna/status/1"}
    )
    columns = {"url": "u", "post_id": "id", "handle": "by", "created_at": AT}
    assert read(path, columns=columns, network="x").of("post_id", "handle") == [("2", "ben"), ("1", "anna")]


def test_ids_of_open_protocols_are_their_own_uri(tmp_path: Path) -> None:
    path = json_file(
        tmp_path,
        {"n": "bluesky", "id": "at://did:plc:a/app.bsky.feed.post/1"},
        {"n": "mastodon", "id": "https://s.example/users/a/statuses/1"},
        {"n": "mastodon", "id": "17"},
    )
    outcome = read(path, columns={"post_id": "id", "created_at": AT}, network={"column": "n"})
    assert outcome.of("protocol_uri") == [
        ("at://did:plc:a/app.bsky.feed.post/1",),
        ("https://s.example/users/a/statuses/1",),
        (None,),
    ]


def test_brands_are_constant_or_mapped(tmp_path: Path) -> None:
    path = json_file(tmp_path, {"id": 1, "b": "Acme Corp"}, {"id": 2, "b": "Other"})
    columns = {"post_id": "id", "created_at": AT}
    assert read(path, columns=columns, brand="acme").of("given_brand_id", "capture_reason") == [("acme", "mention")] * 2
    mapped = read(path, columns=columns, brand={"column": "b", "map": {"acme corp": "acme"}})
    assert mapped.of("given_brand_id") == [("acme",), (None,)]
    assert read(path, columns=columns).of("given_brand_id") == [(None,), (None,)]


def test_posts_that_nothing_tells_apart_are_rejects(tmp_path: Path) -> None:
    path = json_file(tmp_path, {"id": "1"}, {"id": " ", "text": "\n"}, {"text": "hello"})
    outcome = read(path, columns={"post_id": "id", "text": "text", "created_at": AT})
    assert (outcome.of("row_number"), outcome.reasons) == ([(1,), (3,)], [(2, "no id, address or text")])


def test_author_blocks_are_delivered_when_they_say_something(tmp_path: Path) -> None:
    path = json_file(
        tmp_path,
        {"id": 1, "aid": "5", "h": "anna", "n": "Anna", "f": "12K"},
        {"id": 2, "aid": "5"},
        {"id": 3, "h": "ben", "n": "Ben"},
        {"id": 4, "n": "nobody"},
        {"id": 5, "aid": "5", "h": "anna"},
    )
    columns = {
        "post_id": "id",
        "created_at": AT,
        "account_id": "aid",
        "handle": "h",
        "display_name": "n",
        "followers": {"column": "f", "as": "compact_number"},
    }
    outcome = read(path, columns=columns)
    keys = ("row_number", "network", "account_id", "handle", "display_name", "followers", "followers_precision", "with_post")
    assert [tuple(row[key] for key in keys) for row in outcome.accounts] == [
        (1, "instagram", "5", "anna", "Anna", 12_000, "rounded", True),
        (3, "instagram", None, "ben", "Ben", None, None, True),
        (5, "instagram", "5", "anna", None, None, None, True),
    ]


def test_profiles_are_delivered_as_accounts_of_their_own(tmp_path: Path) -> None:
    table = (
        "link,name,followers,following,posts,blue,since,seen,country,mail,niche\n"
        "https://www.instagram.com/Anna.B/,Anna,1.2M,10,5,yes,2015-01-01,2026-03-01,DE,a@example.org,food\n"
        ",Nobody,5,,,,,,,,\n"
    )
    columns = {
        "url": "link", "display_name": "name", "followers": {"column": "followers", "as": "compact_number"}, "following": "following",
        "post_count": "posts", "verified": "blue", "created_at": "since", "observed_at": "seen", "country": "country", "email": "mail",
        "category": "niche",
    }  # fmt: skip
    outcome = read(written(tmp_path, "a.csv", table), holds="profiles", columns=columns)
    assert outcome.reasons == [(2, "no account")]
    (row,) = outcome.accounts
    assert row == {
        "network": "instagram", "account_id": None, "handle": "anna.b", "display_name": "Anna", "bio": None,
        "url": "https://www.instagram.com/Anna.B/", "followers": 1_200_000, "followers_precision": "rounded", "following": 10,
        "post_count": 5, "verified": True, "account_type": None, "created_at": utc(2015, 1, 1),
        "observed_at": utc(2026, 3, 1), "country": "DE", "email": "a@example.org", "category": "food", "with_post": False,
        "profile_links": None, "checked_links": None, "file": "a.csv", "row_number": 1, "night": NIGHT,
    }  # fmt: skip


@pytest.mark.parametrize("way", ["careful", None])
@pytest.mark.parametrize("reason", ["mention", "timeline"])
def test_posts_of_a_file_are_mentions_unless_the_source_says_that_they_are_timelines(
    tmp_path: Path, way: str | None, reason: str
) -> None:
    columns = {"post_id": "id", "account_id": "who", "created_at": AT}
    export = written(tmp_path, "a.csv", "id,who,at\np1,a1,2026-03-01\n")
    outcome = read(export, way=way, capture_reason=reason, columns=columns)
    assert [row["capture_reason"] for row in outcome.posts] == [reason]


def test_a_network_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="'myspace' is no network"):
        read(written(tmp_path, "a.csv", "id\n1\n"), network="myspace", columns={"post_id": "id", "created_at": AT})
