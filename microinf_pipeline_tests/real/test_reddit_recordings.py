"""Recorded answers of Reddit through the real parser, row by row: a row, a reject that says why, or no post at all.

The recordings hold posts of real people, some of whom have left since: they stay outside the repository.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.rate_limits import retry_after
from microinf_pipeline.sources.reddit_parse import GONE_UPSTREAM, parse_pages
from microinf_pipeline.sources.reddit_session import READ_WAIT
from microinf_pipeline_tests.real.recordings import RECORDINGS

pytestmark = pytest.mark.real

FILES = sorted((RECORDINGS / "reddit").glob("*/*.json"))
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def exchanges(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Every exchange of a recording, and the text of its answer."""
    for exchange in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
        body = exchange["response"]["body"]
        if "base64_string" in body:
            raw = base64.b64decode(body["base64_string"])
            yield exchange, (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode()
        else:
            yield exchange, body.get("string") or ""


def pages(path: Path) -> Iterator[tuple[Page, list[dict[str, Any]]]]:
    """Answers with things or profiles as pages, and what stands in them; comments of a thread one by one, as listed."""
    for number, (exchange, text) in enumerate(exchanges(path)):
        uri, status = exchange["request"]["uri"], exchange["response"]["status"]["code"]
        if status != 200 or "access_token" in uri or not text.startswith(("{", "[")):
            continue
        body = decoded(text)
        kind = kind_of(urlsplit(uri).path)
        things = list(body.items()) if kind == "users" else [body] if kind == "about" else list(things_in(body))
        if kind == "listing":
            text = json.dumps({"kind": "Listing", "data": {"children": things, "after": None}})
        request = {"params": parse_qsl(urlsplit(uri).query)}
        if things:
            yield Page(f"{path.stem}-{number}", kind, None, None, request, 200, NOW, text), things


def decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def kind_of(path: str) -> str:
    last = path.rstrip("/").rpartition("/")[2]
    return {"info": "info", "user_data_by_account_ids": "users", "about": "about", "mentions": "mentions"}.get(last, "listing")


def things_in(body: Any) -> Iterator[dict[str, Any]]:
    """The things of a listing or of a thread, answers below answers included."""
    if isinstance(body, list):
        for one in body:
            yield from things_in(one)
    elif isinstance(body, dict) and body.get("kind") in ("t1", "t3", "t5", "more"):
        replies = body["data"].get("replies")
        yield body
        yield from things_in(replies)
    elif isinstance(body, dict):
        yield from things_in(
            body.get("data", {}).get("children", [])
            if "kind" in body
            else body.get("json", {}).get("data", {}).get("things", [])
        )


PAGES = [one for path in FILES for one in pages(path)]


def out_of_scope(page: Page, thing: Any) -> bool:
    return page.kind not in ("users", "about") and thing["kind"] not in ("t1", "t3")


@pytest.mark.parametrize(("page", "things"), PAGES, ids=[page.name for page, _ in PAGES])
def test_every_recorded_thing_is_a_row_a_reject_that_says_why_or_no_post(page: Page, things: list[Any]) -> None:
    parsed = parse_pages([page])
    wanted = [thing for thing in things if not out_of_scope(page, thing)]
    if page.kind in ("users", "about"):
        assert (parsed.accounts.height, parsed.rejects.height) == (len(wanted), 0)
        return
    originals = sum(len(thing["data"].get("crosspost_parent_list", [])) for thing in wanted) * (page.kind != "info")
    gone = parsed.rejects.filter(reason=GONE_UPSTREAM)
    assert parsed.posts.height + gone.height == len(wanted) + originals
    assert gone.height == parsed.rejects.height
    names = [thing["data"]["name"] for thing in wanted]
    assert Counter(names) <= Counter([*parsed.posts["post_id"], *gone["raw"]])


@pytest.mark.parametrize(("page", "things"), PAGES, ids=[page.name for page, _ in PAGES])
def test_counts_times_and_kinds_are_those_of_the_recording(page: Page, things: list[Any]) -> None:
    posts = parse_pages([page]).posts
    told = {row["post_id"]: row for row in posts.iter_rows(named=True)}
    for data in (thing["data"] for thing in things if not out_of_scope(page, thing) and page.kind not in ("users", "about")):
        row = told.get(data["name"])
        if row is None:
            continue
        hidden = data.get("hide_score") or data.get("score_hidden")
        assert row["likes"] == (None if hidden else data["score"])
        assert row["comments"] == (data["num_comments"] if data["name"].startswith("t3_") else None)
        assert row["created_at"] == datetime.fromtimestamp(data["created_utc"], UTC).replace(tzinfo=None)
        edited = data.get("edited")
        assert (row["edited_at"] is None) == isinstance(edited, bool | None)
        assert (row["post_type"] == "reply") == data["name"].startswith("t1_")


def test_the_recordings_hold_what_this_suite_is_about() -> None:
    parsed = parse_pages(page for page, _ in PAGES)
    names = {*parsed.posts["post_id"], *parsed.rejects.filter(reason=GONE_UPSTREAM)["raw"]}
    assert (len(names) > 2000, parsed.accounts.filter(~parsed.accounts["with_post"]).height >= 4) == (True, True)
    assert {"original", "reply", "repost"} <= set(parsed.posts["post_type"])
    assert set(parsed.statuses["status"]) >= {"available", "deleted", "unknown"}


def test_a_batch_says_which_of_the_ids_asked_for_are_not_there() -> None:
    (batch,) = [[page for page, _ in pages(path)] for path in FILES if path.stem == "TestReddit.test_info"]
    statuses = parse_pages(batch).statuses
    asked = [one for page in batch for name, value in page.request["params"] if name == "id" for one in value.split(",")]
    assert statuses.height == len(asked)
    absent = statuses.filter((statuses["status"] == "unknown") & statuses["post_id"].str.starts_with("t3_"))
    assert absent["post_id"].to_list() == ["t3_5dec66", "t3_5dec67", "t3_5dec68"]


def test_a_walk_to_the_end_of_a_busy_profile_gives_a_thousand_and_one_things() -> None:
    (walk,) = [[page for page, _ in pages(path)] for path in FILES if path.stem == "TestListingGenerator.test_exhaust_items"]
    parsed = parse_pages(walk)
    assert (len(walk), len({*parsed.posts["post_id"], *parsed.rejects["raw"]})) == (11, 1001)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recorded_wait_is_read_and_is_short(path: Path) -> None:
    for exchange, _ in exchanges(path):
        headers = {name.lower(): values[0] for name, values in exchange["response"]["headers"].items()}
        told = "x-ratelimit-reset" in headers or "retry-after" in headers
        wait = READ_WAIT(headers, NOW)
        assert (wait is not None) == told
        assert wait is None or 0 <= wait <= 600
        assert "retry-after" not in headers or wait == retry_after(headers, NOW)
