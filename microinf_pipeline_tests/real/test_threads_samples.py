"""Meta's own samples of Threads: what it shows is read whole, and what we ask for is what it lists.

There is no open recording of real answers; the samples (whose values are made up) are Meta's, and stay outside the repository.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import BrandTerms, Page
from microinf_pipeline.sources import threads_edges as edges
from microinf_pipeline.sources.threads_parse import parse_pages
from microinf_pipeline_tests.real.recordings import RECORDINGS

pytestmark = pytest.mark.real

COLLECTION = RECORDINGS / "threads" / "fbsamples" / "threads-api.postman_collection.json"
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
#: Where a sample stands → which page it is. Others publish, or say nothing of posts and people.
KINDS = {
    "me/threads": edges.OWN, "me/replies": edges.OWN_REPLIES, "me/mentions": edges.MENTIONS, "keyword_search": edges.SEARCH,
    "{{thread_id}}/replies": edges.ANSWERS, "{{thread_id}}/conversation": edges.ANSWERS, "{{thread_id}}": edges.LOOK,
    "{{thread_id}}/insights": edges.INSIGHTS, "me/threads_insights": edges.FOLLOWERS, "me": edges.ME,
}  # fmt: skip


def collection() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(COLLECTION.read_text(encoding="utf-8"))
    return whole


def requests(folder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in folder["item"]:
        if "item" in item:
            yield from requests(item)
        else:
            yield item


def path_of(request: dict[str, Any]) -> str:
    return str(request["url"]["raw"]).removeprefix("{{api_host}}/").partition("?")[0]


def samples() -> Iterator[tuple[str, str]]:
    """Path and body of each sample of a GET, with holes of the sample (`<string>`, `...`) filled."""
    for item in requests(collection()):
        path = path_of(item["request"])
        for response in item.get("response", []):
            if item["request"]["method"] == "GET" and path in KINDS and response.get("body"):
                yield path, re.sub(r",\s*\.\.\.", "", response["body"].replace("<string>", '"string"'))


SAMPLES = list(samples()) if COLLECTION.exists() else []


@pytest.mark.parametrize(("path", "body"), SAMPLES, ids=[path for path, _ in SAMPLES])
def test_every_sample_is_read_whole(path: str, body: str) -> None:
    request = {"url": f"https://graph.threads.net/v1.0/{path}", "params": []}
    parsed = parse_pages([Page("p1", KINDS[path], None, None, request, 200, SEEN, body)])
    told = json.loads(body)
    shown = told.get("data", [told])
    counts = KINDS[path] in (edges.INSIGHTS, edges.FOLLOWERS)
    assert parsed.rejects.is_empty()
    assert parsed.posts.height == (0 if counts or path == "me" else len(shown))
    assert parsed.accounts.filter(~parsed.accounts["with_post"]).height == (path == "me")
    created = [datetime.fromisoformat(one["timestamp"]).replace(tzinfo=None) for one in shown if "timestamp" in one]
    assert parsed.posts["created_at"].to_list() == created


def test_the_samples_hold_a_page_of_every_kind_that_has_one() -> None:
    assert {path for path, _ in SAMPLES} == set(KINDS)


def test_fields_and_metrics_that_are_asked_for_are_those_that_meta_lists() -> None:
    listed = {
        one["key"]: set(re.split(r",(?![^{]*})", re.sub(r"{.*?}", "", one.get("value") or "")))
        for one in collection()["variable"]
    }
    documented = {"is_reply"}  # of a found post: in the example of the page on keyword search
    assert set(edges.POST_FIELDS.split(",")) <= listed["fields_threads"] | documented
    assert set(edges.OWN_FIELDS.split(",")) <= listed["fields_threads"] | documented
    assert set(edges.REPLY_FIELDS.split(",")) <= listed["fields_replies"]
    assert set(edges.ME_FIELDS.split(",")) <= listed["fields_profile"]
    assert set(edges.METRICS.split(",")) <= listed["metrics_post"]
    assert "followers_count" in listed["metrics_account"]


def test_addresses_that_are_asked_are_those_that_meta_lists() -> None:
    listed = {
        path_of(item["request"]): {one["key"] for one in item["request"]["url"].get("query", [])}
        for item in requests(collection())
        if item["request"]["method"] == "GET"
    }
    asked = [
        edges.mentions("acme", "acme_tea", [("since", "1")]), *edges.own_posts("acme", "acme_tea", "acme_tea", [("since", "1")]),
        *edges.own_posts("acme", "other", "acme_tea", []), edges.timeline("anna"), edges.answers("acme", "{{thread_id}}", "acme_tea"),
        *edges.searches_of(BrandTerms("acme", ("acme",), ("Acme",)), "acme_tea", [("since", "1"), ("until", "2")]),
    ]  # fmt: skip
    paging = {"limit", "after", "since", "until"}
    unknown = [(one.path, name) for one in asked for name, _ in one.params if name not in listed[one.path] | paging]
    assert unknown == []
    assert {edges.PROFILE_PATH, "{{thread_id}}", "{{thread_id}}/insights", "me", "me/threads_insights"} <= listed.keys()
