"""Recorded answers of real servers, read one by one: every status in them is a row, or a reject that says why.

The recordings hold posts of real people, so they stay outside the repository (MICROINF_REAL_DATA).
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.mastodon_parse import parse_pages
from microinf_pipeline_tests.unit.sources.test_html_text import parsed as words_of

pytestmark = pytest.mark.real

DATA = Path(os.environ.get("MICROINF_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
RECORDINGS = DATA / "recordings" / "mastodon" / "mastodon_py"

#: Which parse applies to the answer of a recorded request; the others hold no posts or profiles.
KINDS = {
    "tag": r"/timelines/(tag/\w+|public|home)$|/accounts/\d+/statuses$",
    "status": r"/v1/statuses(/\d+)?(/reblog|/quotes/\d+/revoke|/interaction_policy)?$",
    "search": r"/v2/search$",
    "notifications": r"/v1/notifications$",
    "account": r"/v1/accounts/(lookup|verify_credentials|\d+)$",
    "accounts": r"/v1/accounts$|/reblogged_by$",
}


def recorded_pages() -> Iterator[Page]:
    for file in sorted(RECORDINGS.glob("*.yaml")):
        for number, exchange in enumerate(yaml.load(file.read_text(), yaml.CSafeLoader)["interactions"]):
            url, response = exchange["request"]["uri"].partition("?")[0], exchange["response"]
            kind = next((kind for kind, pattern in KINDS.items() if re.search(pattern, url)), None)
            if kind is None or response["status"]["code"] != 200 or exchange["request"]["method"] == "DELETE":
                continue
            body = response["body"]["string"]
            if isinstance(body, bytes):
                body = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()
            date = {name.lower(): values[0] for name, values in response["headers"].items()}.get("date")
            seen = parsedate_to_datetime(date) if date else datetime(2026, 8, 4, tzinfo=UTC)
            yield Page(f"{file.stem}-{number}", kind, None, None, {"url": url, "params": []}, 200, seen, body)


PAGES = list(recorded_pages()) if RECORDINGS.exists() else []


def statuses_in(page: Page) -> list[dict[str, Any] | None]:
    """The statuses of a recorded answer; None for a mention whose post is gone."""
    body = json.loads(page.body)
    if page.kind == "search":
        body = body["statuses"]
    if page.kind == "notifications":
        body = [one["status"] for one in body if one["type"] == "mention"]
    return body if isinstance(body, list) else [body]


def is_public(row: dict[str, Any] | None) -> bool:
    shown = [one for one in (row, row and row["reblog"]) if one]
    return bool(shown) and all(one["visibility"] in ("public", "unlisted") for one in shown)


def test_there_are_recordings() -> None:
    kinds = {kind: sum(page.kind == kind for page in PAGES) for kind in KINDS}
    assert kinds == {"tag": 27, "status": 115, "search": 4, "notifications": 2, "account": 12, "accounts": 3}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_recorded_row_is_accounted_for(page: Page) -> None:
    parsed = parse_pages([page])
    if page.kind in ("account", "accounts"):
        body = json.loads(page.body)
        assert parsed.accounts.height == len(body) if isinstance(body, list) else 1
        return
    rows = statuses_in(page)
    delivered = [one["uri"] for row in rows if row and is_public(row) for one in (row["reblog"], row) if one]
    assert sorted(parsed.posts["post_id"]) == sorted(delivered)
    refused = ["not public" if row else "mention without its post" for row in rows if not is_public(row)]
    assert parsed.rejects["reason"].to_list() == refused


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.kind not in ("account", "accounts")], ids=lambda page: page.name
)
def test_recorded_fields_arrive_unchanged(page: Page) -> None:
    posts = parse_pages([page]).posts.rows_by_key("post_id", named=True, unique=True)
    for row in statuses_in(page):
        if row is None or not is_public(row):
            continue
        post, mine = posts[row["uri"]], row["reblog"] is None
        assert post["created_at"] == datetime.fromisoformat(row["created_at"]).replace(tzinfo=None)
        assert (post["edited_at"] is None) == (row.get("edited_at") is None)
        counts = [row.get(name) for name in ("favourites_count", "replies_count", "reblogs_count", "quotes_count")]
        assert [post[name] for name in ("likes", "comments", "shares", "quotes")] == (counts if mine else [None] * 4)
        assert post["handle"].startswith(row["account"]["acct"])
        assert post["handle"].count("@") == 1
        assert post["given_hashtags"] == [tag["name"] for tag in row["tags"]]
        assert (post["quote_of_post_id"] is not None) == ((row.get("quote") or {}).get("state") == "accepted")
        if mine and "quote-inline" not in row["content"]:
            assert post["text"].split() == [*row["spoiler_text"].split(), *words_of(row["content"])]


def test_a_bridged_recording_names_its_bluesky_original() -> None:
    posts = parse_pages(PAGES).posts
    bridged = posts.filter(posts["post_id"].str.contains("brid.gy"))
    assert bridged.height == 1
    assert bridged["bridged_from_uri"].to_list() == [bridged["post_id"][0].partition("/ap/")[2]]
    assert "RE:" not in bridged["text"][0]
