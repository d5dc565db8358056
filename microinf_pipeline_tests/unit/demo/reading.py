"""The demo's files read by plain polars: these tests must not rest on the product's own reader."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import zstandard

from microinf_pipeline import demo

Row = dict[str, Any]

COLUMNS = (
    "source", "night", "file", "network", "post_id", "url", "account_id", "handle", "text", "created_at", "edited_at",
    "observed_at", "post_type", "reply_to", "repost_of", "quote_of", "followers", "likes", "comments", "shares", "views", "lang", "status", "mood",
)  # fmt: skip


@dataclass(frozen=True)
class Demo:
    """`posts`: one row a readable delivery, in the product's words; `unreadable`: how many rows of each file are not."""

    plan: demo.DemoPlan
    posts: pl.DataFrame
    profiles: pl.DataFrame
    unreadable: dict[str, tuple[int, int]]

    def feeds(self) -> pl.DataFrame:
        """Deliveries of the four nightly feeds."""
        return self.posts.filter(pl.col("source").str.ends_with("_feed"))


def read(plan: demo.DemoPlan) -> Demo:
    """Everything a source would find in the folder."""
    rows: list[Row] = []
    unreadable: dict[str, tuple[int, int]] = {}
    for path, source, lines in _files(plan.folder):
        good = [row for row in lines if row is not None and _in_time(row)]
        name = str(path.relative_to(plan.folder))
        unreadable[name] = (len(lines) - len(good), len(lines))
        rows += [{"source": source, "file": name, **row} for row in good]
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS}
    posts = pl.DataFrame(columns, infer_schema_length=None)
    parquet = [plan.folder / "archive" / "profiles.parquet", *sorted((plan.folder / "profiles").glob("*.parquet"))]
    return Demo(plan, posts, pl.concat([pl.read_parquet(path) for path in parquet]), unreadable)


def _in_time(row: Row) -> bool:
    return row["created_at"] is not None and row["created_at"].date() <= row["night"]


def _files(folder: Path) -> Iterable[tuple[Path, str, list[Row | None]]]:
    for path in sorted((folder / "archive").glob("*.ndjson.gz")):
        yield path, "archive", [_archive(row) if row else None for row in _lines(gzip.decompress(path.read_bytes()))]
    for path in sorted((folder / "feeds" / "instagram").iterdir()):
        yield path, "instagram_feed", [_instagram(row) if row else None for row in _lines(gzip.decompress(path.read_bytes()))]
    for path in sorted((folder / "feeds" / "mastodon").iterdir()):
        unpacked = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        yield path, "mastodon_feed", [_mastodon(row) if row else None for row in _lines(unpacked)]
    for path in sorted((folder / "feeds" / "tiktok").iterdir()):
        yield path, "tiktok_feed", [_tiktok(row) for row in json.loads(path.read_bytes())]
    for path in sorted((folder / "feeds" / "x").iterdir()):
        yield path, "x_feed", [_x(row) for row in pl.read_csv(path, infer_schema=False).to_dicts()]
    for path in sorted((folder / "listening").iterdir()):
        text = path.read_bytes().decode("cp1252").encode()
        frame = pl.read_csv(text, separator=";", skip_rows=2, infer_schema=False)
        yield path, "listening", [_listening(row) for row in frame.to_dicts()]


def _lines(content: bytes) -> list[Row | None]:
    rows: list[Row | None] = []
    for line in content.decode().splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            rows.append(None)
    return rows


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def _archive(row: Row) -> Row:
    author, numbers = row["author"], row["numbers"]
    network = {"Instagram": "instagram", "TikTok": "tiktok", "Twitter/X": "x", "Mastodon": "mastodon"}[row["platform"]]
    return {
        "night": date(2026, 8, 31), "network": network, "post_id": row["key"], "url": row["permalink"],
        "account_id": author["key"], "handle": author["handle"], "followers": author["audience"], "text": row["body"],
        "created_at": _time(row["published"]), "observed_at": _time(row["seen"]), "post_type": row["kind"],
        "reply_to": row["parent"], "repost_of": row["shared"], "quote_of": row["quoted"], "lang": row["language"],
        "likes": numbers["likes"], "comments": numbers["comments"], "shares": numbers["shares"], "views": numbers["views"],
    }  # fmt: skip


def _instagram(row: Row) -> Row:
    seconds = row["taken_at"]
    return {
        "night": date.fromisoformat(row["fetched"]), "network": "instagram", "post_id": row["shortcode"],
        "url": row["permalink"], "account_id": row["owner"]["id"], "handle": row["owner"]["username"], "text": row["caption"],
        "created_at": None if seconds is None else datetime.fromtimestamp(seconds, UTC), "observed_at": _time(row["fetched_at"]),
        "reply_to": row["parent"], "likes": row.get("like_count"), "comments": row["comment_count"],
    }  # fmt: skip


def _tiktok(row: Row) -> Row:
    millis = row["create_time_ms"]
    return {
        "night": date.fromisoformat(row["fetched"]), "network": "tiktok", "post_id": row["id"], "url": row["share_url"],
        "account_id": row["author"]["id"], "handle": row["author"]["unique_id"], "text": row["video_description"],
        "created_at": None if millis is None else datetime.fromtimestamp(millis / 1000, UTC),
        "observed_at": _time(row["fetched_at"]), "likes": row["like_count"], "comments": row["comment_count"],
        "shares": row["share_count"], "views": row["view_count"], "lang": row["language"],
    }  # fmt: skip


def _mastodon(row: Row) -> Row:
    account = row["account"]
    return {
        "night": date.fromisoformat(row["fetched"]), "network": "mastodon", "post_id": row["uri"], "url": row["url"],
        "account_id": account["uri"], "handle": account["acct"], "followers": account["followers_count"],
        "text": row["content"], "created_at": _time(row["created_at"]), "edited_at": _time(row["edited_at"]),
        "observed_at": _time(row["fetched_at"]), "post_type": row["kind"], "reply_to": row["in_reply_to_uri"],
        "repost_of": row["reblog_uri"], "likes": row["favourites_count"], "comments": row["replies_count"],
        "shares": row["reblogs_count"], "lang": row["language"],
    }  # fmt: skip


def _x(row: Row) -> Row:
    def number(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return {
        "night": date.fromisoformat(row["fetched"]), "network": "x", "post_id": row["id"], "url": row["url"],
        "account_id": row["author_id"], "handle": row["author_handle"], "text": row["text"],
        "created_at": _time(row["created_at"]), "observed_at": _time(row["fetched_at"]), "post_type": row["kind"],
        "reply_to": row["in_reply_to"], "repost_of": row["repost_of"], "quote_of": row["quote_of"],
        "likes": number("likes"), "comments": number("replies"), "shares": number("reposts"), "views": number("views"),
        "lang": row["lang"], "status": row["state"] or None,
    }  # fmt: skip


def _listening(row: Row) -> Row:
    networks = {"Twitter/X": "x", "Online-News": "news", "Foren": "forum"}
    local = datetime.strptime(row["Veröffentlicht"], "%d.%m.%Y %H:%M").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return {
        "night": datetime.strptime(row["Abgerufen"], "%d.%m.%Y").replace(tzinfo=UTC).date(),
        "network": networks.get(row["Quelle"], row["Quelle"].lower()), "url": row["URL"], "handle": row["Autor"],
        "text": row["Text"], "created_at": local.astimezone(UTC), "lang": row["Sprache"], "mood": row["Tonalität"],
    }  # fmt: skip
